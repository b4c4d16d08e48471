"""``unprotect NAME ALIAS``: the guard goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_the_guard_goes_and_the_alias_moves_again(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run("protect churn production")
    assert churn.says("unprotect churn production") == "churn: production is not protected now (stands at v0)"
    assert churn.registry.model("churn").protected == ()
    churn.run("alias churn:v1 production")
    assert churn.aliases("churn") == {"production": 1}


def test_what_was_not_guarded_changes_nothing(churn: Desk) -> None:
    churn.unchanged_by(lambda: churn.run("unprotect churn production"))
    assert "was not protected" in churn.says("unprotect churn production")


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("unprotect churn", "unprotect needs ALIAS")
    churn.refuses("unprotect nope production", "no registered model 'nope'", NotFoundError)
