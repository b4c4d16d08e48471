"""What differs inside several versions, part by part, as their layouts tell it: no contents are read."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from modelreg.contents import layout as layouts
from modelreg.contents import names
from modelreg.errors import ModelRegError
from modelreg.records import MISSING, CompareRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.contents.names import Part

MOST: Final = 24
"""So many rows tell what differs inside versions; more are minor."""

EVERY: Final = 500
"""So many rows are given at all."""

FEW: Final = 3
"""So many parts are named in a clause."""

LONGEST: Final = 100
"""Characters of a path in a row."""

BRIEF: Final = 50
"""Characters of a path in a clause."""

CHANGED: Final = "changed"
"""Stands for a part that is of the same kind as that of an earlier version, with other values."""

UNKNOWN: Final = "not known"
"""Stands for a part of a version that was registered before parts were named."""

_ARRAY: Final = re.compile(r"\S+ \d+( × \d+)*")
_CONTAINERS: Final = frozenset({"list", "dict", "tuple"})
_TWO: Final = 2


def of(blobs: BlobStore, layout: str | None) -> Part | None:
    """Return the parts of a version; None where they are not known, or its layout cannot be read."""
    if layout is None:
        return None
    try:
        return names.parts_of(layouts.read_layout(layout, blobs))
    except ModelRegError:  # what is damaged is told by whoever needs the bytes, and by check
        return None


def rows(wholes: Sequence[Part | None]) -> Iterator[CompareRow]:
    """Yield what differs inside versions; one whose parts are not known does not differ."""
    known = [whole for whole in wholes if whole is not None]
    if len(known) < _TWO or len({whole.about for whole in known}) > 1:  # another class is another model: told as such
        return
    found = names.differences(known, MOST)
    for place, one in enumerate(found[:EVERY]):
        told = iter(_told(one.parts))
        values = tuple(UNKNOWN if whole is None else next(told) for whole in wholes)
        yield _row(_short(one.path) or "model", values, minor=place >= MOST)
    if len(found) > EVERY:
        yield _row(f"… and {len(found) - EVERY:,} more", ("",) * len(wholes), minor=True)


def arrays(whole: Part | None) -> tuple[tuple[str, str], ...]:
    """Return the arrays of a version: how each is reached, and its type and shape."""
    found = () if whole is None else names.leaves(whole)
    return tuple(islice(((path or "model", part.about) for path, part in found if _ARRAY.fullmatch(part.about)), EVERY))


def _row(name: str, values: tuple[str, ...], *, minor: bool) -> CompareRow:
    return CompareRow(section="contents", name=name, values=values, differs=True, minor=minor)


def _short(path: str, limit: int = LONGEST) -> str:
    """Return a path of at most so many characters: its end, which tells more than its beginning."""
    return path if len(path) <= limit else f"…{path[1 - limit :]}"


def _told(parts: Sequence[Part | None]) -> Iterator[str]:
    """Yield of each part what it is, so that texts are equal where parts are: no digest, which says nothing to anybody."""
    texts: dict[tuple[str, str], str] = {}
    changed = 0
    for part in parts:
        if part is None:
            yield MISSING
            continue
        if part.same not in texts:
            about = f"{part.about} of {len(part.parts):,}" if part.parts and part.about in _CONTAINERS else part.about
            if about in texts.values():
                changed += 1
                about = CHANGED if changed == 1 else f"{CHANGED} ({changed})"
            texts[part.same] = about
        yield texts[part.same]


def clause(before: Part | None, now: Part | None) -> str:
    """Return what changed between a version and a live object: ``changed: coef_, intercept_ (2 of 20 parts)``."""
    if before is None or now is None or before.about != now.about:
        return ""
    all_of_it = names.differences([before, now])
    if not all_of_it or not all_of_it[0].path:
        return ""
    told = names.differences([before, now], FEW)
    told.sort(key=lambda one: one.path.rpartition(".")[2].startswith("_"))  # what is meant to be seen comes first
    named = [_short(one.path, BRIEF) for one in told[: FEW if len(told) <= FEW else FEW - 1]]
    more = [f"{len(told) - len(named):,} more"] if len(told) > len(named) else []
    return f"changed: {', '.join([*named, *more])} ({len(all_of_it):,} of {names.count(now):,} parts)"
