"""What was captured around a version, in a real browser: code, data, environment, and what differs of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .shelf import Shelf
from .surrounded import surround
from .test_hostile_panel import OVERFLOW


@pytest.mark.parametrize(("app", "theme", "width"), [("lab", "dark", 1200), ("nb7", "light", 700)])
def test_the_tabs_of_a_version_tell_how_it_came_to_be(book, registry, home, tmp_path, app, theme, width):
    surround(home / "registry", tmp_path / "work")
    shelf = Shelf(book, "%modelreg browse churn:v1", app=app, theme=theme, width=width)
    drawer = shelf.drawer
    kept = registry.code("churn:v1").cells[0]

    # the statements that made it, coloured, and by the keyboard the whole session
    shelf.tab("Code").click()
    code = drawer.get_by_role("region", name="What made it")
    expect(code.locator("pre")).to_have_text([kept])
    expect(code.locator(".mr-word-keyword").first).to_have_text("import")
    shelf.button("Copy", drawer).click()
    expect(shelf.done).to_have_text("Copied.")
    shelf.button("Whole session", drawer).focus()
    shelf.press("Enter")
    session = drawer.get_by_role("region", name="Whole session")
    expect(session.locator("pre")).to_have_count(len(registry.code("churn:v1", what="session").cells))
    expect(shelf.button("Whole session", drawer)).to_be_focused()
    expect(drawer).to_contain_text("not on a remote")
    drawer.get_by_text("Uncommitted changes").click()
    expect(drawer.locator(".mr-went")).to_have_text(["-limit = 1"])
    expect(drawer.locator(".mr-came")).to_have_text(["+limit = 20"])
    assert drawer.evaluate(OVERFLOW) == []

    # what went in: a text of the data stands nowhere, its names and figures do
    shelf.tab("Data").click()
    train = drawer.get_by_role("region", name="Columns of train[['age']]")
    expect(train.locator("tbody td")).to_have_text(["float64", "0", "0", "44", "22"])
    assert drawer.evaluate(OVERFLOW) == []

    # what it needs, and that this kernel has it
    shelf.tab("Environment").click()
    expect(drawer).to_contain_text("This kernel has the same.")
    direct = len(registry.show("churn:v1").surroundings.environment.direct)
    expect(drawer.locator("tbody tr")).to_have_count(direct)
    drawer.get_by_role("button", name="Show all").click()
    expect(drawer.locator("tbody tr")).to_have_count(len(registry.show("churn:v1").surroundings.environment.packages))
    shelf.button("Copy requirements.txt", drawer).click()
    assert drawer.evaluate(OVERFLOW) == []

    # what differs from the version before
    shelf.press("Escape")
    for number in (0, 1):
        shelf.field(f"Select v{number}").check()
    shelf.tab("Compare").click()
    differs = shelf.root.get_by_role("region", name="Code of churn:v0 and churn:v1")
    expect(differs.locator(".mr-came")).to_have_count(registry.compare("churn:v0", "churn:v1").code[0].added)
    expect(shelf.root.locator(".mr-compare")).to_contain_text("train.age")
    expect(shelf.root.locator(".mr-compare")).not_to_contain_text("scikit-learn")
    assert shelf.root.locator(".mr-compare-tab").evaluate(OVERFLOW) == []
