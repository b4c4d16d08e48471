"""What is typed in a register form is there again when the page is loaded again, and gone when it was registered."""

from __future__ import annotations

import pytest

from modelreg.panels import drafting

from .forms import given

DRAFT = {
    "variable": "clf",
    "message": "half a thought",
    "kept": {"metrics": {"ticked": ["auc"], "own": [["f1", "0.5"]]}},
}


@pytest.mark.parametrize("line", ["register", "browse churn"])
def test_a_draft_comes_back_with_the_models(form, line):
    form.open(line)
    assert form.ask("candidates")["draft"] == {}
    form.ask("draft", form=DRAFT)
    assert form.ask("candidates")["draft"] == DRAFT
    form.ask("draft", form={})
    assert form.ask("candidates")["draft"] == {}


def test_what_was_registered_is_no_draft(form):
    form.ask("draft", form=DRAFT)
    form.ask("register", **given())
    assert form.ask("candidates")["draft"] == {}


def test_what_was_refused_is_one_still(form):
    form.ask("draft", form=DRAFT)
    form.refused("register", **given(name="a/b"))
    assert form.ask("candidates")["draft"] == DRAFT


def test_a_draft_is_of_one_panel_and_no_state_of_the_widget(form):
    first = form.panel
    form.ask("draft", form=DRAFT)
    assert "half a thought" not in str(first.get_state())
    form.open("register")
    assert form.ask("candidates")["draft"] == {}


def test_what_nobody_can_have_typed_is_not_kept(form):
    form.ask("draft", form=DRAFT)
    form.ask("draft", form={"message": "x" * drafting.MOST})
    assert form.ask("candidates")["draft"] == {}


@pytest.mark.parametrize("what", ["text", 3, None, [1]])
def test_what_is_no_form_is_refused(form, what):
    assert form.refused("draft", form=what)["kind"] == "invalid"
