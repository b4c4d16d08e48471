"""``browse [REF]`` and the empty line: the registry at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.mark.parametrize("line", ["", "browse", "   # note", ";"])
def test_an_empty_line_opens_the_registry(churn: Desk, line: str) -> None:
    churn.run("create digits")
    churn.run("alias churn:v1 best")
    text = churn.says(line)
    assert text == churn.says("browse")
    assert "digits" in text
    assert "churn:v1" in text


def test_the_registered_model_that_changed_last_is_opened(churn: Desk) -> None:
    churn.run("register tree churn-eu")
    assert churn.page("browse").detail.model.name == "churn-eu"


def test_a_named_one_is_opened(churn: Desk) -> None:
    churn.run("register tree churn-eu")
    assert churn.page("browse churn").detail.model.name == "churn"


def test_a_version_is_shown_whole(churn: Desk) -> None:
    assert churn.page("browse churn:v0").version.ref == "churn:v0"


def test_an_artifact_is_shown(churn: Desk) -> None:
    assert churn.page("browse train/clf").detail.model.name == "train/clf"


def test_an_empty_registry_names_a_model_of_this_kernel_and_the_line_works(desk: Desk) -> None:
    text = desk.says("")
    assert text.startswith("No registered models yet")
    assert "In this kernel: better (LogisticRegression), clf (LogisticRegression)" in text
    desk.run(text.rpartition("%modelreg ")[2])
    assert desk.registry.get("train:v0").source.startswith("train/")


def test_without_a_model_in_the_kernel_a_line_is_shown_all_the_same(desk: Desk) -> None:
    desk.variables.clear()
    assert "%modelreg register clf train" in desk.says("")


def test_it_creates_no_registry(desk: Desk) -> None:
    desk.says("")
    assert not desk.place.exists()


def test_an_unknown_name_is_refused(churn: Desk) -> None:
    churn.refuses("browse nope", "no registered model 'nope'", NotFoundError)


def test_the_html_holds_the_list_and_the_versions(churn: Desk) -> None:
    html = churn.page("")._repr_html_()
    assert "churn:v1" in html
    assert "LogisticRegression" in html
