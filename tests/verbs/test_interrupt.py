"""Ctrl-C at the worst moment: right after the commit, before the answer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.engine.default import DefaultExecutionContext

from modelreg.catalog import backups
from modelreg.errors import ConflictError, LockedError, NotFoundError
from modelreg.verbs.entry import Entry
from tests.interrupts import interrupted

from .cells import Cells

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.registry import Registry


def three(registry: Registry) -> None:
    """Let production stand at v0, v1, v2 in turn."""
    for number in range(3):
        registry.register({"n": number}, "churn", aliases=["production"])


def test_a_registration_is_not_done_twice(registry: Registry) -> None:
    with interrupted(registry, "COMMIT"):
        registry.register({"n": 1}, "churn", new_version=True, metrics={"auc": 1})
    again = registry.register({"n": 1}, "churn", new_version=True, metrics={"auc": 1})
    assert (again.outcome, again.version.number) == ("replayed", 0)
    assert registry.model("churn").versions == 1
    assert registry.register({"n": 1}, "churn", new_version=True, metrics={"auc": 1}).version.number == 1


def test_what_was_to_be_captured_is_captured_by_the_call_that_follows(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    cells("clf = {'n': [1]}")
    with interrupted(cells.registry, "COMMIT"):
        cells.registry.register(cells.names["clf"], "churn", variable="clf")
    assert cells.registry.show("churn:v0").runs[0].capture_state == "pending"
    cells.register("clf")
    (run,) = cells.registry.show("churn:v0").runs
    assert run.capture_state == "complete"
    assert "clf = {'n': [1]}" in cells.registry.code("churn:v0").cells[0]


def test_a_retrained_model_is_never_swallowed(registry: Registry) -> None:
    with interrupted(registry, "COMMIT"):
        registry.register({"n": 1}, "churn")
    assert registry.register({"n": 2}, "churn").outcome == "new"
    assert registry.model("churn").versions == 2


def test_before_the_commit_nothing_is_left(registry: Registry) -> None:
    with interrupted(registry, "BEGIN IMMEDIATE"):
        registry.register({"n": 1}, "churn")
    with pytest.raises(NotFoundError):
        registry.model("churn")
    assert registry.register({"n": 1}, "churn").version.number == 0


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_statement_that_is_cut_off_in_the_middle_lets_go_of_the_lock(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    registry.register({"n": 0}, "churn")
    place, asked = registry._context.catalog.place, []
    setup = DefaultExecutionContext._setup_result_proxy

    def interrupted(self: Any) -> Any:
        if self.statement.startswith("SELECT"):
            asked.append(self.statement)
            if len(asked) == number:
                raise KeyboardInterrupt  # a result with rows is open
        return setup(self)

    write = Entry.write

    def written(entry: Entry) -> Any:
        monkeypatch.setattr(DefaultExecutionContext, "_setup_result_proxy", interrupted)
        return write(entry)

    before = {path.name for path in (place / "objects").rglob("*")}
    with monkeypatch.context() as pressed:
        pressed.setattr(Entry, "write", written)
        with pytest.raises(KeyboardInterrupt) as kept:
            registry.register({"n": 1}, "churn")
    monkeypatch.setattr(DefaultExecutionContext, "_setup_result_proxy", setup)
    with closing(sqlite3.connect(place / "registry.db", timeout=0.2, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the traceback is still held
        other.execute("ROLLBACK")
    assert kept
    assert {path.name for path in (place / "objects").rglob("*") if path.is_file()} <= before
    assert registry.register({"n": 1}, "churn").version.number == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda registry: registry.rollback("churn", "production"), {"production": 1}),
        (lambda registry: registry.promote("churn:v0"), {"production": 2, "staging": 0}),
        (lambda registry: registry.undo(), {"production": 1}),
        (lambda registry: registry.alias("churn:v0", "production"), {"production": 0}),
    ],
)
def test_a_step_is_taken_once(registry: Registry, change: Callable[[Registry], Any], expected: dict[str, int]) -> None:
    three(registry)
    with interrupted(registry, "COMMIT"):
        change(registry)
    assert not change(registry).changed
    assert registry.model("churn").aliases == expected


def test_a_deletion_is_found_done(registry: Registry) -> None:
    three(registry)
    with interrupted(registry, "COMMIT"):
        registry.delete("churn:v1", force=True)
    assert not registry.delete("churn:v1", force=True).changed
    assert [version.number for version in registry.versions("churn")] == [2, 0]


def test_what_was_set_right_meanwhile_is_not_taken_for_the_interrupted_call(registry: Registry) -> None:
    three(registry)
    with interrupted(registry, "COMMIT"):
        registry.rollback("churn", "production")
    registry.alias("churn:v2", "production")
    assert registry.rollback("churn", "production").changed
    assert registry.model("churn").aliases == {"production": 1}


def test_what_somebody_else_changed_meanwhile_counts(registry: Registry, other: Registry) -> None:
    three(registry)
    with interrupted(registry, "COMMIT"):
        registry.rollback("churn", "production")
    other.alias("churn:v0", "production")
    registry.alias("churn:v2", "best")
    assert registry.rollback("churn", "production").changed


def test_an_alias_that_moved_on_is_set_again(registry: Registry, other: Registry) -> None:
    with interrupted(registry, "COMMIT"):
        registry.register({"n": 1}, "churn", aliases=["production"])
    other.register({"n": 2}, "churn", aliases=["production"])
    assert registry.register({"n": 1}, "churn", aliases=["production"]).outcome == "identical"
    assert registry.model("churn").aliases == {"production": 0}


def test_what_was_unlinked_meanwhile_is_linked_again(registry: Registry, other: Registry) -> None:
    with interrupted(registry, "COMMIT"):
        registry.register({"n": 1}, "churn")
    other.unlink("churn:v0")
    assert registry.register({"n": 1}, "churn").version.number == 1


def test_a_run_that_fails_in_between_changes_nothing_of_it(registry: Registry, other: Registry) -> None:
    three(registry)
    with interrupted(registry, "COMMIT"):
        registry.rollback("churn", "production")
    registry._context.catalog.patience = 0.2
    with other._context.catalog.write(), pytest.raises(LockedError):
        registry.rollback("churn", "production")
    assert not registry.rollback("churn", "production").changed
    assert registry.model("churn").aliases == {"production": 1}


def test_loading_in_between_changes_nothing_of_it(registry: Registry) -> None:
    three(registry)
    with interrupted(registry, "COMMIT"):
        registry.rollback("churn", "production")
    assert registry.load("churn:v0") == {"n": 0}
    assert not registry.rollback("churn", "production").changed


def test_an_interrupt_while_the_daily_copy_is_made_is_one_after_the_commit(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(registry)

    def stop(_catalog: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(backups, "when_due", stop)
    with pytest.raises(KeyboardInterrupt):
        registry.rollback("churn", "production")
    assert not registry.rollback("churn", "production").changed


def test_a_promotion_by_the_alias_that_it_moves_is_found_done(registry: Registry) -> None:
    registry.register({"n": 0}, "churn", aliases=["staging"])
    with interrupted(registry, "COMMIT"):
        registry.promote("churn:staging")
    assert not registry.promote("churn:staging").changed
    assert registry.model("churn").aliases == {"production": 0}


def test_a_compare_and_set_does_not_fail_against_itself(registry: Registry) -> None:
    three(registry)
    with interrupted(registry, "COMMIT"):
        registry.alias("churn:v0", "production", expect=2)
    assert not registry.alias("churn:v0", "production", expect=2).changed
    with pytest.raises(ConflictError):
        registry.alias("churn:v0", "production", expect=2)


def test_an_answer_that_was_not_seen_is_given_again(registry: Registry) -> None:
    three(registry)
    registry.rollback("churn", "production")
    registry._context.notebook.unseen()
    assert not registry.rollback("churn", "production").changed
    assert registry.rollback("churn", "production").changed


def test_what_an_operation_did_can_be_asked(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", aliases=["staging"])
    undoable = registry.undoable()
    assert undoable is not None
    assert registry.done(undoable.operation) == "churn:v0 was registered"
    registry.alias("churn:v0", "production")
    undoable = registry.undoable()
    assert undoable is not None
    assert registry.done(undoable.operation) == "churn: production added to v0"
    assert registry.done("0" * 32) == ""
