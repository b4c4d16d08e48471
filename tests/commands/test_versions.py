"""``versions [NAME] [QUERY]``: versions of one registered model, or of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.commands import dispatch
from modelreg.errors import InvalidError, ModelRegError, NotFoundError, QueryError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.fixture
def many(churn: Desk) -> Desk:
    """Return the notebook after churn got a tree, and churn-eu a version."""
    churn.run("register tree churn --metric auc=0.8 --param max_depth=2 -a production")
    churn.run("link churn:v0 churn-eu")
    return churn


def listed(desk: Desk, line: str) -> list[str]:
    """Return the references that a line lists."""
    return [version.ref for version in desk.value(line)]


def test_the_versions_of_a_registered_model_are_listed_the_newest_first(many: Desk) -> None:
    assert listed(many, "versions churn") == ["churn:v2", "churn:v1", "churn:v0"]
    head, *rows = many.says("versions churn").splitlines()
    assert head.split() == ["version", "aliases", "auc", "class", "source"]
    assert rows[0].split() == ["churn:v2", "production", "0.800", "DecisionTreeClassifier", "train/tree:v0"]


def test_without_a_name_everything_is_asked(many: Desk) -> None:
    assert sorted(listed(many, "versions")) == ["churn-eu:v0", "churn:v0", "churn:v1", "churn:v2"]


def test_an_artifact_is_asked_by_its_name(many: Desk) -> None:
    assert listed(many, "versions train/clf") == ["train/clf:v0"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("metrics.auc > 0.9", [1, 0]),
        ("metrics.auc > 0.9 and metrics.auc < best", [0]),
        ("params.max_depth <= 8", [2]),
        ('"production" in aliases', [2]),
        ("alias is None", [1, 0]),
        ("metrics.auc>0.9", [1, 0]),
        ("not metrics.auc > 0.9", [2]),
        ('class_name == "DecisionTreeClassifier"', [2]),
    ],
)
def test_a_query_after_the_name_filters(many: Desk, query: str, numbers: list[int]) -> None:
    many.variables["best"] = 0.914
    assert [version.number for version in many.value(f"versions churn {query}")] == numbers


def test_a_name_comes_from_a_variable(many: Desk) -> None:
    many.variables["name"] = "churn-eu"
    assert listed(many, "versions {name}") == listed(many, "versions $name") == ["churn-eu:v0"]


def test_a_name_with_blanks_is_quoted_and_the_line_for_more_works(desk: Desk) -> None:
    desk.run('register clf "cost {{x}} $5"')
    desk.run('register better "cost {{x}} $5"')
    text = desk.says('versions "cost {{x}} $5" --limit 1')
    assert listed(desk, text.rpartition("%modelreg ")[2]) == ["cost {x} $5:v1", "cost {x} $5:v0"]


def test_they_are_ordered_by_a_metric_and_cut(many: Desk) -> None:
    assert listed(many, "versions churn --order -metrics.auc --limit 2") == ["churn:v1", "churn:v0"]
    assert listed(many, "versions churn --order metrics.auc --limit 1") == ["churn:v2"]


def test_what_is_asked_about_has_a_column(many: Desk) -> None:
    many.variables["key"] = "max_depth"
    plain = many.says("versions churn").splitlines()[0].split()
    assert "params.max_depth" not in plain
    for line in ("versions churn params.max_depth <= 8", "versions churn params[key] <= 8 or data == rows"):
        head, row = many.says(line).splitlines()
        assert head.split() == [*plain[:3], "params.max_depth", *plain[3:]]
        assert row.split()[2:4] == ["0.8", "2"]
    ordered = many.says("versions churn --order -params.max_depth").splitlines()
    assert [row.split()[-3] for row in ordered[1:]] == ["2", "–", "–"]
    assert ">params.max_depth</span></th>" in many.value("versions churn --order params.max_depth")._repr_html_()


def test_a_metric_that_no_version_has_is_told_also_over_everything(many: Desk) -> None:
    assert "no version of churn has metrics.acu; did you mean 'auc'?" in many.says("versions churn metrics.acu > 0")
    assert "no version has metrics.acu; did you mean 'auc'?" in many.says("versions metrics.acu > 0")
    assert "no version has params.depth; did you mean 'max_depth'?" in many.says("versions params.depth > 0")
    assert "has" not in many.says("versions metrics.auc > 9")


def test_a_registry_without_models_is_named(desk: Desk) -> None:
    message = desk.refuses("versions churn", "no registered model 'churn'; there is none yet in ", NotFoundError)
    assert message.endswith(f"in {desk.place}. Try %modelreg connect DIRECTORY")
    desk.run("create other")
    desk.run("delete other")
    desk.refuses("load train/clf", f"no artifact 'train/clf'; there is none yet in {desk.place}", NotFoundError)
    assert not list(desk.registry.models())


def test_an_empty_registered_model_shows_a_line_that_fills_it(desk: Desk) -> None:
    desk.run("create digits")
    desk.run(desk.says("versions digits").rpartition("%modelreg ")[2])
    assert listed(desk, "versions digits") == ["digits:v0"]


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("versions nope", "no registered model 'nope'; there is 'churn", NotFoundError),
        ("versions nope metrics.auc > 1", "no registered model 'nope'", NotFoundError),
        ("versions churn metrics.auc = 1", r"did you mean '==' for '='\?", QueryError),
        ("versions metrics.auc = 1", r"did you mean '==' for '='\?", QueryError),
        ("versions churn metrics.auc >", "column", QueryError),
        ("versions churn -metrics.auc > 0", "column", QueryError),
        ("versions churn bogus > 1", "there is no field 'bogus'", QueryError),
        ("versions churn print(1)", "print", QueryError),
        ("versions churn __import__('os')", "column", QueryError),
        ("versions churn (metrics.auc > 1", "the bracket . is not closed", UsageError),
        ("versions churn:v1", "churn:v1", InvalidError),
        ("versions churn --order bogus", "there is no field 'bogus'", QueryError),
        ("versions churn --limit x", "no whole number", UsageError),
    ],
)
def test_a_wrong_line_is_refused(many: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    many.refuses(line, message, kind)


@pytest.mark.parametrize(
    ("line", "message", "meant"),
    [
        ("churn where metrics.auc > 0.9", "no 'where' is needed", "churn metrics.auc > 0.9"),
        ("WHERE metrics.auc > 0.9", "no 'where' is needed", "metrics.auc > 0.9"),
        ("churn order by metrics.auc desc", "sorted by --order", "churn --order -metrics.auc"),
        (
            "churn metrics.auc > 0 sort by version limit 2",
            "cut by --limit",
            "churn metrics.auc > 0 --order version --limit 2",
        ),
        ('churn --where "metrics.auc > 0.9"', "no option --where", "churn metrics.auc > 0.9"),
        ("churn --filter='alias is None' --limit 1", "no option --filter", "churn alias is None --limit 1"),
        ("churn --sort-by -metrics.auc", "no option --sort-by; here it is --order", "churn --order -metrics.auc"),
        ("churn metrics.auc <", "ends too early", "churn metrics.auc < 0.5"),
        ("churn created >", "ends too early", 'churn created > "2026-10-01"'),
        ("churn metrics.auc < 1 and not", "ends too early", "churn metrics.auc < 1"),
        ("churn auc < 1", r"no field 'auc'; did you mean metrics.auc\? at", "churn metrics.auc < 1"),
        ("churn auk < 1", r"no field 'auk'; did you mean metrics.auc\? at", "churn metrics.auc < 1"),
        ("churn max_depth <= 2", r"did you mean params.max_depth\? at", "churn params.max_depth <= 2"),
        (
            "churn alias is None --order auc",
            r"did you mean metrics.auc\? at",
            "churn alias is None --order metrics.auc",
        ),
        ("churn alias == live", "text stands in quotes", 'churn alias == "live"'),
        ("created > yesterday", "text stands in quotes", 'created > "yesterday"'),
        ("churn metrics.auc => .9 AND alias is None", "did you mean '>='", "churn metrics.auc >= .9 and alias is None"),
    ],
)
def test_a_wrong_query_is_answered_with_the_one_that_is_meant(many: Desk, line: str, message: str, meant: str) -> None:
    text = many.refuses(f"versions {line}", message, InvalidError)
    assert text.endswith(f"Try %modelreg versions {meant}")
    many.run(f"versions {meant}")


def test_where_nothing_is_meant_help_lists_the_fields(many: Desk) -> None:
    text = many.refuses("versions churn bogus > 1", r"no field 'bogus'; there are name, version, alias", QueryError)
    assert text.endswith("Try %modelreg help versions")
    assert "metrics.bogus" not in text


def test_in_a_shell_the_query_that_is_meant_is_quoted(many: Desk) -> None:
    many.session.kernel = False
    many.session.program = "modelreg"
    error: list[ModelRegError] = []
    for line in ("churn where metrics.auc > 0.9", "churn auc > 0.9"):
        with pytest.raises(InvalidError) as caught:
            many.run(f"versions {line}")
        error.append(caught.value)
    for each in error:
        assert dispatch.complaint(each, "modelreg").endswith("Try modelreg versions churn 'metrics.auc > 0.9'")
        assert [version.number for version in many.value(each.tries[0])] == [1, 0]


def test_a_list_holds_all_rows_and_its_table_shows_the_first(desk: Desk) -> None:
    for number in range(30):
        desk.registry.register({"n": number}, "many", metrics={"acc": number})
    view = desk.value("versions many")
    assert [version.number for version in view] == list(range(29, -1, -1))
    assert view.to_frame()["metrics.acc"].min() == 0
    lines = str(view).splitlines()
    assert len(lines) == 1 + 25 + 1
    assert lines[-1] == "… and 5 more: %modelreg versions many --limit 100"
    assert len(desk.value("history many")) == 31
    assert len(desk.value("versions many --limit 3")) == 3


@pytest.mark.parametrize("query", ["data == rows", "metrics.auc > 0.9", "alias is None and metrics.auc < 1"])
def test_a_query_alone_may_stand_in_quotes_as_in_a_shell(many: Desk, query: str) -> None:
    many.variables["rows"] = [1.0]
    assert listed(many, f'versions "{query}"') == listed(many, f"versions {query}")


def test_data_that_is_nothing_is_refused_by_name(many: Desk) -> None:
    many.variables["rows"] = None
    many.refuses("versions data == rows", "it is None, which is no data at column 9 of the query", QueryError)


def test_a_file_that_is_not_there_is_no_registered_model(many: Desk) -> None:
    many.refuses('versions data == "X.csv"', "there is no file 'X.csv' here, and no dataset of that name", QueryError)


def test_a_number_behind_a_name_leads_to_the_version(many: Desk) -> None:
    assert many.leads_on("show churn v1", "'v1' at column 12 is too much").version.number == 1


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("versions data == reviews.csv", 'versions data == "reviews.csv"'),
        ("versions churn class == LogisticRegression", 'versions churn class_name == "LogisticRegression"'),
        ('versions churn class == "Ridge" and version > 0', 'versions churn class_name == "Ridge" and version > 0'),
        ("versions churn class_name == Chosen", 'versions churn class_name == "LogisticRegression"'),
    ],
)
def test_a_value_without_quotes_and_the_word_class_are_answered_with_the_line_that_is_meant(churn, line, meant):
    churn.variables["Chosen"] = type(churn.variables["clf"])
    assert churn.refuses(line, "of the query", QueryError).endswith(f"Try %modelreg {meant}")
