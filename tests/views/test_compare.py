import dataclasses
import math

from modelreg import views
from modelreg.records import MISSING, CompareRow


def row(**fields):
    return CompareRow(**{"section": "metrics", "name": "auc", "values": (0.1, 0.2), "differs": True, **fields})


def test_only_rows_that_differ_show(made):
    assert repr(views.show(made.comparison())) == (
        "                  churn:v2  churn:v3   delta\n"
        "class               Forest  Boosting\n"
        "metrics.auc ↑        0.908    0.912*  +0.004\n"
        "metrics.loss ↓        0.3*      0.35   +0.05\n"
        "metrics.n               10        12      +2\n"
        "params.max_depth         8         –\n"
        "2 more facts are equal (.all shows every one)"
    )


def test_all_shows_every_row(made, read):
    view = views.show(made.comparison()).all
    assert "params.seed" in repr(view)
    assert "seed" in read(view._repr_html_()).text
    assert "more fact" not in repr(view)
    assert len(view) == 7


def test_the_rows_shown_are_the_rows_iterated(made):
    view = views.show(made.comparison())
    assert [row.name for row in view] == ["class", "auc", "loss", "n", "max_depth"]
    assert len(view) == len(view.to_frame()) == 5


def test_equal_versions_say_that_nothing_differs(made, read):
    view = views.show(made.comparison(rows=(row(values=(1.0, 1.0), differs=False),)))
    assert repr(view) == "churn:v2 and churn:v3: nothing differs in 1 fact"
    assert "nothing differs in 1 fact" in read(view._repr_html_()).text
    assert view


def test_the_note_stands_first(made):
    assert repr(views.show(made.comparison(note="v3 against production (v2)"))).startswith(
        "v3 against production (v2)\n"
    )


def test_differences_are_coloured_by_the_declared_direction_only(made):
    html = views.show(made.comparison())._repr_html_()
    better, worse, unknown = (
        html[: html.index(f">{delta}<")].rpartition("<td")[2] for delta in ("+0.004", "+0.05", "+2")
    )
    assert "success" in better
    assert "error" in worse
    assert "success" not in unknown
    assert "error" not in unknown


def test_nan_and_missing_values_show(made):
    text = repr(views.show(made.comparison(rows=(row(values=(math.nan, MISSING)),))))
    assert text.split("\n")[1].split() == ["metrics.auc", "nan", "–"]


def test_numbers_that_differ_late_get_the_digits_it_takes(made):
    text = repr(views.show(made.comparison(rows=(row(values=(0.912301, 0.912302), delta=1e-6),))))
    assert "0.912301" in text
    assert "0.912302" in text


def test_three_versions_have_no_delta(made):
    versions = (made.version(1), made.version(2), made.version(3))
    text = repr(views.show(made.comparison(versions=versions, rows=(row(values=(0.1, 0.2, 0.3), best=(2,)),))))
    assert text.split("\n")[0].split() == ["churn:v1", "churn:v2", "churn:v3"]
    assert "0.3*" in text


def test_classes_of_one_name_from_two_modules_show_in_full(made):
    rows = (row(section="version", name="class", values=("a.Forest", "b.Forest")),)
    assert "a.Forest" in repr(views.show(made.comparison(rows=rows)))


def test_what_differs_in_every_run_shows_in_html_and_full_text_only(made, read):
    rows = (
        row(section="version", name="size", values=(1_000_000, 2_500_000)),
        row(section="version", name="created by", values=("ada", "bob")),
        row(),
    )
    view = views.show(made.comparison(rows=rows))
    assert "MB" not in repr(view)
    assert "bob" not in repr(view)
    assert "2.5 MB" in view.text(full=True)
    assert "2.5 MB" in read(view._repr_html_()).text


def test_a_version_against_itself_has_a_frame(made):
    one = made.version(3)
    assert list(views.show(made.comparison(versions=(one, one))).to_frame().columns) == [
        "section",
        "name",
        "churn:v3",
        "delta",
    ]


def test_a_label_is_set_and_not_an_empty_text(made, read):
    rows = (row(section="tags", name="gpu", values=("", MISSING)), row(section="tags", name="team", values=("a", "b")))
    view = views.show(made.comparison(rows=rows))
    assert [line.split() for line in repr(view).splitlines()[1:]] == [["tags.gpu", "set", "–"], ["tags.team", "a", "b"]]
    assert "''" not in read(view._repr_html_()).text


def test_three_versions_are_named_as_one_says_them(made, read):
    record = made.comparison()
    third = dataclasses.replace(record.versions[1], number=4)
    rows = (row(values=(0.1, 0.1, 0.1), differs=False),)
    view = views.show(dataclasses.replace(record, versions=(*record.versions, third), rows=rows))
    assert repr(view) == "churn:v2, churn:v3 and churn:v4: nothing differs in 1 fact"


def test_code_that_differs_stands_line_by_line(made, read):
    view = views.show(made.pictured())
    assert (
        "code churn:v2 → churn:v3 · +2 −1 lines\n X = load()\n-clf = fit(X)\n+clf = fit(X, 2)\n⋯\n+clf.tune()\n"
        in repr(view)
    )
    seen = read(view._repr_html_())
    assert "churn:v2 → churn:v3 · +2 −1 lines" in seen.text
    assert "+clf = fit(X, 2)\n" in seen.text


def test_of_long_differences_the_first_lines_are_shown(made, read):
    diff = dataclasses.replace(made.pictured().code[0], lines=tuple(("+", f"x{n} = 1") for n in range(1000)))
    view = views.show(made.pictured(code=(diff,)))
    assert "+x59 = 1\nand 940 more lines\n" in repr(view)
    text = read(view._repr_html_()).text
    assert "+x199 = 1" in text
    assert "+x200 = 1" not in text
    assert "and 800 more lines" in text


def test_a_magic_in_code_that_differs_stands_as_it_was_typed(made, read):
    lines = (("+", "m = get_ipython().run_line_magic('modelreg', 'load churn:v0')"),)
    view = views.show(made.pictured(code=(dataclasses.replace(made.pictured().code[0], lines=lines),)))
    assert "\n+m = %modelreg load churn:v0\n" in repr(view)
    assert "get_ipython" not in read(view._repr_html_()).text


def test_code_that_cannot_be_compared_says_why(made):
    diff = dataclasses.replace(made.pictured().code[0], lines=(), fault="more than 5,000 lines are not compared")
    assert "churn:v3 · more than 5,000 lines are not compared\n" in repr(views.show(made.pictured(code=(diff,))))


def test_packages_that_only_packages_need_are_counted_and_told_by_all(made):
    rows = (row(section="environment", name="numpy", values=("1", "2"), minor=True), row())
    view = views.show(made.comparison(rows=rows))
    assert "numpy" not in repr(view)
    assert repr(view).endswith("\n1 package that no model imports itself differs (.all shows every one)")
    assert "environment.numpy" in repr(view.all)


def test_parts_of_the_contents_show_as_a_section_of_their_own(made, read):
    rows = (
        row(section="contents", name="steps[1][1].max_iter", values=("100", "50")),
        row(section="contents", name="coef_", values=("float64 1 × 3", "changed")),
        row(section="contents", name="<b>x", values=(MISSING, "Tree")),
    )
    view = views.show(made.comparison(rows=rows))
    lines = [line.split("  ") for line in repr(view).split("\n")]
    assert [[part.strip() for part in line if part.strip()] for line in lines[1:]] == [
        ["contents.steps[1][1].max_iter", "100", "50"],
        ["contents.coef_", "float64 1 × 3", "changed"],
        ["contents.<b>x", "–", "Tree"],
    ]
    html = view._repr_html_()
    assert "Contents" in read(html).text
    assert "&lt;b&gt;x" in html


def test_how_many_more_parts_and_packages_differ_is_said(made):
    rows = (
        row(section="contents", name="a", values=("1", "2")),
        row(section="contents", name="b", values=("1", "2"), minor=True),
        row(section="contents", name="c", values=("1", "2"), minor=True),
        row(section="environment", name="six", values=("1", "2"), minor=True),
        row(section="environment", name="python", values=("3", "3"), differs=False),
    )
    view = views.show(made.comparison(rows=rows))
    foot = "1 more fact is equal, 2 more parts differ, 1 package that no model imports itself differs (.all shows every one)"
    assert repr(view).split("\n")[-1] == foot
    assert "contents.c" in repr(view.all)
