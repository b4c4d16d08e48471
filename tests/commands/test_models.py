"""``models [QUERY]``: the registered models, searched, ordered and paged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import InvalidError, ModelRegError, QueryError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.fixture
def three(churn: Desk) -> Desk:
    """Return the notebook after churn, churn-eu and digits were registered."""
    churn.run("register tree churn-eu -a production")
    churn.run("create digits --description handwriting")
    return churn


def listed(desk: Desk, line: str) -> list[str]:
    """Return the names that a line lists."""
    return [model.name for model in desk.value(line)]


def test_all_of_them_are_listed_the_last_changed_first(three: Desk) -> None:
    assert listed(three, "models") == ["digits", "churn-eu", "churn"]
    text = three.says("models")
    assert text.splitlines()[0].split()[:5] == ["registered", "model", "versions", "latest", "aliases"]
    assert "churn-eu" in text
    assert "production v0" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("churn", ["churn"]),
        ("churn*", ["churn-eu", "churn"]),
        ("churn-*", ["churn-eu"]),
        ('"production" in aliases', ["churn-eu"]),
        ('name.startswith("ch") and alias is None', ["churn"]),
        ('"hand" in description', ["digits"]),
        ("name in wanted", ["digits", "churn"]),
        ("nothing", []),
    ],
)
def test_a_name_a_pattern_or_a_condition_filters(three: Desk, query: str, names: list[str]) -> None:
    three.variables["wanted"] = ["churn", "digits"]
    assert listed(three, f"models {query}") == names


def test_they_are_ordered_by_a_field(three: Desk) -> None:
    assert listed(three, "models --order name") == ["churn", "churn-eu", "digits"]
    assert listed(three, "models --order -versions --limit 1") == ["churn"]


def test_a_page_gives_the_line_for_more_with_its_order_and_query(three: Desk) -> None:
    text = three.says('models name != "x" --order name --limit 2')
    assert listed(three, 'models name != "x" --order name --limit 2') == ["churn", "churn-eu"]
    more = text.rpartition("%modelreg ")[2]
    assert listed(three, more) == ["churn", "churn-eu", "digits"]


def test_the_token_of_a_page_brings_the_next(three: Desk) -> None:
    first = three.value("models --order name --limit 2")
    assert listed(three, f"models --order name --limit 2 --page {first.next}") == ["digits"]


def test_an_empty_registry_shows_the_line_that_registers(desk: Desk) -> None:
    text = desk.says("models")
    assert text.startswith("No registered models yet")
    desk.run(text.rpartition("%modelreg ")[2])
    assert listed(desk, "models") == ["my-model"]


def test_a_query_without_a_match_shows_the_line_without_it(three: Desk) -> None:
    text = three.says('models "nobody" in aliases')
    assert text == 'No registered model matches "nobody" in aliases\n%modelreg models'


def test_the_frame_has_a_row_for_each(three: Desk) -> None:
    frame = three.value("models --frame")
    assert list(frame["name"]) == ["digits", "churn-eu", "churn"]
    assert list(frame["versions"]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ('models name = "churn"', r"did you mean '==' for '='\? at column 6 of the query", QueryError),
        ("models bogus > 3", "there is no field 'bogus'", QueryError),
        ("models name == nobody", "nobody", QueryError),
        ("models --order size", "there is no field 'size'", QueryError),
        ("models --limit 0", "from 1 to 1000, not 0", InvalidError),
        ("models --limit 1001", "from 1 to 1000, not 1001", InvalidError),
        ("models --limit -1", "'-1' is no whole number", UsageError),
        ("models --limit ten", r"'ten' is no whole number \(column 16\)", UsageError),
        ("models --page rubbish", "the page token is not one that a page gave", InvalidError),
        ("models --sort name", "models has no option --sort; here it is --order", UsageError),
        ('models "production in aliases', r"the quote \" is not closed at column 8", UsageError),
    ],
)
def test_a_wrong_line_is_refused(three: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    three.refuses(line, message, kind)
