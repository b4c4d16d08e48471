"""The register form in real front ends: filled by mouse and by keyboard, refused, and long at work."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .filling import HEAVY, MODELS, button, form_in_a_cell, name_of

WATCH = """() => {
  const bar = document.querySelector('.mr-progress-row');
  window.told = [];
  new MutationObserver(() => window.told.push([bar.hidden, bar.textContent])).observe(
    bar, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


@pytest.mark.parametrize(("app", "theme"), [("lab", "light"), ("nb7", "dark")])
def test_a_model_is_registered_by_mouse(book, churn, app, theme):
    form = form_in_a_cell(book, app=app, theme=theme)
    expect(form.get_by_role("radio", name="better, LogisticRegression, not registered")).to_be_checked()
    expect(name_of(form)).to_have_value("study")
    form.get_by_role("radio", name="clf").check()
    name_of(form).fill("chu")
    form.get_by_role("option", name="churn").click()
    expect(form).to_contain_text("1 version, the newest is v0")
    button(form, "alias production, now v0").click()
    expect(form).to_contain_text("production moves from v0")
    form.get_by_label("Other aliases").fill("best")
    form.get_by_label("Reason").fill("deeper trees")
    form.get_by_label("Tags").fill("reviewed, team=data science")
    form.get_by_role("checkbox", name="metric test_auc, 0.9125").check()
    form.get_by_role("checkbox", name="attachment fig").check()
    button(form, "Add metric").click()
    form.get_by_label("metric: Name").fill("acc")
    form.get_by_label("metric: Expression").fill("clf.score([[2.0]], [1])")
    button(form, "Register").click()
    expect(form.get_by_role("status").filter(has_text="churn:v1 ← clf")).to_contain_text("production moved from v0")
    detail = churn.show("churn:v1")
    assert detail.version.metrics == {"test_auc": 0.9125, "acc": 1.0}
    assert detail.version.aliases == ("best", "production")
    assert detail.version.tags == {"reviewed": "", "team": "data science"}
    assert [each.name for each in detail.attachments] == ["fig"]
    assert detail.runs[0].message == "deeper trees"
    button(form, "Open churn:v1").click()
    expect(form.locator(".mr-register-page")).to_contain_text("deeper trees")
    button(form, "Register another").click()
    expect(form.get_by_role("radio", name="clf, LogisticRegression, registered as churn:v1")).to_be_visible()
    expect(form.get_by_label("Reason")).to_have_value("")


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_a_model_is_registered_by_keyboard_in_the_browser(book, churn, theme):
    book.open([MODELS, "%modelreg browse"], theme=theme).run_all()
    keys = book.page.keyboard
    button(book.panel, "Register…").focus()
    keys.press("Enter")
    sheet = book.page.get_by_role("dialog", name="Register a model")
    expect(sheet.get_by_role("radio", name="better")).to_be_focused()
    keys.press("ArrowDown")
    expect(sheet.get_by_role("radio", name="clf")).to_be_checked()
    keys.press("Tab")
    expect(name_of(sheet)).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("leavers")
    expect(sheet).to_contain_text("A new registered model.")
    keys.press("Tab")
    keys.press("Space")  # staging
    for _ in range(3):
        keys.press("Tab")
    keys.type("by hand")
    keys.press("Escape")
    expect(sheet).to_be_hidden()
    expect(button(book.panel, "Register…")).to_be_focused()
    keys.press("Enter")
    expect(sheet.get_by_label("Reason")).to_have_value("by hand")
    sheet.get_by_label("Reason").press("Enter")
    expect(button(sheet, "Open leavers:v0")).to_be_focused()
    version = churn.get("leavers:v0")
    assert (version.aliases, version.class_label) == (("staging",), "LogisticRegression")
    assert churn.show("leavers:v0").runs[0].message == "by hand"
    keys.press("Enter")
    expect(sheet).to_be_hidden()
    expect(book.page.get_by_role("dialog", name="Version")).to_contain_text("leavers:v0")
    expect(book.panel.get_by_role("option", name="leavers")).to_be_visible()


def test_a_refused_alias_keeps_the_form_and_all_that_was_typed(book, churn):
    churn.protect("churn", "production")
    form = form_in_a_cell(book)
    name_of(form).fill("churn")
    button(form, "alias production, protected, now v0").click()
    form.get_by_label("Reason").fill("it is better")
    form.get_by_role("checkbox", name="metric test_auc").check()
    button(form, "Register").click()
    fault = form.get_by_role("alert").filter(has_text="protected")
    expect(fault).to_contain_text("The alias 'production' of 'churn' is protected")
    expect(fault).to_contain_text("%modelreg unprotect churn production")
    assert churn.model("churn").versions == 1
    expect(form.get_by_label("Reason")).to_have_value("it is better")
    expect(form.get_by_role("checkbox", name="metric test_auc")).to_be_checked()
    button(form, "alias production, protected, now v0").click()
    expect(fault).to_have_count(0)
    form.get_by_label("Reason").press("Enter")
    expect(button(form, "Open churn:v1")).to_be_visible()
    assert churn.show("churn:v1").runs[0].message == "it is better"


def test_a_fault_stands_at_its_field_and_goes_when_it_is_mended(book, churn):
    form = form_in_a_cell(book)
    expect(name_of(form)).not_to_have_value("")  # the name by default, which comes after the models
    name_of(form).fill("")
    button(form, "Register").click()
    missing = form.get_by_role("alert").filter(has_text="Which registered model?")
    expect(missing).to_be_visible()
    expect(name_of(form)).to_be_focused()
    expect(name_of(form)).to_have_attribute("aria-expanded", "false")
    name_of(form).press("ArrowDown")  # the list comes when it is asked for
    expect(form.get_by_role("option")).to_have_text(["churn"])
    expect(form.get_by_role("option", selected=True)).to_have_count(0)
    name_of(form).press("Escape")
    expect(missing).to_be_visible()
    name_of(form).fill("a/b")
    expect(form.get_by_role("alert").filter(has_text="no slash")).to_be_visible()
    expect(name_of(form)).to_have_attribute("aria-invalid", "true")
    name_of(form).fill("Churn")
    expect(form).to_contain_text("Did you mean churn?")
    name_of(form).press("Escape")
    button(form, "churn").click()
    expect(name_of(form)).to_have_value("churn")
    button(form, "Add metric").click()
    form.get_by_label("metric: Name").fill("auc")
    form.get_by_label("metric: Expression").fill("nope")
    form.get_by_label("metric: Expression").press("Enter")
    metrics = form.get_by_role("group", name="Metrics")
    expect(metrics.get_by_role("alert")).to_contain_text("no variable 'nope'")
    assert churn.model("churn").versions == 1
    form.get_by_label("metric: Expression").fill("test_auc")
    form.get_by_label("metric: Expression").press("Enter")
    expect(button(form, "Open churn:v1")).to_be_visible()
    assert churn.get("churn:v1").metrics == {"auc": 0.9125}


def test_a_model_that_cannot_be_kept_is_said_in_the_form(book, registry):
    form = form_in_a_cell(book, f"{MODELS}\nbetter.lazy = (each for each in ())")
    form.get_by_role("radio", name="better").check()
    button(form, "Register").click()
    expect(form.get_by_role("alert").filter(has_text="better.lazy")).to_be_visible()
    assert not registry.models()


def test_the_progress_of_a_large_model_appears_and_goes(book, registry):
    form = form_in_a_cell(book, HEAVY)
    book.page.evaluate(WATCH)
    button(form, "Register").click()
    expect(button(form, "Open study:v0")).to_be_visible()
    told = [text for hidden, text in book.page.evaluate("window.told") if not hidden]
    assert any("MB of" in text for text in told), told
    expect(form.get_by_role("progressbar", include_hidden=True)).to_be_hidden()
    assert registry.get("study:v0").size > 300_000_000


def test_a_kernel_without_models_says_how_to_fit_one_and_looks_again(book, registry):
    book.open(["%load_ext modelreg", "%modelreg register"], width=700).run_all()
    form = book.page.get_by_role("region", name="Register a model")
    expect(form).to_contain_text("No model in this kernel yet")
    book.ask("from sklearn.svm import SVC; svc = SVC().fit([[0.0], [1.0]], [0, 1])")
    button(form, "Look again").click()
    expect(form.get_by_role("radio", name="svc, SVC, not registered")).to_be_checked()


def test_a_registry_without_models_names_those_of_the_kernel(book, registry):
    book.open([MODELS, "%modelreg"]).run_all()
    welcome = book.panel.locator(".mr-welcome")
    expect(welcome).to_contain_text("These models are in the kernel:")
    button(welcome, "clf (LogisticRegression)").click()
    sheet = book.page.get_by_role("dialog", name="Register a model")
    expect(sheet.get_by_role("radio", name="clf")).to_be_checked()
    button(sheet, "Register").click()
    button(sheet, "Open study:v0").click()
    expect(book.panel.locator(".mr-overview")).to_contain_text("study")
    assert registry.get("study:v0").source == "study/clf:v0"
