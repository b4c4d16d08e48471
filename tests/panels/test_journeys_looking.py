"""What somebody looks at in the panel: lists, tables, comparison, history and versions, in JupyterLab and Notebook 7."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from modelreg.records import MISSING

from .registries import crowd
from .shelf import Shelf


@pytest.fixture
def crowded(home):
    """The names of a model of 3 versions among 60, and of one of 130."""
    return crowd(home / "registry", models=60, versions=3, tall=130)


def test_models_are_searched_sorted_and_opened(book, crowded, registry):
    wide, tall = crowded
    shelf = Shelf(book, f"%modelreg browse {wide}", app="lab", theme="light")
    expect(shelf.model(wide)).to_have_attribute("aria-selected", "true")
    expect(shelf.root.locator(".mr-side-head .mr-badge")).to_have_text("61")

    # sorted by name and by the number of versions
    shelf.field("Sort registered models").select_option("Name")
    expect(shelf.root.locator(".mr-item").first).to_contain_text(wide)
    names = sorted(model.name for model in registry.models(limit=100))
    assert shelf.models[:5] == names[:5]
    shelf.field("Sort registered models").select_option("Versions")
    expect(shelf.root.locator(".mr-item").first).to_contain_text(tall)

    # searched by a part of the name; Escape gives all back
    shelf.root.locator(".mr-list").focus()
    shelf.press("/")
    search = shelf.field("Search registered models")
    expect(search).to_be_focused()
    shelf.type(tall.upper())
    expect(shelf.root.locator(".mr-item")).to_have_count(1)
    shelf.press("Enter")
    expect(shelf.title).to_have_text(tall)
    assert book.variable("panel.model") == repr(tall)
    search.focus()
    search.fill("no such model")
    expect(shelf.root.locator(".mr-list")).to_contain_text("Nothing matches.")
    shelf.press("Escape")
    expect(search).to_have_value("")
    expect(shelf.root.locator(".mr-item").nth(3)).to_be_visible()

    # by mouse, far down the list: rows come as they are scrolled to
    shelf.root.locator(".mr-list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    last = shelf.root.locator('.mr-item[aria-posinset="61"]')
    expect(last).to_be_visible()
    name = last.locator(".mr-item-name").inner_text()
    last.click()
    expect(shelf.title).to_have_text(name)
    assert len(shelf.models) < 40


def test_a_list_that_was_scrolled_far_stays_filled_while_it_is_read_again(book, home, registry):
    wide, _ = crowd(home / "registry", models=700, versions=1, tall=2)
    shelf = Shelf(book, f"%modelreg browse {wide}", app="lab", theme="light")
    rows = shelf.root.locator(".mr-list")
    rows.evaluate("list => { list.scrollTop = list.scrollHeight / 2; }")
    expect(shelf.root.locator('.mr-item[aria-posinset="350"]')).to_be_visible()
    shelf.page.evaluate("""() => {
      window.least = Infinity;
      const look = () => {
        window.least = Math.min(window.least, document.querySelectorAll(".mr-item[aria-posinset]").length);
        window.looking = requestAnimationFrame(look);
      };
      look();
    }""")
    registry.tag(wide, "moved=up")
    expect(shelf.root.locator('.mr-overview .mr-tag[title="moved=up"]')).to_be_visible()
    expect(shelf.root.locator('.mr-item[aria-posinset="350"]')).to_be_visible()
    shelf.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert shelf.page.evaluate("() => { cancelAnimationFrame(window.looking); return window.least; }") > 8
    names = shelf.root.locator(".mr-item .mr-item-name").all_inner_texts()
    assert len(names) == len(set(names))


def test_what_is_clicked_twice_is_done_once(book, shelved, registry):
    for number in range(40):
        registry.tag("churn", f"turn={number}")
    shelf = Shelf(book, app="nb7", theme="light")
    shelf.tab("History").click()
    entries = shelf.root.locator(".mr-entry")
    expect(entries).to_have_count(30)
    shelf.button("Show more").dblclick()
    expect(shelf.button("Show more")).to_have_count(0)
    texts = entries.locator(".mr-entry-what > div:first-child").all_inner_texts()
    assert len([text for text in texts if "turn=" in text]) == 40


def test_a_filter_that_is_refused_and_the_focus_stay_while_others_change_the_registry(book, shelved, registry):
    shelf = Shelf(book, app="lab", theme="dark")
    field = shelf.root.get_by_role("combobox", name="Filter versions")
    said = shelf.root.locator(".mr-filter-said")
    field.fill("metrics.auc = 3")
    field.press("Enter")
    expect(said).to_contain_text("Did you mean")
    tick = shelf.field("Select v2")
    tick.click()
    expect(tick).to_be_checked()
    expect(tick).to_be_focused()
    registry.tag("churn", "meanwhile")
    expect(shelf.root.locator('.mr-overview .mr-tag[title="meanwhile"]')).to_be_visible()
    expect(field).to_have_value("metrics.auc = 3")
    expect(said).to_contain_text("Did you mean")
    expect(shelf.field("Select v2")).to_be_focused()
    registry.unlink("churn:v2")  # what is ticked goes
    expect(shelf.row(2)).to_have_count(0)
    expect(shelf.root.get_by_role("toolbar")).to_have_count(0)
    assert book.variable("panel.picked") == "[]"
    field.fill("version < 2")
    shelf.shows(1, 0)
    expect(said).to_be_empty()


def test_versions_are_paged_sorted_and_filtered(book, crowded, registry):
    _, tall = crowded
    shelf = Shelf(book, f"%modelreg browse {tall}", app="nb7", theme="dark")
    _page_on(shelf)
    _sort(shelf, registry, tall)
    _filter(shelf, registry, tall)


def _page_on(shelf):
    foot = shelf.root.locator(".mr-versions .mr-foot")
    shelf.field("Versions on a page").select_option("50 a page")
    expect(foot).to_contain_text("1–50 of 130")
    shelf.button("Next page").click()
    expect(foot).to_contain_text("51–100 of 130")
    assert shelf.numbers == list(range(79, 29, -1))
    shelf.button("Next page").click()
    expect(foot).to_contain_text("101–130 of 130")
    expect(shelf.button("Next page")).to_be_disabled()
    shelf.button("Previous page").click()
    expect(foot).to_contain_text("51–100 of 130")
    shelf.field("Versions on a page").select_option("10 a page")
    expect(foot).to_contain_text("1–10 of 130")


def _sort(shelf, registry, tall):
    metric = next(iter(registry.versions(tall, limit=1)[0].metrics))
    for heading, field in (
        ("Version", "version"),
        (metric, f"metrics.{metric}"),
        ("Created", "created"),
        ("By", "user"),
    ):
        for order in (f"-{field}", field):
            sorter = shelf.root.locator(f'.mr-sorter[data-key="sort {field}"]')
            if field == "version" and order == "-version":
                continue  # so it stands from the start
            sorter.click()
            heads = shelf.root.locator("th").filter(has=shelf.page.locator(f'[title="{heading}"]'))
            expect(heads).to_have_attribute("aria-sort", "descending" if order[0] == "-" else "ascending")
            expected = [version.number for version in registry.versions(tall, order=order, limit=10)]
            shelf.shows(*expected)


def _filter(shelf, registry, tall):
    query = "version < 5"
    field = shelf.field("Filter versions")
    field.fill("vers")
    option = shelf.root.locator(".mr-filter").get_by_role("option").first
    expect(option).to_contain_text("version")
    shelf.press("ArrowDown", "Enter")
    expect(field).to_have_value("version")
    shelf.type(" < 5")
    expect(shelf.root.locator(".mr-versions .mr-foot")).to_contain_text("1–5")
    expect(shelf.root.locator(".mr-versions tbody tr")).to_have_count(5)
    expected = [version.number for version in registry.versions(tall, query, order="user", limit=10)]
    assert sorted(shelf.numbers) == sorted(expected) == [0, 1, 2, 3, 4]
    field.fill("version = 5")
    said = shelf.root.locator(".mr-filter-said")
    expect(said).to_contain_text("Did you mean '==' for '='? at column 9")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert sorted(shelf.numbers) == [0, 1, 2, 3, 4]  # the last page that could be read stays
    field.fill("version == 999")
    expect(shelf.root.locator(".mr-versions .mr-empty")).to_contain_text("No version matches.")
    expect(said).to_be_empty()
    shelf.press("Escape")
    expect(field).to_have_value("")
    expect(shelf.root.locator(".mr-versions .mr-foot")).to_contain_text("of 130")


def test_columns_are_chosen_and_versions_compared(book, told, registry):
    shelf = Shelf(book, f"%modelreg browse {told}", app="lab", theme="dark")
    _choose_columns(shelf)
    _compare(shelf, registry)
    _trend(shelf)


def _choose_columns(shelf):
    shelf.button("Columns").click()
    for name, on in (("brier", True), ("C", True), ("Class", True), ("By", False), ("auc", False)):
        shelf.field(name, shelf.dialog).set_checked(on)
    shelf.button("Done", shelf.dialog).click()
    heads = shelf.root.locator(".mr-versions thead th")
    expect(heads.filter(has_text="brier")).to_have_count(1)
    expect(heads.filter(has_text="Class")).to_have_count(1)
    expect(heads.filter(has_text="auc")).to_have_count(0)
    before = heads.all_inner_texts()
    shelf.book.run(1)  # the cell again: a new panel, which remembers
    expect(shelf.root.locator(".mr-versions thead th").filter(has_text="brier")).to_have_count(1)
    assert shelf.root.locator(".mr-versions thead th").all_inner_texts() == before


def _compare(shelf, registry):
    for number in (3, 8):
        shelf.field(f"Select v{number}").check()
    shelf.button("Compare", shelf.root.get_by_role("toolbar")).click()
    table = shelf.root.locator(".mr-compare")
    expect(table.locator("thead")).to_contain_text("tumour-malignancy:v3")
    record = registry.compare("tumour-malignancy:v3", "tumour-malignancy:v8")
    rows = [row for row in record.rows if row.section != "attachments"]
    sections = list(dict.fromkeys(row.section for row in rows))
    rows.sort(key=lambda row: (sections.index(row.section), row.values.count(MISSING)))  # what both have comes first
    differing = [row.name for row in rows if row.differs]
    shown = table.locator("tbody th[scope=row] .mr-cell")
    expect(shown).to_have_text(differing)
    auc = table.locator("tr").filter(has=shelf.page.locator('th[title="auc"]'))
    assert auc.locator(".mr-best").count() == 1
    assert auc.locator("td").last.inner_text()[0] in "+-"
    shelf.root.get_by_label("Show equal facts too").check()
    expect(shown).to_have_text([row.name for row in rows])


def _trend(shelf):
    shelf.field("Metric of the trend").select_option("brier")
    chart = shelf.root.get_by_label("brier over the versions of tumour-malignancy")
    expect(chart.locator(".mr-dot")).to_have_count(12)
    expect(chart.locator(".mr-mark-text")).to_have_text(["v3", "v8"])
    chart.locator(".mr-dot").nth(5).hover(force=True)
    expect(shelf.root.locator(".mr-trend .mr-chart-told")).to_contain_text("v5")
    chart.locator(".mr-dot").nth(5).click(force=True)
    expect(shelf.drawer.locator("h3")).to_have_text("tumour-malignancy:v5")
    assert shelf.book.variable("panel.version") == "5"
    shelf.press("Escape")
    expect(shelf.drawer).to_be_hidden()
    chart.focus()
    shelf.press("ArrowRight", "ArrowRight", "Enter")
    expect(shelf.drawer.locator("h3")).to_have_text("tumour-malignancy:v7")


def test_the_history_tells_and_leads_back(book, told, registry):
    shelf = Shelf(book, f"%modelreg browse {told}", app="nb7", theme="light")
    shelf.tab("History").click()
    entries = shelf.root.locator(".mr-entry")
    expect(entries.filter(has_text="overconfident on small nuclei").first).to_be_visible()
    shelf.field("Show").select_option("Edits")
    expect(entries.filter(has_text="asked for by the board")).to_be_visible()
    expect(entries.filter(has_text="overconfident on small nuclei")).to_have_count(0)
    shelf.field("Show").select_option("Aliases")
    expect(entries.filter(has_text="overconfident on small nuclei").first).to_be_visible()

    # what was production on
    shelf.field("What was it at").fill("now")
    shelf.button("Ask").click()
    then = shelf.root.locator(".mr-then")
    expect(
        then.locator("li").filter(has=shelf.page.locator('[title$="production"], [title^="production"]'))
    ).to_contain_text("v3")
    shelf.field("What was it at").fill("the other day")
    shelf.press("Enter")
    expect(then.get_by_role("alert")).to_contain_text("'the other day' is no time")
    shelf.press("Escape")
    expect(then).to_be_empty()

    # back to an earlier version: production is protected, which is said before
    shelf.root.get_by_role("button", name="Back to v2").first.click()
    expect(shelf.dialog).to_contain_text("production is protected")
    shelf.field("Reason (optional)", shelf.dialog).fill("drift in the new ward")
    shelf.button("Roll back", shelf.dialog).click()
    shelf.button("Do it anyway", shelf.dialog).click()
    expect(entries.first).to_contain_text("drift in the new ward")
    assert registry.model(told).aliases["production"] == 2
    shelf.undo()
    assert registry.model(told).aliases["production"] == 3


def test_a_version_is_looked_at_loaded_and_its_line_copied(book, shelved, registry):
    shelf = Shelf(book, "%modelreg browse churn:v2", app="lab", theme="light")
    book.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    drawer = shelf.drawer
    expect(drawer.locator("h3")).to_have_text("churn:v2")
    expect(drawer).to_contain_text("0.92")
    expect(drawer).to_contain_text("registered by you")
    for tab, text in (("Runs", "try 2"), ("Files", "stream"), ("Overview", "flavor")):
        shelf.tab(tab).click()
        expect(drawer.get_by_role("tabpanel")).to_contain_text(text)

    # load: a variable that is bound stays, until it may go
    book.ask("best = [1, 2]")
    variable = shelf.field("Variable", drawer)
    variable.fill("best")
    shelf.button("Load", drawer).click()
    said = drawer.locator(".mr-loader").get_by_role("alert")
    expect(said).to_contain_text("'best' is bound to a list already; nothing was loaded")
    assert book.variable("best") == "[1, 2]"
    shelf.button("Overwrite", drawer).click()
    expect(shelf.done).to_have_text("best is now churn:v2 (LinearRegression)")
    assert float(book.variable("float(best.coef_[0])")) == pytest.approx(3)
    variable.fill("2nd")
    variable.press("Enter")
    expect(said).to_contain_text("'2nd' is no name of a variable")

    # the line that is copied works in a cell
    shelf.button("Copy line", drawer).first.click()
    expect(shelf.done).to_have_text("Copied.")
    line = book.page.evaluate("navigator.clipboard.readText()")
    book.add_and_run(line)
    name = line.partition(" ")[0]
    assert float(book.variable(f"float({name}.coef_[0])")) == pytest.approx(3)

    # an alias and a tag from here
    shelf.button("Add alias to v2", drawer).click()
    shelf.field("Alias", shelf.dialog).fill("champion")
    shelf.button("Add", shelf.dialog).click()
    expect(drawer.locator(".mr-chip").filter(has_text="champion")).to_be_visible()
    assert registry.model("churn").aliases["champion"] == 2
    shelf.press("Escape")
    expect(drawer).to_be_hidden()
    assert book.variable("panel.version") == "None"
