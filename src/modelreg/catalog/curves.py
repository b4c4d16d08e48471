"""Curves: the metrics of versions that have more than one point."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from modelreg.catalog import members, schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from modelreg.records import Points

_metrics, _points = schema.metrics, schema.points


def of_versions(conn: Connection, version_ids: Sequence[int]) -> dict[int, dict[str, Points]]:
    """Return version id -> metric -> (step, value) of every point, of the newest run that gave the metric."""
    query = (
        select(_metrics.c.version_id, _points.c.key, _points.c.step, _points.c.value, _points.c.special)
        .join(_points, (_points.c.run_id == _metrics.c.run_id) & (_points.c.key == _metrics.c.key))
        .where(_metrics.c.version_id.in_(version_ids))
        .order_by(_metrics.c.version_id, _points.c.key, _points.c.id)
    )
    found: dict[int, dict[str, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in conn.execute(query):
        found[row.version_id][row.key].append((row.step, members.value(row)))
    return {
        version_id: {key: tuple(points) for key, points in series.items() if len(points) > 1}
        for version_id, series in found.items()
    }
