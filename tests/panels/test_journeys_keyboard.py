"""The panel without a mouse: from ``/`` to a moved alias, and what a screen reader is told."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import expect

from .shelf import Shelf

NAMELESS: Final = """root => [...root.querySelectorAll("button,input,select,textarea,[role],[tabindex='0']")]
  .filter(e => !["status", "alert", "row", "cell", "tabpanel", "toolbar", "presentation"].includes(e.getAttribute("role")))
  .filter(e => e.offsetParent !== null)
  .filter(e => !(e.getAttribute("aria-label") ?? "").trim()
    && !(e.tagName !== "INPUT" && e.tagName !== "SELECT" && e.tagName !== "TEXTAREA" && (e.textContent ?? "").trim())
    && !(e.labels?.length && [...e.labels].some(l => l.textContent.trim())))
  .map(e => e.outerHTML.slice(0, 200))"""
"""What can be reached and has no name."""
FOCUS: Final = """() => { const e = document.activeElement, s = getComputedStyle(e);
  return e === document.body ? "lost" : parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== "none" ? "seen"
    : s.boxShadow !== "none" ? "seen" : e.outerHTML.slice(0, 200); }"""
CONTRAST: Final = """selectors => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
  const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const found = [];
  for (const selector of selectors) for (const e of [...document.querySelectorAll(selector)].slice(0, 3)) {
    if (!e.textContent.trim() || e.offsetParent === null || e.closest(":disabled,[aria-disabled='true'],.mr-waiting")) continue;
    const chain = []; for (let at = e; at; at = at.parentElement) chain.unshift(at);
    let paper = [255, 255, 255], opacity = 1;
    for (const at of chain) {
      const s = getComputedStyle(at);
      paper = over(rgba(s.backgroundColor), paper);
      opacity *= parseFloat(s.opacity);
    }
    const ink = rgba(getComputedStyle(e).color); ink[3] *= opacity;
    const [a, b] = [light(over(ink, paper)), light(paper)].sort((x, y) => y - x);
    found.push([selector, Math.round((a + 0.05) / (b + 0.05) * 100) / 100, e.textContent.trim().slice(0, 30)]);
  }
  return found;
}"""
TEXTS: Final = [
    ".mr-item-name", ".mr-item-top .mr-muted", ".mr-item-chips .mr-chip-text", ".mr-item-chips .mr-chip-number", ".mr-title",
    ".mr-facts span", ".mr-tag .mr-chip-text", ".mr-tab", ".mr-badge", ".mr-th-text", ".mr-version", ".mr-table td",
    ".mr-chips .mr-chip-text", ".mr-virtual", ".mr-heading", ".mr-code", ".mr-foot .mr-muted", ".mr-where", ".mr-button span",
    ".mr-card p", ".mr-entry-when time", ".mr-reason", ".mr-entry-what .mr-muted", ".mr-pairs th", ".mr-pairs td",
    ".mr-done-text", ".mr-warning", ".mr-said span", ".mr-dialog-title", ".mr-primary span", ".mr-danger span",
    ".mr-best", ".mr-group th", ".mr-guarded .mr-chip-text", ".mr-select", ".mr-line-label", ".mr-toast-text > span",
]  # fmt: skip


def test_from_the_slash_to_a_moved_alias_without_a_mouse(book, shelved, registry):
    shelf = Shelf(book, "%modelreg browse fraud", app="lab", theme="dark")
    shelf.root.locator(".mr-list").focus()  # as Tab from the cell leads there
    shelf.press("/")
    assert shelf.focused() == "Search registered models"
    shelf.type("chu")
    expect(shelf.root.locator(".mr-item")).to_have_count(1)
    shelf.press("Enter")
    expect(shelf.title).to_have_text("churn")
    assert shelf.focused() == "Registered models"
    _tab_to(shelf, "v3")
    shelf.press("ArrowDown", "ArrowDown")
    assert shelf.focused() == "v1"
    shelf.press("Space")
    expect(shelf.field("Select v1")).to_be_checked()
    assert shelf.focused() == "v1"
    shelf.press("Space")
    _tab_to(shelf, "alias production: move, protect, roll back")
    shelf.press("Enter")
    expect(shelf.field("Move to version", shelf.dialog)).to_be_focused()
    shelf.type("nine")
    shelf.press("Enter")
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("A version is written like v3, not nine")
    shelf.press("Control+a")
    shelf.type("3")
    shelf.press("Tab")
    shelf.type("by hand")
    shelf.press("Enter")
    expect(shelf.chip(3, "production")).to_be_visible()
    expect(shelf.dialog).to_have_count(0)
    assert registry.model("churn").aliases == {"production": 3}
    assert registry.history("churn", limit=1)[0].reason == "by hand"
    assert shelf.page.evaluate(FOCUS) == "seen"


def _tab_to(shelf, name, most=40):
    for _ in range(most):
        shelf.press("Tab")
        assert shelf.page.evaluate("!!document.activeElement.closest('.mr-browser')"), f"left the panel before {name}"
        assert shelf.page.evaluate(FOCUS) == "seen"
        if shelf.focused() == name:
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_escape_closes_what_is_open_and_the_focus_goes_back(book, shelved):
    shelf = Shelf(book, app="nb7", theme="light")
    for opener in ("Keyboard", "Columns", "New registered model", "More actions"):
        shelf.button(opener).focus()
        shelf.press("Enter")
        expect(shelf.dialog).to_be_visible()
        assert shelf.page.evaluate("!!document.activeElement.closest('.mr-dialog')")
        for _ in range(30):  # Tab stays inside
            shelf.press("Tab")
        assert shelf.page.evaluate("!!document.activeElement.closest('.mr-dialog')")
        shelf.press("Escape")
        expect(shelf.dialog).to_have_count(0)
        assert shelf.focused() == opener
    shelf.press("?")
    expect(shelf.dialog).to_contain_text("search registered models")
    shelf.press("Escape")
    shelf.button("v2", shelf.row(2)).focus()
    shelf.press("Enter")
    expect(shelf.drawer).to_be_visible()
    expect(shelf.button("Close version")).to_be_focused()
    assert shelf.drawer.get_attribute("aria-modal") == "false"
    shelf.button("Copy line", shelf.drawer).last.focus()
    shelf.press("Tab")  # the page goes on behind it: the keyboard is not kept inside
    assert not shelf.page.evaluate("!!document.activeElement.closest('.mr-drawer')")
    assert shelf.page.evaluate("!!document.activeElement.closest('.mr-browser')")
    shelf.press("Escape")
    expect(shelf.drawer).to_be_hidden()
    assert shelf.focused() == "v2"
    shelf.tab("Versions").focus()
    shelf.press("ArrowRight")
    expect(shelf.tab("History")).to_be_focused()
    expect(shelf.root.locator(".mr-entry").first).to_be_visible()
    shelf.press("ArrowRight", "ArrowLeft", "ArrowLeft")
    expect(shelf.tab("Versions")).to_be_focused()
    # the keys of the notebook were not reached: no cell was added, deleted or turned into text
    assert shelf.page.locator(".jp-Notebook .jp-CodeCell").count() == 2


def test_a_name_is_changed_in_its_place(book, shelved, registry):
    shelf = Shelf(book, app="nb7", theme="dark")
    shelf.field("Select v1").check()
    shelf.root.locator(".mr-list").focus()
    shelf.press("F2")
    name = shelf.field("Name")
    expect(name).to_be_focused()
    shelf.type("fraud")
    shelf.press("Enter")
    expect(shelf.root.locator(".mr-rename").get_by_role("alert")).to_contain_text("fraud")
    expect(name).to_have_value("fraud")
    registry.tag("churn", "meanwhile")
    expect(shelf.root.locator('.mr-overview .mr-tag[title="meanwhile"]')).to_be_visible()
    expect(name).to_have_value("fraud")  # what is typed stays while the page is drawn again
    expect(name).to_be_focused()
    shelf.press("Escape")
    expect(shelf.title).to_have_text("churn")
    assert shelf.focused() == "Rename"
    shelf.press("Enter")
    shelf.type("leavers")
    shelf.press("Enter")
    expect(shelf.title).to_have_text("leavers")
    assert shelf.focused() == "Rename"
    assert registry.model("churn").name == "leavers"
    expect(shelf.field("Select v1")).to_be_checked()
    assert book.variable("panel.picked") == "['leavers:v1']"


def test_a_screen_reader_is_told_what_belongs_together(book, shelved):
    shelf = Shelf(book, app="lab", theme="light")
    panel = shelf.root.get_by_role("tabpanel", name="Versions")
    assert panel.get_attribute("id") == shelf.tab("Versions").get_attribute("aria-controls")
    shelf.tab("History").click()
    expect(shelf.root.get_by_role("tabpanel", name="History")).to_be_visible()
    shelf.tab("Versions").click()
    rows = shelf.root.locator(".mr-versions").get_by_role("status")
    expect(rows).to_have_text("4 versions")
    field = shelf.root.get_by_role("combobox", name="Filter versions")
    field.focus()
    shelf.type("metr")
    offered = shelf.page.locator(f'[id="{field.get_attribute("aria-controls")}"]')
    expect(offered.get_by_role("option").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    shelf.press("ArrowDown", "ArrowDown")
    chosen = offered.locator('[aria-selected="true"]')
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    expect(chosen).to_have_text("metrics.auc")
    shelf.press("Enter")
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.get_attribute("aria-activedescendant") is None
    shelf.type(" > 0.91")
    expect(rows).to_have_text("2 versions match")
    shelf.button("Columns").click()
    expect(shelf.dialog).to_have_attribute("aria-modal", "true")
    shelf.press("Escape")
    shelf.field("Search registered models").fill("fra")
    expect(shelf.root.locator(".mr-side").get_by_role("status")).to_have_text("1 registered model found")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_has_a_name_and_can_be_read(book, shelved, registry, theme):
    registry.describe("churn", "Who leaves, *and* why. See `notes`.")
    registry.tag("churn", "team=growth")
    registry.protect("churn", "production")
    registry.alias("churn:v3", "staging", message="a reason")
    registry.metric("churn", "auc", "higher")
    shelf = Shelf(book, app="lab", theme=theme)
    looks = [
        lambda: shelf.root.locator(".mr-list").focus(),
        lambda: (shelf.field("Select v1").check(), shelf.field("Select v3").check()),
        lambda: (shelf.tab("Compare").click(), expect(shelf.root.locator(".mr-compare")).to_be_visible()),
        lambda: (shelf.tab("History").click(), expect(shelf.root.locator(".mr-entry").first).to_be_visible()),
        lambda: (shelf.tab("Versions").click(), shelf.alias(1, "production").click()),
        lambda: (shelf.button("Remove", shelf.dialog).click(), shelf.button("Remove", shelf.dialog).click()),
        lambda: expect(shelf.button("Do it anyway")).to_be_visible(),
        lambda: (shelf.press("Escape"), shelf.button("v3", shelf.row(3)).click()),
        lambda: expect(shelf.drawer.locator("h3")).to_have_text("churn:v3"),
        lambda: (shelf.press("Escape"), shelf.button("Keyboard").click()),
        lambda: (shelf.press("Escape"), shelf.button("Edit description").click()),
    ]
    faint, seen = {}, set()
    for look in looks:
        look()
        assert shelf.root.evaluate(NAMELESS) == []
        for selector, ratio, text in shelf.page.evaluate(CONTRAST, [f".mr-browser {each}" for each in TEXTS]):
            seen.add(selector)
            if ratio < 4.5:
                faint[selector] = (ratio, text)
    assert faint == {}
    assert len(seen) > 30
