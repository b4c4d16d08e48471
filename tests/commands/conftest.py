"""A notebook with fitted models, and one that has registered two of them."""

from __future__ import annotations

import shutil
import warnings
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.tree import DecisionTreeClassifier

ROWS = [[0.0, 1.0], [1.0, 0.5], [2.0, 0.0], [3.0, 2.0], [4.0, 1.5], [5.0, 3.0]]
CLASSES = [0, 0, 0, 1, 1, 1]


@pytest.fixture(scope="session")
def fitted() -> dict[str, Any]:
    """Return small models, fitted once."""
    return {
        "clf": LogisticRegression().fit(ROWS, CLASSES),
        "better": LogisticRegression(C=10.0).fit(ROWS, CLASSES),
        "tree": DecisionTreeClassifier(max_depth=2, random_state=0).fit(ROWS, CLASSES),
        "reg": Ridge().fit(ROWS, CLASSES),
    }


@pytest.fixture
def desk(home: Path, fitted: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a notebook ``train.ipynb`` with models in ``clf``, ``better``, ``tree`` and ``reg``; no registry yet."""
    work = home / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    found = Desk(home / "registry")
    found.variables.update(deepcopy(fitted), rows=ROWS, classes=CLASSES)
    return found


@pytest.fixture(scope="session")
def registered(fitted: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Desk]:
    """Return a home with a registry of two versions, and the notebook that made it; made once, copied by tests."""
    home = tmp_path_factory.mktemp("registered")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("MODELREG_REGISTRY", str(home / "registry"))
        maker = Desk(home / "registry")
        maker.variables.update(fitted)
        maker.run("register clf churn --metric auc=0.91")
        maker.run("register better churn --metric auc=0.914")
        for registry in maker.session.opened.values():
            registry.close()
    return home, maker


@pytest.fixture
def churn(desk: Desk, home: Path, registered: tuple[Path, Desk]) -> Desk:
    """Return the notebook after it registered ``clf`` as churn:v0 and ``better`` as churn:v1."""
    source, maker = registered
    for part in ("registry", "data"):
        shutil.copytree(source / part, home / part)
    desk.notebook.session = maker.notebook.session
    desk.notebook.registered_as.update(maker.notebook.registered_as)
    for name in ("clf", "better"):
        origin = maker.notebook.live.origin(maker.variables[name])
        assert origin is not None
        desk.notebook.live.remember(desk.variables[name], origin)
    return desk


@pytest.fixture
def stranger(churn: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return the notebook of a user who has approved nothing of what the registry holds."""
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "stranger"))
    churn.session.opened.clear()
    return churn
