"""What the runs of a version captured, without all else that is known of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from modelreg.catalog import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.engine import Connection

_runs = schema.runs
_NEWEST = (
    select(_runs.c.capture)
    .where(_runs.c.version_id == bindparam("version"), _runs.c.capture.is_not(None))
    .order_by(_runs.c.id.desc())
    .limit(4)
)


def newest(conn: Connection, version_id: int) -> Iterator[Mapping[str, Any]]:
    """Yield what the newest runs captured, one at a time: most ask for no more than the first."""
    for text in conn.execute(_NEWEST, {"version": version_id}).scalars().all():
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
