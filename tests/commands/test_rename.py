"""``rename NAME NEW``: the old name keeps answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import AlreadyExistsError, InvalidError, NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_it_gets_a_new_name_and_answers_to_the_old(churn: Desk) -> None:
    text = churn.says('rename churn "churn 2026" -m "new year"')
    assert text == "churn is now called churn 2026; the old name still answers"
    assert [model.name for model in churn.registry.models()] == ["churn 2026"]
    assert churn.registry.get("churn:v0").ref == "churn 2026:v0"
    assert churn.registry.history("churn 2026")[0].reason == "new year"


def test_the_variable_is_registered_under_the_new_name_from_then_on(churn: Desk) -> None:
    churn.run("rename churn attrition")
    churn.variables["clf"].coef_ = churn.variables["clf"].coef_ + 1
    assert churn.value("register clf").version.ref == "attrition:v2"


def test_wrong_lines_change_nothing(churn: Desk) -> None:
    churn.run("create digits")
    before = churn.actions()
    churn.refuses("rename churn digits", "'digits' exists already", AlreadyExistsError)
    churn.refuses("rename nope x", "no registered model 'nope'", NotFoundError)
    churn.refuses("rename churn a/b", "'a/b'", InvalidError)
    churn.refuses("rename churn", "rename needs NEW")
    assert churn.actions() == before
