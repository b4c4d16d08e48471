"""What was captured around versions, for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from modelreg.catalog import attachments, captured, schema
from modelreg.records import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

_runs = schema.runs


def of_versions(conn: Connection, version_ids: Sequence[int], limit: int) -> list[list[Run]]:
    """Return for each version its newest runs that captured anything, newest first, with what they captured alone."""
    place = func.row_number().over(partition_by=_runs.c.version_id, order_by=_runs.c.id.desc()).label("place")
    chosen = select(_runs, place).where(_runs.c.version_id.in_(version_ids), _runs.c.capture.is_not(None)).subquery()
    rows = list(conn.execute(select(chosen).where(chosen.c.place <= limit).order_by(chosen.c.id.desc())))
    files = attachments.captured(conn, [row.uid for row in rows])
    found: dict[int, list[Run]] = {version_id: [] for version_id in version_ids}
    for row in rows:
        run = Run(
            uid=row.uid, kind=row.kind, at=row.at, actor=row.actor, host=row.host, notebook=row.notebook,
            variable=row.variable, message=row.message, capture_state=row.capture_state, duration=row.duration,
            capture=captured.read(row.capture), files=files.get(row.uid, ()),
        )  # fmt: skip
        found[row.version_id].append(run)
    return [found[version_id] for version_id in version_ids]
