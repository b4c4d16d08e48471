"""Shell patterns mean on each database what :mod:`fnmatch` says they mean."""

from __future__ import annotations

import fnmatch
import re
import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modelreg.catalog import globs

PIECES = st.sampled_from([*"*?[]!^-abcAB.%_\\'é", "[a-c]", "[!a-c]", "[]a]", "[!]]", "[^a]", "[a-]", "[-^]"])
PATTERNS = st.lists(PIECES, max_size=8).map("".join)
TEXTS = st.text(alphabet="abcAB]-^[!*?.%_\\'é\n", max_size=6)


def sqlite_matches(text: str, pattern: str) -> bool:
    translated = globs.to_glob(pattern)
    if translated is None:
        return False
    with sqlite3.connect(":memory:") as connection:
        found = bool(connection.execute("SELECT ? GLOB ?", (text, translated)).fetchone()[0])
    connection.close()
    return found


@given(pattern=PATTERNS, text=TEXTS)
@example(pattern="[!]", text="[!]")
@example(pattern="[]", text="[]")
@example(pattern="[c-a]", text="b")
@example(pattern="[!c-a]", text="b")
@example(pattern="[*-a]", text="^")
@example(pattern="[^]", text="^")
@example(pattern="[+--]", text="-")
@example(pattern="[a^]", text="^")
def test_sqlite_matches_as_python_does(pattern: str, text: str) -> None:
    assert sqlite_matches(text, pattern) == fnmatch.fnmatchcase(text, pattern)


@given(pattern=PATTERNS, text=TEXTS)
@example(pattern="[!]", text="[!]")
@example(pattern="[]", text="[]")
@example(pattern="[^]", text="^")
@example(pattern="[]-a]", text="_")
def test_the_regular_expression_matches_as_python_does(pattern: str, text: str) -> None:
    translated = globs.to_regex(pattern)
    found = translated is not None and re.search(translated.replace("$", r"\Z"), text, re.DOTALL) is not None
    assert found == fnmatch.fnmatchcase(text, pattern)


@pytest.mark.parametrize("pattern", ["(a|b)", "a{2}", "***:x", "(?i)a", "\\d", "^a$", "a+"])
def test_nothing_of_the_user_acts_in_a_regular_expression(pattern: str) -> None:
    translated = globs.to_regex(pattern)
    assert translated is not None
    assert re.fullmatch(r"\^(\.\*|\.|\[\^?(\\U[0-9a-f]{8}|-)+\]|\\U[0-9a-f]{8})*\$", translated)


def test_case_counts() -> None:
    assert sqlite_matches("churn", "c*")
    assert not sqlite_matches("churn", "C*")


def test_many_stars_cost_no_more_than_one() -> None:
    assert globs.to_glob("a" + "*" * 100 + "b") == "a*b"
