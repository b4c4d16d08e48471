"""Promote, stages, rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import ConflictError, InvalidError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from modelreg.registry import Registry


@pytest.fixture(autouse=True)
def _four(registry: Registry) -> None:
    for number in range(4):
        registry.register({"n": number}, "churn", project="train", artifact="clf")


def test_a_promotion_takes_the_stage_from_whoever_had_it(registry: Registry) -> None:
    registry.promote("churn:v0", "production")
    change = registry.promote("churn:v1", "production", message="better")
    assert change.text == "churn:v1 · production moved from v0"
    assert change.next == "rollback churn production"
    assert registry.model("churn").aliases == {"production": 1}
    assert registry.history("churn", limit=1)[0].reason == "better"


def test_a_stage_may_be_skipped_and_gone_back_to(registry: Registry) -> None:
    assert registry.promote("churn:v0", "production").text == "churn:v0 · + production"
    change = registry.promote("churn:v0", "staging")
    assert change.text == "churn:v0 · + staging · production removed from v0"
    assert registry.model("churn").aliases == {"staging": 0}


def test_at_the_last_stage_nothing_happens(registry: Registry) -> None:
    registry.promote("churn:v0", "production")
    change = registry.promote("churn:v0")
    assert (change.changed, change.text) == (False, "churn:v0 is production already, the last stage")


def test_aliases_that_are_no_stages_stay(registry: Registry) -> None:
    registry.alias("churn:v0", "best")
    registry.promote("churn:v0")
    registry.promote("churn:v0")
    assert registry.get("churn:v0").aliases == ("best", "production")


def test_a_stage_that_is_none_is_named_with_the_way_to_have_it(registry: Registry) -> None:
    with pytest.raises(
        InvalidError,
        match=r"'canary' is no stage of 'churn'; the stages are staging, production.*stages churn staging,production,canary",
    ):
        registry.promote("churn:v0", "canary")


def test_an_artifact_has_no_stages(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="is an artifact and has no stages"):
        registry.promote("train/clf:v0")
    with pytest.raises(InvalidError, match="no slash in its name"):
        registry.stages("train/clf", ["a"])


def test_a_protected_stage_is_promoted_to_by_force_only(registry: Registry) -> None:
    registry.promote("churn:v0", "production")
    registry.protect("churn", "production")
    registry.promote("churn:v1")
    with pytest.raises(RefusedError, match="production"):
        registry.promote("churn:v1")
    assert registry.model("churn").aliases == {"production": 0, "staging": 1}
    registry.promote("churn:v1", force=True)
    assert registry.model("churn").aliases == {"production": 1}


@pytest.mark.parametrize("stages", [[], ["a", "a"], ["latest"], ["v1"], [""]])
def test_impossible_stages_are_refused(registry: Registry, stages: list[str]) -> None:
    with pytest.raises(InvalidError):
        registry.stages("churn", stages)
    assert registry.model("churn").stages == ("staging", "production")


def test_stages_are_said_and_kept_once(registry: Registry) -> None:
    assert registry.stages("churn", ["shadow", "live"]).text == "churn: stages shadow → live"
    assert not registry.stages("churn", ["shadow", "live"]).changed
    assert registry.model("churn").stages == ("shadow", "live")
    assert len(registry.history("churn", kinds=["stages-set"])) == 1


def test_rolling_back_twice_and_going_on(registry: Registry) -> None:
    for number in range(3):
        registry.alias(f"churn:v{number}", "production")
    registry.rollback("churn", "production", message="slow")
    assert registry.history("churn", limit=1)[0].reason == "slow"
    registry.rollback("churn", "production")
    registry.alias("churn:v3", "production")
    change = registry.rollback("churn", "production")
    assert change.aliases[0].after == 0, "v1 and v2 were rolled back from and are not on the way"


def test_an_undone_rollback_can_be_made_again(registry: Registry) -> None:
    for number in range(3):
        registry.alias(f"churn:v{number}", "production")
    registry.rollback("churn", "production")
    registry.undo()
    assert registry.get("churn:production").number == 2
    assert registry.rollback("churn", "production").aliases[0].after == 1


def test_a_version_that_came_back_is_one_step_on_the_way(registry: Registry) -> None:
    for number in (0, 1, 0):
        registry.alias(f"churn:v{number}", "production")
    assert registry.rollback("churn", "production").aliases[0].after == 1
    assert registry.rollback("churn", "production").aliases[0].after == 0
    with pytest.raises(NotFoundError):
        registry.rollback("churn", "production")


def test_a_removed_alias_is_rolled_back_to_where_it_stood(registry: Registry) -> None:
    registry.alias("churn:v1", "production")
    registry.unalias("churn", "production")
    assert registry.rollback("churn", "production").text == "churn:v1 · + production"


def test_what_was_passed_over_is_said(registry: Registry) -> None:
    for number in range(3):
        registry.alias(f"churn:v{number}", "production")
    registry.unlink("churn:v1")
    change = registry.rollback("churn", "production")
    assert change.notes == ("v1 passed over: no longer there",)


def test_a_protected_alias_is_rolled_back_by_force_only(registry: Registry) -> None:
    registry.alias("churn:v0", "production")
    registry.alias("churn:v1", "production")
    registry.protect("churn", "production")
    with pytest.raises(RefusedError):
        registry.rollback("churn", "production")
    assert registry.rollback("churn", "production", force=True).aliases[0].after == 0


def test_what_is_in_the_last_stage_leaves_the_others_when_it_is_promoted_again(registry: Registry) -> None:
    registry.register({"n": 0}, "churn", aliases=["staging"])
    registry.promote("churn:staging")
    registry.register({"n": 0}, "churn", aliases=["staging"])
    assert registry.promote("churn:staging").changed
    assert registry.model("churn").aliases == {"production": 0}
    assert not registry.promote("churn:production").changed


def test_a_stage_that_somebody_gave_away_since_is_not_taken(registry: Registry, other: Registry) -> None:
    registry.promote("churn:v0", "production")
    registry.promote("churn:v3")
    other.promote("churn:v1", "production")
    with pytest.raises(ConflictError, match="moved meanwhile to v1 by anna"):
        registry.promote("churn:v3", "production", expect=0, force=True)
    with pytest.raises(ConflictError, match="moved meanwhile to v1 by anna"):
        registry.promote("churn:v3", expect=None)
    assert registry.model("churn").aliases == {"production": 1, "staging": 3}
    registry.promote("churn:v3", expect=1)
    assert registry.model("churn").aliases == {"production": 3}


def test_an_alias_is_rolled_back_only_from_where_it_is_expected(registry: Registry, other: Registry) -> None:
    for ref in ("churn:v0", "churn:v1"):
        registry.alias(ref, "best")
    other.alias("churn:v3", "best")
    with pytest.raises(ConflictError, match="moved meanwhile to v3 by anna"):
        registry.rollback("churn", "best", expect=1)
    other.unalias("churn", "best")
    with pytest.raises(ConflictError, match=r"is not set \(removed by anna\)"):
        registry.rollback("churn", "best", expect=3)
    assert registry.model("churn").aliases == {}
    assert registry.rollback("churn", "best", expect=None).version.number == 3  # type: ignore[union-attr]
