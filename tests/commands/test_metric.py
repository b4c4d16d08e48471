"""``metric NAME METRIC lower``: which way is better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_direction_is_declared_and_shown(churn: Desk) -> None:
    assert churn.says("metric churn auc higher -m sure") == "churn: auc, higher is better"
    assert churn.registry.model("churn").directions == {"auc": "higher"}
    assert churn.registry.history("churn")[0].reason == "sure"


def test_a_direction_is_changed_and_taken_back(churn: Desk) -> None:
    churn.run("metric churn auc higher")
    churn.run("metric churn auc lower")
    assert churn.registry.model("churn").directions == {"auc": "lower"}
    churn.run("metric churn auc none")
    assert churn.registry.model("churn").directions == {}


def test_the_same_direction_changes_nothing(churn: Desk) -> None:
    churn.run("metric churn auc higher")
    churn.unchanged_by(lambda: churn.run("metric churn auc higher"))


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("metric churn auc up", r"DIRECTION is lower or higher or none, not 'up'. Try .* higher")
    churn.refuses("metric churn auc sideways", r"DIRECTION is lower or higher or none, not 'sideways' \(column 18\)")
    churn.refuses("metric churn auc", "metric needs DIRECTION")
    churn.refuses("metric nope auc lower", "no registered model 'nope'", NotFoundError)
    assert churn.registry.model("churn").directions == {}
