"""Groups A to C of the suite: registered models are made, changed, renamed, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import AlreadyExistsError, InvalidError, NotFoundError, RefusedError
from modelreg.testing.behaviour.samples import HOSTILE, model

if TYPE_CHECKING:
    from modelreg.registry import Registry


class Homes:
    """Groups A to C: registered models are made, changed, renamed, deleted."""

    def test_a_model_is_made_with_what_was_said(self, registry: Registry) -> None:
        made = registry.create("churn", description="who leaves", tags=["team=growth", "gpu"])
        assert registry.model("churn") == made
        assert (made.description, made.tags, made.versions, made.latest) == (
            "who leaves",
            {"team": "growth", "gpu": ""},
            0,
            None,
        )
        assert made.created_at == made.updated_at

    def test_a_name_is_taken_once(self, registry: Registry) -> None:
        registry.create("churn")
        with pytest.raises(AlreadyExistsError, match="'churn'"):
            registry.create("churn")

    @pytest.mark.parametrize("name", [None, "", " churn", "a/b", "a:b", "churn\n", "x" * 200, 3])
    def test_what_is_no_name_is_refused(self, registry: Registry, name: Any) -> None:
        with pytest.raises(InvalidError, match="name"):
            registry.create(name)
        assert len(registry.models()) == 0

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_name_is_a_name(self, registry: Registry, name: str) -> None:
        registry.create("other")
        registry.register(model(), name, variable="m", artifact="m")
        assert registry.get(f"{name}:v0").home == name
        assert [found.name for found in registry.models("name == n", names={"n": name})] == [name]

    def test_names_that_differ_by_case_are_two_and_warned_of(self, registry: Registry) -> None:
        registry.register(model(), "churn")
        answer = registry.register(model(1), "Churn")
        assert any("case" in note for note in answer.notes)
        assert {found.name for found in registry.models()} == {"churn", "Churn"}

    def test_a_missing_model_is_answered_with_close_names(self, registry: Registry) -> None:
        registry.create("churn")
        with pytest.raises(NotFoundError, match="did you mean 'churn'"):
            registry.model("chrun")

    def test_renaming_keeps_versions_and_aliases_and_the_old_name_answers(self, registry: Registry) -> None:
        registry.register(model(), "churn", aliases=["production"])
        created = registry.model("churn").created_at
        registry.rename("churn", "leavers")
        assert registry.get("leavers:production").number == 0
        assert registry.get("churn:production").home == "leavers"
        assert registry.model("leavers").created_at == created

    def test_renaming_onto_another_is_refused(self, registry: Registry) -> None:
        registry.create("churn")
        registry.create("fraud")
        with pytest.raises(AlreadyExistsError, match="'fraud'"):
            registry.rename("churn", "fraud")

    def test_a_name_may_go_and_come_back(self, registry: Registry) -> None:
        registry.register(model(), "a")
        for new in ("b", "c", "a"):
            registry.rename(registry.get("a:v0").home, new)
        assert registry.get("a:v0").home == "a"

    def test_a_name_taken_after_a_rename_counts_on(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn")
        registry.rename("churn", "leavers")
        registry.create("churn")
        assert registry.register(model(2), "churn").version.number == 2
        assert registry.register(model(3), "leavers").version.number == 2

    def test_a_deleted_model_is_gone_everywhere(self, registry: Registry) -> None:
        registry.register(model(), "churn", aliases=["staging"])
        source = registry.get("churn:v0").source
        registry.delete("churn", force=True)
        for gone in (registry.model, registry.show):
            with pytest.raises(NotFoundError, match="deleted"):
                gone("churn")
        with pytest.raises(NotFoundError):
            registry.rename("churn", "fraud")
        assert len(registry.models()) == 0
        assert registry.get(source).source == source

    def test_a_recreated_model_is_another_and_its_numbers_go_on(self, registry: Registry) -> None:
        first = registry.register(model(0), "churn")
        registry.delete("churn")
        again = registry.register(model(1), "churn")
        assert again.version.number == 1
        assert registry.model("churn").uid != first.version.uid
        assert registry.model("churn").aliases == {}

    @pytest.mark.parametrize("protected", [False, True])
    def test_an_alias_guards_the_model(self, registry: Registry, protected: bool) -> None:  # noqa: FBT001
        registry.register(model(), "churn", aliases=["production"])
        if protected:
            registry.protect("churn", "production")
        with pytest.raises(RefusedError, match="production"):
            registry.delete("churn")
        assert registry.get("churn:production").number == 0
        registry.delete("churn", force=True)
        assert len(registry.models()) == 0

    def test_an_undeleted_model_has_its_links_and_aliases_again(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn", aliases=["production"])
        registry.delete("churn", force=True)
        registry.undelete("churn")
        assert registry.get("churn:production").number == 1
        assert [version.number for version in registry.versions("churn")] == [1, 0]
