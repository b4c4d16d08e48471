"""Curves: the metrics of versions that have more than one point."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from modelreg.catalog import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from modelreg.records import Points

_metrics, _points = schema.metrics, schema.points


def of_versions(conn: Connection, version_ids: Sequence[int]) -> dict[int, dict[str, Points]]:
    """Return version id -> metric -> (step, value) of every point, of the newest run that gave the metric.

    Two queries: joined, a database that has an index on the run only would go through all of a run once for each metric.
    """
    newest = select(_metrics.c.version_id, _metrics.c.key, _metrics.c.run_id).where(
        _metrics.c.version_id.in_(version_ids)
    )
    owners: dict[tuple[int, str], list[int]] = defaultdict(list)
    for version_id, key, run_id in conn.execute(newest):
        owners[run_id, key].append(version_id)
    found: dict[int, dict[str, Points]] = defaultdict(dict)
    for (run_id, key), points in sorted(_of_runs(conn, {run_id for run_id, _ in owners}).items()):
        for version_id in owners.get((run_id, key), ()) if len(points) > 1 else ():
            found[version_id][key] = tuple(points)
    return {version_id: dict(sorted(found[version_id].items())) for version_id in sorted(found)}


def _of_runs(conn: Connection, run_ids: set[int]) -> dict[tuple[int, str], list[tuple[int, float]]]:
    """Return (run id, metric) -> its points in the order in which they were given."""
    query = (
        select(_points.c.run_id, _points.c.key, _points.c.step, _points.c.value, _points.c.special)
        .where(_points.c.run_id.in_(run_ids))
        .order_by(_points.c.run_id, _points.c.id)
    )
    found: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for run_id, key, step, value, special in conn.execute(query):
        found[run_id, key].append((step, float(special) if value is None else value))
    return found
