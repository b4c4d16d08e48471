"""``unlink REF``: the end of a membership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_member_leaves_and_stays_in_its_artifact(churn: Desk) -> None:
    text = churn.says('unlink churn:v1 -m "wrong month"')
    assert text == "churn:v1 unlinked; the version stays as train/better:v0\nnext: %modelreg link train/better:v0 churn"
    assert [version.number for version in churn.registry.versions("churn")] == [0]
    assert churn.registry.get("train/better:v0").number == 0
    assert churn.registry.history("churn")[0].reason == "wrong month"


def test_its_aliases_go_with_it_and_are_named(churn: Desk) -> None:
    churn.run("alias churn:v1 staging")
    assert "(staging removed with it)" in churn.says("unlink churn:v1")
    assert churn.aliases("churn") == {}


def test_under_a_protected_alias_it_is_refused_with_the_line_that_does_it(churn: Desk) -> None:
    churn.run("alias churn:v1 production")
    churn.run("protect churn production")
    message = churn.refuses("unlink churn:v1", "protected", RefusedError)
    assert "%modelreg unlink churn:v1 --force" in message
    assert churn.aliases("churn") == {"production": 1}
    churn.run("unlink churn:v1 --force")
    assert churn.aliases("churn") == {}


def test_what_is_no_member_is_refused(churn: Desk) -> None:
    churn.refuses("unlink churn:v9", "no version 9 of 'churn'; it has v0-v1", NotFoundError)


def test_an_artifact_has_no_membership_to_end(churn: Desk) -> None:
    churn.refuses("unlink train/clf:v0", "train/clf", InvalidError)


def test_without_a_selector_the_newest_is_meant(churn: Desk) -> None:
    churn.run("unlink churn")
    assert [version.number for version in churn.registry.versions("churn")] == [0]
