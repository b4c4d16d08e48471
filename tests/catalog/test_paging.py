"""Page tokens and what comes after a row."""

from __future__ import annotations

import base64
import json
import math

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from modelreg.catalog import paging
from modelreg.catalog.paging import Key
from modelreg.errors import InvalidError

rows = sa.Table(
    "rows",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Float),
    sa.Column("text", sa.Text),
)
NUMBERS = st.one_of(st.none(), st.sampled_from([0.0, -1.5, 2.0, math.inf, -math.inf, 0.1 + 0.2]))
TEXTS = st.one_of(st.none(), st.sampled_from(["", "a", "A", "é", "'; DROP TABLE rows; --"]))
ASKED = paging.digest("asked")


def keys(*, number: bool, text: bool) -> list[Key]:
    return [
        Key(rows.c.number, float, descending=number, nullable=True),
        Key(rows.c.text, str, descending=text, nullable=True),
        Key(rows.c.id, int, descending=True),
    ]


@given(
    values=st.lists(st.tuples(NUMBERS, TEXTS), min_size=1, max_size=12),
    number=st.booleans(),
    text=st.booleans(),
    limit=st.integers(1, 5),
)
def test_pages_by_any_keys_make_the_whole_list_with_nothing_last(
    values: list[tuple[float | None, str | None]], number: bool, text: bool, limit: int
) -> None:
    sorted_by = keys(number=number, text=text)
    listed = sa.select(rows.c.number, rows.c.text, rows.c.id).order_by(*(key.order for key in sorted_by))
    engine = sa.create_engine("sqlite://")
    with engine.connect() as conn:
        rows.create(conn)
        conn.execute(rows.insert(), [{"number": value, "text": label} for value, label in values])
        whole = [tuple(row) for row in conn.execute(listed)]
        found: list[tuple[object, ...]] = []
        token = None
        while len(found) < len(whole):
            start = paging.read(token, ASKED, sorted_by)
            page = listed if start is None else listed.where(paging.after(sorted_by, start))
            read = [tuple(row) for row in conn.execute(page.limit(limit))]
            assert read
            found += read
            token = paging.token(ASKED, read[-1])
    engine.dispose()
    assert found == whole
    lacking = [value is None for value, _, _ in whole]
    assert lacking == sorted(lacking)


def encoded(told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        "", "x", "!!!!", "é", "W10", "e30", 5, b"W10", "A" * 5000,
        *map(encoded, ([], {}, "text", [ASKED], [ASKED, 1.0, "a"], [ASKED, 1.0, "a", 1, 1])),
        encoded([ASKED, 1, "a", 1]),
        *map(encoded, ([ASKED, 1.0, 5, 1], [ASKED, 1.0, "a", None], [ASKED, 1.0, "a", True])),
        *map(encoded, ([ASKED, math.nan, "a", 1], [ASKED, 1.0, "a\x00", 1], [ASKED, 1.0, "\ud800", 1])),
        *map(encoded, ([ASKED, 1.0, "a", 2**63], [ASKED, [1.0], "a", 1])),
        base64.urlsafe_b64encode(b"[" * 2900).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)  # fmt: skip
def test_what_is_no_token_is_refused(token: object) -> None:
    with pytest.raises(InvalidError, match="not one that a page gave"):
        paging.read(token, ASKED, keys(number=True, text=True))


@given(st.text(max_size=60))
def test_any_text_is_a_token_or_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        paging.read(text, ASKED, keys(number=True, text=True))


def test_a_token_of_another_question_is_refused() -> None:
    token = paging.token(paging.digest("other"), (1.0, "a", 1))
    with pytest.raises(InvalidError, match="another query, order or name"):
        paging.read(token, ASKED, keys(number=True, text=True))


def test_a_token_keeps_values_exactly() -> None:
    values = (0.1 + 0.2, "é'", 2**62)
    assert paging.read(paging.token(ASKED, values), ASKED, keys(number=True, text=True)) == values
    values = (-math.inf, None, 1)
    assert paging.read(paging.token(ASKED, values), ASKED, keys(number=True, text=True)) == values


def test_no_token_is_the_first_page() -> None:
    assert paging.read(None, ASKED, keys(number=True, text=True)) is None


def test_the_limit_is_said_with_what_was_given() -> None:
    with pytest.raises(InvalidError, match="1 to 1000, not 0"):
        paging.check_limit(0)
    with pytest.raises(InvalidError, match="not of type bool"):
        paging.check_limit(limit=True)
    with pytest.raises(InvalidError, match="not of type int"):
        paging.check_limit(10**5000)
    assert paging.check_limit(1000) == 1000
