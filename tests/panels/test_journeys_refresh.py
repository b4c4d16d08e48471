"""The panel while others change the registry: what the user asked for and typed stays, and the page ends up true."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from .shelf import Shelf
from .test_journeys_kernel import KERNEL, let_go, somebody, wait_in_a_cell


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


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
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


def test_a_new_model_takes_over_nothing_of_the_page_before_it(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    filters = shelf.root.get_by_role("combobox", name="Filter")
    filters.fill("version > 1")
    filters.press("Enter")
    shelf.shows(3, 2)
    shelf.field("Select v3").check()
    shelf.button("Describe what it is for").click()
    shelf.field("Description (Markdown)").fill("about churn")
    shelf.button("New registered model").click()
    shelf.field("Name", shelf.dialog).fill("brand")
    shelf.button("Create", shelf.dialog).click()
    expect(shelf.title).to_have_text("brand")
    expect(shelf.field("Description (Markdown)")).to_have_count(0)
    expect(shelf.root.get_by_role("toolbar")).to_have_count(0)
    expect(filters).to_have_value("")
    expect(shelf.root).to_contain_text("No versions yet.")
    shelf.undo()
    expect(shelf.title).not_to_have_text("brand")
    assert "brand" not in [model.name for model in registry.models()]
    assert registry.model("churn").description == ""


def test_a_change_of_a_page_that_was_left_does_not_lead_back(book, shelved, registry):
    registry.tag("churn", "old")
    book.open(["%load_ext modelreg", "panel = %modelreg browse churn\npanel"], app="nb7", theme="dark")
    book.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}")
    book.run_all()
    shelf = Shelf.of(book)
    wait_in_a_cell(book)
    shelf.model("fraud").click()
    shelf.button("Remove tag old").click()
    let_go(book)
    expect(shelf.title).to_have_text("fraud")
    expect(shelf.done).to_contain_text("old")
    expect(shelf.title).to_have_text("fraud")
    assert "old" not in registry.model("churn").tags
    assert book.variable("panel.model") == "'fraud'"


def test_a_description_that_was_not_saved_is_kept_as_a_draft(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    shelf.button("Describe what it is for").click()
    text = shelf.field("Description (Markdown)")
    text.fill("half a sentence")
    shelf.model("fraud").click()
    expect(shelf.title).to_have_text("fraud")
    shelf.model("churn").click()
    expect(shelf.title).to_have_text("churn")
    shelf.button("Describe what it is for").click()
    expect(text).to_have_value("half a sentence")
    expect(shelf.root.locator(".mr-card-editor")).to_contain_text("This is your draft")
    shelf.button("Cancel").click()
    shelf.button("Describe what it is for").click()
    expect(text).to_have_value("")
    text.fill("A whole sentence.")
    shelf.button("Save").click()
    expect(shelf.root.locator(".mr-card-body")).to_have_text("A whole sentence.")
    assert registry.model("churn").description == "A whole sentence."


LATE_SIGHT = """() => {
  const Seen = window.seenInTime = window.IntersectionObserver;
  window.IntersectionObserver = class extends Seen {
    constructor(told, options) {
      super((entries, observer) => setTimeout(() => told(entries, observer), 1500), options);
    }
  };
}"""


def test_a_page_that_learns_late_that_it_is_seen_complains_of_nothing(book, shelved, registry, home):
    book.open(["%load_ext modelreg", "panel = %modelreg browse churn\npanel"], app="lab", theme="light")
    book.page.evaluate(LATE_SIGHT)
    book.run_all()
    shelf = Shelf.of(book)
    shelf.shows(3, 2, 1, 0)
    somebody(home).tag("churn", "later")
    expect(shelf.root.locator('.mr-overview .mr-tag[title="later"]')).to_be_visible()
    expect(shelf.root.locator(".mr-toast")).to_have_count(0)
    book.page.evaluate("() => { window.IntersectionObserver = window.seenInTime; }")
