"""``rollback NAME ALIAS``: back to where the alias stood before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.fixture
def moved(churn: Desk) -> Desk:
    """Return the notebook after production stood at v0, v1 and v2."""
    churn.run("register tree churn")
    for number in range(3):
        churn.run(f"alias churn:v{number} production")
    return churn


def test_it_goes_back_one_version(moved: Desk) -> None:
    text = moved.says('rollback churn production -m "too many false alarms"')
    assert text.splitlines()[0] == "churn:v1 · production moved from v2"
    assert moved.aliases("churn") == {"production": 1}
    assert moved.registry.history("churn")[0].reason == "too many false alarms"


def test_again_is_one_step_further_not_back_again(moved: Desk) -> None:
    moved.run("rollback churn production")
    moved.run("rollback churn production")
    assert moved.aliases("churn") == {"production": 0}


def test_before_the_first_version_there_is_nothing(moved: Desk) -> None:
    moved.run("rollback churn production")
    moved.run("rollback churn production")
    moved.unchanged_by(
        lambda: moved.refuses("rollback churn production", "stood at no other version before", NotFoundError)
    )


def test_a_protected_alias_needs_force(moved: Desk) -> None:
    moved.run("protect churn production")
    assert "rollback churn production --force" in moved.refuses("rollback churn production", "protected", RefusedError)
    moved.run("rollback churn production --force")
    assert moved.aliases("churn") == {"production": 1}


def test_wrong_lines_are_refused(moved: Desk) -> None:
    moved.refuses("rollback churn", "rollback needs ALIAS")
    moved.refuses("rollback churn staging", "staging", NotFoundError)
    moved.refuses("rollback nope production", "no registered model 'nope'", NotFoundError)
