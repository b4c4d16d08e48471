"""Nothing of the panel is clipped or jumps, in wide and in narrow cells."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import expect

from .shelf import Shelf

OUTSIDE: Final = """root => {
  const found = [], inner = root.getBoundingClientRect();
  for (const e of root.querySelectorAll("*")) {
    if (e.closest("svg,.mr-unseen,.mr-where") || !e.offsetParent) continue;
    const r = e.getBoundingClientRect();
    if (!r.width || !r.height) continue;
    let parent = e.parentElement, scrolls = false;
    for (let at = parent; at && at !== root; at = at.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth + 1) scrolls = true;
    if (!scrolls && (r.right > inner.right + 1 || r.left < inner.left - 1))
      found.push(["outside", e.className, r.left - inner.left, r.right - inner.right]);
  }
  return found;
}"""
"""Elements that stand over an edge of the panel and cannot be scrolled to."""
CUT: Final = """([root, selectors]) => selectors.flatMap(selector => [...root.querySelectorAll(selector)]
  .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1)
  .map(e => [selector, e.textContent.slice(0, 40), e.scrollWidth, e.clientWidth]))"""
WHOLE: Final = [
    ".mr-button", ".mr-tab", ".mr-tabs", ".mr-toolbar", ".mr-foot", ".mr-side-head", ".mr-bottom", ".mr-title-row", ".mr-facts",
    ".mr-overview", ".mr-content", ".mr-main", ".mr-version", ".mr-badge", ".mr-dialog", ".mr-actions", ".mr-drawer-body",
    ".mr-drawer-head", ".mr-entry", ".mr-number", "time", ".mr-picked-bar", ".mr-asked", ".mr-sort",
]  # fmt: skip
"""What has no scroll bar and may not be cut."""


ASKEW: Final = """root => {
  const found = [];
  const box = (cell, side) => {
    const chip = cell.querySelector(".mr-chip,.mr-tag,input");
    if (chip) return chip.getBoundingClientRect()[side];
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const edges = [];
    while (texts.nextNode()) {
      if (texts.currentNode.parentElement.closest(".mr-unseen,.mr-arrow,.mr-compare-chips")) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const cut = texts.currentNode.parentElement.closest(".mr-cell,.mr-th-text,td,th").getBoundingClientRect();
      for (const each of range.getClientRects())
        if (each.width > 0) edges.push(Math.max(cut.left, Math.min(cut.right, each[side])));
    }
    return edges.length ? (side === "right" ? Math.max(...edges) : Math.min(...edges)) : null;
  };
  for (const table of root.querySelectorAll("table.mr-table")) {
    if (!table.offsetParent) continue;
    const heads = [...table.querySelectorAll("thead tr:last-child > *")];
    for (const row of table.querySelectorAll("tbody tr")) {
      const cells = [...row.children];
      if (cells.length !== heads.length) continue;
      heads.forEach((head, at) => {
        const right = cells[at].classList.contains("mr-number");
        if (right !== head.classList.contains("mr-number")) found.push([head.textContent, "is on the other side"]);
        const [own, below] = [head, cells[at]].map(each => box(each, right ? "right" : "left"));
        if (own !== null && below !== null && Math.abs(own - below) > 1)
          found.push([head.textContent, cells[at].textContent, own - below]);
      });
    }
  }
  return found;
}"""
"""Columns whose heading does not stand over what is in them: numbers by their right edge, everything else by the left."""


IN_SIGHT: Final = """drawer => {
  const [tabs, row, chosen] = ["[role=tablist]", ".mr-strip-row", "[role=tab][aria-selected=true]"]
    .map(each => drawer.querySelector(each).getBoundingClientRect());
  const on = drawer.querySelector(".mr-strip-right"), more = tabs.right > row.right + 1;
  return tabs.height < 1.5 * chosen.height && chosen.left >= row.left - 1 && chosen.right <= row.right + 1 && more !== on.hidden;
}"""
"""Whether the tabs of a version stand in one row with the chosen one in sight, and a button where the row goes on."""
TORN: Final = """drawer => [...drawer.querySelectorAll(".mr-pairs-numbers td:nth-child(2)")]
  .filter(e => e.offsetParent && e.offsetHeight > 32).map(e => e.textContent)"""
"""Numbers that take more than one line."""


def whole(shelf, where):
    assert shelf.root.evaluate("root => root.scrollWidth <= root.clientWidth"), where
    assert shelf.root.evaluate(OUTSIDE) == [], where
    assert shelf.page.evaluate(CUT, [shelf.root.element_handle(), WHOLE]) == [], where
    assert shelf.root.evaluate(ASKEW) == [], where


@pytest.mark.parametrize(
    ("width", "app", "theme"),
    [(520, "nb7", "light"), (900, "lab", "dark"), (1200, "lab", "light"), (1500, "nb7", "dark")],
)
def test_nothing_is_clipped(book, told, width, app, theme):
    shelf = Shelf(book, "%modelreg browse tumour-malignancy", app=app, theme=theme, width=width)
    whole(shelf, "versions")
    for number in (11, 10, 9):
        shelf.field(f"Select v{number}").check()
    whole(shelf, "three are selected")
    shelf.tab("Compare").click()
    expect(shelf.root.locator(".mr-compare")).to_be_visible()
    whole(shelf, "compare")
    shelf.tab("History").click()
    expect(shelf.root.locator(".mr-entry").first).to_be_visible()
    whole(shelf, "history")
    shelf.tab("Versions").click()
    shelf.button("Columns").click()
    whole(shelf, "columns")
    shelf.press("Escape")
    shelf.button("Edit description").click()
    whole(shelf, "the description is written")
    shelf.press("Escape")
    for opener in ("New registered model", "More actions", "Keyboard"):
        shelf.button(opener).click()
        whole(shelf, opener)
        shelf.press("Escape")
    shelf.button("Add tag", shelf.root.locator(".mr-overview")).click()
    shelf.field("Tag", shelf.dialog).fill("layout")
    shelf.press("Enter")
    expect(shelf.done).to_contain_text("layout")
    whole(shelf, "done")
    shelf.button("v3", shelf.row(3)).click()
    expect(shelf.drawer).to_be_visible()
    for tab in shelf.drawer.get_by_role("tab").all():
        tab.click()
        whole(shelf, f"drawer, {tab.inner_text()}")
        assert shelf.drawer.evaluate(IN_SIGHT), tab.inner_text()
        assert shelf.drawer.evaluate(TORN) == []
    beside = shelf.drawer.bounding_box()["x"] - shelf.root.locator(".mr-main").bounding_box()["x"]
    assert beside <= 0 or beside > 100  # no strip of cut words
    last = shelf.root.locator(".mr-drawer:not([hidden]) .mr-drawer-body > *").last
    last.scroll_into_view_if_needed()
    foot = shelf.root.locator(".mr-bottom").bounding_box()
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= foot["y"] + 1
    shelf.press("Home")
    assert shelf.focused() == "Overview"
    assert shelf.drawer.evaluate(IN_SIGHT)


def test_a_narrow_cell_shows_five_models_and_what_can_be_done_with_the_ticked(book, told):
    shelf = Shelf(book, "%modelreg browse tumour-malignancy", app="lab", theme="dark", width=660, height=1100)
    inside = """([each, root]) => { const a = each.getBoundingClientRect(), b = root.getBoundingClientRect();
      return a.top >= b.top - 1 && a.bottom <= b.bottom + 1; }"""
    seen = shelf.root.locator(".mr-list").evaluate(
        """list => [...list.querySelectorAll(".mr-item")].filter(e =>
          e.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom + 1).length"""
    )
    assert seen >= 5
    for number in (11, 10):
        shelf.field(f"Select v{number}").check()
    bar = shelf.root.get_by_role("toolbar", name="Selected versions")
    main = shelf.root.locator(".mr-main").element_handle()
    for depth in ("0", "e.scrollHeight"):  # wherever the page is scrolled to
        shelf.root.locator(".mr-main").evaluate(f"e => {{ e.scrollTop = {depth}; }}")
        assert shelf.page.evaluate(inside, [bar.element_handle(), main])
    whole(shelf, "two are ticked")
    shelf.tab("Lineage").click()
    expect(shelf.root.locator(".mr-node").first).to_be_visible()
    whole(shelf, "lineage")
    cut = """place => [...place.querySelectorAll(".mr-node rect")].filter(e => { const a = e.getBoundingClientRect();
      const { left } = place.getBoundingClientRect(); return a.left < left - 1 && a.right > left + 1; }).length"""
    assert shelf.root.locator(".mr-lineage-place").evaluate(cut) == 0


@pytest.mark.slow
def test_every_column_can_be_scrolled_to(book, told):
    shelf = Shelf(book, "%modelreg browse tumour-malignancy", app="lab", theme="light", width=1200)
    shelf.button("Columns").click()
    for box in shelf.dialog.get_by_role("checkbox").all():
        box.check()
    shelf.press("Escape")
    scroll = shelf.root.locator(".mr-versions .mr-scroll")
    expect(shelf.root.locator(".mr-versions thead th")).to_have_count(
        3 + shelf.page.evaluate("document.querySelectorAll('.mr-versions .mr-sorter').length") - 1 + 2
    )
    assert scroll.evaluate("e => e.scrollWidth > e.clientWidth")
    scroll.evaluate("e => { e.scrollLeft = e.scrollWidth; }")
    edge = scroll.bounding_box()
    last = shelf.root.locator(".mr-versions thead th").last.bounding_box()
    assert last["x"] + last["width"] <= edge["x"] + edge["width"] + 1


def test_the_page_does_not_jump_while_the_panel_opens(book, told):
    book.open(["%load_ext modelreg", "%modelreg browse tumour-malignancy", "'below'"], app="lab", theme="light")
    book.run(0)
    book.page.evaluate("""() => {
      window.heights = [];
      const look = () => {
        const panel = document.querySelector(".mr-browser");
        if (panel) window.heights.push([panel.offsetHeight, panel.querySelectorAll(".mr-versions tbody tr").length]);
        window.looking = requestAnimationFrame(look);
      };
      look();
    }""")
    book.run(1)
    expect(book.panel.locator(".mr-versions tbody tr")).to_have_count(12)
    book.page.evaluate("window.later = window.heights.length + 20")  # frames
    book.page.wait_for_function("window.heights.length > window.later")
    heights = book.page.evaluate("() => { cancelAnimationFrame(window.looking); return window.heights; }")
    assert {height for height, _ in heights} == {620}
    assert heights[-1][1] == 12
    assert heights[0][1] == 0  # the frame stood before the rows came


@pytest.mark.slow
def test_a_dialog_that_grows_by_a_refusal_stays_inside_the_panel(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    for number in (0, 1, 2, 3):
        shelf.field(f"Select v{number}").check()
    shelf.button("Delete", shelf.root.get_by_role("toolbar")).click()
    shelf.button("Delete", shelf.dialog).click()
    expect(shelf.button("Do it anyway", shelf.dialog)).to_be_visible()
    low = "([box, root]) => box.getBoundingClientRect().bottom <= root.getBoundingClientRect().bottom"
    handles = [shelf.dialog.element_handle(), shelf.root.element_handle()]
    shelf.page.wait_for_function(low, arg=handles)
    shelf.button("Cancel", shelf.dialog).click()
    assert registry.model("churn").versions == 4
