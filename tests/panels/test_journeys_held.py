"""What a user holds in the panel stays with them: the focus, what is typed, and how far something is read."""

from __future__ import annotations

from playwright.sync_api import expect

from .shelf import Shelf

INSIDE = "!!document.activeElement.closest('.mr-dialog')"


def follow(shelf, registry, name="churn"):
    """Let somebody change a model, and wait until the panel shows that."""
    registry.tag(name, "meanwhile")
    expect(shelf.root.locator('.mr-overview .mr-tag[title="meanwhile"]')).to_be_visible()
    shelf.book.ask("")  # what the panel asked for around that is answered


def test_the_keyboard_stays_in_a_dialog_that_is_refused(book, shelved, registry):
    registry.protect("churn", "production")
    shelf = Shelf(book, app="lab", theme="light")
    shelf.button("Remove production from v1").focus()
    shelf.press("Enter")
    go = shelf.button("Remove", shelf.dialog)
    expect(shelf.field("Reason (optional)", shelf.dialog)).to_be_focused()
    shelf.press("Tab", "Enter")
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("protected")
    expect(go).to_be_focused()
    shelf.field("Reason (optional)", shelf.dialog).press("Enter")
    expect(go).to_be_enabled()
    shelf.press("Escape")
    expect(shelf.dialog).to_have_count(0)
    assert shelf.focused() == "Remove production from v1"
    assert dict(registry.model("churn").aliases) == {"production": 1}


def test_the_keyboard_stays_at_the_loader(book, shelved):
    shelf = Shelf(book, "%modelreg browse churn:v2", app="nb7", theme="dark")
    book.ask("best = [1, 2]")
    shelf.field("Variable", shelf.drawer).fill("best")
    load = shelf.button("Load", shelf.drawer)
    load.focus()
    shelf.press("Enter")
    expect(shelf.drawer.locator(".mr-loader").get_by_role("alert")).to_contain_text("bound to a list")
    expect(load).to_be_focused()
    shelf.button("Overwrite", shelf.drawer).focus()
    shelf.press("Enter")
    expect(shelf.done).to_contain_text("best is now churn:v2")
    expect(load).to_be_focused()
    shelf.press("Escape")
    expect(shelf.drawer).to_be_hidden()


def test_a_filter_is_asked_for_though_a_row_is_ticked_at_once(book, shelved):
    shelf = Shelf(book, app="lab", theme="light")
    field = shelf.root.get_by_role("combobox", name="Filter versions")
    shelf.shows(3, 2, 1, 0)
    field.evaluate(
        """field => {
          field.focus();
          field.value = "version < 2";
          field.dispatchEvent(new Event("input"));
          const tick = field.closest(".mr-browser").querySelector('[aria-label="Select v1"]');
          tick.focus();
          tick.click();
        }"""
    )
    shelf.shows(1, 0)
    expect(field).to_have_value("version < 2")
    expect(shelf.field("Select v1")).to_be_checked()
    field.evaluate("field => { field.value = 'version < 1'; field.dispatchEvent(new Event('input')); }")
    shelf.model("fraud").click()
    expect(shelf.title).to_have_text("fraud")
    expect(field).to_have_value("")


def test_what_is_typed_over_the_lineage_stays_and_another_model_begins_anew(book, traced, registry):
    registry.create("fresh")
    shelf = Shelf(book, app="lab", theme="light")
    shelf.tab("Lineage").click()
    field = shelf.field("Lineage of version")
    said = shelf.root.locator(".mr-lineage .mr-said")
    expect(field).to_have_value("v0")
    field.fill("v5")
    follow(shelf, registry)
    expect(field).to_have_value("v5")
    field.fill("v77")
    field.press("Enter")
    expect(said).to_contain_text("No version 77")
    shelf.model("fresh").click()
    expect(shelf.root.locator(".mr-lineage-place")).to_contain_text("No versions yet")
    expect(said).to_be_empty()
    expect(field).to_have_value("")
    expect(shelf.root.locator(".mr-lineage .mr-foot")).to_be_empty()


def test_the_lineage_is_of_the_version_that_was_opened_last(book, traced):
    shelf = Shelf(book, app="nb7", theme="light")
    field = shelf.field("Lineage of version")
    for number in (4, 5):
        shelf.tab("Versions").click()
        shelf.button(f"v{number}", shelf.row(number)).click()
        expect(shelf.drawer.locator("h3")).to_have_text(f"churn:v{number}")
        shelf.tab("Lineage").focus()
        shelf.press("Enter")
        expect(field).to_have_value(f"v{number}")
        shelf.button("Close version").click()


def test_a_history_that_was_read_far_stays_while_others_change_and_rename(book, shelved, registry):
    for number in range(80):
        registry.tag("churn", f"beat={number}")
    shelf = Shelf(book, app="lab", theme="dark")
    shelf.tab("History").click()
    entries = shelf.root.locator(".mr-entry")
    for many in (30, 60):
        expect(entries).to_have_count(many)
        shelf.button("Show more").click()
    expect(shelf.button("Show more")).to_have_count(0)
    many = entries.count()
    registry.tag("churn", "meanwhile")
    expect(entries.first).to_contain_text("meanwhile")
    expect(entries).to_have_count(many)
    shelf.field("Of version").fill("v1")
    shelf.press("Enter")
    expect(entries).to_have_count(len(registry.history("churn:v1")))
    shelf.field("What was it at").fill("now")
    registry.rename("churn", "attrition")
    expect(shelf.title).to_have_text("attrition")
    expect(shelf.field("Of version")).to_have_value("v1")
    expect(shelf.field("What was it at")).to_have_value("now")


def test_the_keys_stay_where_they_went_in_the_list(book, home, registry):
    for number in range(12):
        registry.create(f"m{number:02}")
    shelf = Shelf(book, "%modelreg browse m03", app="nb7", theme="light")
    shelf.field("Sort registered models").select_option("name")
    expect(shelf.root.locator(".mr-item .mr-item-name").first).to_have_text("m00")  # a list in a new order begins anew
    models = shelf.root.get_by_role("listbox", name="Registered models")
    models.focus()
    shelf.press("Home", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    at = shelf.root.locator(".mr-item.mr-at .mr-item-name")
    expect(at).to_have_text("m06")
    follow(shelf, registry, "m03")
    expect(at).to_have_text("m06")
    shelf.press("ArrowDown")
    expect(at).to_have_text("m07")


def test_a_suggestion_for_an_older_text_is_not_taken(book, shelved):
    shelf = Shelf(book, app="lab", theme="light")
    field = shelf.root.get_by_role("combobox", name="Filter versions")
    offered = shelf.root.locator(".mr-versions .mr-option")
    field.fill("metr")
    expect(offered.first).to_be_visible()
    field.press("ArrowDown")
    shelf.type("y")
    expect(offered).to_have_count(0)
    field.fill("version < 1")
    field.press("Enter")
    shelf.shows(0)
    expect(field).to_have_value("version < 1")


def test_a_wide_comparison_stays_scrolled(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light", width=800)
    for number in (3, 2, 1, 0):
        shelf.field(f"Select v{number}").check()
    shelf.tab("Compare").click()
    shelf.root.get_by_label("Show equal facts too").check()
    scroll = shelf.root.locator(".mr-compare-body .mr-scroll")
    expect(scroll).to_be_visible()
    scroll.evaluate("e => { e.style.width = '260px'; }")  # narrow enough, whatever the font
    scroll.evaluate("e => { e.closest('.mr-compare-body').style.width = '260px'; e.scrollLeft = 60; }")
    first = scroll.element_handle()
    follow(shelf, registry)
    shelf.page.wait_for_function("e => !e.isConnected", arg=first)
    assert scroll.evaluate("e => e.scrollLeft") == 60


def test_a_tag_that_somebody_changed_is_seen_on_a_version_that_only_the_drawer_shows(book, shelved, registry):
    shelf = Shelf(book, "%modelreg browse churn:v2", app="nb7", theme="dark")
    field = shelf.root.get_by_role("combobox", name="Filter versions")
    field.fill("version < 2")
    shelf.shows(1, 0)
    shelf.button("Add tag", shelf.drawer).click()
    shelf.field("Tag", shelf.dialog).fill("audit=passed")
    registry.tag("churn:v2", "audit=failed")
    expect(shelf.drawer.locator('.mr-tag[title="audit=failed"]')).to_be_visible()
    shelf.press("Enter")
    expect(shelf.dialog.get_by_role("alert")).to_contain_text("audit")
    shelf.press("Enter")
    expect(shelf.dialog).to_have_count(0)
    assert dict(registry.get("churn:v2").tags) == {"audit": "passed"}


def test_the_directions_that_are_declared_are_shown_before_another_is_set(book, shelved, registry):
    registry.metric("churn", "auc", "lower")
    shelf = Shelf(book, app="lab", theme="light")
    shelf.button("More actions").click()
    shelf.button("Which way is a metric better?", shelf.dialog).click()
    shelf.field("Metric", shelf.dialog).select_option("auc")
    expect(shelf.field("Direction", shelf.dialog)).to_have_value("lower")
