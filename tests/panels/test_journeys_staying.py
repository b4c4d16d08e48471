"""What stays: what was typed when a page is loaded again, the newest state in the saved notebook, and where the keyboard is."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.sync_api import expect

from .filling import MODELS, button, name_of
from .shelf import Shelf
from .window import READY

LOST: Final = "() => document.activeElement === document.body"
LATER: Final = """hours => {
  for (const each of document.querySelectorAll(".mr-browser time")) each.dataset.at -= hours * 3600000;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Lets some hours pass for what stands there, and has the page seen again."""
COUNTED: Final = """list => { window.counted = [];
  new MutationObserver(() => window.counted.push(list.children.length)).observe(list, {childList: true}); }"""
KEPT: Final = (
    """text => [...document.querySelectorAll(".modelreg-twin")].some(twin => twin.textContent.includes(text))"""
)


def kept(book, expression):
    """Wait until the kernel keeps what was typed."""
    for _ in range(200):
        if book.variable(expression) == "True":
            return
        book.page.wait_for_timeout(50)
    raise AssertionError(expression)


@pytest.mark.slow
def test_a_form_and_a_sheet_keep_what_was_typed_when_the_page_is_loaded_again(book, churn):
    book.open(
        [MODELS, "form = %modelreg register\nform", "panel = %modelreg browse churn\npanel"], height=1400
    ).run_all()
    page = book.page

    def parts():
        form = page.locator(".mr-register-panel")
        button(page.locator(".mr-browser:not(.mr-register-panel)"), "Register…").click()
        return form, page.get_by_role("dialog", name="Register a model")

    form, sheet = parts()
    form.get_by_role("radio", name="clf").check()
    name_of(form).fill("churn")
    form.get_by_role("button", name="alias production, now v0").click()
    form.get_by_label("Reason").fill("by hand")
    form.get_by_label("Other aliases").fill("best")
    form.get_by_role("checkbox", name="metric test_auc").check()
    button(form, "Add metric").click()
    form.get_by_label("metric: Name").fill("acc")
    form.get_by_label("metric: Expression").fill("0.5")
    sheet.get_by_label("Tags").fill("reviewed")
    kept(book, "form.draft.get('kept', {}).get('metrics', {}).get('own') == [['acc', '0.5']]")
    kept(book, "panel.draft.get('tags') == 'reviewed'")
    book.save()
    page.reload()
    page.wait_for_function(READY)  # a page that comes back draws what it shows once more when it has found the kernel
    form, sheet = parts()
    expect(form.get_by_role("radio", name="clf")).to_be_checked()
    expect(name_of(form)).to_have_value("churn")
    expect(form.get_by_role("button", name="alias production, now v0")).to_have_attribute("aria-pressed", "true")
    expect(form).to_contain_text("production moves from v0")
    expect(form.get_by_label("Reason")).to_have_value("by hand")
    expect(form.get_by_label("Other aliases")).to_have_value("best")
    expect(form.get_by_role("checkbox", name="metric test_auc")).to_be_checked()
    expect(form.get_by_label("metric: Expression")).to_have_value("0.5")
    expect(sheet.get_by_label("Tags")).to_have_value("reviewed")

    # what is cleared or registered is gone for good
    button(sheet, "Clear form").click()
    expect(sheet.get_by_label("Tags")).to_have_value("")
    button(form, "Register").click()
    expect(button(form, "Open churn:v1")).to_be_visible()
    assert churn.get("churn:v1").metrics == {"test_auc": 0.9125, "acc": 0.5}
    kept(book, "(form.draft, panel.draft) == ({}, {})")


def name_a_champion(shelf):
    """Give v3 an alias, after one that is misspelt."""
    shelf.row(3).hover()
    shelf.button("Add alias to v3").click()
    field = shelf.field("Alias", shelf.dialog)
    field.fill("prodction")
    hint = shelf.dialog.get_by_role("status")
    expect(hint).to_have_text("A new alias. Did you mean production?")
    shelf.button("production", shelf.dialog).click()
    expect(field).to_have_value("production")
    expect(hint).to_have_text("It moves here from v1.")
    field.fill("champion")
    expect(hint).to_have_text("A new alias.")
    shelf.button("Add", shelf.dialog).click()
    expect(shelf.chip(3, "champion")).to_be_visible()


def offers_stay(shelf):
    """Check that what a field offers is replaced, and never gone while one types on."""
    field = shelf.root.get_by_role("combobox", name="Filter versions")
    field.focus()
    shelf.type("met")
    offered = shelf.page.locator(f'[id="{field.get_attribute("aria-controls")}"]')
    expect(offered.get_by_role("option")).not_to_have_count(0)
    offered.evaluate(COUNTED)
    shelf.type("rics.a")
    expect(offered.get_by_role("option")).to_have_text(["metrics.auc"])
    assert 0 not in shelf.page.evaluate("window.counted")
    shelf.press("Escape", "Escape")


def test_the_newest_state_is_saved_a_refusal_looks_like_one_and_the_keyboard_stays(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    page = shelf.page
    name_a_champion(shelf)

    # the saved notebook holds what is so now, and of when that is
    page.wait_for_function(KEPT, arg="champion")
    assert not page.locator(".modelreg-twin").first.is_visible()
    twin = book.save().cells[1].outputs[0]["data"]["text/html"]
    assert "champion" in twin
    assert re.search(r"As of \d{4}-\d\d-\d\d \d\d:\d\d UTC", twin)
    assert not re.search(r"just now|\bago\b", twin)

    # somebody moved it meanwhile: what cannot be undone is no green line
    registry.alias("churn:v2", "champion")
    expect(shelf.chip(2, "champion")).to_be_visible()
    undo = shelf.button("Undo", shelf.root.locator(".mr-done"))
    undo.focus()
    shelf.press("Enter")
    expect(shelf.fault).to_contain_text("Nothing was undone of alias")
    expect(shelf.done).to_have_count(0)
    assert registry.model("churn").aliases["champion"] == 2
    assert not page.evaluate(LOST)
    shelf.button("Dismiss", shelf.root.locator(".mr-toast")).click()

    # undone and dismissed by keyboard: the user goes on where he was
    shelf.button("v2", shelf.row(2)).focus()
    shelf.press("Space")
    shelf.root.get_by_role("toolbar").get_by_role("button", name="Tag…").focus()
    shelf.press("Enter")
    shelf.type("seen")
    shelf.press("Enter")
    expect(shelf.done).to_contain_text("seen")
    expect(shelf.dialog).to_have_count(0)
    assert not page.evaluate(LOST)
    shelf.button("Undo", shelf.root.locator(".mr-done")).focus()
    shelf.press("Enter")
    expect(shelf.done).to_contain_text("undone:")
    assert shelf.focused() == "Tag…"
    shelf.button("Dismiss", shelf.root.locator(".mr-done")).focus()
    shelf.press("Enter")
    expect(shelf.done).to_have_count(0)
    assert shelf.focused() == "Tag…"
    shelf.button("Clear selection").focus()
    shelf.press("Enter")
    expect(shelf.root.get_by_role("toolbar")).to_have_count(0)
    assert not page.evaluate(LOST)
    assert page.evaluate("!!document.activeElement.closest('.mr-browser')")

    offers_stay(shelf)

    # time goes on
    updated = shelf.root.locator(".mr-overview time").last
    page.evaluate(LATER, 7)
    expect(updated).to_have_text("7 h ago")
