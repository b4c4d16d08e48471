"""The panel while others change the registry: what the user asked for and typed stays, and the page ends up true."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from .shelf import Shelf
from .test_journeys_kernel import somebody


@contextmanager
def storm(home):
    """Change the registry again and again, as a colleague's loop does; yield what to set for the end."""
    over = threading.Event()

    def change():
        other = somebody(home)
        for number in range(10_000):
            if over.wait(0.05):
                return
            other.tag("churn", f"beat={number}")

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield over
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sorting_and_filtering_hold_while_the_registry_changes_all_the_time(book, shelved, registry, home, theme):
    shelf = Shelf(book, app="lab", theme=theme)
    with storm(home):
        expect(shelf.root.locator(".mr-tag", has_text="beat")).to_be_visible()
        for _ in range(3):
            shelf.button("Version").click()
            shelf.shows(0, 1, 2, 3)
            shelf.button("Version").click()
            shelf.shows(3, 2, 1, 0)
        filters = shelf.root.get_by_role("combobox", name="Filter")
        filters.fill("version < 2")
        filters.press("Enter")
        shelf.shows(1, 0)
        shelf.model("fraud").click()
        expect(shelf.title).to_have_text("fraud")
        shelf.model("churn").click()
        expect(shelf.title).to_have_text("churn")
        shelf.shows(3, 2, 1, 0)
    last = registry.model("churn").tags["beat"]
    expect(shelf.root.locator(f'.mr-overview .mr-tag[title="beat={last}"]')).to_be_visible()
    shelf.shows(3, 2, 1, 0)


def test_a_description_is_typed_to_its_end_and_cancel_shows_what_is_so_now(book, shelved, registry, home):
    shelf = Shelf(book, app="nb7", theme="light")
    shelf.button("Describe what it is for").click()
    text = shelf.field("Description (Markdown)")
    text.fill("half a sen")
    somebody(home).describe("churn", "Said elsewhere.")
    somebody(home).tag("churn", "later")
    expect(shelf.root.locator(".mr-item").first).to_contain_text("churn")
    expect(shelf.tab("Versions")).to_be_visible()
    expect(text).to_have_value("half a sen")
    shelf.press("Escape")
    expect(shelf.root.locator(".mr-card-body")).to_have_text("Said elsewhere.")
    expect(shelf.root.locator('.mr-overview .mr-tag[title="later"]')).to_be_visible()
    assert registry.model("churn").description == "Said elsewhere."
