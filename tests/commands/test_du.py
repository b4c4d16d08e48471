"""``du [NAME]``: how much space versions take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_every_registered_model_has_a_row(churn: Desk) -> None:
    churn.run("register tree churn-eu")
    rows = {row["name"]: row for row in churn.value("du").record.rows}
    assert set(rows) == {"churn", "churn-eu"}
    assert "churn-eu" in churn.says("du")


def test_one_is_asked_by_its_name(churn: Desk) -> None:
    churn.run("register tree churn-eu")
    assert [row["name"] for row in churn.value("du churn-eu").record.rows] == ["churn-eu"]


def test_an_empty_registry_takes_nothing(desk: Desk) -> None:
    assert "0 B on disk in all" in desk.says("du")


def test_an_unknown_name_is_refused(churn: Desk) -> None:
    churn.refuses("du nope", "no registered model 'nope'", NotFoundError)
