"""``compare [NAME | REF…]``: only what differs, with direction and delta."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import InvalidError, ModelRegError, NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def rows(desk: Desk, line: str) -> dict[str, list[str]]:
    """Return the cells of each row of the text."""
    return {cells[0]: cells[1:] for cells in (text.split() for text in desk.says(line).splitlines()) if cells}


def test_the_newest_is_compared_with_production(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    text = churn.says("compare churn")
    assert text.splitlines()[0] == "v1 against production (v0)"
    table = rows(churn, "compare churn")
    assert table["metrics.auc"] == ["0.91", "0.914", "+0.004"]
    assert table["source"] == ["train/clf:v0", "train/better:v0"]
    assert "class" not in table


def test_a_direction_marks_the_best(churn: Desk) -> None:
    churn.run("metric churn auc lower")
    assert rows(churn, "compare churn:v0 churn:v1")["metrics.auc"] == ["↓", "0.91*", "0.914", "+0.004"]


def test_the_difference_of_sizes_is_written_like_sizes(churn: Desk) -> None:
    churn.run("register tree churn")
    churn.session.full = True
    table = rows(churn, "compare churn:v0 churn:v2")
    units = {"B", "KB", "MB"}
    assert units.issuperset(cell for cell in table["size"][1::2])
    assert table["size"][-2][0] in "+-"
    assert (
        float(table["size"][-2])
        == pytest.approx(
            churn.registry.get("churn:v2").size / 1000 - churn.registry.get("churn:v0").size / 1000, rel=0.02
        )
        or table["size"][-1] == "B"
    )


def test_any_number_of_versions_stand_side_by_side(churn: Desk) -> None:
    churn.run("link churn:v0 churn-eu")
    view = churn.value("compare churn:v0 churn:v1 churn-eu:v0")
    assert [version.ref for version in view.versions] == ["churn:v0", "churn:v1", "churn-eu:v0"]


def test_without_a_name_it_is_the_registered_model_of_this_notebook(churn: Desk) -> None:
    assert churn.says("compare") == churn.says("compare churn")


def test_without_a_name_among_several_the_lines_to_type_are_given(churn: Desk) -> None:
    churn.run("link churn:v0 churn-eu")
    churn.notebook.registered_as.clear()
    message = churn.refuses("compare", "compare what")
    assert "%modelreg compare churn-eu or %modelreg compare churn" in message


def test_equal_versions_say_so(churn: Desk) -> None:
    assert "nothing differs in" in churn.says("compare churn:v0 churn:v0")


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("compare nope", "no registered model 'nope'", NotFoundError),
        ("compare churn:v0 churn:v9", "no version 9 of 'churn'", NotFoundError),
        ("compare churn: churn:v1", "ends without a version", InvalidError),
    ],
)
def test_a_wrong_line_is_refused(churn: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    churn.refuses(line, message, kind)


def test_one_version_alone_has_nothing_to_be_compared_with(desk: Desk) -> None:
    desk.run("register clf churn")
    desk.refuses("compare churn", "'churn' has nothing before v0 to compare it with", ModelRegError)


def test_variables_are_told_from_versions_with_the_line_that_compares_what_they_were_kept_as(churn: Desk) -> None:
    message = churn.refuses("compare clf better", "compare takes versions, not variables; clf was kept as train/clf:v0")
    assert "Try %modelreg compare train/clf:v0 train/better:v0 or" in message
    assert churn.says("compare train/clf:v0 train/better:v0")
    churn.leads_on("compare clf churn:v1", "clf was kept as train/clf:v0")
    churn.leads_on("compare clf", "not variables; clf was kept")
    assert "register tree NAME" in churn.refuses("compare tree churn:v1", "tree is not registered")
    churn.refuses("compare nothing churn:v1", "no registered model 'nothing'", NotFoundError)
