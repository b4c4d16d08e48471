"""``promote REF [STAGE]``: one stage up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import InvalidError, ModelRegError, NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_the_first_promotion_is_to_staging_and_the_second_to_production(churn: Desk) -> None:
    churn.run("promote churn:v1")
    assert churn.aliases("churn") == {"staging": 1}
    text = churn.says("promote churn:v1")
    assert text.splitlines()[0] == "churn:v1 · + production · staging removed from v1"
    assert churn.aliases("churn") == {"production": 1}


def test_a_stage_moves_from_the_version_that_had_it(churn: Desk) -> None:
    churn.run("promote churn:v0 production")
    text = churn.says('promote churn:v1 production -m "better"')
    assert text == "churn:v1 · production moved from v0\nnext: %modelreg rollback churn production"
    assert churn.aliases("churn") == {"production": 1}
    assert churn.registry.history("churn")[0].reason == "better"


def test_the_next_line_takes_it_back(churn: Desk) -> None:
    churn.run("promote churn:v0 production")
    churn.run(churn.says("promote churn:v1 production").rpartition("%modelreg ")[2])
    assert churn.aliases("churn") == {"production": 0}


def test_the_own_stages_of_the_registered_model_are_walked(churn: Desk) -> None:
    churn.run("stages churn canary,live")
    churn.run("promote churn:v0")
    churn.run("promote churn:v0")
    assert churn.aliases("churn") == {"live": 0}


def test_in_the_last_stage_it_stays_and_says_so(churn: Desk) -> None:
    churn.run("promote churn:v1 production")
    churn.unchanged_by(lambda: churn.run("promote churn:v1 production"))
    assert churn.aliases("churn") == {"production": 1}


def test_a_protected_stage_needs_force(churn: Desk) -> None:
    churn.run("promote churn:v0 production")
    churn.run("protect churn production")
    message = churn.refuses("promote churn:v1 production", "protected", RefusedError)
    assert "%modelreg promote churn:v1 production --force" in message
    assert churn.aliases("churn") == {"production": 0}
    churn.run("promote churn:v1 production --force")
    assert churn.aliases("churn") == {"production": 1}


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("promote", "promote needs REF", UsageError),
        ("promote churn:v9", "no version 9 of 'churn'", NotFoundError),
        (
            "promote churn:v1 canary",
            "'canary' is no stage of 'churn'; the stages are staging, production.*Try %modelreg alias churn:v1 canary",
            InvalidError,
        ),
        ("promote train/clf:v0", "train/clf", InvalidError),
        ("promote churn:v1 staging now", "'now' at column 26 is too much", UsageError),
    ],
)
def test_a_wrong_line_changes_nothing(churn: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    churn.unchanged_by(lambda: churn.refuses(line, message, kind))


def test_past_the_last_stage_nothing_changes_and_it_is_said(churn: Desk) -> None:
    churn.run("promote churn:v1 production")
    churn.unchanged_by(lambda: churn.run("promote churn:v1"))
    assert churn.says("promote churn:v1") == "churn:v1 is production already, the last stage"
