"""Versions side by side as the front end gets them: of each section the first facts, and how many more there are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from modelreg import sizes
from modelreg.panels import portion, rows
from modelreg.records import MISSING
from modelreg.views import format as fmt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.records import CompareRow, Comparison, Json

CHOSEN: Final = frozenset({"metrics", "params", "tags"})
"""Sections of what somebody chose or measured: they stand before what is known of any version."""
APART: Final = "attachments"
"""The section that is not told as rows: what it holds stands side by side."""
INSIDE: Final = "contents"
"""The section of which only the first facts are shown however many there are: those after them are minor."""


def comparison(record: Comparison) -> rows.Row:
    """Return versions side by side; under ``sections`` how many facts each section has, and how many are equal."""
    told = [row for row in record.rows if row.section != APART and any(value != MISSING for value in row.values)]
    held = {
        section: [row for row in told if row.section == section] for section in dict.fromkeys(r.section for r in told)
    }
    held = dict(sorted(held.items(), key=lambda item: (item[0] not in CHOSEN, not any(map(paired, item[1])))))
    shown = [row for facts in held.values() for row in first(facts)]
    width = portion.width(len(shown) * len(record.versions))
    counts: dict[str, Json] = {
        section: {
            "differ": sum(stands(row) for row in facts),
            "equal": sum(not stands(row) for row in facts),
        }
        for section, facts in held.items()
    }
    return {
        "versions": [rows.version(each) for each in record.versions],
        "rows": [compared(row, width) for row in shown],
        "sections": counts,
        "note": record.note,
    }


def first(facts: Sequence[CompareRow]) -> list[CompareRow]:
    """Return the first facts of a section: what differs goes before what is equal, what most versions have comes first."""
    chosen = sorted(range(len(facts)), key=lambda at: not stands(facts[at]))[: portion.MOST]
    return sorted((facts[at] for at in sorted(chosen)), key=lambda row: row.values.count(MISSING))


def stands(row: CompareRow) -> bool:
    """Whether a fact is told where only differences are: packages that no model imports itself are told with the equal ones."""
    return row.differs and (not row.minor or row.section == INSIDE)


def paired(row: CompareRow) -> bool:
    """Whether a fact stands beside another one: a section where none does, of one version alone, comes after its like."""
    return len(row.values) - row.values.count(MISSING) > 1


def compared(row: CompareRow, width: int) -> rows.Row:
    """Return one fact of the compared versions, unequal values told apart."""
    texts = fmt.distinct(row.values) if row.section == "metrics" else _texts(row, width)
    size = row.section == "version" and row.name == "size"
    delta = "" if row.delta is None else fmt.difference(row.delta)
    if size and row.delta:
        delta = ("-" if row.delta < 0 else "+") + sizes.human(abs(int(row.delta)))
    return {
        "section": row.section,
        "name": row.name,
        "values": list(texts),
        "missing": [value == MISSING for value in row.values],
        "differs": stands(row),
        "best": list(row.best),
        "direction": row.direction,
        "delta": delta,
        "better": _better(row),
    }


def _texts(row: CompareRow, width: int) -> list[str]:
    write: Any = sizes.human if row.section == "version" and row.name == "size" else lambda item: _value(item, width)
    short = [fmt.NOTHING if item == MISSING else write(item) for item in row.values]
    if row.section == "version" and row.name == "class":
        bare = [text.rpartition(".")[2] for text in short]
        return bare if len(set(bare)) == len(set(short)) else short
    return short


def _value(item: Json, width: int) -> str:
    return fmt.shorten(item, width) if isinstance(item, str) else fmt.value(item, limit=width)


def _better(row: CompareRow) -> Json:
    """Return whether the second of two is better; None where nobody said which way is."""
    if not row.delta or math.isnan(row.delta) or row.direction is None:
        return None
    return (row.delta > 0) == (row.direction == "higher")
