"""Undo: the opposite of each kind of action, and what is not taken back."""

# ruff: noqa: E501  (a table with one case a line)

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.registry import Registry


@pytest.fixture
def two(registry: Registry) -> Registry:
    """Return a registry with two versions, an alias, a tag and a description."""
    for number in range(2):
        registry.register({"n": number}, "churn", project="train", artifact="clf")
    registry.alias("churn:v0", "production")
    registry.tag("churn", "team=a")
    registry.describe("churn", "first")
    registry.describe("train/clf:v0", "good")
    return registry


def state(registry: Registry) -> Any:
    """Return all that a user sees of the registry, without times."""
    models = [
        (m.name, m.description, dict(m.tags), dict(m.aliases), m.versions, m.latest, m.stages, dict(m.directions), m.protected)
        for m in registry.models(order="name")
    ]  # fmt: skip
    versions = [(v.ref, v.source, v.aliases, dict(v.tags), v.description) for v in registry.versions()]
    artifacts = [(a.name, a.versions, dict(a.aliases), dict(a.tags), a.description) for a in registry.artifacts()]
    return models, versions, artifacts


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda r: r.register({"n": 7}, "churn", project="train", artifact="clf", aliases=["production"]), id="register"),
        pytest.param(lambda r: r.register({"n": 7}, "brand-new", project="other", artifact="x", tags=["t"]), id="register-new-model"),
        pytest.param(lambda r: r.register({"n": 1}, "churn", project="train", artifact="clf", aliases=["b"]), id="register-identical"),
        pytest.param(lambda r: r.register({"n": 1}, "churn", project="train", artifact="clf", tags=["t=1"]), id="register-identical-tag"),
        pytest.param(lambda r: r.log({"n": 7}, "train/clf", aliases=["best"]), id="log"),
        pytest.param(lambda r: r.link("train/clf:v1", "second", aliases=["best"]), id="link"),
        pytest.param(lambda r: r.unlink("churn:v0"), id="unlink"),
        pytest.param(lambda r: r.alias("churn:v1", "production"), id="alias-move"),
        pytest.param(lambda r: r.alias("churn:v1", "best"), id="alias-new"),
        pytest.param(lambda r: r.unalias("churn", "production"), id="unalias"),
        pytest.param(lambda r: r.promote("churn:v0", "staging"), id="promote"),
        pytest.param(lambda r: r.protect("churn", "production"), id="protect"),
        pytest.param(lambda r: r.protect("churn", "unset"), id="protect-unset"),
        pytest.param(lambda r: r.stages("churn", ["a", "b"]), id="stages"),
        pytest.param(lambda r: r.metric("churn", "rmse", "lower"), id="metric"),
        pytest.param(lambda r: r.create("second", description="d", tags=["x=1"]), id="create"),
        pytest.param(lambda r: r.describe("churn", ""), id="describe"),
        pytest.param(lambda r: r.describe("churn:v0", "bad"), id="describe-version"),
        pytest.param(lambda r: r.tag("churn", "team=b", "gpu"), id="tag"),
        pytest.param(lambda r: r.tag("churn:v1", "gpu"), id="tag-version"),
        pytest.param(lambda r: r.untag("churn", "team"), id="untag"),
        pytest.param(lambda r: r.rename("churn", "leavers"), id="rename"),
        pytest.param(lambda r: r.delete("churn:v0", force=True), id="delete-version"),
        pytest.param(lambda r: r.delete("churn", force=True), id="delete-model"),
        pytest.param(lambda r: r.delete("train/clf", force=True), id="delete-artifact"),
    ],
)  # fmt: skip
def test_every_change_has_an_opposite(two: Registry, change: Callable[[Registry], Any]) -> None:
    before = state(two)
    change(two)
    changed = state(two)
    assert changed != before
    undone = two.undo()
    assert undone.changed
    assert undone.text.startswith("undone: ")
    assert state(two) == before
    assert two.check(read_data=True).ok


@pytest.mark.parametrize("ref", ["train/clf:v0", "churn", "train/clf"])
def test_bringing_back_is_taken_back_too(two: Registry, ref: str) -> None:
    two.delete(ref, force=True)
    deleted = state(two)
    two.undelete(ref)
    assert state(two) != deleted
    two.undo()
    assert state(two) == deleted


def test_metrics_of_a_direction_are_known_again(two: Registry) -> None:
    two.metric("churn", "val loss", "lower")
    two.metric("churn", "val loss", None)
    two.undo()
    assert two.model("churn").directions == {"val loss": "lower"}


def test_an_undo_is_an_entry_with_its_reason_and_is_not_undone(two: Registry) -> None:
    entries = len(two.history())
    two.alias("churn:v1", "production")
    two.undo(message="wrong one")
    two.alias("churn:v1", "best")
    assert len(two.history(limit=1000)) == entries + 5
    assert two.history("churn", limit=2)[1].reason == "wrong one"
    two.undo()  # the alias best
    two.undo()  # and not the undo, but the description before it
    assert two.model("churn").aliases == {"production": 0}
    assert two.get("churn:v0").description == ""


def test_another_kernel_undoes_its_own(two: Registry, other: Registry) -> None:
    with pytest.raises(NotFoundError, match="this notebook has changed nothing"):
        other.undo()
    other.tag("churn", "of=anna")
    two.undo()
    assert two.model("churn").tags == {"team": "a", "of": "anna"}
    other.undo()
    assert two.model("churn").tags == {"team": "a"}


@pytest.mark.parametrize(
    ("mine", "theirs", "note"),
    [
        (lambda r: r.alias("churn:v1", "production"), lambda r: r.alias("churn:v0", "production"), "'production' has moved on to v0"),
        (lambda r: r.alias("churn:v1", "production"), lambda r: r.unalias("churn", "production"), "moved on to nothing"),
        (lambda r: r.describe("churn", "mine"), lambda r: r.describe("churn", "theirs"), "description of churn has been changed since"),
        (lambda r: r.tag("churn", "team=b"), lambda r: r.tag("churn", "team=c"), "tag 'team' of churn has been changed since"),
        (lambda r: r.untag("churn", "team"), lambda r: r.tag("churn", "team=c"), "tag 'team' of churn has been changed since"),
        (lambda r: r.tag("churn", "new"), lambda r: r.untag("churn", "new"), "tag 'new' of churn has been changed since"),
        (lambda r: r.rename("churn", "b"), lambda r: r.rename("b", "c"), "name of c has been changed since"),
        (lambda r: r.stages("churn", ["a"]), lambda r: r.stages("churn", ["b"]), "stages of churn have|has been changed since"),
        (lambda r: r.metric("churn", "auc", "lower"), lambda r: r.metric("churn", "auc", "higher"), "direction of 'auc' in churn has been changed"),
        (lambda r: r.link("train/clf:v0", "second"), lambda r: r.alias("second:v0", "best"), "has got the alias 'best' since"),
        (lambda r: r.unlink("churn:v1"), lambda r: r.link("train/clf:v1", "churn"), "has been linked to 'churn' again since"),
        (lambda r: r.delete("churn", force=True), lambda r: r.undelete("churn"), "'churn' is back already"),
        (lambda r: r.delete("train/clf:v1", force=True), lambda r: r.undelete("train/clf:v1"), "train/clf:v1 is back already"),
        (lambda r: r.delete("churn", force=True), lambda r: r.create("churn"), "'churn' is taken by another"),
        (lambda r: r.create("second"), lambda r: r.link("train/clf:v0", "second"), "'second' holds something by now"),
        (lambda r: r.create("second"), lambda r: r.protect("second", "production"), "'second' holds something by now"),
        (lambda r: r.log({"n": 7}, "train/clf"), lambda r: r.link("train/clf:v2", "second"), "train/clf:v2 has been linked since"),
    ],
)  # fmt: skip
def test_nothing_is_taken_back_over_a_later_change_of_another(
    two: Registry, other: Registry, mine: Callable[[Registry], Any], theirs: Callable[[Registry], Any], note: str
) -> None:
    mine(two)
    theirs(other)
    before = state(two)
    undone = two.undo()
    assert not undone.changed
    assert undone.text.startswith("nothing was undone of ")

    assert any(re.search(note, said) for said in undone.notes), undone.notes
    assert state(two) == before
    two.undo()  # the one before can still be taken back
    assert two.get("train/clf:v0").description == ""


def test_what_can_be_taken_back_of_a_registration_is_and_the_rest_is_said(two: Registry, other: Registry) -> None:
    two.register({"n": 7}, "churn", project="train", artifact="clf", aliases=["staging"])
    other.link("train/clf:v2", "second")
    undone = two.undo()
    assert undone.changed
    assert undone.notes == ("train/clf:v2 has been linked since and stays",)
    assert two.get("second:v0").source == "train/clf:v2"
    assert two.model("churn").versions == 2


def test_a_run_is_never_taken_back_and_that_is_said(two: Registry) -> None:
    two.register({"n": 1}, "churn", project="train", artifact="clf", metrics={"auc": 0.5})
    undone = two.undo()
    assert (undone.changed, undone.notes) == (
        False, ("churn:v1 keeps the run and what came with it: runs are not undone",),
    )  # fmt: skip
    assert two.get("churn:v1").metrics == {"auc": 0.5}


def test_gc_is_no_change_to_take_back(two: Registry) -> None:
    two.delete("churn:v1", force=True)
    time.sleep(0.01)
    two.gc(run=True, grace=0)
    undone = two.undo()
    assert not undone.changed
    assert any("purged by gc and cannot come back" in note for note in undone.notes)


def test_an_alias_does_not_go_back_to_a_version_that_is_gone(two: Registry, other: Registry) -> None:
    two.alias("churn:v1", "production")
    other.unlink("churn:v0")
    assert any("cannot go back to v0, which is no longer there" in note for note in two.undo().notes)
    assert two.model("churn").aliases == {"production": 1}


def test_loading_is_nothing_to_undo(two: Registry) -> None:
    two.load("churn:v0")
    assert two.undo().text.startswith("undone: describe")


def test_bringing_back_a_model_with_a_guard_is_taken_back(two: Registry) -> None:
    two.protect("churn", "production")
    two.delete("churn", force=True)
    two.undelete("churn")
    assert two.undo().changed
    assert len(two.models()) == 0
    two.undelete("churn")
    assert two.model("churn").protected == ("production",)


def test_a_guard_that_somebody_set_again_stays(two: Registry, other: Registry) -> None:
    two.protect("churn", "best")
    other.unprotect("churn", "best")
    other.protect("churn", "best")
    undone = two.undo()
    assert not undone.changed
    assert any("protected or unprotected again since" in note for note in undone.notes)
    assert "best" in two.model("churn").protected


def test_rolling_back_does_not_go_to_what_was_undone(two: Registry) -> None:
    two.alias("churn:v0", "canary")
    two.undo()
    two.alias("churn:v1", "canary")
    with pytest.raises(NotFoundError, match="stood at no other version before"):
        two.rollback("churn", "canary")


@pytest.mark.parametrize(
    ("steps", "stands"),
    [
        (["v0", "v1", "v0", "rollback", "undo", "rollback"], 1),
        (["v1", "v0", "unalias", "v0", "undo", "v2", "rollback"], 0),
        (["v0", "v1", "v2", "rollback", "rollback", "undo", "undo", "rollback"], 1),
        (["v0", "v1", "v0", "v1", "undo", "undo", "rollback"], 0),
        (["v0", "v1", "v2", "undo", "rollback"], 0),
        (["v0", "v1", "unalias", "undo", "rollback"], 0),
    ],
)
def test_rollback_walks_the_path_that_undo_left(registry: Registry, steps: list[str], stands: int) -> None:
    for number in range(3):
        registry.register({"n": number}, "m")
    for step in steps:
        if step == "undo":
            registry.undo()
        elif step == "rollback":
            registry.rollback("m", "p")
        elif step == "unalias":
            registry.unalias("m", "p")
        else:
            registry.alias(f"m:{step}", "p")
    assert registry.model("m").aliases == {"p": stands}


def test_a_guard_is_taken_back_over_what_was_undone_since(two: Registry) -> None:
    two.protect("churn", "canary")
    two.unprotect("churn", "canary")
    assert two.undo().changed
    assert "canary" in two.model("churn").protected
    assert two.undo().changed
    assert "canary" not in two.model("churn").protected
