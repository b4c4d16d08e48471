"""The grammar of a line: how it is cut, what its texts say, what is put into them, and where a fault is."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg.commands.expand import expand
from modelreg.commands.line import argv, fault, partial, split, unquote
from modelreg.errors import UsageError
from modelreg.names import quote, shell

if TYPE_CHECKING:
    from collections.abc import Callable

ODD = st.text(alphabet="ab =\"'\\#;{}[]()$!<>,-\t\n\u00a0\u2028éλ\0", max_size=12)
"""Texts of what the grammar knows."""


def raws(text: str) -> list[str]:
    """Return the tokens of a line as typed."""
    return [token.raw for token in split(text).tokens]


def texts(text: str) -> list[str]:
    """Return what the tokens of a line say."""
    return [token.text for token in split(text).tokens]


@given(st.lists(st.one_of(ODD, st.text(max_size=12)), max_size=6))
def test_what_is_quoted_comes_back_whatever_it_holds(said: list[str]) -> None:
    line = split(" ".join(["tag", *(quote(each) for each in said)]))
    assert [expand(token.text, {}, token.column) for token in line.tokens[1:]] == said


@given(st.lists(ODD, max_size=6))
def test_what_is_quoted_comes_back_in_a_shell(said: list[str]) -> None:
    line = " ".join(["tag", *(quote(each) for each in said)])
    assert shlex.split(shell(line))[1:] == said


def complaint(act: Callable[[], object]) -> str:
    """Return what an act complains of, empty when of nothing; any other error goes through."""
    try:
        act()
    except UsageError as error:
        return str(error)
    return ""


@given(st.one_of(ODD, st.text()))
def test_no_line_raises_anything_but_a_usage_error_with_a_column(text: str) -> None:
    refused = complaint(lambda: split(text))
    if refused:
        assert re.search(r"is not closed .*at column \d+", refused, re.DOTALL)
        return
    for token in split(text).tokens:
        assert text[token.column : token.end] == token.raw
        refused = complaint(lambda token=token: expand(token.text, {}, token.column))
        assert not refused or f"at column {token.column + 1}" in refused


@given(st.one_of(ODD, st.text()))
def test_a_line_being_typed_never_raises(text: str) -> None:
    before, fragment = partial(text)
    assert fragment.raw == "" or text.endswith(fragment.raw)
    assert all(text[token.column : token.end] == token.raw for token in before)


@given(st.lists(st.text(max_size=10), max_size=5))
def test_a_terminal_has_cut_the_line_already(items: list[str]) -> None:
    line = argv(items)
    assert [token.text for token in line.tokens] == items
    assert all(line.text[token.column : token.end] == token.raw for token in line.tokens)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("   ", []),
        ("register clf  churn", ["register", "clf", "churn"]),
        ("a\tb\u00a0c\u3000d", ["a", "b", "c", "d"]),
        ('models["r f"] churn', ['models["r f"]', "churn"]),
        ("f(a, b)[1, 2] {'k': 1}", ["f(a, b)[1, 2]", "{'k': 1}"]),
        ("--metric auc=score(y, p[:, 1])", ["--metric", "auc=score(y, p[:, 1])"]),
        ("[(')', \"]\")] x", ["[(')', \"]\")]", "x"]),
        ('a"b c"d', ['a"b c"d']),
        (r'"a \" b" c', [r'"a \" b"', "c"]),
        ('"it\'s" \'a "b"\'', ['"it\'s"', "'a \"b\"'"]),
        ("a) b", ["a)", "b"]),
        ("x < 3 and y", ["x", "<", "3", "and", "y"]),
    ],
)
def test_white_space_outside_quotes_and_brackets_separates(text: str, tokens: list[str]) -> None:
    assert raws(text) == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("show churn # the note", ["show", "churn"]),
        ("# all of it", []),
        ("show churn#1", ["show", "churn#1"]),
        ('tag churn "a # b"', ["tag", "churn", '"a # b"']),
        ("register d[ # 1\n] x", ["register", "d[ # 1\n]", "x"]),
        ("show churn;", ["show", "churn"]),
        ("show churn ;;", ["show", "churn"]),
        ("show churn; # note", ["show", "churn"]),
        ('-m "why;"', ["-m", '"why;"']),
        ("-m why;not", ["-m", "why;not"]),
        (";", []),
    ],
)
def test_comments_and_trailing_semicolons_are_dropped_and_only_those(text: str, tokens: list[str]) -> None:
    assert raws(text) == tokens


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ('"a b"', "a b"),
        ("'a b'", "a b"),
        ('team="data science"', "team=data science"),
        ('""', ""),
        (r'"a\nb\tc"', "a\nb\tc"),
        (r'"a\\nb"', r"a\nb"),
        (r'"say \"yes\""', 'say "yes"'),
        (r"'it\'s'", "it's"),
        (r"a\nb", r"a\nb"),
        (r"C:\new\table", r"C:\new\table"),
        (r'"a\xb"', r"a\xb"),
        ('"ab', "ab"),
        ('{d["k"]} "{d[\'k\']}"', "{d[\"k\"]} {d['k']}"),
    ],
)
def test_a_text_loses_its_quotes_and_reads_escapes_inside_them(raw: str, said: str) -> None:
    assert unquote(raw) == said


@pytest.mark.parametrize("raw", [r"C:\new\table", r'"C:\new\table"', r"'C:\new\table'"])
def test_a_windows_path_is_itself_quoted_or_not(raw: str) -> None:
    assert split(f"connect {raw}").tokens[1].path == r"C:\new\table"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('show "churn', r"the quote \" is not closed at column 6 \(near '\"churn'\)"),
        ("show 'churn", r"the quote ' is not closed at column 6"),
        ('show "churn\\"', r"the quote \" is not closed at column 6"),
        ("register models[0 churn", r"the bracket \[ is not closed \(in a text, quote it\) at column 16"),
        ("register f((a) churn", r"the bracket \( is not closed .* at column 11"),
        ("tag churn (", r"the bracket \( is not closed"),
        ("describe churn d{1: 2", r"the bracket \{ is not closed"),
    ],
)
def test_an_open_quote_or_bracket_is_told_with_its_column(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        split(text)


def test_a_fault_shows_what_stands_near() -> None:
    assert str(fault("a b c", 2, "wrong")) == "wrong at column 3 (near 'b c')"
    assert str(fault("a ", 2, "wrong")) == "wrong at column 3"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("depth {depth}", "depth 3"),
        ("$depth$name", "3clf"),
        ("{scores['auc']:.3f}", "0.912"),
        ('{scores["auc"]:.1f} {name!r}', "0.9 'clf'"),
        ("{grid.best_}", "7"),
        ("{items[0]} {items[-1]}", "1 3"),
        ("{depth:>4}|", "   3|"),
        ("{{depth}} $$depth", "{depth} $depth"),
        ("costs $5, {} and }", "costs $5, {} and }"),
        ("{ depth }", "3"),
        ("$", "$"),
    ],
)
def test_variables_are_put_into_texts(text: str, said: str) -> None:
    class Grid:
        best_ = 7

    scope = {"depth": 3, "name": "clf", "scores": {"auc": 0.9123}, "grid": Grid(), "items": [1, 2, 3]}
    assert expand(text, scope, 0) == said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{nope}", r"no variable 'nope' for \{nope\} at column 5; did you mean 'node'\? \(\{\{ is a plain \{\)"),
        ("$nope", r"no variable 'nope' for \$nope at column 5; did you mean 'node'\? \(\$\$ is a plain \$\)"),
        ("{node.left}", r"\{node.left\} at column 5 raised AttributeError"),
        ("{node['left']}", r"at column 5 raised TypeError"),
        ("{node:.2f}", r"\{node:.2f\} at column 5 cannot be written"),
        ("{node + 1}", r"\{node \+ 1\} at column 5 is no variable; braces take a variable"),
        ("{print()}", r"is no variable; braces take a variable"),
        ("{", r"is no variable"),
        ("{node", r"is no variable"),
        ("{a b}", r"is no variable"),
    ],
)
def test_what_cannot_be_put_in_is_an_error_never_passed_over(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        expand(text, {"node": "x"}, 4)


def test_without_any_variable_it_is_said() -> None:
    with pytest.raises(UsageError, match=r"no variable 'x' for \$x at column 1; there is no variable yet"):
        expand("$x", {"_hidden": 1}, 0)
