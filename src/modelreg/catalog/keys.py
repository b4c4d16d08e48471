"""Which metrics and params the versions of a home have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from modelreg.catalog.filters import CURRENT
from modelreg.catalog.schema import members, metrics, params

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

NEWEST: Final = 400
"""How many versions are looked through, newest first: a home of a million is asked as fast as one of a thousand."""
MOST: Final = 200
"""How many keys are told; models with more are rare, and nobody reads a list of them."""


def of_metrics(conn: Connection, home_id: int | None) -> tuple[str, ...]:
    """Return the metrics of the newest versions of a home, or of all; those of the newest first, then by name."""
    return _keys(conn, home_id, metrics)


def of_params(conn: Connection, home_id: int | None) -> tuple[str, ...]:
    """Return the params of the newest versions of a home, or of all; those of the newest first, then by name."""
    return _keys(conn, home_id, params, CURRENT)


def of(conn: Connection, home_id: int | None, field: str) -> tuple[str, ...]:
    """Return the keys of ``metrics`` or ``params``."""
    return {"metrics": of_metrics, "params": of_params}[field](conn, home_id)


def _keys(conn: Connection, home_id: int | None, table: sa.Table, *conditions: Any) -> tuple[str, ...]:
    live = members.c.removed_at.is_(None)
    ours = [live] if home_id is None else [members.c.home_id == home_id, live]
    place = (members.c.id if home_id is None else members.c.number).label("place")
    newest = sa.select(members.c.version_id, place).where(*ours).order_by(place.desc()).limit(NEWEST).subquery()
    query = (
        sa.select(table.c.key)
        .join(newest, newest.c.version_id == table.c.version_id)
        .where(*conditions)
        .group_by(table.c.key)
        .order_by(sa.func.max(newest.c.place).desc(), table.c.key)
        .limit(MOST)
    )
    return tuple(conn.execute(query).scalars())
