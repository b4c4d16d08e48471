"""A registry that may only be looked at: everything is shown, nothing offers a change, and the foot says why."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .shelf import Shelf

READ_ONLY = """from modelreg.catalog.engine import Catalog
Catalog.writable = property(lambda catalog: False)"""
"""Lets the kernel take every registry for one that it may not write; the user of the tests may write everywhere."""
LABELS = """root => [...root.querySelectorAll("button")].filter(e => e.offsetParent !== null && !e.matches("[role=tab],.mr-sorter"))
  .map(e => (e.getAttribute("aria-label") ?? e.textContent).trim())"""
LOOKS = {
    "Clear selection", "Close version", "Columns", "Compare", "Copy line", "Keyboard", "Load", "Next page",
    "Previous page", "Show all", "Ask", "Show more", "History", "Lineage",
}  # fmt: skip
"""Buttons that change nothing in the registry."""


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_nothing_that_changes_the_registry_is_offered(book, shelved, registry, theme):
    registry.describe("churn", "Who leaves.")
    registry.tag("churn", "team=growth")
    registry.tag("churn:v2", "seen")
    registry.protect("churn", "production")
    registry.alias("churn:v2", "staging")
    registry.alias("churn:v3", "staging")
    before = registry.pulse()
    book.open(["%load_ext modelreg", "panel = %modelreg browse churn\npanel"], app="lab", theme=theme)
    book.run(0)
    book.ask(READ_ONLY)
    book.run(1)
    shelf = Shelf.of(book)
    mark = shelf.root.locator(".mr-locked")
    expect(mark).to_have_text("read-only")
    expect(mark).to_have_attribute("title", f"You may look at {registry.location} but not write to it. "
                                   "Try %modelreg connect DIRECTORY for one of your own")  # fmt: skip
    looks = [
        lambda: shelf.row(1).hover(),
        lambda: (shelf.field("Select v1").check(), shelf.field("Select v2").check()),
        lambda: (shelf.tab("History").click(), expect(shelf.root.locator(".mr-entry").first).to_be_visible()),
        lambda: (shelf.tab("Compare").click(), expect(shelf.root.locator(".mr-compare")).to_be_visible()),
        lambda: (shelf.tab("Versions").click(), shelf.button("v2", shelf.row(2)).click()),
        lambda: expect(shelf.drawer.locator("h3")).to_have_text("churn:v2"),
    ]
    for look in looks:
        look()
        offered = {label for label in shelf.root.evaluate(LABELS) if not label.startswith(("v", "Version"))}
        assert {each for each in offered if each[:1].isupper()} <= LOOKS
    shelf.press("Escape", "F2")
    expect(shelf.field("Name")).to_have_count(0)
    assert shelf.root.locator("[draggable=true]").count() == 0
    shelf.model("fraud").click()
    expect(shelf.title).to_have_text("fraud")
    assert "Describe what it is for" not in shelf.root.evaluate(LABELS)
    assert registry.pulse() == before
