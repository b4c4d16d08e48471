"""Two who change one thing at a time, and one who changes several: nothing is lost, and all is done or nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import modelreg
from modelreg.notebook import Notebook

from .shelf import Shelf


@pytest.fixture
def somebody(shelved, home):
    """The registry as Jonas has it open in a kernel of his own."""
    opened = modelreg.connect(home / "registry", actor="jonas", notebook=Notebook())
    yield opened
    opened.close()


def test_a_description_that_somebody_wrote_meanwhile_is_shown_and_nothing_typed_is_lost(book, registry, somebody):
    shelf = Shelf(book, "%modelreg browse fraud", app="lab", theme="dark")
    shelf.button("Edit description").click()
    editor, alert = shelf.field("Description (Markdown)"), shelf.root.locator(".mr-card-editor").get_by_role("alert")
    editor.fill("Mine")
    somebody.describe("fraud", "Theirs, **longer**")
    shelf.button("Save").click()
    expect(alert).to_contain_text("was changed meanwhile by jonas and reads 'Theirs, **longer**' now")
    expect(shelf.root.locator(".mr-theirs")).to_have_text("Theirs, **longer**")
    expect(editor).to_have_value("Mine")
    assert registry.model("fraud").description == "Theirs, **longer**"

    # who leaves it sees what is in the registry now
    shelf.button("Cancel").click()
    expect(shelf.root.locator(".mr-card-body strong")).to_have_text("longer")

    # who saves again has seen what they write over; that somebody goes on meanwhile is refused again
    shelf.button("Edit description").click()
    editor.fill("Mine *again*")
    for text in ("Theirs, once more", "And once more"):
        somebody.describe("fraud", text)
        editor.press("Control+Enter")
        expect(shelf.root.locator(".mr-theirs")).to_have_text(text)
        assert registry.model("fraud").description == text
    editor.press("Control+Enter")
    expect(shelf.root.locator(".mr-card-body em")).to_have_text("again")
    assert registry.model("fraud").description == "Mine *again*"
    shelf.undo()
    assert registry.model("fraud").description == "And once more"


def test_an_alias_that_somebody_moved_meanwhile_stays_until_that_was_seen(book, registry, somebody):
    shelf = Shelf(book, app="nb7", theme="light")
    shelf.alias(1, "production").click()
    shelf.field("Reason (optional)", shelf.dialog).fill("an incident")
    somebody.alias("churn:v3", "production")
    expect(shelf.chip(3, "production")).to_be_visible()  # the page follows, the dialog stays as it was opened
    shelf.button("Roll back", shelf.dialog).click()
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("moved meanwhile to v3 by jonas; nothing was changed")
    assert dict(registry.model("churn").aliases) == {"production": 3}
    shelf.button("Roll back", shelf.dialog).click()
    expect(shelf.dialog).to_have_count(0)
    expect(shelf.chip(1, "production")).to_be_visible()
    assert dict(registry.model("churn").aliases) == {"production": 1}
    assert registry.history("churn", limit=1)[0].reason == "an incident"


def test_several_versions_are_deleted_by_force_as_one_and_come_back_as_one(book, registry, somebody):
    somebody.protect("churn", "production")
    shelf = Shelf(book, app="lab", theme="light")
    for number in (3, 1, 0):
        shelf.field(f"Select v{number}").check()
    bar = shelf.root.get_by_role("toolbar", name="Selected versions")
    for verb, held in (
        ("Unlink", "churn:v1 has the protected alias"),
        ("Delete", "churn:v0 (scratch/churn:v0) is linked"),
    ):
        shelf.press("Escape")  # what asks about the one before may stand over the bar
        shelf.button(verb, bar).click()
        shelf.button(verb, shelf.dialog).click()
        expect(shelf.dialog.get_by_role("alert")).to_contain_text(held)
        assert [version.number for version in registry.versions("churn")] == [3, 2, 1, 0]
    shelf.button("Do it anyway", shelf.dialog).click()
    shelf.shows(2)
    assert [version.number for version in registry.versions("scratch/churn")] == [2]
    assert len({entry.operation for entry in registry.history("churn", kinds=["unlinked"])}) == 1
    book.add_and_run("%modelreg undo")
    shelf.shows(3, 2, 1, 0)
    assert [version.number for version in registry.versions("scratch/churn")] == [3, 2, 1, 0]
    assert dict(registry.model("churn").aliases) == {"production": 1}


def test_several_versions_are_tagged_and_the_history_of_one_tells_it(book, registry, somebody):
    shelf = Shelf(book, app="lab", theme="dark")
    for number in (2, 3):
        shelf.field(f"Select v{number}").check()
    shelf.button("Tag…", shelf.root.get_by_role("toolbar", name="Selected versions")).click()
    shelf.field("Tag", shelf.dialog).fill("audit=passed")
    shelf.press("Enter")
    expect(shelf.done).to_contain_text("tagged audit=passed")
    assert [dict(version.tags) for version in registry.versions("churn")] == [{"audit": "passed"}] * 2 + [{}] * 2

    shelf.tab("History").click()
    entries = shelf.root.locator(".mr-timeline > .mr-entry")
    expect(entries.filter(has_text="audit=passed")).to_have_count(2)
    shelf.field("Of version").fill("v2")
    shelf.press("Enter")
    expect(entries.filter(has_text="audit=passed")).to_have_count(1)
    expect(entries).to_have_count(len(registry.history("churn:v2")))
    shelf.field("Of version").fill("the best")
    shelf.press("Enter")
    expect(shelf.root.locator(".mr-timeline").get_by_role("alert")).to_contain_text(
        "a version is written like v3", ignore_case=True
    )
    shelf.button("Of all versions").click()
    expect(entries.filter(has_text="audit=passed")).to_have_count(2)
    expect(shelf.field("Of version")).to_have_value("")
