"""What is kept with versions, in real browsers: pictures, tables, files and curves, by mouse and by keyboard, in both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import modelreg
from modelreg.notebook import Notebook

from .evidence import CURVES, keep
from .shelf import Shelf

DRAWN = "images => images.length > 0 && images.every(image => image.complete && image.naturalWidth > 0)"


@pytest.fixture
def kept(home):
    """Versions 0 to 2 of ``churn`` with figures, a table, a file and curves."""
    keep(home / "registry")


def pictured(place):
    """Wait until every picture below a place is drawn."""
    expect(place.locator("img").first).to_be_visible()
    assert place.locator("img").evaluate_all(DRAWN)


@pytest.mark.parametrize(("app", "theme"), [("lab", "light"), ("nb7", "dark")])
def test_the_drawer_shows_what_is_kept_with_a_version(book, kept, registry, app, theme):
    shelf = Shelf(book, "%modelreg browse churn:v1", app=app, theme=theme)
    drawer = shelf.drawer
    shelf.tab("Attachments").click()
    names = [each.filename for each in registry.show("churn:v1").attachments]
    expect(drawer.locator("figcaption .mr-strong")).to_have_text(names)
    pictured(drawer)
    scores = drawer.locator("figure").filter(has_text="scores.csv")
    expect(scores.locator("tbody tr")).to_have_count(12)
    expect(scores.locator("thead th")).to_have_count(12)
    expect(scores).to_contain_text("12 of 40 rows, 12 of 15 columns")
    expect(scores.locator(".mr-code")).to_have_text("%modelreg attachment churn:v1 scores")
    late = drawer.locator("figure").filter(has_text="late.csv")
    expect(late.locator("tbody tr")).to_have_count(3)
    expect(late.locator(".mr-code")).to_have_count(0)
    whole = book.add_and_run(f"frame = {scores.locator('.mr-code').inner_text()} --frame\nlen(frame)")
    expect(whole).to_contain_text("40")
    assert len(registry.attachment("churn:v1", "scores").data.splitlines()) == 41


@pytest.mark.parametrize(("app", "theme"), [("lab", "dark"), ("nb7", "light")])
def test_curves_are_told_by_mouse_and_by_keyboard_and_more_are_shown_when_asked_for(book, kept, registry, app, theme):
    shelf = Shelf(book, "%modelreg browse churn:v2", app=app, theme=theme)
    drawer = shelf.drawer
    shelf.tab("Curves").focus()
    shelf.press("Enter")
    expect(drawer.locator(".mr-curve-name")).to_have_count(12)
    expect(drawer).to_contain_text(f"12 of {CURVES} curves")
    shelf.button("Show more curves", drawer).click()
    expect(drawer.locator(".mr-curve-name")).to_have_count(CURVES)
    expect(shelf.button("Show more curves", drawer)).to_be_hidden()
    shelf.field("Filter curves", drawer).fill("LOSS")
    expect(drawer.locator(".mr-curve-name")).to_have_text(["loss"])

    # the peak that every third point would lose is there, under the mouse and under the arrow keys
    chart = drawer.get_by_label("loss over the steps")
    told = drawer.locator(".mr-chart-told")
    box = chart.bounding_box()
    chart.hover(position={"x": 56 + (box["width"] - 72) * 700 / 899, "y": 30})
    expect(told).to_have_text("step 700 9")
    chart.focus()
    shelf.press("Home")
    expect(told).to_contain_text("step 0 ")
    shelf.press("End")
    expect(told).to_contain_text("step 899 ")
    points = registry.curves("churn:v2")["loss"]
    assert points[700] == (700, 9.0)
    assert told.inner_text() == f"step 899 {points[-1][1]:.4g}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_versions_are_compared_by_pictures_side_by_side_and_curves_overlaid(book, kept, registry, theme):
    shelf = Shelf(book, app="lab", theme=theme)
    for number in (0, 2):
        shelf.field(f"Select v{number}").check()
    shelf.tab("Compare").click()
    tab = shelf.root.locator(".mr-compare-tab")
    beside = tab.locator(".mr-beside")
    expect(beside).to_have_count(len({each.name for each in registry.show("churn:v2").attachments}))
    expect(beside.filter(has_text="roc.svg").locator("img")).to_have_count(2)
    pictured(tab)
    expect(tab).to_contain_text("churn:v0 has no late")
    shelf.field("Filter curves", tab).fill("loss")
    expect(tab.locator(".mr-curve-name")).to_have_text(["loss"])
    chart = tab.get_by_label("loss over the steps")
    expect(chart.locator(".mr-curve")).to_have_count(2)
    expect(tab.locator(".mr-curve-box .mr-legend > span")).to_have_text(["churn:v0", "churn:v2"])
    told = tab.locator(".mr-curve-box .mr-chart-told")
    chart.focus()
    shelf.press("End")
    expect(told).to_contain_text("step 899 ")
    shelf.press("ArrowLeft")
    expect(told).to_contain_text("step 899 ")
    last = {ref: registry.curves(ref)["loss"][-1][1] for ref in ("churn:v0", "churn:v2")}
    name, value = told.inner_text().removeprefix("step 899 ").split(" ")
    assert float(value) == pytest.approx(last[name], abs=1e-3)


def test_what_is_typed_and_scrolled_in_the_drawer_stays_while_others_change_the_registry(book, kept, registry, home):
    shelf = Shelf(book, "%modelreg browse churn:v1", app="lab", theme="light")
    drawer = shelf.drawer
    variable = shelf.field("Variable", drawer)
    book.ask("best = [1]")
    variable.fill("best")
    shelf.button("Load", drawer).click()
    expect(shelf.button("Overwrite", drawer)).to_be_visible()
    shelf.button("Describe this version", drawer).click()
    text = shelf.field("Description (Markdown)", drawer)
    text.fill("half a sen")
    drawer.evaluate("e => { e.scrollTop = 120; }")
    top = drawer.evaluate("e => e.scrollTop")
    other = modelreg.connect(home / "registry", actor="jonas", notebook=Notebook())
    other.alias("churn:v1", "champion")
    expect(drawer.locator(".mr-chip").filter(has_text="champion")).to_be_visible()
    expect(text).to_have_value("half a sen")
    expect(text).to_be_focused()
    expect(variable).to_have_value("best")
    expect(shelf.button("Overwrite", drawer)).to_be_visible()
    assert drawer.evaluate("e => e.scrollTop") == top

    # what somebody else wrote meanwhile is not overwritten unseen
    other.describe("churn:v1", "Said elsewhere.")
    other.close()
    text.press("Control+Enter")
    said = drawer.locator(".mr-card-editor").get_by_role("alert")
    expect(said).to_contain_text("Said elsewhere.")
    expect(text).to_have_value("half a sen")
    assert registry.get("churn:v1").description == "Said elsewhere."
    text.press("Control+Enter")
    expect(drawer.locator(".mr-card")).to_have_text("half a sen")
    assert registry.get("churn:v1").description == "half a sen"


def test_a_version_that_nobody_here_approved_is_loaded_once_when_the_user_says_so(book, kept, registry):
    shelf = Shelf(book, "%modelreg browse churn:v1", app="lab", theme="dark")
    book.add_and_run("%modelreg untrust churn:v1")
    drawer = shelf.drawer
    shelf.field("Variable", drawer).fill("once")
    shelf.press("Enter")
    said = drawer.locator(".mr-loader").get_by_role("alert")
    expect(said).to_contain_text("v1 is not trusted here: loading it runs code.")
    expect(said).to_contain_text(f"b3:{registry.get('churn:v1').content_id}")
    shelf.button("Trust and load once", drawer).click()
    expect(shelf.done).to_have_text("once is now churn:v1 (dict)")
    assert book.variable("once") == "{'n': 1}"
    shelf.field("Variable", drawer).fill("again")
    shelf.button("Load", drawer).click()
    expect(shelf.button("Trust and load once", drawer)).to_be_visible()
    assert book.variable("'again' in globals()") == "False"


def test_the_history_of_a_version_opens_from_its_drawer(book, kept, registry):
    shelf = Shelf(book, "%modelreg browse churn:v1", app="nb7", theme="light")
    shelf.button("History", shelf.drawer).click()
    expect(shelf.drawer).to_be_hidden()
    entries = shelf.root.locator(".mr-entry")
    expect(entries).to_have_count(len(registry.history("churn:v1")))
    expect(entries.first).to_contain_text("v1")


def test_the_twin_shows_pictures_and_curves_too(book, kept, registry):
    shelf = Shelf(book, "%modelreg browse churn:v1", app="lab", theme="light")
    expect(shelf.drawer).to_be_visible()
    html = book.save().cells[1].outputs[0]["data"]["text/html"]
    pictures = sum(each.role == "picture" for each in registry.show("churn:v1").attachments)
    page = book.blank()
    page.set_content(html)
    assert page.locator("img").evaluate_all(DRAWN)
    assert page.locator("img").count() == pictures + 8
    expect(page.get_by_text(f"{CURVES - 8} more curves")).to_have_count(1)
