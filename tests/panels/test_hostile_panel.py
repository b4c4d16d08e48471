"""Whatever users wrote, in whatever field: it stands there as text, acts nowhere and breaks no layout."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import expect
from sklearn.linear_model import LinearRegression

from .shelf import Shelf

TAG: Final = '<img src="https:example.org" onerror="alert(1)">'
CLOSING: Final = "\"'><script>alert(2)<\\script>"
LONG: Final = "W" * 120
EMOJI: Final = "👩‍👩‍👧‍👦🏳️‍🌈e\u0301\u0301\u0301" + "ع" * 20
TURNED: Final = "abc\u202egnp.exe\u202c"
"""A right-to-left override; names refuse it, free text has it."""
FREE: Final = (
    f"{TAG} {CLOSING}",
    "x" * 2000,
    f"{TURNED}\n\n{TAG}\nsecond line\r\n\tthird",
    "![x](https://example.org/x.png) [y](javascript:alert(3)) <iframe src=https://example.org></iframe>",
    EMOJI,
)
NAMES: Final = (TAG.replace("/", "").replace(":", ""), CLOSING, LONG, EMOJI, "a  b", "$(touch x)", "{x}", "`x`")
OVERFLOW: Final = """root => [...root.querySelectorAll("*")].concat(root)
  .filter(e => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline"
    && getComputedStyle(e).overflowX === "visible"
    && !e.closest("svg,.mr-unseen,.mr-chip") && !e.matches(".mr-tag,.mr-tags,.mr-chips"))
  .map(e => [e.className, e.scrollWidth, e.clientWidth])"""


def hostile(registry):
    """Fill a registry with what would do harm; return the name of the worst model."""
    worst = None
    for number, name in enumerate(NAMES):
        text = FREE[number % len(FREE)]
        registry.create(
            name, description=text, tags=[f"{name[:100].replace('=', '')}={text[:500]}"], message=text[:900]
        )
        worst = worst or name
    for number in range(4):
        text, key = FREE[number], NAMES[number].replace("=", "")[:120]
        kind = type(f"Class{EMOJI}<b>", (), {"__module__": "__main__", "weight": number})
        registry.register(
            kind() if number == 3 else LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0 + number]),
            worst,
            project="hostile",
            aliases=[NAMES[number].replace("/", "").replace(":", "")[:100]],
            metrics={key: 1e300 * (number + 1), "auc": float("nan"), "loss": [1.0, float("inf"), 0.5]},
            params={key: text, "nested": {"a": [text] * 3}},
            tags=[f"{key}={text[:300]}"],
            message=text[:900],
            variable="clf",
        )
        registry.describe(f"{worst}:v{number}", text)
    return worst


@pytest.mark.parametrize(("app", "theme"), [("lab", "light"), ("nb7", "dark")])
def test_hostile_words_stand_as_text_everywhere(book, registry, app, theme):
    worst = hostile(registry)
    shelf = Shelf(book, "%modelreg browse", app=app, theme=theme)
    shelf.model(worst.replace('"', '\\"')).click()
    expect(shelf.title).to_have_text(worst)
    looks = [
        lambda: expect(shelf.row(3)).to_be_visible(),
        lambda: (shelf.field("Select v0").check(), shelf.field("Select v3").check(), shelf.field("Select v2").check()),
        lambda: (shelf.tab("Compare").click(), expect(shelf.root.locator(".mr-compare")).to_be_visible()),
        lambda: shelf.root.get_by_label("Show equal facts too").check(),
        lambda: (shelf.tab("History").click(), expect(shelf.root.locator(".mr-entry").first).to_be_visible()),
        lambda: (shelf.tab("Versions").click(), shelf.button("Columns").click()),
        lambda: [box.check() for box in shelf.dialog.get_by_role("checkbox").all()],
        lambda: (shelf.button("Done", shelf.dialog).click(), shelf.button("Add tag").first.click()),
        lambda: (shelf.press("Escape"), shelf.row(0).locator(".mr-chip-name").first.click()),
        lambda: (shelf.press("Escape"), shelf.button("Rename").click()),
        lambda: (shelf.press("Escape"), shelf.button("v1", shelf.row(1)).click()),
        lambda: expect(shelf.drawer.locator("h3")).to_have_text(f"{worst}:v1"),
        lambda: shelf.tab("Runs").click(),
        lambda: (shelf.tab("Curves").click(), expect(shelf.drawer.locator(".mr-chart")).to_be_visible()),
        lambda: shelf.tab("Files").click(),
        lambda: (shelf.press("Escape"), shelf.button("Edit description").click(), shelf.button("Preview").click()),
    ]
    for look in looks:
        look()
        assert shelf.root.evaluate("root => root.scrollWidth <= root.clientWidth")
        assert shelf.root.evaluate(OVERFLOW) == []
        assert shelf.root.locator("script,iframe,object,embed,style,link,img:not([src^='data:'])").count() == 0
        if shelf.root.locator(".mr-versions tbody tr").count():
            heights = shelf.root.locator(".mr-versions tbody tr").evaluate_all(
                "rows => rows.map(row => row.offsetHeight)"
            )
            assert max(heights) <= 60  # long aliases may take a second line, nothing else may
        # a row of the list has one height, and what it tells stays within it
        assert shelf.root.locator(".mr-item").evaluate_all("rows => rows.every(e => e.scrollHeight <= e.clientHeight)")
    # the guard of ``book`` fails on every request off this machine, every dialog and every error


def test_every_hostile_name_opens_by_a_click_and_can_be_acted_on(book, registry):
    hostile(registry)
    shelf = Shelf(book, "%modelreg browse", app="lab", theme="dark")
    for place in range(len(NAMES)):
        item = shelf.root.locator(f'.mr-item[aria-posinset="{place + 1}"]')
        name = item.locator(".mr-item-name").get_attribute("title")
        item.click()
        expect(shelf.title).to_have_attribute("title", name)
        shelf.button("Add tag", shelf.root.locator(".mr-overview")).click()
        shelf.field("Tag", shelf.dialog).fill("seen=yes")
        shelf.press("Enter")
        expect(shelf.root.locator('.mr-overview .mr-tag[title="seen=yes"]')).to_be_visible()
        shelf.root.locator(".mr-list").evaluate("list => { list.scrollTop = 0; }")
        expect(item).to_be_visible()
    assert {model.tags.get("seen") for model in registry.models()} == {"yes"}


def test_what_is_typed_is_refused_in_the_form_and_stays_typed(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="light")
    before = [model.name for model in registry.models()]
    shelf.button("New registered model").click()
    field = shelf.field("Name", shelf.dialog)
    for typed in (TAG, "x" * 3000, "a\u202eb", "churn:v1", "../..", "", "   "):
        field.fill(typed)
        shelf.button("Create", shelf.dialog).click()
        expect(shelf.dialog.get_by_role("alert")).not_to_be_empty()
        expect(field).to_have_value(typed)
        expect(shelf.button("Create", shelf.dialog)).to_be_enabled()
        assert shelf.root.evaluate("root => root.scrollWidth <= root.clientWidth")
    assert [model.name for model in registry.models()] == before
