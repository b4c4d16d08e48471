"""Create, describe, tag, rename, metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import AlreadyExistsError, ConflictError, InvalidError, NotFoundError

if TYPE_CHECKING:
    from modelreg.registry import Registry
    from tests.verbs.conftest import Clock


@pytest.fixture(autouse=True)
def _churn(registry: Registry, clock: Clock) -> None:
    registry.register({"n": 0}, "churn", project="train", artifact="clf")
    clock.on(60)


def test_an_edit_moves_the_time_of_change_and_only_that(registry: Registry, clock: Clock) -> None:
    before = registry.model("churn")
    registry.describe("churn", "who leaves")
    after = registry.model("churn")
    assert (after.created_at, after.updated_at) == (before.created_at, clock.at)
    assert before.updated_at < after.updated_at


def test_a_new_version_and_a_new_alias_move_the_time_of_change(registry: Registry, clock: Clock) -> None:
    registry.register({"n": 1}, "churn", project="train", artifact="clf")
    assert registry.model("churn").updated_at == clock.at
    clock.on(60)
    registry.alias("churn:v0", "best")
    assert registry.model("churn").updated_at == clock.at
    assert registry.artifacts()[0].updated_at < clock.at, "the alias stands in the registered model alone"


def test_an_edit_that_changes_nothing_leaves_no_trace(registry: Registry, clock: Clock) -> None:
    registry.describe("churn", "text")
    registry.metric("churn", "auc", "higher")
    entries, updated = len(registry.history()), registry.model("churn").updated_at
    clock.on(60)
    assert not registry.describe("churn", "text").changed
    assert not registry.metric("churn", "auc", "higher").changed
    assert not registry.rename("churn", "churn").changed
    assert (len(registry.history()), registry.model("churn").updated_at) == (entries, updated)


def test_a_description_is_text_of_any_kind_and_length_up_to_a_bound(registry: Registry) -> None:
    text = "# Card\n\n<script>alert(1)</script> \x1b[31m \u202e 日本 🙂 'quoted' \"double\""
    registry.describe("churn", text)
    assert registry.model("churn").description == text
    for bad in ("a\x00b", "\ud800", "x" * 100_001):
        with pytest.raises(InvalidError, match="description"):
            registry.describe("churn", bad)
    assert registry.model("churn").description == text


def test_the_history_has_the_text_before_and_after(registry: Registry) -> None:
    registry.describe("churn", "one")
    registry.describe("churn", "two", message="better")
    entry = registry.history("churn", limit=1)[0]
    assert (entry.kind, entry.before, entry.after, entry.reason) == ("described", "one", "two", "better")


def test_an_edit_of_a_version_is_in_the_history_of_where_it_was_made(registry: Registry) -> None:
    registry.describe("churn:v0", "good")
    assert registry.history("churn", limit=1)[0].number == 0
    assert registry.get("train/clf:v0").description == "good"
    assert [a.kind for a in registry.history("train/clf:v0", kinds=["described"])] == []
    assert [a.kind for a in registry.history("churn:v0", kinds=["described"])] == ["described"]


def test_artifacts_are_described_and_tagged_too(registry: Registry) -> None:
    assert registry.describe("train/clf", "all epochs").text == "train/clf described"
    registry.tag("train/clf", "family=forest")
    artifact = registry.artifacts()[0]
    assert (artifact.description, artifact.tags) == ("all epochs", {"family": "forest"})


def test_tags_need_a_key(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="at least one tag"):
        registry.tag("churn")


def test_one_tag_in_two_spellings_is_one(registry: Registry) -> None:
    registry.tag("churn", "é=1")
    assert not registry.tag("churn", "e\u0301=1").changed
    assert registry.model("churn").tags == {"é": "1"}


def test_a_tag_may_hold_the_sign_that_parts_it(registry: Registry) -> None:
    registry.tag("churn", "where=a=b=c")
    assert registry.model("churn").tags == {"where": "a=b=c"}
    registry.untag("churn", "where=whatever")
    assert registry.model("churn").tags == {}


def test_creating_with_tags_is_one_operation(registry: Registry) -> None:
    registry.create("fraud", tags=["a", "b=1"], message="new task")
    assert len({action.operation for action in registry.history("fraud")}) == 1
    assert [a.kind for a in registry.history("fraud", newest_first=False)] == ["created", "tagged", "tagged"]


def test_a_bad_tag_makes_no_model(registry: Registry) -> None:
    with pytest.raises(InvalidError):
        registry.create("fraud", tags=["ok", ""])
    with pytest.raises(NotFoundError):
        registry.model("fraud")


def test_a_rename_says_that_the_old_name_answers(registry: Registry) -> None:
    assert registry.rename("churn", "leavers").text == "churn is now called leavers; the old name still answers"
    detail: Any = registry.show("churn")
    assert (detail.model.name, detail.note) == ("leavers", "churn is now called leavers")
    entry = registry.history("leavers", limit=1)[0]
    assert (entry.subject, entry.before, entry.after) == ("leavers", "churn", "leavers")
    assert [a.kind for a in registry.history("churn")][-1] == "created"


def test_a_rename_keeps_aliases_stages_directions_protection(registry: Registry) -> None:
    registry.alias("churn:v0", "live")
    registry.protect("churn", "live")
    registry.stages("churn", ["shadow", "live"])
    registry.metric("churn", "auc", "higher")
    before = registry.model("churn")
    registry.rename("churn", "leavers")
    after = registry.model("leavers")
    same = ("uid", "aliases", "protected", "stages", "directions", "versions", "latest", "created_at")
    assert [getattr(after, slot) for slot in same] == [getattr(before, slot) for slot in same]


def test_a_rename_to_a_twin_by_case_is_warned_of(registry: Registry) -> None:
    registry.create("Fraud")
    change = registry.rename("churn", "fraud")
    assert change.notes == ("'fraud' differs from 'Fraud' by case only",)
    assert registry.rename("fraud", "FRAUD2").notes == ()


def test_an_artifact_keeps_its_name(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="artifacts keep their names"):
        registry.rename("train/clf", "other")
    with pytest.raises(InvalidError, match="no slash in its name"):
        registry.rename("churn", "a/b")


def test_a_chain_of_renames_answers_to_every_name(registry: Registry) -> None:
    for old, new in (("churn", "b"), ("b", "c"), ("c", "d")):
        registry.rename(old, new)
    assert {registry.get(f"{name}:v0").home for name in ("churn", "b", "c", "d")} == {"d"}
    with pytest.raises(AlreadyExistsError):
        registry.create("d")
    registry.create("b")
    assert registry.model("b").versions == 0
    assert registry.get("churn:v0").home == "d"


def test_two_names_can_be_exchanged(registry: Registry) -> None:
    registry.register({"n": 5}, "fraud", project="train", artifact="other")
    registry.rename("churn", "tmp")
    registry.rename("fraud", "churn")
    registry.rename("tmp", "fraud")
    assert registry.get("churn:v0").source == "train/other:v0"
    assert registry.get("fraud:v0").source == "train/clf:v0"
    assert registry.check().ok


def test_a_direction_is_declared_and_taken_back(registry: Registry) -> None:
    assert registry.metric("churn", "rmse", "lower").text == "churn: rmse, lower is better"
    assert registry.model("churn").directions == {"rmse": "lower"}
    assert registry.metric("churn", "rmse", None).text == "churn: rmse, no direction declared"
    with pytest.raises(InvalidError, match="lower or higher, not 'up'"):
        registry.metric("churn", "rmse", "up")


@pytest.mark.parametrize("ref", ["churn", "churn:v0"])
def test_a_description_that_somebody_wrote_since_stays_and_is_told(
    registry: Registry, other: Registry, ref: str
) -> None:
    registry.describe(ref, "who leaves")
    other.describe(ref.replace("churn:", "train/clf:"), "who *left*")
    entries = len(registry.history())
    with pytest.raises(ConflictError, match=rf"of '{ref}' was changed meanwhile by anna and reads 'who \*left\*' now"):
        registry.describe(ref, "who goes", expect="who leaves")
    assert len(registry.history()) == entries
    assert not registry.describe(ref, "who *left*", expect="who leaves").changed, "both wrote the same"
    registry.describe(ref, "", expect="who *left*")
    with pytest.raises(ConflictError, match=r"is empty now; nothing was changed.*history churn"):
        registry.describe(ref, "who goes", expect="who *left*")
    registry.describe(ref, "who goes", expect="")
    show: Any = registry.show(ref)
    assert (show.version if ":" in ref else show.model).description == "who goes"


def test_a_model_that_somebody_renamed_since_keeps_that_name(registry: Registry, other: Registry) -> None:
    other.rename("churn", "leavers")
    with pytest.raises(ConflictError, match=r"'churn' was renamed meanwhile by anna and is called 'leavers' now"):
        registry.rename("churn", "goers", expect="churn")
    assert registry.model("churn").name == "leavers"
    registry.rename("churn", "goers", expect="leavers")
    assert registry.model("churn").name == "goers"


def test_several_are_tagged_in_one_operation(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", project="train", artifact="clf")
    registry.tag("churn:v0", "a")
    change = registry.tag(["churn:v0", "churn:v1", "churn"], "a", "b=2")
    assert change.text == "churn:v0 (train/clf:v0), churn:v1 (train/clf:v1), churn tagged a, b=2"
    assert dict(registry.model("churn").tags) == dict(registry.get("churn:v1").tags) == {"a": "", "b": "2"}
    again = registry.tag(["churn:v0", "churn:v1"], "b=2")
    assert (again.changed, again.text) == (False, "churn:v0 (train/clf:v0), churn:v1 (train/clf:v1) already have b=2")
    registry.untag("churn:v1", "b")
    assert registry.tag(["churn:v0", "churn:v1"], "a", "b=2").text == "churn:v1 (train/clf:v1) tagged a, b=2"
    registry.undo()
    registry.undo()
    registry.undo()
    assert (dict(registry.get("churn:v0").tags), dict(registry.get("churn:v1").tags)) == ({"a": ""}, {})
