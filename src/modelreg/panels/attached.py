"""Attachments and curves as the front end gets them: pictures as addresses of images, tables as rows of text."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from modelreg import names, sizes
from modelreg.panels import rows
from modelreg.views import attachments as shown
from modelreg.views import format as fmt
from modelreg.views.pictures import is_picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.records import Attachment, Comparison, Json, Points

ROWS: Final = 12
COLUMNS: Final = 12
CELL: Final = 60


def attachment(record: Attachment, line: str) -> dict[str, Json]:
    """Return an attachment; what is too large to show comes with the line that opens it.

    A picture is shown as the source of an image, where nothing in it can act, and its type is one of our own table.
    """
    picture: str | None = None
    table: list[Json] | None = None
    if record.data is not None and is_picture(record):
        picture = f"data:{record.media_type};base64,{base64.b64encode(record.data).decode('ascii')}"
    elif record.data is not None:
        held = shown.table_rows(record, record.data)
        table = [[fmt.shorten(cell, CELL) for cell in row[:COLUMNS]] for row in held[: ROWS + 1]] or None
    hidden = picture is None and table is None
    return {
        "name": record.filename,
        "size": sizes.human(record.size),
        "picture": picture,
        "table": table,
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


def curves(held: Mapping[str, Sequence[Points]], labels: Sequence[str]) -> list[Json]:
    """Return curves for a chart each: metric, and a series per version that has it."""
    return [
        {
            "name": name,
            "series": [
                {"name": label, "points": [[step, rows.point(value), fmt.number(value)] for step, value in points]}
                for label, points in zip(labels, series, strict=True)
                if points
            ],
        }
        for name, series in held.items()
    ]
