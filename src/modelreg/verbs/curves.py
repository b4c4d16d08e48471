"""Curves: metrics that were given as many points."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from modelreg.catalog import curves as stored
from modelreg.verbs import target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.records import Points
    from modelreg.verbs.context import Context

MOST: Final = 500
"""Points of a curve that is shown: as many as a picture of it has columns."""


def curves(ctx: Context, ref: str) -> Mapping[str, Points]:
    """Return every point of the curves of a version; see :meth:`modelreg.registry.Registry.curves`."""
    with ctx.read() as conn:
        version_id = target.find(conn, ref).member.version_id
        return stored.of_versions(conn, [version_id]).get(version_id, {})


def thinned(series: Mapping[str, Points]) -> Mapping[str, Points]:
    """Return curves of at most :data:`MOST` points each."""
    return {key: thin(points) for key, points in series.items()}


def beside(versions: Sequence[Mapping[str, Points]]) -> Mapping[str, tuple[Points, ...]]:
    """Return metric -> its curve in each version, thinned; ``()`` where a version has none."""
    keys = dict.fromkeys(sorted({key for series in versions for key in series}))
    return {key: tuple(thin(series.get(key, ())) for series in versions) for key in keys}


def thin(points: Points, most: int = MOST) -> Points:
    """Return at most ``most`` of the points: the first, the last, and the lowest and highest of each stretch between.

    ``most`` is four or more. A peak survives, which every n-th point would lose. A stretch without any number keeps one
    point: it stays a gap. (Two of the four points that M4 keeps of each column of pixels: Jugel and others, "M4: a
    visualization-oriented time series data aggregation", VLDB 2014. The other two matter only between columns.)
    """
    if len(points) <= most:
        return points
    inner = points[1:-1]
    stretches = (most - 2) // 2
    edges = [len(inner) * index // stretches for index in range(stretches + 1)]
    kept = [points[0]]
    for start, stop in pairwise(edges):
        kept += _ends(inner[start:stop])
    return (*kept, points[-1])


def _ends(stretch: Points) -> list[tuple[int, float]]:
    """Return the lowest and highest points of a stretch, in their order."""
    values = [value for _, value in stretch]
    numbers = [value for value in values if not math.isnan(value)]
    if not numbers:
        return list(stretch[:1])
    ends = {values.index(min(numbers)), values.index(max(numbers))}
    return [stretch[index] for index in sorted(ends)]
