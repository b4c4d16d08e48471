"""Groups F and H of the suite: aliases and stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from modelreg.testing.behaviour.samples import model

if TYPE_CHECKING:
    from modelreg.registry import Registry


class Aliases:
    """Group H: aliases stand at one version per home, move at once, and say so."""

    @pytest.fixture
    def three(self, registry: Registry) -> Registry:
        for i in range(3):
            registry.register(model(i), "churn", project="train", artifact="clf")
        return registry

    def test_an_alias_stands_at_one_version(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        three.alias("churn:v2", "production")
        assert three.model("churn").aliases == {"production": 2}
        assert [version.aliases for version in three.versions("churn")] == [("production",), (), ()]

    def test_a_move_writes_both_ends(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        three.alias("churn:v2", "production", message="better")
        ends = [(a.kind, a.number, a.reason) for a in three.history("churn", limit=2)]
        assert ends == [("alias-moved-here", 2, "better"), ("alias-moved-away", 0, "better")]

    def test_setting_it_again_changes_nothing(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        before = len(three.history())
        assert not three.alias("churn:v0", "production").changed
        assert len(three.history()) == before

    def test_aliases_of_artifact_and_model_are_apart(self, three: Registry) -> None:
        three.alias("churn:v0", "best")
        three.alias("train/clf:v2", "best")
        assert (three.get("churn:best").number, three.get("train/clf:best").number) == (0, 2)

    @pytest.mark.parametrize(
        "alias", ["latest", "LATEST", "v3", "3", "", "a/b", "a:b", "a@b", " a", "a\n", "lateſt", "v٣"]
    )
    def test_reserved_and_impossible_aliases_are_refused(self, three: Registry, alias: str) -> None:
        with pytest.raises(InvalidError):
            three.alias("churn:v0", alias)
        with pytest.raises(InvalidError):
            three.unalias("churn", alias)

    def test_latest_is_there_without_being_set(self, three: Registry) -> None:
        assert three.get("churn:latest").number == 2
        assert "latest" not in three.model("churn").aliases

    def test_linking_an_older_version_makes_its_link_the_latest(self, three: Registry) -> None:
        three.link("train/clf:v2", "second")
        three.link("train/clf:v0", "second")
        assert three.get("second").source == "train/clf:v0"

    def test_an_absent_alias_is_removed_without_a_change(self, three: Registry) -> None:
        assert not three.unalias("churn", "production").changed

    def test_an_unknown_alias_is_answered_with_those_there_are(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        with pytest.raises(NotFoundError, match="did you mean 'production'"):
            three.get("churn:prodution")

    def test_an_alias_at_a_missing_version_is_refused(self, three: Registry) -> None:
        with pytest.raises(NotFoundError):
            three.alias("churn:v9", "production")

    def test_an_alias_goes_with_its_membership(self, three: Registry) -> None:
        three.alias("churn:v1", "staging")
        three.unlink("churn:v1")
        assert three.model("churn").aliases == {}

    def test_compare_and_set_refuses_what_has_moved(self, three: Registry) -> None:
        three.alias("churn:v0", "production", expect=None)
        three.alias("churn:v1", "production", expect=0)
        with pytest.raises(ConflictError, match="moved meanwhile to v1"):
            three.alias("churn:v2", "production", expect=0)
        with pytest.raises(ConflictError):
            three.alias("churn:v2", "production", expect=None)
        assert three.get("churn:production").number == 1

    def test_a_protected_alias_moves_only_by_force(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        three.protect("churn", "production")
        for change in (
            lambda: three.alias("churn:v1", "production"),
            lambda: three.unalias("churn", "production"),
            lambda: three.unlink("churn:v0"),
            lambda: three.register(model(7), "churn", aliases=["production"]),
        ):
            with pytest.raises(RefusedError, match="production"):
                change()
        assert three.get("churn:production").number == 0
        assert three.model("churn").versions == 3
        three.alias("churn:v1", "production", force=True)
        assert three.get("churn:production").number == 1
        assert three.model("churn").protected == ("production",)

    def test_an_alias_may_be_protected_before_it_is_set(self, three: Registry) -> None:
        three.protect("churn", "production")
        with pytest.raises(RefusedError):
            three.alias("churn:v0", "production")
        three.unprotect("churn", "production")
        assert three.alias("churn:v0", "production").changed

    def test_promoting_walks_the_stages(self, three: Registry) -> None:
        three.promote("churn:v1")
        assert three.get("churn:v1").aliases == ("staging",)
        three.promote("churn:v1")
        assert three.get("churn:v1").aliases == ("production",)
        assert not three.promote("churn:v1").changed

    def test_stages_are_the_models_own(self, three: Registry) -> None:
        three.stages("churn", ["shadow", "canary", "live"])
        for stage in ("shadow", "canary", "live"):
            three.promote("churn:v0")
            assert three.get("churn:v0").aliases == (stage,)

    def test_rolling_back_goes_one_step_and_again_one_more(self, three: Registry) -> None:
        for i in range(3):
            three.alias(f"churn:v{i}", "production")
        assert three.rollback("churn", "production").aliases[0].after == 1
        assert three.rollback("churn", "production").aliases[0].after == 0
        with pytest.raises(NotFoundError, match="no other version"):
            three.rollback("churn", "production")

    def test_rolling_back_passes_over_what_is_gone(self, three: Registry) -> None:
        for i in range(3):
            three.alias(f"churn:v{i}", "production")
        three.unlink("churn:v1")
        assert three.rollback("churn", "production").aliases[0].after == 0

    def test_who_was_production_when(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        then = three.history("churn", limit=1)[0].at
        three.alias("churn:v2", "production")
        assert three.get("churn:production", at=then).number == 0
        assert three.load("churn:production", at=then) == model(0)
        assert [(span.alias, span.number) for span in three.moment("churn", then).aliases] == [("production", 0)]
        with pytest.raises(NotFoundError, match="did not exist"):
            three.moment("churn", 1)
