"""How the tokens of a line become arguments and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelreg.commands.declare import Argument, Command, Expression, Option
from modelreg.commands.line import argv, split
from modelreg.commands.parse import is_option, parse
from modelreg.errors import UsageError

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments

MAKE = Command(
    summary="Make something",
    arguments=(
        Argument("obj", "object", "the object"),
        Argument("name", "model", "the name", optional=True),
    ),
    options=(
        Option("-a/--alias", "alias", "an alias", repeatable=True),
        Option("-m/--message", "text", "why"),
        Option("--metric", "expr", "a metric", repeatable=True, pair=True),
        Option("--metrics", "expr", "metrics"),
        Option("--kind", "text", "a kind", choices=("model", "dataset")),
        Option("--limit", "number", "how many"),
        Option("--path", "path", "a path"),
        Option("--run", flag=True, help="do it"),
    ),
    examples=("make clf churn",),
)
ASK = Command(
    summary="Ask something",
    arguments=(Argument("query", "query", "the query", optional=True),),
    options=(Option("--limit", "number", "how many"),),
    examples=("ask a > 1",),
)
MANY = Command(summary="Take many", arguments=(Argument("refs", "ref", "versions", many=True),), examples=("many a",))
LAST = Command(
    summary="Need the last",
    arguments=(Argument("first", "text", "maybe", optional=True), Argument("last", "text", "surely")),
    examples=("last b",),
)


def made(text: str, scope: dict[str, Any] | None = None) -> Arguments:
    """Return what a line of MAKE says."""
    return parse("make", MAKE, split(text), scope)


def test_options_stand_anywhere() -> None:
    for line in ("make clf churn -a best --run", "make -a best clf --run churn", "make --run -a best clf churn"):
        args = made(line)
        assert (args.obj.source, args.name, args.alias, args.run) == ("clf", "churn", ["best"], True)


def test_a_value_follows_an_option_or_its_equals_sign() -> None:
    assert made("make clf --message=why").message == made("make clf -m why").message == "why"
    assert made('make clf --message="a b"').message == "a b"
    assert made("make clf -m=why").message == "why"


def test_an_object_keeps_its_quotes_its_column_and_its_text() -> None:
    assert made('make models["r f"]').obj == Expression('models["r f"]', 5, "models[r f]")


def test_a_pair_is_cut_at_its_first_single_equals_sign_outside_quotes_and_brackets() -> None:
    args = made("make clf --metric a=b==c --metric n=f(x=1) --metric \"v w\"=x['=']")
    assert [(key, expression.source) for key, expression in args.metric] == [
        ("a", "b==c"),
        ("n", "f(x=1)"),
        ("v w", "x['=']"),
    ]


def test_a_pair_that_is_quoted_whole_as_in_a_shell_is_understood() -> None:
    ((key, expression),) = made('make clf --metric "auc=f(y, x)"').metric
    assert (key, expression.source) == ("auc", "f(y, x)")


def test_two_dashes_end_the_options() -> None:
    assert made("make clf -- --run").name == "--run"


def test_a_negative_number_is_no_option() -> None:
    assert not is_option("-1")
    assert not is_option("-")
    assert not is_option("--")
    assert is_option("-m")
    assert is_option("--metric=auc")


def test_a_query_is_the_rest_of_the_line_as_typed() -> None:
    assert parse("ask", ASK, split('ask a.b  >  "x  y" and c  # note')).query == 'a.b  >  "x  y" and c'


def test_options_around_and_inside_a_query_are_taken_out() -> None:
    for line in ("ask a > 1 --limit 3", "ask --limit 3 a > 1", "ask a --limit 3 > 1"):
        args = parse("ask", ASK, split(line))
        assert (args.query, args.limit) == ("a > 1", 3)


def test_a_negative_name_in_a_query_is_no_option() -> None:
    assert parse("ask", ASK, split("ask a > -b")).query == "a > -b"


def test_a_query_of_a_terminal_may_be_one_item_or_many() -> None:
    assert parse("ask", ASK, argv(["ask", 'a > "x y"'])).query == 'a > "x y"'
    assert parse("ask", ASK, argv(["ask", "a", ">", "1"])).query == "a > 1"


def test_the_last_argument_takes_all_that_follow() -> None:
    assert parse("many", MANY, split('many a "b c" d')).refs == ["a", "b c", "d"]


def test_a_needed_argument_goes_before_an_optional_one() -> None:
    args = parse("last", LAST, split("last b"))
    assert (args.first, args.last) == (None, "b")


def test_variables_are_put_into_texts_and_never_into_python() -> None:
    args = made("make d['{x}'] {x} -m $x --metric k={x} --path {x}", {"x": "here"})
    assert (args.obj.source, args.name, args.message, args.path) == ("d['{x}']", "here", "here", "here")
    assert args.metric[0][1].source == "{x}"


def test_a_terminal_puts_nothing_in() -> None:
    args = parse("make", MAKE, argv(["make", "clf", "{x} $x", "-m", '"quoted"']))
    assert (args.name, args.message) == ("{x} $x", '"quoted"')


def test_help_needs_no_argument_and_forgives_too_many() -> None:
    assert made("make -h").help
    assert made("make a b c d --help").help


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("make", r"make needs OBJ \(the object\). Try %modelreg make clf churn"),
        ("make a b c", r"make takes OBJ \[NAME\]; 'c' at column 10 is too much"),
        (
            "make a --alais b",
            r"make has no option --alais \(column 8\); did you mean '--alias'\?.*Try %modelreg help make",
        ),
        ("make a -x", r"make has no option -x \(column 8\)"),
        ("make a --run=1", r"--run takes no value \(column 8\)"),
        ("make a -m", r"make -m needs a value \(TEXT: why\)"),
        ("make a -m --run", r"make -m needs a value"),
        ("make a -m b -m c", r"--message is given twice \(column 13\)"),
        ("make a --kind table", r"--kind is model or dataset, not 'table' \(column 15\)"),
        ("make a --limit 1.5", r"'1.5' is no whole number \(column 16\)"),
        ("make a --limit ²", r"'²' is no whole number"),
        ("make a --metric auc", r"--metric takes KEY=EXPR, not 'auc' \(column 17\)"),
        ("make a --metric auc=", r"--metric takes KEY=EXPR, not 'auc=' \(column 17\)"),
        ("make a --metric =1", r"--metric takes KEY=EXPR, not '=1' \(column 17\)"),
        ("make a --metric a==1", r"--metric takes KEY=EXPR"),
        ("make a {nope}", r"no variable 'nope' for \{nope\} at column 8"),
        ("make a -m '{nope}'", r"no variable 'nope'"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column(line: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        made(line, {"x": 1})


def test_a_command_without_arguments_takes_none() -> None:
    bare = Command(summary="Do it", examples=("bare",))
    with pytest.raises(UsageError, match=r"bare takes no arguments; 'x' at column 6 is too much"):
        parse("bare", bare, split("bare x"))
