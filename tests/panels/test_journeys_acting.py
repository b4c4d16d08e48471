"""What somebody does to the registry in the panel, by mouse, in JupyterLab and Notebook 7."""

from __future__ import annotations

from playwright.sync_api import expect

from .shelf import Shelf


def test_an_alias_is_added_dragged_guarded_and_removed(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="dark")
    shelf.shows(3, 2, 1, 0)
    _add(shelf, registry)
    _drag(shelf, registry)
    _guard(shelf, registry)
    _remove(shelf, registry)


def aliases(registry):
    return dict(registry.model("churn").aliases)


def _add(shelf, registry):
    shelf.row(3).hover()
    shelf.button("Add alias to v3").click()
    field = shelf.field("Alias", shelf.dialog)
    expect(field).to_be_focused()
    expect(shelf.dialog.get_by_role("option")).to_have_text(["productionmoves from v1", "staging"])
    field.fill("stag")
    expect(shelf.dialog.get_by_role("option")).to_have_text(["staging"])
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("staging")
    shelf.field("Reason (optional)", shelf.dialog).fill("better by a point")
    shelf.button("Add", shelf.dialog).click()
    expect(shelf.chip(3, "staging")).to_be_visible()
    assert aliases(registry) == {"production": 1, "staging": 3}
    assert registry.history("churn", limit=1)[0].reason == "better by a point"
    shelf.undo()
    expect(shelf.chip(3, "staging")).to_have_count(0)
    assert aliases(registry) == {"production": 1}


def _drag(shelf, registry):
    shelf.alias(1, "production").drag_to(shelf.row(2))
    expect(shelf.dialog).to_contain_text("Move production from v1 to v2")
    shelf.button("Move", shelf.dialog).click()
    expect(shelf.chip(2, "production")).to_be_visible()
    assert aliases(registry) == {"production": 2}
    shelf.undo()
    expect(shelf.chip(1, "production")).to_be_visible()
    assert aliases(registry) == {"production": 1}


def _guard(shelf, registry):
    shelf.alias(1, "production").click()
    shelf.button("Protect", shelf.dialog).click()
    expect(shelf.root.locator(".mr-versions .mr-guarded .mr-chip-name svg")).to_be_visible()
    assert registry.model("churn").protected == ("production",)
    shelf.alias(1, "production").drag_to(shelf.row(3))
    expect(shelf.dialog).to_contain_text("production is protected")
    shelf.button("Move", shelf.dialog).click()
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("The alias 'production' of 'churn' is protected")
    assert aliases(registry) == {"production": 1}
    shelf.button("Do it anyway", shelf.dialog).click()
    expect(shelf.chip(3, "production")).to_be_visible()
    assert aliases(registry) == {"production": 3}
    shelf.undo()
    assert aliases(registry) == {"production": 1}

    shelf.alias(1, "production").click()
    shelf.button("Unprotect", shelf.dialog).click()
    expect(shelf.root.locator(".mr-versions .mr-guarded")).to_have_count(0)


def _remove(shelf, registry):
    shelf.chip(1, "production").hover()
    shelf.button("Remove production from v1").click()
    shelf.button("Remove", shelf.dialog).click()
    expect(shelf.chip(1, "production")).to_have_count(0)
    assert aliases(registry) == {}
    shelf.undo()
    assert aliases(registry) == {"production": 1}


def test_a_model_is_made_described_tagged_renamed_and_deleted(book, shelved, registry):
    shelf = Shelf(book, app="nb7", theme="light")
    _make(shelf, registry)
    _describe(shelf, registry)
    _tag(shelf, registry)
    _rename(shelf, registry)
    _delete(shelf, registry)


def _make(shelf, registry):
    shelf.button("New registered model").click()
    shelf.field("Name", shelf.dialog).fill("churn")
    shelf.button("Create", shelf.dialog).click()
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("churn")
    shelf.field("Name", shelf.dialog).fill("wine")
    shelf.field("Description", shelf.dialog).fill("Red or **white**")
    shelf.field("Tags", shelf.dialog).fill("team=cellar gpu")
    shelf.button("Create", shelf.dialog).click()
    expect(shelf.title).to_have_text("wine")
    expect(shelf.model("wine")).to_have_attribute("aria-selected", "true")
    assert dict(registry.model("wine").tags) == {"team": "cellar", "gpu": ""}


def _describe(shelf, registry):
    shelf.button("Edit description").click()
    editor = shelf.field("Description (Markdown)")
    expect(editor).to_be_focused()
    editor.fill("# Wine\n\nRed or *white*")
    shelf.button("Preview").click()
    expect(shelf.root.locator(".mr-preview h3, .mr-preview h1, .mr-preview h2")).to_have_text("Wine")
    shelf.button("Write").click()
    shelf.button("Save").click()
    expect(shelf.root.locator(".mr-card-body em")).to_have_text("white")
    assert registry.model("wine").description == "# Wine\n\nRed or *white*"
    shelf.undo()
    expect(shelf.root.locator(".mr-card-body strong")).to_have_text("white")


def _tag(shelf, registry):
    shelf.button("Add tag", shelf.root.locator(".mr-overview")).click()
    shelf.field("Tag", shelf.dialog).fill("vintage=2025")
    shelf.field("Tag", shelf.dialog).press("Enter")
    expect(shelf.root.locator(".mr-overview .mr-tag")).to_have_text(["gpu", "team=cellar", "vintage=2025"])
    shelf.root.locator(".mr-overview .mr-tag").first.hover()
    shelf.button("Remove tag gpu").click()
    expect(shelf.root.locator(".mr-overview .mr-tag")).to_have_text(["team=cellar", "vintage=2025"])
    assert dict(registry.model("wine").tags) == {"team": "cellar", "vintage": "2025"}
    shelf.undo()
    assert "gpu" in registry.model("wine").tags


def _rename(shelf, registry):
    shelf.button("Rename").click()
    shelf.field("Name").fill("wines")
    shelf.button("Save name").click()
    expect(shelf.title).to_have_text("wines")
    assert registry.model("wine").name == "wines"
    shelf.undo()
    expect(shelf.title).to_have_text("wine")


def _delete(shelf, registry):
    shelf.button("More actions").click()
    shelf.button("Delete registered model", shelf.dialog).click()
    shelf.field("Reason (optional)", shelf.dialog).fill("only a try")
    shelf.button("Delete", shelf.dialog).click()
    expect(shelf.model("wine")).to_have_count(0)
    expect(shelf.title).not_to_have_text("wine")
    assert "wine" not in {model.name for model in registry.models()}
    shelf.undo()
    expect(shelf.model("wine")).to_be_visible()
    assert registry.model("wine").description == "Red or **white**"


def test_versions_are_linked_unlinked_and_deleted_together(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    for number in (2, 3):
        shelf.field(f"Select v{number}").check()
    bar = shelf.root.get_by_role("toolbar", name="Selected versions")
    expect(bar).to_contain_text("2 selected")
    assert book.variable("list(panel.picked)") == "['churn:v2', 'churn:v3']"

    # link elsewhere, to a name that is completed
    shelf.button("Link to…", bar).click()
    shelf.field("Registered model", shelf.dialog).fill("fr")
    expect(shelf.dialog.get_by_role("option")).to_have_text(["fraud"])
    shelf.press("ArrowDown", "Enter")
    shelf.button("Link", shelf.dialog).click()
    expect(shelf.done).to_contain_text("linked: fraud:v0 ← churn:v2, fraud:v1 ← churn:v3")
    assert registry.model("fraud").versions == 2
    shelf.undo()
    assert registry.model("fraud").versions == 0

    # delete is refused with what holds the version, then forced, then taken back
    shelf.field("Select v2").uncheck()
    shelf.field("Select v3").uncheck()
    shelf.field("Select v1").check()
    shelf.button("Delete", bar).click()
    shelf.button("Delete", shelf.dialog).click()
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("linked to 'churn' as v1 with production")
    assert len(registry.versions("churn")) == 4
    shelf.button("Do it anyway", shelf.dialog).click()
    shelf.shows(3, 2, 0)
    assert [version.number for version in registry.versions("scratch/churn", order="version")] == [0, 2, 3]
    shelf.undo()
    shelf.shows(3, 2, 1, 0)
    assert dict(registry.model("churn").aliases) == {"production": 1}

    # unlink all of the page
    shelf.field("Select all on this page").check()
    shelf.button("Unlink", bar).click()
    shelf.button("Unlink", shelf.dialog).click()
    expect(shelf.root.locator(".mr-versions .mr-empty")).to_contain_text("No versions yet.")
    assert registry.model("churn").versions == 0
    assert len(registry.versions("scratch/churn")) == 4
    shelf.undo()
    shelf.shows(3, 2, 1, 0)
    assert dict(registry.model("churn").aliases) == {"production": 1}
