"""Every scikit-learn estimator comes back in another process, answers the same, and is found again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

USED: dict[str, str] = {
    "MultiLabelBinarizer": "transform keeps a cache of its classes in the object",
}
"""Estimator -> why it is another version once it was asked something."""

COPIED: dict[str, str] = {
    "TruncatedSVD": "a deep copy turns its components_ into columns first, a load does not",
}
"""Estimator -> why a deep copy is another version."""

REFITTED: dict[str, str] = {
    "GridSearchCV": "cv_results_ holds how long the fits took",
    "RandomizedSearchCV": "cv_results_ holds how long the fits took",
}
"""Estimator -> why a second fit with the same seed is another version."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Run both processes of ``batch.py``; return what each found, joined by estimator."""
    place = tmp_path_factory.mktemp("estimators")
    seeds = {"first": "1", "second": "2"}
    for act, seed in seeds.items():
        subprocess.run(
            [sys.executable, Path(__file__).with_name("batch.py"), act, place / "registry", place],
            check=True,
            cwd=place,
            env={
                **os.environ,
                "HOME": str(place),
                "XDG_DATA_HOME": str(place / "data"),
                "XDG_CONFIG_HOME": str(place / "config"),
                "PYTHONHASHSEED": seed,
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
    first, second = (json.loads((place / f"{act}.json").read_text()) for act in seeds)
    assert first.keys() == second.keys()
    return {name: {**first[name], **second[name]} for name in first}


def that(found: dict[str, dict[str, Any]], key: str, value: object) -> set[str]:
    """Return the estimators of which ``key`` is ``value``."""
    return {name for name, facts in found.items() if facts[key] == value}


def test_no_estimator_that_was_fitted_is_taken_for_one_that_was_not(found: dict[str, dict[str, Any]]) -> None:
    assert that(found, "doubted", True) == set()


def test_every_estimator_is_tried_and_answers_something(found: dict[str, dict[str, Any]]) -> None:
    assert len(found) > 180
    assert that(found, "answers", []) == set()


def test_all_answer_the_same_in_another_process(found: dict[str, dict[str, Any]]) -> None:
    assert that(found, "equal", False) == set()


def test_all_take_the_quick_route_and_it_writes_what_the_careful_one_does(found: dict[str, dict[str, Any]]) -> None:
    assert that(found, "quick", True) == set(found)
    assert that(found, "routes", True) == set(found)


def test_registered_twice_unchanged_is_one_version(found: dict[str, dict[str, Any]]) -> None:
    assert that(found, "unchanged", 0) == set(found)


def test_asking_a_model_makes_no_new_version(found: dict[str, dict[str, Any]]) -> None:
    assert set(found) - that(found, "used", 0) == set(USED)


def test_a_deep_copy_is_the_same_version(found: dict[str, dict[str, Any]]) -> None:
    assert set(found) - that(found, "copied", 0) == set(COPIED)


def test_loaded_and_registered_unchanged_in_another_process_is_the_same_version(
    found: dict[str, dict[str, Any]],
) -> None:
    assert that(found, "loaded", 0) == set(found)


def test_fitted_again_with_the_same_seed_in_another_process_is_the_same_version(
    found: dict[str, dict[str, Any]],
) -> None:
    assert set(found) - that(found, "refit", 0) == set(REFITTED)
