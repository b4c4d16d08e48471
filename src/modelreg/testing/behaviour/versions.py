"""Groups D, E and G of the suite: versions and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import InvalidError, NotFoundError, RefusedError
from modelreg.testing.behaviour.samples import HOSTILE, model

if TYPE_CHECKING:
    from modelreg.registry import Registry


class Versions:
    """Groups D and E: versions are numbered, described, deleted."""

    def test_numbers_count_from_zero_in_both_homes(self, registry: Registry) -> None:
        for i in range(3):
            answer = registry.register(model(i), "churn", project="train", artifact="clf")
            assert (answer.version.ref, answer.version.source) == (f"churn:v{i}", f"train/clf:v{i}")

    @pytest.mark.parametrize("ref", ["churn:v1", "churn:1", "churn:V1", "churn@1"])
    def test_a_number_is_written_in_any_way(self, registry: Registry, ref: str) -> None:
        for i in range(3):
            registry.register(model(i), "churn")
        assert registry.get(ref).number == 1

    def test_a_missing_number_is_answered_with_those_there_are(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn")
        with pytest.raises(NotFoundError, match=r"no version 7 of 'churn'; it has v0-v1"):
            registry.get("churn:v7")

    def test_a_number_beyond_every_integer_is_not_there(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        with pytest.raises(NotFoundError):
            registry.get(f"churn:v{10**17}")
        with pytest.raises(InvalidError):
            registry.get(f"churn:v{10**30}")

    def test_contents_stay_while_descriptions_change(self, registry: Registry) -> None:
        before = registry.register(model(), "churn").version
        registry.describe("churn:v0", "better")
        after = registry.get("churn:v0")
        assert (after.description, after.content_id, after.uid) == ("better", before.content_id, before.uid)
        assert registry.model("churn").description == ""

    def test_an_edit_through_a_link_edits_the_version_and_says_so(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        assert "train/clf:v0" in registry.tag("churn:v0", "gpu").text
        assert registry.get("train/clf:v0").tags == {"gpu": ""}

    def test_a_held_version_is_not_deleted_and_the_holders_are_named(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf", aliases=["production"])
        with pytest.raises(RefusedError, match=r"linked to 'churn' as v0 with production.*unlink churn:v0"):
            registry.delete("churn:v0")
        assert registry.get("churn:production").number == 0

    def test_a_forced_deletion_takes_links_and_aliases_with_it(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf", aliases=["production"])
        registry.delete("churn:v0", force=True)
        for ref in ("churn:v0", "churn:production", "train/clf:v0"):
            with pytest.raises(NotFoundError):
                registry.get(ref)
        kinds = [action.kind for action in registry.history("churn", newest_first=False)]
        assert kinds == ["created", "linked", "alias-added", "alias-removed", "unlinked"]

    def test_a_number_is_never_used_again(self, registry: Registry) -> None:
        for i in range(3):
            registry.register(model(i), "churn", project="train", artifact="clf")
        registry.delete("train/clf:v2", force=True)
        answer = registry.register(model(9), "churn", project="train", artifact="clf")
        assert (answer.version.number, answer.version.artifact_number) == (3, 3)

    def test_latest_falls_back_when_the_newest_goes(self, registry: Registry) -> None:
        for i in range(3):
            registry.register(model(i), "churn")
        registry.unlink("churn:v2")
        assert registry.get("churn").number == 1
        assert registry.model("churn").latest == 1

    def test_an_undeleted_version_is_back_under_its_numbers(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf", aliases=["production"])
        registry.delete("churn:v0", force=True)
        registry.undelete("train/clf:v0")
        assert registry.get("churn:production").source == "train/clf:v0"
        assert registry.load("churn:v0") == model()

    def test_what_was_never_deleted_is_not_undeleted(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        with pytest.raises(NotFoundError, match="never deleted"):
            registry.undelete("train/clf:v0")


class Tags:
    """Group G: tags on models and versions, in the same way."""

    @pytest.fixture(params=["churn", "churn:v0", "train/clf"])
    def subject(self, registry: Registry, request: pytest.FixtureRequest) -> str:
        registry.register(model(), "churn", project="train", artifact="clf")
        return str(request.param)

    def read(self, registry: Registry, subject: str) -> Any:
        found: Any = registry.show(subject)
        return dict((found.version if ":" in subject else found.model).tags)

    def test_tags_are_set_replaced_and_removed(self, registry: Registry, subject: str) -> None:
        registry.tag(subject, "team=growth", "gpu")
        registry.tag(subject, "team=risk")
        assert self.read(registry, subject) == {"gpu": "", "team": "risk"}
        registry.untag(subject, "team")
        assert self.read(registry, subject) == {"gpu": ""}

    def test_an_absent_tag_is_removed_without_a_change(self, registry: Registry, subject: str) -> None:
        before = len(registry.history())
        assert not registry.untag(subject, "nothing").changed
        assert len(registry.history()) == before

    def test_the_same_tag_twice_is_one_entry_in_the_history(self, registry: Registry, subject: str) -> None:
        registry.tag(subject, "gpu")
        before = len(registry.history())
        assert not registry.tag(subject, "gpu").changed
        assert len(registry.history()) == before

    @pytest.mark.parametrize("tag", ["", "=x", "x" * 200, "a\x00b"])
    def test_a_bad_tag_is_refused(self, registry: Registry, subject: str, tag: str) -> None:
        with pytest.raises(InvalidError, match="tag"):
            registry.tag(subject, tag)

    @pytest.mark.parametrize("value", HOSTILE)
    def test_a_hostile_value_comes_back_as_it_was(self, registry: Registry, subject: str, value: str) -> None:
        registry.tag(subject, f"key={value}")
        assert self.read(registry, subject) == {"key": value}

    def test_a_tag_on_what_is_gone_is_refused(self, registry: Registry, subject: str) -> None:
        registry.delete("train/clf", force=True)
        registry.delete("churn")
        with pytest.raises(NotFoundError):
            registry.tag(subject, "gpu")
