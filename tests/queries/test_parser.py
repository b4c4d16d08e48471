"""What queries mean, and where the fault is in those that mean nothing."""

from __future__ import annotations

import datetime as dt
import math
import sys
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelreg import moments, queries
from modelreg.errors import ModelRegError, QueryError
from modelreg.queries import And, Compare, Field, Has, In, Instant, Not, Null, Or, Order, Text

if TYPE_CHECKING:
    from collections.abc import Callable

AUC = Field("metrics", "auc")
DEPTH = Field("params", "depth")
NAME = Field("name")
ALIASES = Field("aliases")
NAMES = {
    "best": 0.9,
    "n": 3,
    "who": "ann",
    "flag": True,
    "ns": [1, 2],
    "words": {"b", "a"},
    "array": np.array([1.0, 2.0]),
    "scalar": np.float64(0.5),
    "whole": np.int64(7),
    "truth": np.bool_(1),
    "zero_d": np.array(0.25),
    "label": np.str_("x"),
    "name": "a variable",
    "frame": pd.DataFrame({"a": [1]}),
    "day": dt.date(2026, 10, 1),
    "stamp": pd.Timestamp("2026-10-01", tz="UTC"),
    "instant": np.datetime64("2026-10-01T00:00:00", "ns"),
    "later": dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
    "no_time": pd.NaT,
    "span": np.timedelta64(5, "ns"),
    "bad_text": "\ud800",
    "long": "x" * 100_001,
    "many": list(range(2000)),
    "empty": [],
    "nan": math.nan,
    "huge": 10**400,
}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("metrics.auc > 0.9", Compare(AUC, ">", 0.9)),
        ("metrics['auc'] > 1", Compare(AUC, ">", 1.0)),
        ('metrics["val/auc"] > -0.5', Compare(Field("metrics", "val/auc"), ">", -0.5)),
        ('params["clf__depth"] == "x"', Compare(Field("params", "clf__depth"), "==", "x")),
        ("params.depth == True", Compare(DEPTH, "==", 1.0)),
        ("metrics.auc < inf", Compare(AUC, "<", math.inf)),
        ("0.9 < metrics.auc", Compare(AUC, ">", 0.9)),
        ("0.9 >= metrics.auc", Compare(AUC, "<=", 0.9)),
        ('"x" == name', Compare(NAME, "==", "x")),
        ("0.5 < metrics.auc <= 0.9", And((Compare(AUC, ">", 0.5), Compare(AUC, "<=", 0.9)))),
        ('name in ("a", "b")', In(NAME, ("a", "b"))),
        ('name in ["a"]', In(NAME, ("a",))),
        ('name in {"a", "a"}', In(NAME, ("a",))),
        ('name not in ("a",)', Not(In(NAME, ("a",)))),
        ('"production" in aliases', Has(ALIASES, "production")),
        ('"production" not in aliases', Not(Has(ALIASES, "production"))),
        ('"gpu" in tags', Has(Field("tags"), "gpu")),
        ('"auc" in metrics', Has(Field("metrics"), "auc")),
        ('"text" in description', Text(Field("description"), "contains", "text")),
        ('"ch" in name', Text(NAME, "contains", "ch")),
        ('"ml" in tags.team', Text(Field("tags", "team"), "contains", "ml")),
        ('name.startswith("ch")', Text(NAME, "startswith", "ch")),
        ('params.depth.endswith("x")', Text(DEPTH, "endswith", "x")),
        ('tags["a b"].startswith("x")', Text(Field("tags", "a b"), "startswith", "x")),
        ('glob(name, "churn-*")', Text(NAME, "glob", "churn-*")),
        ("alias is None", Null(Field("alias"))),
        ("metrics.auc is not None", Not(Null(AUC))),
        ('alias == "staging"', Compare(Field("alias"), "==", "staging")),
        ('tags.team == "ml"', Compare(Field("tags", "team"), "==", "ml")),
        ('version == "v3"', Compare(Field("version"), "==", 3)),
        ('version in ("v3", 4)', In(Field("version"), (3, 4))),
        ("size > 1e6", Compare(Field("size"), ">", 1e6)),
        (
            "not (version > 1 or version < 0)",
            Not(Or((Compare(Field("version"), ">", 1), Compare(Field("version"), "<", 0)))),
        ),
        (
            "version > 1 and\n\t version < 3 # few",
            And((Compare(Field("version"), ">", 1), Compare(Field("version"), "<", 3))),
        ),
        ("1" * 1990 + " > size", Compare(Field("size"), "<", int("1" * 1990))),
        ("  version > +1  ", Compare(Field("version"), ">", 1)),
        ('name == """a\nb"""', Compare(NAME, "==", "a\nb")),
        (r"name == r'a\d'", Compare(NAME, "==", r"a\d")),
        ('name == "e\u0301"', Compare(NAME, "==", "\u00e9")),
        ('metrics["e\u0301"] > 0', Compare(Field("metrics", "\u00e9"), ">", 0.0)),
    ],
)
def test_a_query_means(text: str, tree: queries.Filter) -> None:
    assert queries.parse(text) == tree


@pytest.mark.parametrize("text", [None, "", "  ", "\n", "# nothing", " \t # x\n"])
def test_nothing_is_asked_by_an_empty_query(text: str | None) -> None:
    assert queries.parse(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("metrics.auc > best", 0.9),
        ("metrics.auc < -best", -0.9),
        ("best < metrics.auc", 0.9),
        ("size == n", 3),
        ("name == who", "ann"),
        ("metrics.auc > scalar", 0.5),
        ("size == whole", 7),
        ("params.depth == truth", 1.0),
        ("metrics.auc > zero_d", 0.25),
        ("user == label", "x"),
        ("user == name", "a variable"),
        ("name == name", "a variable"),
        ("name == tags.team", "a variable"),
        ("params.depth == flag", 1.0),
    ],
)
def test_a_bare_name_beside_a_field_is_a_variable(text: str, value: object) -> None:
    tree = queries.parse(text, names=NAMES)
    assert isinstance(tree, Compare)
    assert tree.value == value
    assert type(tree.value) is type(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("version in ns", (1, 2)),
        ("name in words", ("a", "b")),
        ("metrics.auc in array", (1.0, 2.0)),
        ("version in (n, 4)", (3, 4)),
        ("name in (who, 'b')", ("ann", "b")),
    ],
)
def test_a_variable_may_be_the_list_or_stand_in_it(text: str, values: tuple[object, ...]) -> None:
    tree = queries.parse(text, names=NAMES)
    assert isinstance(tree, In)
    assert tree == In(tree.field, values)


@pytest.mark.parametrize("name", ["stamp", "later"])
def test_times_of_the_kernel_compare_as_instants(name: str) -> None:
    tree = queries.parse(f"created > {name}", names=NAMES)
    assert isinstance(tree, Compare)
    assert isinstance(tree.value, Instant)
    assert tree.value.at == moments.parse("2026-10-01T00:00:00+00:00")


@pytest.mark.parametrize("text", ["created > day", "created > instant", 'created > "2026-10-01"'])
def test_times_without_a_zone_are_local(text: str) -> None:
    tree = queries.parse(text, names=NAMES)
    assert isinstance(tree, Compare)
    assert isinstance(tree.value, Instant)
    assert tree.value.at == moments.parse("2026-10-01")


def test_a_time_in_words_is_the_same_question_later() -> None:
    one, other = (repr(Compare(NAME, ">", Instant("3 hours ago", at))) for at in (1, 2))
    assert one == other


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("version = 3", 8, "did you mean '=='"),
        ("version => 3", 8, "did you mean '>='"),
        ("version <> 3", 8, "did you mean '!='"),
        ("version > 1 & size > 2", 12, "did you mean 'and'"),
        ("version > 1 || size > 2", 12, "did you mean 'or'"),
        ("!(version > 1)", 0, "did you mean 'not'"),
        ("~(version > 1)", 0, "did you mean 'not'"),
        ("version > 1 AND size > 2", 12, "did you mean 'and'"),
        ("name LIKE 'a%'", 5, "did you mean 'glob"),
        ("metrics.auc == None", 15, "did you mean metrics.auc is None"),
        ("None != metrics.auc", 0, "did you mean metrics.auc is not None"),
        ("metrics.auc == null", 15, "did you mean None"),
        ("metrics.auc is 3", 15, "did you mean =="),
        ("metrics.auc is not 3", 19, "did you mean !="),
        ("metric.auc > 3", 0, "did you mean metrics"),
        (
            "wobble > 3",
            0,
            "did you mean metrics.wobble or params.wobble? Otherwise there are name, version, alias, aliases",
        ),
        ("wobble.x > 3", 0, "there is no field 'wobble'; there are name, version, alias, aliases, tags.KEY"),
        ("staging in aliases", 0, "there is no variable 'staging'; text stands in quotes: \"staging\" in aliases"),
        ("a not  in tags", 0, 'text stands in quotes: "a" not  in tags'),
        ("alias == staging", 9, "there is no variable 'staging'; text stands in quotes: \"staging\""),
        ("date == 3", 0, "there is no field 'date'"),
        ("data == 3", 8, "data is not asked for here"),
        ("metrics.auc > bset", 14, "did you mean best"),
        ("metrics.auc > wobble", 14, "there is no variable 'wobble'"),
        ('metrics.auc > "high"', 14, "metrics.auc is a number, not text"),
        ("name == 3", 8, "name holds text, not a number"),
        ("size > True", 7, "not a truth value"),
        ("name in ()", 8, "is empty"),
        ("name in []", 8, "is empty"),
        ("version in empty", 11, "is empty"),
        ("name in ('a', 1)", 14, "name holds text"),
        ("params.depth in (1, 'a')", 16, "mixes text and numbers"),
        ("name in 'abc'", 8, "'in' needs a list"),
        ("version in n", 11, "'in' needs a list, not a number"),
        ("version in many", 11, "2000 items; 1000 is the most"),
        ("3 in version", 5, "holds no text"),
        ("aliases == 'x'", 0, 'write "x" in aliases'),
        ("aliases is None", 0, "alias is None"),
        ("'latest' in aliases", 0, "always means the newest version"),
        ("alias == 'LATEST'", 9, "always means the newest version"),
        ("alias < 'x'", 8, "has no order"),
        ("metrics > 3", 0, "metrics needs a key"),
        ("tags is None", 0, "tags needs a key"),
        ("metrics.a.b > 3", 0, "is quoted"),
        ("name.x == 3", 0, "name has no keys"),
        ("metrics[1] > 3", 8, "a key of metrics holds text"),
        ("version > size", 10, "not with another field"),
        ("1 < 2", 0, "a value alone"),
        ("1 < 2 < version", 0, "a value alone"),
        ("True", 0, "a value alone"),
        ("version", 0, "version alone is no condition"),
        ("name == 'x' and version", 16, "version alone is no condition"),
        ("version == 2 ** 5", 11, "does not calculate"),
        ("name == data_of.csv", 8, 'text stands in quotes: "data_of.csv"'),
        ("name == frame.x", 8, 'put the value into a variable first; text stands in quotes: "frame.x"'),
        ("name == frame['x']", 8, "items are not looked up"),
        ("name == ('a', 'b')", 8, "stands only after 'in'"),
        ("name == str(3)", 8, "'str' is not called"),
        ("print(name)", 0, "'print' is not called"),
        ("name.lower() == 'x'", 0, "'lower' is not called"),
        ("name.startswith('a', 1)", 0, "takes one text"),
        ("glob(name)", 0, "takes a field and a pattern"),
        ("glob(name, **{})", 0, "takes a field and a pattern"),
        ("glob('x', name)", 5, "a value alone"),
        ("glob(version, '1*')", 5, "holds no text"),
        ("version.startswith('1')", 0, "holds no text"),
        (f"glob(name, '{'a' * 201}')", 11, "201 characters; 200 is the most"),
        ("name == frame", 8, "a DataFrame cannot be compared"),
        ("version in frame", 11, "'in' needs a list, not a DataFrame"),
        ("created > no_time", 10, "NaTType"),
        ("metrics.auc > span", 14, "timedelta64"),
        ("metrics.auc > nan", 14, "nan compares with nothing"),
        ("metrics.auc > huge", 14, "too large"),
        ("name == bad_text", 8, "which no text has"),
        ("name == long", 8, "100001 characters"),
        ("created > 5", 10, "created is a time"),
        ("created > 'soon'", 10, "is no time"),
        ("created == '2026-10-01'", 11, "never exactly a time"),
        ("version == 'three'", 11, "a number such as 3 or 'v3'"),
        ("-version > 3", 0, "no part of a query"),
        ("version > --1", 10, "only a number has a sign"),
        ("version > -'a'", 10, "only a number has a sign"),
        ("version > 1 if name else 2", 0, "no part of a query"),
        ("[x for x in name]", 0, "no part of a query"),
        ("lambda: version", 0, "no part of a query"),
        ("f'{name}' == name", 0, "no part of a query"),
        ("b'x' == name", 0, "no part of a query"),
        ("version > 1j", 10, "'1j' is no number"),
        ("version > 1and size > 2", 10, "'1and' is no number"),
        (r"name == 'a\d'", 8, r"\d is no escape"),
        ("name == 'a", 8, "the quote is not closed"),
        ("(version > 1", 0, "is not closed"),
        ("version > 1)", 11, "closes none"),
        ("version > 1) or (size > 2", 11, "closes none"),
        ("(version > 1]", 12, "closes none"),
        ("version >", 9, "ends too early"),
        ("name == 'x' or", 14, "ends too early"),
        ("version > 1 size", 12, "cannot be understood"),
        ("version > 1; size", 11, "cannot be understood"),
        ("name == 'é' and wobble > 3", 16, "no field 'wobble'"),
        ("name == '''a\nb''' and wobble > 3", 22, "no field 'wobble'"),
        ("\n\n version > wobble", 13, "no variable 'wobble'"),
        ("name == '\x00'", 9, "which no text has"),
        (r"name == '\x00'", 8, "which no text has"),
        ("name == '\ud800'", 9, "which no text has"),
        (r"name == '\ud800'", 8, "which no text has"),
        (r"name == '\N{no such}'", None, "cannot be understood"),
        ("x" * 2001, 2000, "2001 characters; 2000 is the most"),
        ("(" * 100_000, 2000, "2000 is the most"),
        ("(" * 60 + "version > 1" + ")" * 60, 50, "more than 50 deep"),
        ("not " * 60 + "version > 1", 204, "more than 50 deep"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, column: int | None, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        queries.parse(text, names={**NAMES, "name": "x"} if "name" not in text else NAMES)
    assert message in str(caught.value)
    assert caught.value.column is not None
    if column is not None:
        assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "x" + ".a" * 990,
        "name == x" + ".a" * 900,
        "x" + "()" * 900,
        "-" * 1900 + "1 == version",
        "not " * 480 + "alias",
        "name" + "[0]" * 600,
        "a if " * 300 + "b",
        "version > 1" + " < 2" * 400,
        "lambda " * 250 + ": 1",
        "a:=" * 600,
        "*" * 1999,
        "'" * 1999,
        '"' * 2000,
        "\\" * 2000,
        "\f\v\x0c\x1c name",
    ],
)
def test_hostile_text_is_refused_like_any_fault(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        queries.parse(text)
    assert caught.value.column is not None


WORDS = st.sampled_from(
    [
        *"()[]{}<>=!&|~.,:;'\"\\#-+*@é\n\t0",
        "metrics",
        "name",
        ".auc",
        "and ",
        " or ",
        "not ",
        " in ",
        " is ",
        "None",
        "==",
        "<=",
        "glob(",
        "'a'",
        '"""',
        "r'",
        "f'",
        "\\x",
        "\\N{",
        "0x",
        "1e",
        "9" * 400,
        "lambda",
        "yield ",
        "await ",
        "aliases",
        "version",
        "created",
        "if ",
        "for ",
        "\x00",
        "\ud800",
        "startswith",
    ]
)


def _column_of_fault(read: Callable[..., object], text: str, entity: str) -> int:
    try:
        read(text, entity=entity)
    except QueryError as fault:
        return -1 if fault.column is None else fault.column
    return 0


@given(
    text=st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map("".join)),
    entity=st.sampled_from(["version", "model"]),
)
@settings(max_examples=600, deadline=None)
def test_any_text_is_a_query_or_a_query_error(text: str, entity: str) -> None:
    for read in (queries.parse, queries.order):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            column = _column_of_fault(read, text, entity)
        assert 0 <= column <= len(text)


def test_a_query_is_never_evaluated(capsys: pytest.CaptureFixture[str]) -> None:
    for text in (
        "__import__('os').system('echo bad')",
        "name == print('bad')",
        "print('bad') or name == 'x'",
    ):
        with pytest.raises(ModelRegError):
            queries.parse(text, names=vars(sys.modules["builtins"]))
    assert capsys.readouterr().out == ""


def test_models_have_fields_of_their_own() -> None:
    assert queries.parse("versions > 3", entity="model") == Compare(Field("versions"), ">", 3)
    with pytest.raises(QueryError, match="no field 'metrics'"):
        queries.parse("metrics.auc > 3", entity="model")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("version", Order(Field("version"), descending=False)),
        ("-created", Order(Field("created"), descending=True)),
        (" - created ", Order(Field("created"), descending=True)),
        ("metrics.auc", Order(AUC, descending=False)),
        ('-metrics["val/auc"]', Order(Field("metrics", "val/auc"), descending=True)),
        ("-params.depth", Order(DEPTH, descending=True)),
        ("tags['a b']", Order(Field("tags", "a b"), descending=False)),
    ],
)
def test_an_order_means(text: str, order: Order) -> None:
    assert queries.order(text) == order


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 0, "the order is empty"),
        ("wobble", 0, "no field 'wobble'"),
        ("-wobble", 1, "no field 'wobble'"),
        ("creatd", 0, "did you mean created"),
        ("version desc", 8, "cannot be understood"),
        ("version, name", 0, "stands only after"),
        ("--version", 1, "no part of a query"),
        ("-", 1, "ends too early"),
        ("alias", 0, "cannot be sorted by alias; it can by name, version"),
        ("metrics", 0, "metrics needs a key"),
        ("description", 0, "cannot be sorted"),
        ("version > 3", 0, "is not compared"),
        ("3", 0, "a value alone"),
    ],
)
def test_an_order_that_names_no_field_is_refused_with_its_place(text: str, column: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        queries.order(text)
    assert message in str(caught.value)
    assert caught.value.column == column


def test_every_field_is_told_in_one_line() -> None:
    for entity, fields in queries.FIELDS.items():
        for name, info in fields.items():
            assert info.doc, f"{name} of {entity}"
            assert "\n" not in info.doc
            assert not info.doc.endswith(".")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("metrics.auc = 1 && !(version <> 3)", "metrics.auc == 1 and not (version != 3)"),
        ("name LIKE 'a%'", ""),
        ("metrics.auc >", "metrics.auc > 0.5"),
        ('name == "x" and params["a b"] <=', 'name == "x" and params["a b"] <= 1'),
        ("version > 1 or not", "version > 1"),
        ("name ==", 'name == "text"'),
        ("wobble >", ""),
        ("name == 'é' and alias == staging or version > 1", "name == 'é' and alias == \"staging\" or version > 1"),
        ("metrics.auc > bset", "metrics.auc > best"),
        ("metrics.auc > xyzzy", ""),
        ("metric.auc > 3", "metrics.auc > 3"),
        ("auc > 3", ""),
    ],
)
def test_a_fault_tells_the_query_that_is_meant_where_that_is_clear(text: str, meant: str) -> None:
    with pytest.raises(QueryError) as caught:
        queries.parse(text, names=NAMES)
    assert (caught.value.query, caught.value.meant) == (text, meant)
    if meant:
        assert queries.parse(meant, names=NAMES) is not None


@pytest.mark.parametrize(
    ("text", "told", "meant"),
    [
        ("auc > 3", "did you mean metrics.auc?", "metrics.auc > 3"),
        ("auc_ > 3", "did you mean metrics.auc?", "metrics.auc > 3"),
        ("both > 3", "did you mean metrics.both or params.both?", ""),
        ("size_ > 3", "did you mean size?", "size > 3"),
        ("dat > 3", "did you mean params.dat?", "params.dat > 3"),
        ("wobble > 3", "there is no field 'wobble'; there are name,", ""),
    ],
)
def test_only_keys_that_there_are_are_offered_where_they_are_known(text: str, told: str, meant: str) -> None:
    keys = {"metrics": ("auc", "both"), "params": ("both", "dat")}
    with pytest.raises(QueryError) as caught:
        queries.parse(text, keys=lambda field: keys[field])
    assert told in caught.value.message
    assert caught.value.meant == meant
    with pytest.raises(QueryError) as ordering:
        queries.order(text.partition(" ")[0], keys=lambda field: keys[field])
    assert ordering.value.meant == meant.partition(" ")[0]
