"""The first of many, and how many more there are: however much a version holds, what is told of it has bounds."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelreg.records import Json

LONGEST: Final = 120
"""Characters of a value in a cell; the front end shows the whole on hover."""
MOST: Final = 200
"""How many of a kind are told."""
ROOM: Final = 24_000
"""Characters that all values of a kind have together."""


def of(**held: Sequence[Json]) -> dict[str, Json]:
    """Return the first of each list, and under ``more`` how many are left of those that are longer."""
    left: dict[str, Json] = {name: len(each) - MOST for name, each in held.items() if len(each) > MOST}
    return {**{name: [*each[:MOST]] for name, each in held.items()}, "more": left}


def width(many: int) -> int:
    """Return how long each of so many values may be, so that few are told whole and many at least as in a table."""
    return max(LONGEST, min(10 * LONGEST, ROOM // max(1, many)))


def names(held: Iterable[str], most: int) -> list[Json]:
    """Return the first names, as many as there is room for."""
    listed = [*held][:most]
    ends = accumulate(len(name) for name in listed)
    return [name for name, end in zip(listed, ends, strict=True) if end <= ROOM]
