"""A registry that does not exist: every verb finds nothing in it, and only what keeps something makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.registry import Registry

REFUSED: dict[str, Callable[[Registry], Any]] = {
    "alias": lambda registry: registry.alias("churn:v0", "best"),
    "unalias": lambda registry: registry.unalias("churn", "best"),
    "promote": lambda registry: registry.promote("churn:v0"),
    "rollback": lambda registry: registry.rollback("churn", "production"),
    "protect": lambda registry: registry.protect("churn", "production"),
    "stages": lambda registry: registry.stages("churn", ["a", "b"]),
    "metric": lambda registry: registry.metric("churn", "auc", "higher"),
    "tag": lambda registry: registry.tag("churn", "gpu"),
    "untag": lambda registry: registry.untag("churn", "gpu"),
    "describe": lambda registry: registry.describe("churn", "text"),
    "rename": lambda registry: registry.rename("churn", "leavers"),
    "link": lambda registry: registry.link("train/clf:v0", "churn"),
    "unlink": lambda registry: registry.unlink("churn:v0"),
    "delete": lambda registry: registry.delete("churn:v0"),
    "undelete": lambda registry: registry.undelete("churn:v0"),
    "undo": lambda registry: registry.undo(),
    "load": lambda registry: registry.load("churn"),
    "trust": lambda registry: registry.trust("churn"),
}
EMPTY: dict[str, Callable[[Registry], Any]] = {
    "models": lambda registry: registry.models(),
    "versions": lambda registry: registry.versions(),
    "history": lambda registry: registry.history(),
    "gc": lambda registry: registry.gc(run=True).rows[:0],
    "du": lambda registry: registry.du().rows,
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_verb_that_needs_something_refuses_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "none" / "yet")
    with pytest.raises(NotFoundError):
        REFUSED[name](registry)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", EMPTY)
def test_a_verb_that_looks_finds_nothing_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "none" / "yet")
    assert len(EMPTY[name](registry)) == 0
    assert list(tmp_path.iterdir()) == []


def test_create_makes_it(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "none" / "yet")
    registry.create("churn")
    assert [model.name for model in registry.models()] == ["churn"]
    assert (tmp_path / "none" / "yet" / "FORMAT").exists()
    registry.close()
