"""Ctrl-C at the worst moment: right after the commit, before the answer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from modelreg.registry import Registry


@contextmanager
def interrupted(registry: Registry, statement: str) -> Iterator[None]:
    """Interrupt the first call right after the database ran ``statement``, or right before."""
    registry._context.catalog.prepare()
    engine = registry._context.catalog._engine

    def after(_conn: Any, _cursor: Any, said: str, *_rest: Any) -> None:
        if said == statement:
            raise KeyboardInterrupt

    event.listen(engine, "after_cursor_execute", after)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        event.remove(engine, "after_cursor_execute", after)


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
