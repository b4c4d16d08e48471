"""Stores of every release open for ever: nothing is lost, nothing is found otherwise, and work goes on in them."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import modelreg
from modelreg.errors import UntrustedModelError

HERE = Path(__file__).parent
STORES = sorted(path for path in (HERE / "data").glob("registry-*") if path.is_dir())
_spec = importlib.util.spec_from_file_location("golden", HERE.parent / "scripts" / "golden.py")
golden = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(golden)


needs_numpy_2 = pytest.mark.skipif(np.__version__.startswith("1."), reason="its arrays were pickled by numpy 2")


@pytest.fixture(params=STORES, ids=lambda path: path.name)
def stored(request, tmp_path):
    place = tmp_path / "registry"
    shutil.copytree(request.param, place)
    registry = modelreg.connect(place)
    yield registry, json.loads(request.param.with_suffix(request.param.suffix + ".json").read_text())
    registry.close()


def test_there_is_a_store_of_this_release() -> None:
    assert f"registry-{modelreg.__version__}" in [path.name for path in STORES]


def test_everything_is_found_as_it_was_written(stored) -> None:
    registry, facts = stored
    assert json.loads(json.dumps(golden.told(registry))) == facts
    assert registry.check(read_data=True).ok


@needs_numpy_2
def test_its_models_load_once_they_are_approved(stored) -> None:
    registry, _ = stored
    with pytest.raises(UntrustedModelError, match="registered by 'golden'"):
        registry.load("churn:production")
    registry.trust("churn:production")
    found = registry.load("churn:production")
    assert found["classes"] == ("no", "yes")
    assert np.array_equal(found["weights"], np.arange(1000.0))
    assert registry.load("notes").read_text() == "weights: 1 2 3\n"
    assert np.array_equal(registry.load("data/train", trust=True), np.eye(3))


@needs_numpy_2
def test_the_same_contents_are_the_same_version_today(stored) -> None:
    registry, facts = stored
    weights = np.arange(1000, dtype=np.float64)
    answer = registry.register({"weights": weights, "classes": ("no", "yes")}, "churn", project="train", artifact="clf")
    assert (answer.outcome, answer.version.number) == ("identical", 1)
    assert answer.version.content_id == facts["versions"]["churn:v1"]["content"]


def test_work_goes_on_in_it(stored) -> None:
    registry, _ = stored
    assert registry.register({"weights": 1}, "churn", project="train", artifact="clf").version.ref == "churn:v3"
    registry.unprotect("churn", "production")
    registry.promote("churn:v2", "production")
    assert registry.model("churn").aliases["production"] == 2
    assert registry.undelete("train/clf:v0").changed
    assert registry.check(read_data=True).ok
