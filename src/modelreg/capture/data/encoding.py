"""Plain Python values as bytes: equal values give equal bytes, different ones different bytes.

Part of the scheme ``mrfp1``: what is written here never changes.
"""

from __future__ import annotations

import struct
from array import array
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from modelreg.capture.data.kinds import Unreadable, belongs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["encode", "is_null"]

DEEPEST: Final = 60
"""Deeper nested, or round in a circle, a value has no fingerprint."""
_NULLS: Final = frozenset({"NAType", "NaTType", "NoneType"})
_INT64: Final = 1 << 63
_FACTORS: Final = {
    "ns": 1,
    "us": 1000,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "D": 86400 * 10**9,
    "W": 7 * 86400 * 10**9,
}


def is_null(value: Any) -> bool:
    """Whether a cell is empty: None, NaN, pandas' NA and NaT."""
    kind = type(value)
    if kind is str:
        return False
    if kind.__name__ in _NULLS:
        return True
    return (isinstance(value, float | Decimal) or belongs(value, "numpy")) and _unequal(value)


def _unequal(value: Any) -> bool:
    try:
        return bool(value != value)  # noqa: PLR0124  (only NaN differs from itself)
    except (TypeError, ValueError, ArithmeticError):
        return False  # an array is no empty cell


def encode(value: Any, inner: Callable[[Any], bytes], depth: int = 0) -> bytes:
    """Return `value` as bytes; `inner` gives those of arrays and tables, and of what is not known here.

    Raises
    ------
    Unreadable
        It holds something without an identity of its own, or is nested too deep.
    """
    if depth > DEEPEST:
        raise Unreadable(f"it is nested more than {DEEPEST} deep, or holds itself")
    if isinstance(value, dict):
        pairs = ((encode(k, inner, depth + 1), encode(v, inner, depth + 1)) for k, v in value.items())
        return _framed(b"{", [part for pair in sorted(pairs) for part in pair])
    if isinstance(value, set | frozenset):
        return _framed(b"<", sorted(encode(one, inner, depth + 1) for one in value))
    if isinstance(value, list | tuple):
        return _sequence(value, inner, depth)
    found = _scalar(value)
    return inner(value) if found is None else found


def _framed(tag: bytes, parts: list[bytes]) -> bytes:
    return tag + struct.pack("<q", len(parts)) + b"".join(struct.pack("<q", len(one)) + one for one in parts)


def _sequence(value: list[Any] | tuple[Any, ...], inner: Callable[[Any], bytes], depth: int) -> bytes:
    tag = b"[" if isinstance(value, list) else b"("
    kinds = set(map(type, value))
    # long lists of one kind are packed: which form is used depends on the values alone
    if kinds == {float}:
        return tag + b"d" + _packed(array("d", [one + 0.0 if one == one else float("nan") for one in value]))  # noqa: PLR0124
    if kinds == {int} and min(value) >= -_INT64 and max(value) < _INT64:
        return tag + b"q" + _packed(array("q", value))
    return tag + _framed(b"*", [encode(one, inner, depth + 1) for one in value])


def _packed(numbers: array[Any]) -> bytes:
    import sys

    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _scalar(value: Any) -> bytes | None:
    if value is None or type(value).__name__ in _NULLS:
        return b"n"
    if belongs(value, "numpy") and hasattr(value, "dtype") and not getattr(value, "shape", (1,)):
        value = _python(value)
    return _number(value) or _text(value) or _moment(value) or _other(value)


def _number(value: Any) -> bytes | None:
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, int):
        return b"i%d" % value
    if isinstance(value, float):
        return b"d" + struct.pack("<d", value + 0.0 if value == value else float("nan"))  # noqa: PLR0124
    if isinstance(value, complex):
        return b"c" + b"".join(_number(part) or b"" for part in (value.real, value.imag))
    return None


def _text(value: Any) -> bytes | None:
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    return b"b" + bytes(value) if isinstance(value, bytes | bytearray | memoryview) else None


def _python(value: Any) -> Any:
    """Return a scalar of numpy as Python's own, where that loses nothing."""
    kind, size = value.dtype.kind, value.dtype.itemsize
    if kind in "mM":
        return _Nanoseconds(kind, _nanoseconds(value))
    # long doubles differ between machines
    plain = kind in "biuSU" or (kind == "f" and size <= 8) or (kind == "c" and size <= 16)  # noqa: PLR2004
    return value.item() if plain else value


def _nanoseconds(value: Any) -> int:
    unit = value.dtype.str.partition("[")[2].rstrip("]")
    if unit not in _FACTORS and value.dtype.kind == "M":
        value, unit = value.astype("M8[D]"), "D"
    if unit not in _FACTORS:
        raise Unreadable(f"a duration in the unit {unit!r} has no fingerprint")
    return int(value.astype("int64")) * _FACTORS[unit]


class _Nanoseconds:
    """A moment or a duration of numpy."""

    def __init__(self, kind: str, count: int) -> None:
        self.kind, self.count = kind, count


def _moment(value: Any) -> bytes | None:
    if isinstance(value, _Nanoseconds):
        return (b"T" if value.kind == "M" else b"D") + b"%d" % value.count
    if isinstance(value, datetime):
        extra = int(getattr(value, "nanosecond", 0))
        zone = value.utcoffset()
        bare = datetime(*value.timetuple()[:6], value.microsecond)  # noqa: DTZ001  (what the clock showed)
        count = ((bare - datetime(1970, 1, 1)) // timedelta(microseconds=1)) * 1000 + extra  # noqa: DTZ001
        return b"T%d" % count if zone is None else b"Z%d%+d" % (count, zone // timedelta(microseconds=1))
    if isinstance(value, timedelta):
        return b"D%d" % (value // timedelta(microseconds=1) * 1000 + int(getattr(value, "nanoseconds", 0)) % 1000)
    if isinstance(value, date):
        return b"y" + value.isoformat().encode()
    if isinstance(value, time):
        return b"h" + value.isoformat().encode()
    return None


def _other(value: Any) -> bytes | None:
    if isinstance(value, Decimal | Fraction):
        # 1.0 and 1.00 are the same number
        ratio = value.as_integer_ratio() if not isinstance(value, Decimal) or value.is_finite() else (str(value),)
        return b"r" + "/".join(map(str, ratio)).encode()
    if isinstance(value, UUID):
        return b"u" + value.bytes
    if belongs(value, "pandas") and type(value).__name__ == "Interval":
        ends = [_scalar(value.left), _scalar(value.right)]
        return _framed(b"v" + value.closed.encode(), [one for one in ends if one is not None])
    if belongs(value, "pandas") and type(value).__name__ == "Period":
        return b"p" + f"{value.freqstr} {value.ordinal}".encode()
    return None
