"""Link and unlink: memberships of one version in many models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import InvalidError, NotFoundError, RefusedError
from tests.verbs.test_interrupt import interrupted

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry


@pytest.fixture
def logged(registry: Registry) -> Registry:
    """Log three versions that no registered model has."""
    for number in range(3):
        registry.log({"n": number}, "train/clf")
    return registry


def test_both_ends_of_a_link_are_seen(logged: Registry) -> None:
    answer = logged.link("train/clf:v1", "churn", aliases=["best", "best"], message="chosen")
    assert (answer.version.ref, answer.version.source, answer.created_home) == ("churn:v0", "train/clf:v1", True)
    assert answer.version.aliases == ("best",)
    source: Any = logged.show("train/clf:v1")
    link: Any = logged.show("churn:v0")
    assert [version.ref for version in source.links] == ["churn:v0"]
    assert link.version.source == "train/clf:v1"
    (entry,) = logged.history("churn", kinds=["linked"])
    assert (entry.after, entry.reason) == ("train/clf:v1", "chosen")


def test_a_link_stores_nothing(logged: Registry, tmp_path: Path) -> None:
    before = sorted(str(path) for path in (tmp_path / "registry" / "objects").rglob("*"))
    logged.link("train/clf:v1", "churn")
    logged.link("train/clf:v1", "second")
    assert sorted(str(path) for path in (tmp_path / "registry" / "objects").rglob("*")) == before


def test_link_numbers_count_links_not_versions(logged: Registry) -> None:
    assert [logged.link(f"train/clf:v{n}", "churn").version.number for n in (2, 0, 2, 1)] == [0, 1, 0, 2]


def test_linking_an_older_member_again_leaves_latest_where_it_is(logged: Registry) -> None:
    logged.link("train/clf:v0", "churn")
    logged.link("train/clf:v1", "churn")
    again = logged.link("train/clf:v0", "churn")
    assert (again.outcome, again.version.number, again.latest) == ("identical", 0, 1)


def test_a_use_through_a_link_is_a_use_of_the_source(logged: Registry) -> None:
    logged.link("train/clf:v0", "churn")
    logged.load("churn:v0")
    source: Any = logged.show("train/clf:v0")
    link: Any = logged.show("churn:v0")
    assert [run.kind for run in source.runs] == ["use", "log"]
    assert source.runs == link.runs


def test_nothing_is_linked_that_is_not_there(logged: Registry) -> None:
    with pytest.raises(NotFoundError, match="no version 7"):
        logged.link("train/clf:v7", "churn")
    with pytest.raises(InvalidError, match="no slash in its name"):
        logged.link("train/clf:v0", "train/other")
    assert len(logged.models()) == 0


def test_an_unlink_says_what_went_and_how_to_come_back(logged: Registry) -> None:
    logged.link("train/clf:v1", "churn", aliases=["best", "staging"])
    change = logged.unlink("churn:best", message="bad")
    assert change.text == "churn:v0 unlinked (best, staging removed with it); the version stays as train/clf:v1"
    assert change.next == "link train/clf:v1 churn"
    assert logged.get("train/clf:v1").number == 1
    kinds = [(a.kind, a.reason) for a in logged.history("churn", limit=3, newest_first=True)]
    assert kinds == [("unlinked", "bad"), ("alias-removed", "bad"), ("alias-removed", "bad")]


def test_a_protected_alias_holds_its_member_and_the_way_out_is_named(logged: Registry) -> None:
    logged.link("train/clf:v1", "churn", aliases=["production"])
    logged.protect("churn", "production")
    with pytest.raises(RefusedError, match=r"unlink churn:v0 --force or %modelreg unprotect churn production"):
        logged.unlink("churn:v0")
    logged.unlink("churn:v0", force=True)
    assert logged.model("churn").versions == 0
    assert logged.model("churn").protected == ("production",)


def test_an_interrupted_unlink_takes_no_second_member(logged: Registry) -> None:
    for number in range(3):
        logged.link(f"train/clf:v{number}", "churn")
    with interrupted(logged, "COMMIT"):
        logged.unlink("churn")  # the latest, whatever that is
    assert not logged.unlink("churn").changed
    assert [version.number for version in logged.versions("churn")] == [1, 0]


def test_links_of_a_version_stay_when_one_model_goes(logged: Registry) -> None:
    logged.link("train/clf:v0", "churn")
    logged.link("train/clf:v0", "second")
    logged.delete("churn")
    assert logged.load("second:v0") == {"n": 0}


def test_several_versions_are_linked_together_or_not_at_all(logged: Registry) -> None:
    with pytest.raises(NotFoundError, match="no version 9"):
        logged.link(["train/clf:v2", "train/clf:v9"], "churn")
    assert not logged.models()
    made = logged.link(["train/clf:v2", "train/clf:v0", "train/clf:v2"], "churn", message="chosen")
    assert [(each.version.ref, each.outcome, each.created_home) for each in made] == [
        ("churn:v0", "new", True), ("churn:v1", "new", False), ("churn:v0", "identical", False),
    ]  # fmt: skip
    with pytest.raises(InvalidError, match="'best' stands at one version; give it after linking"):
        logged.link(["train/clf:v0", "train/clf:v1"], "churn", aliases=["best"])
    with pytest.raises(InvalidError, match="name at least one version"):
        logged.link([], "churn")
    logged.undo()
    assert not logged.models()


def test_several_members_are_unlinked_together_or_not_at_all(logged: Registry) -> None:
    logged.link(["train/clf:v0", "train/clf:v1", "train/clf:v2"], "churn")
    logged.alias("churn:v1", "best")
    logged.protect("churn", "best")
    with pytest.raises(
        RefusedError,
        match=r"^churn:v1 has the protected alias 'best'; nothing was unlinked. Try %modelreg unlink churn:v2 churn:v1 --force",
    ):
        logged.unlink("churn:latest", "churn:best", "churn:v2")
    with pytest.raises(InvalidError, match="train/clf:v0 is the version itself"):
        logged.unlink("churn:v2", "train/clf:v0", force=True)
    assert logged.model("churn").versions == 3
    change = logged.unlink("churn:latest", "churn:best", "churn:v2", force=True)
    assert change.text.startswith(
        "churn:v2 unlinked; the version stays as train/clf:v2; churn:v1 unlinked (best removed"
    )
    logged.undo()
    assert dict(logged.model("churn").aliases) == {"best": 1}
    assert logged.model("churn").versions == 3
