"""Pages by key, not by offset: where a page ended is known by the values of its last row.

The token of the next page holds those values and a digest of what was asked, so that it is of no use for
another question. It needs no secret: with values of one's own one gets rows that one could have asked for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from modelreg.errors import InvalidError, Slip

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST: Final = 1000
_LONGEST_TOKEN: Final = 4096
_LARGEST: Final = 2**63 - 1

Value = int | float | str | None


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that rows are sorted by. The last of the keys must tell all rows apart.

    Parameters
    ----------
    column : ColumnElement
        What it is in SQL.
    type : type
        ``int``, ``float`` or ``str``: what the column holds.
    descending : bool
        The direction. Rows without a value come last in both.
    nullable : bool
        Whether there are rows without a value. (Said only where it is so: indexes serve plain orders.)
    """

    column: sa.ColumnElement[Any]
    type: type[int | float | str]
    descending: bool
    nullable: bool = False

    @property
    def order(self) -> sa.ColumnElement[Any]:
        """What stands in ORDER BY."""
        directed = self.column.desc() if self.descending else self.column.asc()
        return directed.nulls_last() if self.nullable else directed

    def after(self, value: Value) -> sa.ColumnElement[bool]:
        """Return the condition on rows that come after ``value``."""
        if value is None:
            return sa.false()
        bound = self._bound(value)
        beyond = self.column < bound if self.descending else self.column > bound
        return sa.or_(beyond, self.column.is_(None)) if self.nullable else beyond

    def same(self, value: Value) -> sa.ColumnElement[bool]:
        """Return the condition on rows that have ``value`` too."""
        return self.column.is_(None) if value is None else self.column == self._bound(value)

    def not_before(self, value: Value) -> sa.ColumnElement[bool]:
        """Return the condition on rows from ``value`` on, by which an index is entered at its place."""
        bound = self._bound(value)
        return self.column <= bound if self.descending else self.column >= bound

    def holds(self, value: object) -> bool:
        """Return whether a value out of a token can be one of this key."""
        if value is None:
            return self.nullable
        if self.type is int:
            return type(value) is int and -_LARGEST <= value <= _LARGEST
        if self.type is float:
            return type(value) is float and not math.isnan(value)
        return type(value) is str and "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)

    def _bound(self, value: Value) -> sa.ColumnElement[Any]:
        return sa.literal(value, {int: sa.BigInteger, float: sa.Float, str: sa.Text}[self.type])


def check_limit(limit: object) -> int:
    """Return ``limit`` when it is a length that a page can have.

    Raises
    ------
    InvalidError
        It is no whole number from 1 to 1000.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        whole = type(limit) is int and abs(limit) <= _LARGEST
        given = str(limit) if whole else f"of type {type(limit).__name__}"
        msg = f"the limit of a page is a whole number from 1 to {MOST}, not {given}"
        raise InvalidError(msg, slip=Slip(None, str(limit), "50") if whole else None)
    return limit


def digest(*asked: object) -> str:
    """Return the digest of what was asked: of values whose ``repr`` says all of them."""
    return hashlib.blake2b(repr(asked).encode(), digest_size=12).hexdigest()


def token(question: str, values: Sequence[Value]) -> str:
    """Return the token of the page that begins after the row with these values."""
    told = json.dumps([question, *values], separators=(",", ":"))  # infinities as Python's json writes and reads them
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def read(text: object, question: str, keys: Sequence[Key]) -> tuple[Value, ...] | None:
    """Return the values that a token holds, None for no token.

    Parameters
    ----------
    text : object
        The token, or None for the first page.
    question : str
        Digest of what is asked now.
    keys : sequence of Key
        What rows are sorted by.

    Raises
    ------
    InvalidError
        It is no token, or one of another query, order or name.
    """
    if text is None:
        return None
    told = _decoded(text)
    if told[0] != question:
        msg = "the page token belongs to another query, order or name; ask for the first page again"
        raise InvalidError(msg)
    values = tuple(told[1:])
    if len(values) != len(keys) or not all(key.holds(value) for key, value in zip(keys, values, strict=True)):
        raise InvalidError(_NO_TOKEN)
    return values


def after(keys: Sequence[Key], values: Sequence[Value]) -> sa.ColumnElement[bool]:
    """Return the condition on rows that come after the one with these values."""
    steps = [
        sa.and_(
            *(same.same(value) for same, value in zip(keys[:place], values, strict=False)),
            key.after(values[place]),
        )
        for place, key in enumerate(keys)
    ]
    if len(steps) == 1:
        return steps[0]
    entered = () if keys[0].nullable else (keys[0].not_before(values[0]),)
    return sa.and_(*entered, sa.or_(*steps))


_NO_TOKEN: Final = "the page token is not one that a page gave"  # noqa: S105  (a message)


def _decoded(text: object) -> list[Any]:
    """Return what a token holds, at least a digest."""
    if not isinstance(text, str) or len(text) > _LONGEST_TOKEN or not text.isascii():
        raise InvalidError(_NO_TOKEN)
    try:
        told = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True))
    except (ValueError, RecursionError):
        raise InvalidError(_NO_TOKEN) from None
    if not isinstance(told, list) or not told:
        raise InvalidError(_NO_TOKEN)
    return told
