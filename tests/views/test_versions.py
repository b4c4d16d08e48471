import math

from modelreg import views
from modelreg.queries import Field


def test_a_list_names_every_version_in_full(made):
    text = repr(views.show(made.page(made.version(3, aliases=("best", "staging")), made.version(2))))
    assert text == (
        "version   aliases          auc   f1   loss  class                   source\n"
        "churn:v3  best, staging  0.912  0.8  0.075  RandomForestClassifier  train/clf:v7\n"
        "churn:v2                 0.908  0.8  0.100  RandomForestClassifier  train/clf:v6"
    )


def test_the_heading_names_the_home_where_there_is_one_only(made, read):
    one = read(views.show(made.page(made.version(3), made.version(2)))._repr_html_())
    two = read(views.show(made.page(made.version(3), made.version(0, home="fraud")))._repr_html_())
    assert one.text.startswith("churn 2 versions")
    assert two.text.startswith("Versions 2 versions")
    assert "fraud:v0" in two.text


def test_the_text_of_a_list_has_no_times_people_or_sizes(made):
    text = repr(views.show(made.page(made.version(3))))
    assert "ada" not in text
    assert "MB" not in text
    assert "2026" not in text


def test_full_text_has_times_people_and_sizes(made):
    text = views.show(made.page(made.version(3))).text(full=True)
    assert "ada" in text
    assert "1.23 MB" in text
    assert "2026-09-15 14:13:20 UTC" in text


def test_html_has_times_that_stay_true_with_the_exact_one_on_hover(made, read):
    seen = read(views.show(made.page(made.version(3)))._repr_html_())
    times = [attributes for name, attributes in seen.elements if name == "time"]
    assert times[0]["title"] == "2026-09-15 14:13:20 UTC"
    assert times[0]["datetime"] == "2026-09-15T14:13:20+00:00"
    assert "2026-09-15" in seen.text
    assert "14:13" not in seen.text
    assert " ago" not in seen.text


def test_a_metric_that_is_asked_about_has_a_column_though_few_versions_have_it(made):
    common = {f"m{place}": 1.0 for place in range(8)}
    page = made.page(made.version(3, metrics=common), made.version(2, metrics={**common, "rare": 2.5}))
    assert "rare" not in repr(views.show(page))
    rows = [line.split() for line in repr(views.show(page, fields=(Field("metrics", "rare"),))).split("\n")]
    assert (rows[0][6], rows[1][6], rows[2][6]) == ("rare", "–", "2.5")


def test_params_that_are_asked_about_have_columns_and_not_without_end(made, read):
    params = {f"p{place}": place for place in range(20)} | {"note": "<b>&", "auc": "a metric, too"}
    page = made.page(made.version(3, params=params), made.version(2, params={}))
    asked = (Field("params", "note"), Field("params", "auc"), Field("params", "gone"))
    view = views.show(page, fields=asked)
    head, row, other = (line.split("  ") for line in repr(view).split("\n"))
    assert {"params.note", "params.auc"} < set(head)
    assert "params.gone" not in head
    assert {"<b>&", "a metric, too"} < {cell.strip() for cell in row}
    assert "–" in other
    assert "<b>" not in view._repr_html_()
    assert "<b>&" in read(view._repr_html_()).text
    many = repr(views.show(page, fields=tuple(Field("params", f"p{place}") for place in range(20))))
    assert many.split("\n")[0].count("params.p") == 8


def test_nan_shows_and_a_missing_metric_is_a_dash(made):
    page = made.page(made.version(1, metrics={"auc": math.nan}), made.version(0, metrics={"f1": 0.5}))
    rows = [line.split() for line in repr(views.show(page)).split("\n")]
    assert rows[0][:3] == ["version", "auc", "f1"]
    assert rows[1][:3] == ["churn:v1", "nan", "–"]
    assert rows[2][:3] == ["churn:v0", "–", "0.5"]


def test_the_best_value_is_marked_by_the_declared_direction_only(made, read):
    page = made.page(made.version(3, metrics={"auc": 0.9, "n": 1.0}), made.version(2, metrics={"auc": 0.8, "n": 2.0}))
    marked = views.show(page, model=made.model())._repr_html_()
    assert marked.count('title="best shown here"') == 1
    assert ">0.9</span>" in marked
    assert "best shown here" not in views.show(page)._repr_html_()


def test_only_the_commonest_metrics_have_a_column(made):
    many = {f"m{n}": float(n) for n in range(9)}
    page = made.page(made.version(1, metrics=many), made.version(0, metrics={"m8": 1.0}))
    assert repr(views.show(page)).split("\n")[0].split()[1:6] == ["m0", "m1", "m2", "m3", "m8"]


def test_protected_aliases_are_grey_with_a_lock(made):
    page = made.page(made.version(2, aliases=("production", "staging")))
    html = views.show(page, model=made.model())._repr_html_()
    assert html.count("<svg") == 1
    assert "production is protected" in html
    assert "staging is protected" not in html


def test_a_row_shows_a_few_of_many_aliases_the_protected_ones_first(made, read):
    many = tuple(f"market-{n:02d}" for n in range(13))
    view = views.show(made.page(made.version(2, aliases=(*many, "production"))), model=made.model())
    shown = read(view._repr_html_()).text
    assert "production market-00 market-01 market-02 market-03 +9" in shown
    assert "market-04" not in shown
    assert 'title="market-04, market-05' in view._repr_html_()
    assert "market-12" in view.text()


def test_a_row_never_says_that_there_is_one_more_alias(made, read):
    page = made.page(made.version(2, aliases=tuple(f"market-{n}" for n in range(6))))
    shown = read(views.show(page)._repr_html_()).text
    assert "market-5" in shown
    assert "+1" not in shown


def test_the_newest_version_is_marked_where_it_is_known(made):
    page = made.page(made.version(3, aliases=("staging",)), made.version(2))
    assert views.show(page, model=made.model())._repr_html_().count(">latest<") == 1
    assert ">latest<" not in views.show(page)._repr_html_()


def test_a_version_alone_shows_what_it_is(made, read):
    view = views.show(made.version(3, aliases=("staging",), tags={"team": "risk", "gpu": ""}))
    seen = read(view._repr_html_())
    for words in (
        "churn:v3",
        "staging",
        "team=risk",
        "gpu",
        "RandomForestClassifier",
        "source train/clf:v7",
        "auc 0.912",
    ):
        assert words in seen.text


def test_a_deleted_version_says_so(made, read):
    assert "deleted" in read(views.show(made.version(3, deleted_at=1))._repr_html_()).text
