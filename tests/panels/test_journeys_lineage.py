"""The lineage of a version, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .shelf import Shelf


def node(shelf, label):
    """Return a box by what it is."""
    return shelf.root.locator(f'.mr-node[aria-label*="{label}"]')


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_boxes_open_what_they_stand_for(book, traced, registry, theme):
    shelf = Shelf(book, app="lab", theme=theme)
    shelf.tab("Lineage").click()
    expect(node(shelf, "Version train/clf:v0")).to_be_visible()
    expect(shelf.root.locator(".mr-lineage-line")).to_have_count(len(registry.lineage("churn:v0").edges))

    node(shelf, "7 models").click()
    shelf.field("Search 7 models").fill("tune3")
    expect(shelf.dialog.locator(".mr-member")).to_have_count(1)
    shelf.button("tune3/tuned:v0", shelf.dialog).click()
    expect(shelf.drawer.locator("h3")).to_have_text("tune3/tuned:v0")
    expect(shelf.title).to_have_text("tune3/tuned")
    shelf.button("Close version").click()
    expect(node(shelf, "Version tune3/tuned:v0")).to_have_class("mr-node mr-is-model mr-node-own")

    shelf.model("churn").click()
    expect(node(shelf, "evaluate.ipynb")).to_be_visible()
    node(shelf, "evaluate.ipynb").click()
    expect(shelf.dialog).to_contain_text("jonas")
    shelf.press("Escape")
    expect(shelf.dialog).to_have_count(0)
    assert "jonas" in {node.actor for node in registry.lineage("churn:v0").nodes}


def test_keys_lead_along_the_lines(book, traced, registry):
    shelf = Shelf(book, app="nb7", theme="light")
    shelf.tab("Versions").focus()
    shelf.press("ArrowRight", "ArrowRight", "ArrowRight")
    expect(shelf.tab("Lineage")).to_be_focused()
    expect(node(shelf, "Version train/clf:v0")).to_be_visible()
    shelf.press("Tab", "Tab", "Tab")
    expect(node(shelf, "Version train/clf:v0")).to_be_focused()
    shelf.press("ArrowLeft", "ArrowLeft")
    expect(node(shelf, "Data data/train:v0")).to_be_focused()
    shelf.press("Enter")
    expect(shelf.drawer.locator("h3")).to_have_text("data/train:v0")
    assert registry.get("data/train:v0").kind == "dataset"


def test_another_version_is_asked_for_and_one_that_is_not_there_is_said(book, traced, registry):
    shelf = Shelf(book, app="lab", theme="dark")
    shelf.tab("Lineage").click()
    field = shelf.field("Lineage of version")
    expect(field).to_have_value("v0")
    field.fill("v5")
    field.press("Enter")
    expect(node(shelf, "Version tune4/tuned:v0")).to_be_visible()
    field.fill("v77")
    field.press("Enter")
    expect(shelf.root.locator(".mr-lineage .mr-said")).to_contain_text("No version 77")
    expect(node(shelf, "Version tune4/tuned:v0")).to_be_visible()
    shelf.tab("Versions").click()
    shelf.button("v4", shelf.row(4)).click()
    shelf.button("Lineage", shelf.drawer).click()
    expect(node(shelf, "Version tune3/tuned:v0")).to_be_visible()
    field.fill("v5")
    field.press("Enter")
    expect(node(shelf, "Version tune4/tuned:v0")).to_be_visible()
    registry.alias("churn:v5", "production")
    expect(node(shelf, "Registered model churn:v5, production")).to_be_visible()  # the page follows the registry
