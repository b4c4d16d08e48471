"""The panel beside its kernel: cells move it, other kernels change what it shows, and a kernel that is gone is said."""

from __future__ import annotations

import ast
import re
import time
from typing import Final

import pytest
from playwright.sync_api import expect

import modelreg
from modelreg.notebook import Notebook

from .driver import CellError, kernel_env
from .shelf import Shelf

KERNEL: Final = "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"

PRESSED: Final = """root => [...root.querySelectorAll("button,input,select,textarea")].filter(e => e.offsetParent !== null)
  .map(e => [e.getAttribute("aria-label") ?? e.textContent.trim(), e.disabled || (e.readOnly && e.ariaDisabled === "true")])"""
"""What can be pressed or typed into, and whether it cannot now."""

LOOKS: Final = """import time
looks, told = [], []
def noted(read=panel.watch._read):
    looks.append(time.time())
    return read()
def telling(counter, tell=panel.watch._tell):
    told.append((counter, time.time()))
    return tell(counter)
panel.watch._read, panel.watch._tell = noted, telling"""
"""Notes in the kernel when the change counter is looked at, and when which is told."""


def somebody(home):
    """Return the registry as another kernel sees it."""
    return modelreg.connect(home / "registry", actor="jonas", notebook=Notebook())


def nobody_looks(book):
    """Wait until the kernel knows that no view can be seen."""
    until = time.monotonic() + 30
    while book.variable("panel.watch._views") != "{}":
        assert time.monotonic() < until


def test_cells_move_the_panel_and_read_what_is_chosen(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    book.add_and_run("panel.version = 2")
    expect(shelf.drawer.locator("h3")).to_have_text("churn:v2")
    book.add_and_run("best = panel.selection.load(); print(best.coef_[0])")
    book.add_and_run("panel.version = None; panel.picked = ['churn:v0', 'churn:v3']")
    expect(shelf.drawer).to_be_hidden()
    expect(shelf.field("Select v3")).to_be_checked()
    expect(shelf.root.get_by_role("toolbar")).to_contain_text("2 selected")
    book.add_and_run("panel.model = 'fraud'; panel.picked = ['churn:v1']")
    expect(shelf.title).to_have_text("fraud")
    expect(shelf.root.get_by_role("toolbar")).to_contain_text("1 selected")
    assert book.variable("panel.picked") == "['churn:v1']"
    with pytest.raises(CellError, match="no registered model 'chrun'; did you mean 'churn'"):
        book.add_and_run("panel.model = 'chrun'")
    expect(shelf.title).to_have_text("fraud")


def test_panel_and_line_undo_each_other(book, shelved, registry):
    shelf = Shelf(book, app="nb7", theme="dark")
    shelf.row(3).hover()
    shelf.button("Add alias to v3").click()
    shelf.field("Alias", shelf.dialog).fill("champion")
    shelf.button("Add", shelf.dialog).click()
    expect(shelf.chip(3, "champion")).to_be_visible()
    expect(book.add_and_run("%modelreg undo")).to_contain_text("undone: alias")
    expect(shelf.chip(3, "champion")).to_have_count(0)
    assert "champion" not in registry.model("churn").aliases

    # the panel's Undo is of its own change; a line came between, so nothing is undone and that is said
    shelf.row(2).hover()
    shelf.button("Add alias to v2").click()
    shelf.field("Alias", shelf.dialog).fill("challenger")
    shelf.button("Add", shelf.dialog).click()
    expect(shelf.chip(2, "challenger")).to_be_visible()
    book.add_and_run("%modelreg tag churn owner=me")
    shelf.button("Undo", shelf.root.locator(".mr-done")).click()
    expect(shelf.fault).to_contain_text("This notebook has done something else since")
    assert registry.model("churn").aliases["challenger"] == 2


def test_a_change_made_elsewhere_appears_and_a_conflict_overwrites_nothing(book, shelved, registry, home):
    shelf = Shelf(book, app="lab", theme="light")
    other = somebody(home)
    shelf.shows(3, 2, 1, 0)
    book.ask(LOOKS)
    other.alias("churn:v2", "challenger", message="made elsewhere")
    changed = time.time()
    expect(shelf.chip(2, "challenger")).to_be_visible()
    # the first look after the change tells of it: a second and no more, on a machine that keeps up
    looks, told = ast.literal_eval(book.ask("", "(looks, told)"))
    when = next(at for counter, at in told if counter == registry.pulse())
    assert len([at for at in looks if changed < at < when]) <= 1

    # a dialog is open while somebody moves the alias: what is typed then is refused, and nothing overwritten
    shelf.alias(1, "production").click()
    shelf.field("Move to version", shelf.dialog).fill("v3")
    shelf.field("Reason (optional)", shelf.dialog).fill("mine")
    book.page.evaluate("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true})")
    book.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    nobody_looks(book)
    other.alias("churn:v2", "production", message="theirs")
    shelf.button("Move", shelf.dialog).click()
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("production")
    expect(shelf.field("Reason (optional)", shelf.dialog)).to_have_value("mine")
    assert registry.model("churn").aliases["production"] == 2
    expect(shelf.chip(2, "production")).to_be_visible()  # the page behind the dialog tells what is so now
    shelf.press("Escape")

    # deleted elsewhere: said, and another model is shown
    book.page.evaluate("delete document.visibilityState")
    book.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    other.delete("churn", force=True)
    expect(shelf.fault).to_contain_text("'churn' is no longer there")
    expect(shelf.title).to_have_text("fraud")


def test_two_views_of_one_panel_work(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="dark")
    book.add_and_run("display(panel)")
    first, second = book.panel.nth(0), book.panel.nth(1)
    expect(second.locator(".mr-overview .mr-title")).to_have_text("churn")
    row = second.locator('.mr-versions tr[data-number="3"]')
    row.hover()
    shelf.button("Add alias to v3", second).click()
    shelf.field("Alias", second.locator(".mr-dialog")).fill("champion")
    shelf.button("Add", second.locator(".mr-dialog")).click()
    expect(second.locator(".mr-versions .mr-chip").filter(has_text="champion")).to_be_visible()
    first.scroll_into_view_if_needed()
    expect(first.locator(".mr-versions .mr-chip").filter(has_text="champion")).to_be_visible()
    assert registry.model("churn").aliases["champion"] == 3
    book.add_and_run("panel.model = 'fraud'")
    for view in (first, second):
        expect(view.locator(".mr-overview .mr-title")).to_have_text("fraud")


def test_the_panel_of_a_cell_that_is_run_again_is_closed(book, shelved):
    shelf = Shelf(book, "%modelreg browse churn", app="lab", theme="light")
    for _ in range(4):
        book.add_and_run("%modelreg browse fraud") if book.page.locator(".jp-Cell").count() < 3 else book.run(2)
        expect(book.panel.nth(1).locator(".mr-overview .mr-title")).to_have_text("fraud")
    count = "len([w for w in __import__('ipywidgets').widgets.widget._instances.values() if hasattr(w, 'watch')])"
    assert int(book.variable(count)) <= 3  # the first, the last, and the one before it, which left when the last came
    shelf.model("fraud").click()
    expect(shelf.title).to_have_text("fraud")


def test_an_empty_registry_says_how_to_begin_and_fills_by_itself(book, home):
    shelf = Shelf(book, "%modelreg browse", app="lab", theme="light")
    expect(shelf.root).to_contain_text("No registered models yet")
    assert not (home / "registry").exists()
    somebody(home).create("first", description="a start")
    expect(shelf.title).to_have_text("first")


def test_while_a_cell_runs_the_panel_goes_on_where_the_kernel_has_subshells(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    wait_in_a_cell(book)
    shelf.button("Add tag", shelf.root.locator(".mr-overview")).click()
    shelf.field("Tag", shelf.dialog).fill("meanwhile")
    shelf.press("Enter")
    expect(shelf.root.locator('.mr-overview .mr-tag[title="meanwhile"]')).to_be_visible()
    assert "meanwhile" in registry.model("churn").tags
    cell = "window.jupyterapp.shell.currentWidget.content.widgets[2].model"
    assert book.page.evaluate(f"{cell}.executionState") == "running"
    expect(shelf.root.locator(".mr-state")).to_be_empty()
    let_go(book)
    book.idle()


def test_without_subshells_a_busy_kernel_is_said_and_waited_for(book, shelved):
    book.open(["%load_ext modelreg", "%modelreg browse churn"], app="nb7")
    book.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}")
    book.run_all()
    shelf = Shelf.of(book)
    wait_in_a_cell(book)
    shelf.model("fraud").click()
    expect(shelf.root.locator(".mr-state")).to_have_text("The kernel is busy; this goes on when it answers.")
    assert shelf.title.inner_text() == "churn"
    let_go(book)
    expect(shelf.title).to_have_text("fraud")
    expect(shelf.root.locator(".mr-state")).to_be_empty()


def wait_in_a_cell(book):
    """Keep the kernel busy until a file says otherwise."""
    book.path.with_name("go on").unlink(missing_ok=True)
    book.start(book.add("import os, time\nwhile not os.path.exists('go on'): time.sleep(0.05)"))
    book.page.wait_for_function(f"{KERNEL}.status === 'busy'")


def let_go(book):
    book.path.with_name("go on").touch()


def test_a_kernel_that_was_restarted_or_shut_down_is_said(book, shelved):
    shelf = Shelf(book, app="nb7", theme="light")
    said = shelf.root.locator(".mr-state")
    book.page.evaluate(f"async () => {{ await {KERNEL}.restart(); }}")
    expect(said).to_have_text("This panel has no kernel any more. Run the cell again.")
    expect(shelf.root).to_have_class(re.compile("mr-gone"))
    book.ask(f"import os; os.environ.update({kernel_env()!r})")
    book.run_all()
    expect(shelf.root).not_to_have_class(re.compile("mr-gone"))
    expect(shelf.title).to_have_text("churn")
    book.shut_down_kernel()
    expect(said).to_have_text("The kernel is gone. Start it and run the cell again.")
    expect(shelf.root).to_have_class(re.compile("mr-gone"))

    # nothing looks as if it did something, and nothing is done
    pressed = {label for label, off in shelf.root.evaluate(PRESSED) if not off}
    assert pressed == {"Copy line"}
    expect(shelf.root.locator(".mr-list")).to_have_attribute("aria-disabled", "true")
    shelf.model("fraud").click(force=True)
    shelf.row(2).locator("td").last.click(force=True)
    shelf.root.locator(".mr-list").focus()
    shelf.press("/", "Enter", "?")
    assert shelf.title.inner_text() == "churn"
    expect(shelf.drawer).to_be_hidden()
    expect(shelf.dialog).to_have_count(0)
