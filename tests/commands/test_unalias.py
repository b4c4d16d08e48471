"""``unalias NAME ALIAS``: an alias goes, the version stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_an_alias_is_removed_and_the_next_line_sets_it_again(churn: Desk) -> None:
    churn.run("alias churn:v1 best")
    text = churn.says('unalias churn best -m "not any more"')
    assert text == "churn · best removed from v1\nnext: %modelreg alias churn:v1 best"
    assert churn.aliases("churn") == {}
    assert churn.registry.history("churn")[0].reason == "not any more"
    churn.run(text.rpartition("%modelreg ")[2])
    assert churn.aliases("churn") == {"best": 1}


def test_an_alias_that_is_not_there_changes_nothing_and_those_there_are_named(churn: Desk) -> None:
    churn.run("alias churn:v1 best")
    churn.unchanged_by(lambda: churn.run("unalias churn bets"))
    assert "churn has no alias 'bets'" in churn.says("unalias churn bets")
    assert "'best'" in churn.says("unalias churn bets")


def test_an_alias_of_an_artifact_is_removed(churn: Desk) -> None:
    churn.run("alias train/clf:v0 best")
    churn.run("unalias train/clf best")
    assert churn.aliases("train/clf") == {}


def test_a_protected_alias_is_removed_only_with_force(churn: Desk) -> None:
    churn.run("alias churn:v1 production")
    churn.run("protect churn production")
    message = churn.refuses("unalias churn production", "is protected", RefusedError)
    assert "%modelreg unalias churn production --force" in message
    churn.run("unalias churn production --force")
    assert churn.aliases("churn") == {}


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("unalias churn", "unalias needs ALIAS")
    churn.refuses("unalias nope best", "no registered model 'nope'", NotFoundError)
    churn.refuses("unalias churn latest", "cannot be set, moved or removed", InvalidError)
