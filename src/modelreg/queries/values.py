"""The values of a query: plain Python out of the kernel's objects, then fitted to what the field holds."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments, names
from modelreg.errors import InvalidError
from modelreg.queries.tree import Instant, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST: Final = 1000
"""How many values a list may have."""

LONGEST_PATTERN: Final = 200
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_ORDERING: Final = frozenset({"<", "<=", ">", ">="})


def plain(value: object) -> bool | int | float | str | date:
    """Return a value of the kernel as plain Python; numpy's and torch's scalars become what they hold.

    Raises
    ------
    InvalidError
        It is nothing that a field can be compared with.
    """
    if hasattr(type(value), "item") and getattr(value, "ndim", None) == 0:
        value = _item(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, date) and value == value:  # noqa: PLR0124  (not so pandas' NaT)
        return value
    msg = f"a {type(value).__name__} cannot be compared with a field; text, numbers and times can"
    raise InvalidError(msg)


def several(value: object) -> list[object]:
    """Return the items of a list, tuple, set or one-dimensional array of the kernel."""
    if getattr(value, "ndim", None) == 1 and hasattr(type(value), "tolist"):
        value = value.tolist()  # type: ignore[attr-defined]
    if not isinstance(value, (list, tuple, set, frozenset)):
        msg = f"'in' needs a list, not {_kind(value)}"
        raise InvalidError(msg)
    if len(value) > MOST:
        msg = f"the list has {len(value)} items; {MOST} is the most"
        raise InvalidError(msg)
    # a set is sorted, so that the query is the same in every process and a page's token keeps its meaning
    return sorted(value, key=repr) if isinstance(value, (set, frozenset)) else list(value)


def text(value: object, what: str) -> str:
    """Return a value as text that a database can hold, NFC as names are."""
    if not isinstance(value, str):
        msg = f"{what} holds text, not {_kind(value)}"
        raise InvalidError(msg)
    if bad := _UNSTORABLE.search(value):
        msg = f"the text contains {bad[0]!a}, which no text has"
        raise InvalidError(msg)
    if len(value) > names.LONGEST_TEXT:
        msg = f"the text has {len(value)} characters; {names.LONGEST_TEXT} is the most"
        raise InvalidError(msg)
    return unicodedata.normalize("NFC", value)


def fit(kind: str, value: object, *, op: str = "==", what: str) -> Scalar:
    """Return ``value`` as what a field of ``kind`` is compared with; ``what`` is the field, for messages.

    Raises
    ------
    InvalidError
        The field cannot be compared with it.
    """
    return _FITS[kind](value, op, what)


def _text(value: object, op: str, what: str) -> str:
    return text(value, what)


def _pattern(value: object, op: str, what: str) -> str:
    pattern = text(value, what)
    if len(pattern) > LONGEST_PATTERN:
        msg = f"the pattern has {len(pattern)} characters; {LONGEST_PATTERN} is the most"
        raise InvalidError(msg)
    return pattern


def _unordered(value: object, op: str, what: str) -> str:
    if op in _ORDERING:
        msg = f"{what} has no order; compare it with ==, != or in"
        raise InvalidError(msg)
    return text(value, what)


def _alias(value: object, op: str, what: str) -> str:
    alias = _unordered(value, op, what)
    if alias.casefold() == names.LATEST:
        msg = "'latest' is no alias that is set; it always means the newest version"
        raise InvalidError(msg)
    return alias


def _number(value: object, op: str, what: str) -> float:
    if not isinstance(value, (bool, int, float)):
        msg = f"{what} is a number, not {_kind(value)}"
        raise InvalidError(msg)
    try:
        number = float(value)
    except OverflowError:
        msg = f"{what} is compared with a number that is too large"
        raise InvalidError(msg) from None
    if math.isnan(number):
        msg = "nan compares with nothing, not even with itself"
        raise InvalidError(msg)
    return number


def _scalar(value: object, op: str, what: str) -> Scalar:
    if isinstance(value, str):
        text(value, what)
        return value  # as it was given: the value of a param is not a name, and is not normalised
    return _number(value, op, what)


def _whole(value: object, op: str, what: str) -> Scalar:
    if isinstance(value, bool):
        msg = f"{what} is a number, not {_kind(value)}"
        raise InvalidError(msg)
    return value if isinstance(value, int) else _number(value, op, what)


def _version(value: object, op: str, what: str) -> Scalar:
    if isinstance(value, str):
        number = names.number(value)
        if number is None:
            msg = f"{what} is a number such as 3 or 'v3', not {names.shown(value)}"
            raise InvalidError(msg)
        return number
    return _whole(value, op, what)


def _time(value: object, op: str, what: str) -> Instant:
    if op not in _ORDERING:
        msg = f"{what} is never exactly a time; compare it with <, <=, > or >="
        raise InvalidError(msg)
    if isinstance(value, datetime):
        value = datetime.isoformat(value, timespec="microseconds")
    elif isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str):
        msg = f"{what} is a time such as '2026-10-01', not {_kind(value)}"
        raise InvalidError(msg)
    return Instant(text=text(value, what), at=moments.parse(value))


_FITS: Final[Mapping[str, Callable[[object, str, str], Scalar]]] = {
    "text": _text,
    "pattern": _pattern,
    "alias": _alias,
    "label": _unordered,
    "number": _number,
    "scalar": _scalar,
    "whole": _whole,
    "version": _version,
    "time": _time,
}


_KINDS: Final[Mapping[type, str]] = {
    bool: "a truth value",
    int: "a number",
    float: "a number",
    str: "text",
    date: "a time",
    datetime: "a time",
}


def _kind(value: object) -> str:
    """Return what a value is, in words."""
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def _item(value: Any) -> object:
    """Return what a scalar of an array library holds; numpy's times lose what is finer than a microsecond."""
    name = type(value).__name__
    if name == "timedelta64":
        return value  # its item may be a bare number, which would compare as one
    return value.astype("datetime64[us]").item() if name == "datetime64" else value.item()
