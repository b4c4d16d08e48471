"""Numbers, sizes and durations as people read them."""

from __future__ import annotations

import json
import math
import unicodedata
from typing import TYPE_CHECKING, Final

from modelreg import records
from modelreg.views.escape import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelreg.records import Json

NOTHING: Final = "–"
"""Stands where a value is missing."""

DIGITS: Final = 4
_EXACT: Final = 17
_LARGE: Final = 1e15
_SMALL: Final = 1e-4
_LONG_DURATION: Final = 10_000


def number(value: float, digits: int = DIGITS) -> str:
    """Return a number with ``digits`` significant digits and never fewer than its whole part.

    Examples
    --------
    >>> number(0.9120000001), number(120.0), number(12345.678), number(1.5e-07), number(float("nan"))
    ('0.912', '120', '12346', '1.5e-07', 'nan')
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    magnitude = abs(value)
    if value.is_integer() and magnitude < _LARGE:
        return str(int(value))
    if magnitude >= _LARGE or magnitude < _SMALL:
        return f"{value:.{digits}g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(magnitude)))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(values: Iterable[float]) -> int | None:
    """Return how many decimals a column needs; None where its values are too far apart for one form."""
    texts = [number(item) for item in values if math.isfinite(item)]
    if not texts or any("e" in text for text in texts):
        return None
    places = max(len(text.partition(".")[2]) for text in texts)
    return places if places < _EXACT - DIGITS and max(len(text.partition(".")[0]) for text in texts) <= DIGITS else None


def fixed(value: float, places: int | None) -> str:
    """Return a number with so many decimals, so that the points of a column stand below each other."""
    return number(value) if places is None or not math.isfinite(value) else f"{value:.{places}f}"


def difference(delta: float) -> str:
    """Return a difference with its sign: ``+0.004``; ``=`` when there is none."""
    if delta == 0:
        return "="
    return f"{'+' if delta > 0 else ''}{number(delta)}"


def value(item: Json, *, limit: int = 60) -> str:
    """Return a param as one short line: text as it is, everything else as Python or JSON writes it."""
    if item == records.MISSING:
        return NOTHING
    if isinstance(item, str):
        return shorten(plain(item) or "''", limit)
    if isinstance(item, float):
        exact = repr(item)
        return exact if len(exact) <= 10 else f"{item:.6g}"  # noqa: PLR2004  (longer ones tear the column)
    if item is None or isinstance(item, (bool, int)):
        return shorten(str(item), limit)
    return shorten(plain(json.dumps(item, ensure_ascii=False)), limit)


def distinct(items: Sequence[Json]) -> tuple[str, ...]:
    """Return values to be compared: floats get as many digits as it takes to tell unequal ones apart."""
    floats = {item for item in items if isinstance(item, float) and not math.isnan(item)}
    digits = next((d for d in range(DIGITS, _EXACT + 1) if len({number(f, d) for f in floats}) == len(floats)), _EXACT)
    return tuple(number(item, digits) if isinstance(item, float) else value(item) for item in items)


def duration(microseconds: int) -> str:
    """Return a duration in whole milliseconds or seconds, so that one pattern matches every one."""
    milliseconds = max(1, round(microseconds / 1000))
    return f"{milliseconds} ms" if milliseconds < _LONG_DURATION else f"{round(milliseconds / 1000)} s"


def count(many: int, noun: str, plural: str = "") -> str:
    """Return ``1 version``, ``7 versions``."""
    return f"{many:,} {noun if many == 1 else plural or noun + 's'}"


def shorten(text: str, limit: int) -> str:
    """Return ``text`` cut to ``limit`` characters with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def ends(text: str, limit: int) -> str:
    """Return ``text`` cut in its middle: names of one family differ at their end.

    Examples
    --------
    >>> ends("per_class/precision_of_class_12", 24)
    'per_class/p…_of_class_12'
    """
    if len(text) <= limit:
        return text
    tail = limit // 2
    return f"{text[: limit - 1 - tail]}…{text[-tail:]}"


def first_line(text: str, limit: int = 60) -> str:
    """Return the first line of a description, without the marks of a Markdown heading."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return shorten(line.lstrip("# "), limit)


def width(text: str) -> int:
    """Return how many cells of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """Return ``text`` filled with blanks to ``cells`` cells."""
    blanks = " " * max(0, cells - width(text))
    return blanks + text if right else text + blanks


def sentence(parts: Iterable[str], separator: str = " · ") -> str:
    """Return the parts that are not empty, joined."""
    return separator.join(part for part in parts if part)
