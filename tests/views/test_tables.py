from modelreg.views import tables
from modelreg.views.html import render
from modelreg.views.tables import Column, Where

COLUMNS = [
    Column(title="name", text=lambda row: row["name"]),
    Column(title="count", text=lambda row: row["count"], number=True),
    Column(title="never", text=lambda row: ""),
    Column(title="when", text=lambda row: "now", where=Where.FULL),
    Column(title="only text", text=lambda row: "x", where=Where.TEXT),
    Column(title="only html", text=lambda row: "y", where=Where.HTML),
]
ROWS = [{"name": "日本", "count": "7"}, {"name": "churn", "count": "112"}]


def test_text_is_aligned_and_numbers_stand_right():
    assert tables.text(COLUMNS[:2], ROWS) == "name   count\n日本       7\nchurn    112"


def test_no_line_ends_with_blanks():
    lines = tables.text([*COLUMNS[:1], Column(title="b", text=lambda row: "x" if row["name"] == "churn" else "")], ROWS)
    assert all(line == line.rstrip() for line in lines.split("\n"))


def test_columns_that_are_empty_all_over_are_left_out():
    assert "never" not in tables.text(COLUMNS, ROWS)
    assert "never" not in render(tables.table(COLUMNS, ROWS))


def test_each_form_shows_its_columns():
    short, full, html = (
        tables.text(COLUMNS, ROWS),
        tables.text(COLUMNS, ROWS, full=True),
        render(tables.table(COLUMNS, ROWS)),
    )
    assert ("when" in short, "when" in full, "when" in html) == (False, True, True)
    assert ("only text" in short, "only text" in html) == (True, False)
    assert ("only html" in full, "only html" in html) == (False, True)


def test_numbers_stand_right_with_their_heading():
    html = render(tables.table(COLUMNS[:2], ROWS))
    cells = [piece for piece in html.split("<") if "text-align:right" in piece]
    assert [cell.partition(">")[0].split()[0] for cell in cells] == ["th", "td", "td"]


def test_wide_tables_scroll_in_their_own_container():
    assert render(tables.table(COLUMNS, ROWS)).startswith('<div style="overflow-x:auto')


def test_long_headings_are_cut_with_the_whole_on_hover():
    column = Column(title="m" * 40, text=lambda row: "1")
    assert f'title="{"m" * 40}"' in render(tables.table([column], ROWS))
    assert tables.text([column], ROWS).split("\n")[0] == "m" * 11 + "…" + "m" * 12


def test_headings_of_one_family_are_told_apart():
    columns = [Column(title=f"per_class/precision_of_class_{n}", text=lambda row: "1") for n in (1, 2)]
    first, second = tables.text(columns, ROWS).split("\n")[0].split()
    assert first != second
    assert ">per_class/p…n_of_class_2<" in render(tables.table(columns, ROWS))


def test_facts_without_a_value_are_left_out():
    assert tables.facts_text([("a", "1"), ("b", ""), ("long", "2")]) == "a     1\nlong  2"
    assert "b</th>" not in render(tables.facts([("a", "1"), ("b", ""), ("c", None), ("d", [])]))
