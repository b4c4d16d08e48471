"""Undo in the suite: every change can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from modelreg.errors import NotFoundError
from modelreg.testing.behaviour.samples import model

if TYPE_CHECKING:
    from modelreg.registry import Registry


class Undoing:
    """Every change of a session can be taken back, with a history of its own."""

    def test_each_change_is_taken_back_in_turn(self, registry: Registry) -> None:
        registry.register(model(0), "churn", project="train", artifact="clf")
        registry.register(model(1), "churn", project="train", artifact="clf")
        state = registry.model("churn")
        registry.alias("churn:v0", "production")
        registry.alias("churn:v1", "production")
        registry.tag("churn", "gpu")
        registry.describe("churn", "text")
        registry.stages("churn", ["a", "b"])
        registry.metric("churn", "auc", "higher")
        registry.protect("churn", "production")
        registry.rename("churn", "other")
        registry.unlink("other:v1", force=True)
        registry.delete("train/clf:v0", force=True)
        for _ in range(10):
            registry.undo()
        after = registry.model("churn")
        assert after == replace(state, updated_at=after.updated_at)
        assert [version.number for version in registry.versions("churn")] == [1, 0]

    def test_undoing_a_registration_deletes_its_version(self, registry: Registry) -> None:
        registry.register(model(0), "churn", aliases=["production"])
        registry.register(model(1), "churn", aliases=["production"])
        registry.undo()
        assert registry.get("churn:production").number == 0
        assert registry.model("churn").versions == 1

    def test_nothing_is_undone_over_a_later_change_of_another(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn")
        registry.alias("churn:v0", "production")
        context = registry._context
        context.notebook.session, mine = "f" * 32, context.notebook.session
        registry.alias("churn:v1", "production")
        context.notebook.session = mine
        change = registry.undo()
        assert any("moved on" in note for note in change.notes)
        assert registry.get("churn:production").number == 1

    def test_there_may_be_nothing_to_undo(self, registry: Registry) -> None:
        with pytest.raises(NotFoundError, match="nothing"):
            registry.undo()
