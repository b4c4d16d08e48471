"""Delete and undelete: versions, registered models, artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import AlreadyExistsError, ConflictError, InvalidError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from modelreg.registry import Registry


@pytest.fixture(autouse=True)
def _filled(registry: Registry) -> None:
    for number in range(3):
        registry.log({"n": number}, "train/clf")
    registry.link("train/clf:v0", "churn", aliases=["production"])
    registry.link("train/clf:v0", "second", aliases=["best"])
    registry.alias("train/clf:v1", "best")


def test_a_version_that_nothing_holds_goes_without_force(registry: Registry) -> None:
    change = registry.delete("train/clf:v2", message="bad data")
    assert (change.text, change.next) == ("train/clf:v2 deleted", "undelete train/clf:v2")
    (entry,) = registry.history("train/clf", kinds=["deleted"])
    assert (entry.number, entry.reason) == (2, "bad data")


def test_a_refusal_names_all_that_hold_and_changes_nothing(registry: Registry) -> None:
    registry.protect("churn", "production")
    entries = len(registry.history())
    with pytest.raises(
        RefusedError,
        match=r"linked to 'churn' as v0 with production \(protected\); linked to 'second' as v0 with best; nothing",
    ):
        registry.delete("train/clf:v0")
    with pytest.raises(RefusedError, match=r"known in 'train/clf' as best; nothing was deleted.*--force"):
        registry.delete("train/clf:v1")
    assert len(registry.history()) == entries


def test_a_forced_deletion_says_what_went_with_it(registry: Registry) -> None:
    change = registry.delete("train/clf:v0", force=True)
    assert change.text == ("train/clf:v0 deleted with second:v0, alias second:best, churn:v0, alias churn:production")
    assert registry.model("churn").versions == registry.model("second").versions == 0


def test_a_deletion_through_a_link_deletes_the_version(registry: Registry) -> None:
    registry.delete("churn:production", force=True)
    with pytest.raises(NotFoundError):
        registry.get("train/clf:v0")


def test_a_version_that_somebody_else_deleted_meanwhile_says_who_and_when_and_how_it_comes_back(
    registry: Registry, other: Registry
) -> None:
    other.delete("churn:v0", message="trained on\nthe wrong year", force=True)
    with pytest.raises(
        NotFoundError,
        match=r"^churn:v0 was deleted by anna at \d{4}-.* UTC \(trained on the wrong year\).*undelete churn:v0",
    ):
        registry.load("churn:v0")
    registry.undelete("churn:v0")
    assert registry.get("churn:v0").number == 0
    other.unlink("churn:v0", force=True)
    with pytest.raises(NotFoundError, match=r"^churn:v0 was unlinked by anna at .*%modelreg link train/clf:v0 churn"):
        registry.load("churn:v0")
    other.delete("train/clf:v0", force=True)  # to bring it back would not link it
    with pytest.raises(
        NotFoundError, match=r"^churn:v0 was unlinked by anna at \S+ \S+ UTC\. Try %modelreg versions churn"
    ):
        registry.load("churn:v0")
    other.delete("churn", force=True)
    with pytest.raises(NotFoundError, match=r"the registered model 'churn' was deleted by anna at \d{4}"):
        registry.load("churn:v0")


def test_the_history_of_what_was_deleted_stays(registry: Registry) -> None:
    registry.delete("train/clf:v0", force=True)
    assert [a.kind for a in registry.history("train/clf:v0", newest_first=False)] == ["logged", "deleted"]
    assert [a.kind for a in registry.history("churn:v0", newest_first=False)] == [
        "linked", "alias-added", "alias-removed", "unlinked",
    ]  # fmt: skip
    registry.delete("churn")
    assert registry.history("churn")[0].kind == "deleted"
    with pytest.raises(NotFoundError, match="the registered model 'churn' was deleted"):
        registry.history("churn:v8")


def test_everything_about_a_deleted_version_is_not_found(registry: Registry) -> None:
    registry.delete("train/clf:v2")
    for use in (
        lambda: registry.get("train/clf:v2"),
        lambda: registry.load("train/clf:v2"),
        lambda: registry.show("train/clf:v2"),
        lambda: registry.describe("train/clf:v2", "x"),
        lambda: registry.tag("train/clf:v2", "x"),
        lambda: registry.alias("train/clf:v2", "x"),
        lambda: registry.link("train/clf:v2", "churn"),
        lambda: registry.delete("train/clf:v2"),
        lambda: registry.trust("train/clf:v2"),
        lambda: registry.compare("train/clf:v2", "train/clf:v1"),
    ):
        with pytest.raises(NotFoundError, match=r"train/clf:v2 was deleted by .* at .*undelete train/clf:v2"):
            use()
    assert [v.number for v in registry.versions("train/clf")] == [1, 0]


def test_a_version_comes_back_with_links_aliases_and_description(registry: Registry) -> None:
    registry.describe("churn:v0", "good")
    before = [registry.get(ref) for ref in ("train/clf:v0", "churn:production", "second:best")]
    registry.delete("train/clf:v0", force=True)
    assert registry.undelete("train/clf:v0").text == "train/clf:v0 is back"
    assert [registry.get(ref) for ref in ("train/clf:v0", "churn:production", "second:best")] == before


@pytest.mark.parametrize("ref", ["train/clf:v0", "train/clf@0", "churn:v0", "second:v0"])
def test_a_version_is_brought_back_by_any_of_its_numbers(registry: Registry, ref: str) -> None:
    registry.delete("train/clf:v0", force=True)
    registry.undelete(ref)
    assert registry.get("churn:production").source == "train/clf:v0"


def test_a_version_is_brought_back_by_a_former_name(registry: Registry) -> None:
    registry.rename("churn", "leavers")
    registry.delete("train/clf:v0", force=True)
    registry.undelete("churn:v0")
    assert registry.get("leavers:production").number == 0


def test_an_alias_that_was_given_away_stays_where_it_is(registry: Registry) -> None:
    registry.delete("train/clf:v0", force=True)
    registry.link("train/clf:v1", "churn", aliases=["production"])
    change = registry.undelete("train/clf:v0")
    assert any("'production' has moved on to v1 and stays there" in note for note in change.notes)
    assert registry.get("churn:production").number == 1
    assert registry.get("churn:v0").source == "train/clf:v0"


def test_nothing_comes_back_into_a_deleted_model(registry: Registry) -> None:
    registry.delete("train/clf:v0", force=True)
    registry.delete("churn")
    change = registry.undelete("train/clf:v0")
    assert any("'churn' was deleted and gets nothing back" in note for note in change.notes)
    assert registry.get("second:best").source == "train/clf:v0"
    registry.unlink("second:v0")
    registry.delete("train/clf:v0")  # nothing unseen holds it
    registry.undelete("churn")
    assert registry.model("churn").versions == 0
    assert registry.check().ok


def test_a_version_of_a_deleted_artifact_waits_for_its_artifact(registry: Registry) -> None:
    registry.delete("train/clf:v2")
    registry.delete("train/clf", force=True)
    with pytest.raises(ConflictError, match="the artifact 'train/clf' was deleted"):
        registry.undelete("train/clf:v2")
    registry.undelete("train/clf")
    registry.undelete("train/clf:v2")
    assert [v.number for v in registry.versions("train/clf")] == [2, 1, 0]
    assert registry.get("churn:production").source == "train/clf:v0"


def test_a_name_that_was_taken_again_does_not_come_back(registry: Registry) -> None:
    registry.delete("churn", force=True)
    registry.create("churn")
    with pytest.raises(AlreadyExistsError, match="there is a registered model 'churn'"):
        registry.undelete("churn")


def test_of_two_deleted_models_of_one_name_the_last_comes_back(registry: Registry) -> None:
    registry.describe("churn", "first")
    registry.delete("churn", force=True)
    registry.create("churn", description="second")
    registry.delete("churn")
    registry.undelete("churn")
    assert registry.model("churn").description == "second"


def test_an_alias_does_not_name_what_is_to_come_back(registry: Registry) -> None:
    registry.delete("train/clf:v0", force=True)
    with pytest.raises(InvalidError, match="by its number"):
        registry.undelete("churn:production")
    with pytest.raises(NotFoundError, match="there never was a train/clf:v9"):
        registry.undelete("train/clf:v9")
    with pytest.raises(NotFoundError, match="nothing called 'ghost' was deleted"):
        registry.undelete("ghost")


def test_an_unlinked_version_was_never_deleted(registry: Registry) -> None:
    registry.unlink("churn:v0")
    with pytest.raises(NotFoundError, match="never deleted"):
        registry.undelete("churn:v0")


def test_deleting_a_model_tells_how_many_links_and_keeps_the_versions(registry: Registry) -> None:
    change = registry.delete("churn", message="retired", force=True)
    assert change.text == "registered model churn deleted (1 link); the versions stay in their artifacts"
    assert registry.get("train/clf:v0").number == 0
    with pytest.raises(NotFoundError, match=r"the registered model 'churn' was deleted.*undelete churn"):
        registry.load("churn")


def test_an_artifact_is_deleted_by_force_while_a_version_is_held(registry: Registry) -> None:
    with pytest.raises(RefusedError, match=r"artifact 'train/clf' cannot be deleted: v1 is known .* and 2 more"):
        registry.delete("train/clf")
    assert registry.delete("train/clf", force=True).text == "artifact train/clf deleted (3 versions)"
    assert registry.model("churn").versions == 0
    registry.undelete("train/clf")
    assert registry.get("churn:production").source == "train/clf:v0"
    assert registry.get("train/clf:best").number == 1


def test_a_deleted_version_is_not_the_same_as_a_new_one(registry: Registry) -> None:
    registry.delete("train/clf:v2")
    answer = registry.log({"n": 2}, "train/clf")
    assert (answer.outcome, answer.version.number) == ("new", 3)
    assert answer.deleted == "train/clf:v2"


def test_several_versions_go_together_or_not_at_all(registry: Registry) -> None:
    entries = len(registry.history())
    with pytest.raises(
        RefusedError,
        match=r"^churn:v0 \(train/clf:v0\) is linked .* with best; train/clf:v1 is known in 'train/clf' as best; nothing "
        r"was deleted. Try %modelreg delete train/clf:v2 churn:v0 train/clf:v1 --force$",
    ):
        registry.delete("train/clf:v2", "churn:v0", "train/clf:v1")
    with pytest.raises(NotFoundError, match="no version 9"):
        registry.delete("train/clf:v2", "train/clf:v9", force=True)
    assert len(registry.history()) == entries
    before = [registry.get(ref) for ref in ("train/clf:v2", "churn:production", "second:best", "train/clf:best")]
    change = registry.delete("train/clf:v2", "churn:production", "second:best", "train/clf:v1", force=True)
    assert change.text == (
        "train/clf:v2 deleted; train/clf:v0 deleted with second:v0, alias second:best, churn:v0, alias churn:production; "
        "train/clf:v1 deleted with alias train/clf:best"
    )
    assert (change.next, registry.versions("train/clf").items) == ("undo", ())
    assert len({entry.operation for entry in registry.history(kinds=["deleted"])}) == 1
    registry.undo()
    assert [
        registry.get(ref) for ref in ("train/clf:v2", "churn:production", "second:best", "train/clf:best")
    ] == before


def test_references_mean_what_they_meant_before_the_first_of_several_went(registry: Registry) -> None:
    registry.unalias("train/clf", "best")
    registry.delete("train/clf:v2", "train/clf:latest")
    assert [v.number for v in registry.versions("train/clf")] == [1, 0]


def test_whole_models_are_deleted_one_at_a_time(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="'second' is no version; several at once are versions, such as second:v3"):
        registry.delete("churn:v0", "second")
    with pytest.raises(InvalidError, match="name at least one version"):
        registry.delete()
    assert registry.model("second").versions == 1


def test_a_line_that_nobody_would_type_is_not_offered(registry: Registry) -> None:
    for number in range(3, 16):
        registry.log({"n": number}, "train/clf")
    refs = [f"train/clf:v{number}" for number in range(16)]
    with pytest.raises(RefusedError) as refusal:
        registry.delete(*refs)
    assert refusal.value.tries == ()
    assert registry.delete(*refs, force=True).text.endswith("train/clf:v3 deleted; and 12 more")
