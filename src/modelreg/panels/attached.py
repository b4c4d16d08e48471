"""Attachments and curves as the front end gets them: pictures as addresses of images, tables as rows of text."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Final

from modelreg import names, sizes
from modelreg.panels import portion
from modelreg.verbs.curves import thin
from modelreg.views import attachments as shown
from modelreg.views import format as fmt
from modelreg.views.pictures import is_picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from modelreg.records import Attachment, Comparison, Json, Points

ROWS: Final = 12
COLUMNS: Final = 12
CELL: Final = 60
CHARTS: Final = 12
"""Curves that come at a time; the front end asks for others by their names."""
NAMES: Final = 1000
"""Names of curves that are told at most."""
POINTS: Final = 300
"""Points of a curve: a lowest and a highest for every other column of pixels of a chart."""
ROOM: Final = 9600
"""Points of all curves in one answer: a hundred for each of eight versions, in every chart."""
LEVELS: Final = 3
"""Digits that must be left of a number behind those that all numbers of a chart have in common."""


def attachment(record: Attachment, line: str) -> dict[str, Json]:
    """Return an attachment; what is too large to show, or shown in part, comes with the line that opens it.

    A picture is shown as the source of an image, where nothing in it can act, and its type is one of our own table.
    """
    picture: str | None = None
    held: list[list[str]] = []
    part = ""
    if record.data is not None and is_picture(record):
        picture = f"data:{record.media_type};base64,{base64.b64encode(record.data).decode('ascii')}"
    elif record.data is not None:
        held = shown.table_rows(record, record.data)
        whole = len(record.data) == record.size
        part = shown.part(held, lines=ROWS, columns=COLUMNS, whole=whole) if held else ""
    head = held[: ROWS + 1]
    hidden = picture is None and (not head or bool(part))
    return {
        "name": record.filename,
        "size": sizes.human(record.size),
        "picture": picture,
        "table": [[fmt.shorten(cell, CELL) for cell in row[:COLUMNS]] for row in head] or None,
        "numbers": [shown.numeric(head[1:], column) for column in range(len(head[0][:COLUMNS]))] if head else [],
        "part": part,
        "note": f"cannot be shown: {record.fault}" if record.fault else "",
        "line": line if hidden and not record.fault else "",
    }


def beside(record: Comparison, lines: Sequence[str]) -> list[Json]:
    """Return the attachments of compared versions: for each name what each version has; ``lines`` open one of each."""
    called = dict.fromkeys(each.name for held in record.attachments for each in held)
    found: list[Json] = []
    for name in called:
        own = [next((each for each in held if each.name == name), None) for held in record.attachments]
        found.append({
            "name": name,
            "held": [
                None if each is None else attachment(each, f"{line} {names.quote(name)}")
                for each, line in zip(own, lines, strict=True)
            ],
        })  # fmt: skip
    return found


def curves(held: Mapping[str, Sequence[Points]], labels: Sequence[str]) -> dict[str, Json]:
    """Return the first names of curves, how many there are, and charts of some; ``labels`` call the versions."""
    return {"names": portion.names(held, NAMES), "total": len(held), "charts": charts(held, labels, [*held][:CHARTS])}


def charts(held: Mapping[str, Sequence[Points]], labels: Sequence[str], wanted: Iterable[str]) -> list[Json]:
    """Return curves for a chart each: metric, and a series of steps and numbers per version that has it.

    However long the curves are and however many, an answer has at most :data:`ROOM` points. Which of them are left is told
    by :func:`modelreg.verbs.curves.thin`: the lowest and the highest of each stretch, so that no peak is lost.
    """
    chosen = {name: held[name] for name in wanted if name in held}
    lines = sum(bool(points) for series in chosen.values() for points in series)
    most = min(POINTS, ROOM // max(1, lines))
    return [
        _chart(name, {label: thin(points, most) for label, points in zip(labels, series, strict=True) if points})
        for name, series in chosen.items()
    ]


def _chart(name: str, lines: Mapping[str, Points]) -> dict[str, Json]:
    """Return a chart; numbers are written with as many digits as it takes to draw them from the text."""
    digits = _digits([value for points in lines.values() for _, value in points if math.isfinite(value)])
    return {
        "name": name,
        "series": [
            {
                "name": label,
                "steps": [step for step, _ in points],
                "texts": [fmt.number(value, digits) for _, value in points],
            }
            for label, points in lines.items()
        ],
    }


def _digits(values: Sequence[float]) -> int:
    """Return how many significant digits tell numbers apart that lie a thousandth of their range from each other."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    apart = high - low
    if not apart or not math.isfinite(apart):
        return fmt.DIGITS
    common = math.log10(max(abs(low), abs(high)) / apart)
    return min(max(fmt.DIGITS, math.ceil(common) + LEVELS), 15)
