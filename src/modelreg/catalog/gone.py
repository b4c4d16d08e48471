"""Who took away what is not there any more, and when: the history knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from modelreg import moments
from modelreg.catalog import schema

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LONGEST: Final = 80
"""Characters of a reason that are told."""
_actions, _members, _versions = schema.actions, schema.members, schema.versions


def home(conn: Connection, home_id: int) -> str:
    """Return by whom and when a home was deleted: `` by anna at 2026-10-01 14:30:00 UTC``; nothing where it is not known."""
    return _told(
        conn,
        (_actions.c.home_id == home_id) & (_actions.c.kind == "deleted") & _actions.c.version_id.is_(None),
    )


def version(conn: Connection, home_id: int, number: int) -> tuple[str, bool] | None:
    """Return what became of a version that a home had, and whether it can come back; None where it never had it."""
    query = (
        select(_members.c.version_id, _versions.c.deleted_at, _versions.c.purged_at)
        .join(_versions, _versions.c.id == _members.c.version_id)
        .where(_members.c.home_id == home_id, _members.c.number == number, _members.c.removed_at.is_not(None))
        .order_by(_members.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    if row.deleted_at is None:
        unlinked = (_actions.c.home_id == home_id) & (_actions.c.number == number) & (_actions.c.kind == "unlinked")
        return f"was unlinked{_told(conn, unlinked)}", False
    told = _told(conn, (_actions.c.version_id == row.version_id) & (_actions.c.kind == "deleted"))
    purged = ", and gc has purged its contents" if row.purged_at is not None else ""
    return f"was deleted{told}{purged}", row.purged_at is None


def _told(conn: Connection, condition: object) -> str:
    query = select(_actions.c.actor, _actions.c.at, _actions.c.reason).where(condition)  # type: ignore[arg-type]
    row = conn.execute(query.order_by(_actions.c.id.desc()).limit(1)).first()
    if row is None:
        return ""
    actor, reason = ("".join(sign if sign.isprintable() else " " for sign in text) for text in (row.actor, row.reason))
    return f" by {actor} at {moments.iso(row.at)}" + (f" ({reason[:_LONGEST]})" if reason else "")
