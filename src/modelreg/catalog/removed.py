"""What was deleted: found again by name and number, with the operation that did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from modelreg.catalog import history, schema
from modelreg.catalog.members import Member
from modelreg.errors import InvalidError, NotFoundError
from modelreg.names import quote

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from modelreg.names import Reference

_actions, _homes, _members, _versions = schema.actions, schema.homes, schema.members, schema.versions


def live(conn: Connection, home_id: int) -> list[Member]:
    """Return every live member of a home, newest first."""
    query = (
        select(_members.c.id, _members.c.home_id, _members.c.number, _members.c.version_id)
        .where(_members.c.home_id == home_id, _members.c.removed_at.is_(None))
        .order_by(_members.c.number.desc())
    )
    return [Member(*row) for row in conn.execute(query)]


def operation(conn: Connection, reference: Reference) -> str:
    """Return the operation that deleted what ``reference`` names.

    Raises
    ------
    NotFoundError
        Nothing of that name was deleted, or gc has purged it.
    """
    if not reference.explicit:
        return _of_home(conn, reference.name)
    if reference.number is None:
        msg = f"name the version to bring back by its number, such as {quote(reference.name)}:v3"
        raise InvalidError(msg, tries=(f"history {quote(reference.name)}",))
    query = (
        select(_versions.c.id, _versions.c.deleted_at, _versions.c.purged_at)
        .join(_members, _members.c.version_id == _versions.c.id)
        .join(_homes, _homes.c.id == _members.c.home_id)
        .where(_homes.c.id.in_(history.homes_called(conn, reference.name)), _members.c.number == reference.number)
        .order_by(_homes.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).first()
    if row is None or row.deleted_at is None:
        msg = f"{reference} was never deleted" if row is not None else f"there never was a {reference}"
        raise NotFoundError(msg, tries=(f"history {quote(reference.name)}",))
    if row.purged_at is not None:
        msg = f"{reference} was deleted and gc has purged its contents: it cannot come back"
        raise NotFoundError(msg, tries=(f"history {quote(reference.name)}",))
    return _last(conn, (_actions.c.version_id == row.id) & (_actions.c.kind == "deleted"))


def _of_home(conn: Connection, name: str) -> str:
    query = select(_homes.c.id).where(_homes.c.name == name, _homes.c.deleted_at.is_not(None))
    home_id = conn.execute(query.order_by(_homes.c.deleted_at.desc(), _homes.c.id.desc()).limit(1)).scalar()
    if home_id is None:
        msg = f"nothing called {name!r} was deleted"
        raise NotFoundError(msg, tries=("history",))
    return _last(
        conn,
        (_actions.c.home_id == home_id) & (_actions.c.kind == "deleted") & _actions.c.version_id.is_(None),
    )


def _last(conn: Connection, condition: object) -> str:
    query = select(_actions.c.operation).where(condition).order_by(_actions.c.id.desc()).limit(1)  # type: ignore[arg-type]
    return str(conn.execute(query).scalar_one())
