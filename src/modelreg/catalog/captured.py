"""What runs captured, without all else that is known of them: of one version, or of many at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from modelreg.catalog import attachments, datasets, schema
from modelreg.records import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection

_runs = schema.runs
_OLDEST = (
    select(_runs.c.capture)
    .where(_runs.c.version_id == bindparam("version"), _runs.c.capture.is_not(None))
    .order_by(_runs.c.id)
    .limit(4)
)


def oldest(conn: Connection, version_id: int) -> Iterator[Mapping[str, Any]]:
    """Yield what the oldest runs captured, one at a time: most ask for no more than the first."""
    for text in conn.execute(_OLDEST, {"version": version_id}).scalars().all():
        told = read(text)
        if told is not None:
            yield told


def read(text: str | None) -> Mapping[str, Any] | None:
    """Return the facts that a run keeps; None where there are none, or somebody else has written there."""
    try:
        told = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def of_versions(conn: Connection, version_ids: Sequence[int], limit: int) -> list[list[Run]]:
    """Return for each version its oldest runs that captured anything, the newest of them first.

    They have what they captured, and the data that they used.
    """
    place = func.row_number().over(partition_by=_runs.c.version_id, order_by=_runs.c.id).label("place")
    chosen = select(_runs, place).where(_runs.c.version_id.in_(version_ids), _runs.c.capture.is_not(None)).subquery()
    rows = list(conn.execute(select(chosen).where(chosen.c.place <= limit).order_by(chosen.c.id.desc())))
    files = attachments.captured(conn, [row.uid for row in rows])
    data = datasets.of_runs(conn, [row.id for row in rows])
    found: dict[int, list[Run]] = {version_id: [] for version_id in version_ids}
    for row in rows:
        run = Run(
            uid=row.uid, kind=row.kind, at=row.at, actor=row.actor, host=row.host, notebook=row.notebook,
            variable=row.variable, message=row.message, capture_state=row.capture_state, duration=row.duration,
            capture=read(row.capture), files=files.get(row.uid, ()), data=data.get(row.id, ()),
        )  # fmt: skip
        found[row.version_id].append(run)
    return [found[version_id] for version_id in version_ids]
