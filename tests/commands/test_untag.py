"""``untag REF KEY…``: tags go by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_tags_are_removed_by_their_keys(churn: Desk) -> None:
    churn.run("tag churn:v0 reviewed team=growth kept")
    assert churn.says("untag churn:v0 reviewed team") == "churn:v0 (train/clf:v0): reviewed, team removed"
    assert churn.registry.get("churn:v0").tags == {"kept": ""}


def test_a_key_that_is_not_there_changes_nothing_and_is_named(churn: Desk) -> None:
    churn.run("tag churn kept")
    churn.unchanged_by(lambda: churn.run("untag churn gone"))
    assert "gone" in churn.says("untag churn gone")


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("untag churn", "untag needs KEYS")
    churn.refuses("untag nope x", "no registered model 'nope'", NotFoundError)
