"""Who took away what is not there any more, and when: the history knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from modelreg import moments
from modelreg.catalog import schema
from modelreg.catalog.versions import source
from modelreg.names import quote

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


def version(conn: Connection, home: str, home_id: int, number: int) -> tuple[str, str] | None:
    """Return what became of a version that a home had, and the line that brings it back; None where it never had it.

    One that was unlinked before its version was deleted was unlinked: to bring back the version would not link it.
    """
    query = (
        select(_members.c.version_id, _members.c.removed_at, _versions.c.deleted_at, _versions.c.purged_at)
        .join(_versions, _versions.c.id == _members.c.version_id)
        .where(_members.c.home_id == home_id, _members.c.number == number, _members.c.removed_at.is_not(None))
        .order_by(_members.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    if row.deleted_at is None or row.removed_at < row.deleted_at:
        unlinked = (_actions.c.home_id == home_id) & (_actions.c.number == number) & (_actions.c.kind == "unlinked")
        back = f"link {quote(source(conn, row.version_id))} {quote(home)}" if row.deleted_at is None else ""
        return f"was unlinked{_told(conn, unlinked)}", back
    told = _told(conn, (_actions.c.version_id == row.version_id) & (_actions.c.kind == "deleted"))
    if row.purged_at is not None:
        return f"was deleted{told}, and gc has purged its contents", ""
    return f"was deleted{told}", f"undelete {quote(home)}:v{number}"


def _told(conn: Connection, condition: object) -> str:
    query = select(_actions.c.actor, _actions.c.at, _actions.c.reason).where(condition)  # type: ignore[arg-type]
    row = conn.execute(query.order_by(_actions.c.id.desc()).limit(1)).first()
    if row is None:
        return ""
    actor, reason = ("".join(sign if sign.isprintable() else " " for sign in text) for text in (row.actor, row.reason))
    return f" by {actor} at {moments.iso(row.at)}" + (f" ({reason[:_LONGEST]})" if reason else "")
