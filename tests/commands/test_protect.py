"""``protect NAME ALIAS`` and ``unprotect NAME ALIAS``: the guard of an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_an_alias_is_guarded(churn: Desk) -> None:
    churn.run("alias churn:v1 production")
    assert churn.says('protect churn production -m "audit"') == "churn: production is protected now (stands at v1)"
    assert churn.registry.model("churn").protected == ("production",)
    assert churn.registry.history("churn")[0].reason == "audit"


def test_an_alias_may_be_guarded_before_it_is_set(churn: Desk) -> None:
    assert churn.says("protect churn production") == "churn: production is protected now (not set yet)"


def test_guarding_twice_changes_nothing(churn: Desk) -> None:
    churn.run("protect churn production")
    churn.unchanged_by(lambda: churn.run("protect churn production"))


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("protect churn", "protect needs ALIAS")
    churn.refuses("protect nope production", "no registered model 'nope'", NotFoundError)
    churn.refuses("protect churn latest", "latest", InvalidError)
    assert churn.registry.model("churn").protected == ()
