"""Versions: one row for each logged version of an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select, update

from modelreg.catalog import schema
from modelreg.catalog.transaction import uid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction

_versions, _homes = schema.versions, schema.homes
_BY_UID = select(_versions.c.id).where(_versions.c.uid == bindparam("uid"))
_ROW = select(_versions).where(_versions.c.id == bindparam("id"))
_SOURCE = (
    select(_homes.c.name, _versions.c.number)
    .join(_homes, _homes.c.id == _versions.c.artifact_id)
    .where(_versions.c.id == bindparam("id"))
)
_SET_RECORD = update(_versions).where(_versions.c.id == bindparam("version")).values(record=bindparam("digest"))


class Recorded(NamedTuple):
    """What a version record says of its version."""

    uid: str
    at: int
    by: str


def add(
    tx: Transaction,
    artifact_id: int,
    number: int,
    content_id: str,
    *,
    class_name: str,
    recorded: Recorded | None = None,
) -> int:
    """Write a version; return its row id. ``recorded`` is who it was, where it is put back from its record."""
    who = recorded or Recorded(uid(), tx.at, tx.actor)
    values = {
        "uid": who.uid, "artifact_id": artifact_id, "number": number, "content_id": content_id,
        "class_name": class_name, "created_at": who.at, "created_by": who.by,
    }  # fmt: skip
    version_id = tx.insert(_versions, values)
    tx.made[version_id] = values
    return version_id


def row(conn: Connection, version_id: int) -> Any:
    """Return the row of a version."""
    return conn.execute(_ROW, {"id": version_id}).one()


def uid_of(conn: Connection, version_id: int) -> str:
    """Return the uid of a version."""
    return str(row(conn, version_id).uid)


def by_uid(conn: Connection, version_uid: str) -> int | None:
    """Return the row id of the version with this uid."""
    found = conn.execute(_BY_UID, {"uid": version_uid}).scalar()
    return None if found is None else int(found)


def source(conn: Connection, version_id: int) -> str:
    """Return the reference of a version in its artifact: ``train/clf:v7``."""
    found = conn.execute(_SOURCE, {"id": version_id}).one()
    return f"{found.name}:v{found.number}"


def set_record(tx: Transaction, version_id: int, digest: str) -> None:
    """Note which object is the version record."""
    tx.changed = True
    tx.conn.execute(_SET_RECORD, {"version": version_id, "digest": digest})


def describe(tx: Transaction, version_id: int, text: str) -> None:
    """Set the description."""
    _set(tx, version_id, description=text)


def set_deleted(tx: Transaction, version_id: int, *, deleted: bool) -> None:
    """Mark a version as deleted, or as live again."""
    _set(tx, version_id, deleted_at=tx.at if deleted else None)


def _set(tx: Transaction, version_id: int, **values: object) -> None:
    tx.changed = True
    tx.conn.execute(update(_versions).where(_versions.c.id == version_id).values(**values))


def with_contents(conn: Connection, content_ids: Sequence[str], canonical_id: str | None) -> int | None:
    """Return the newest live version that has one of these contents, or this canonical form."""
    contents = schema.contents
    same = or_(contents.c.id.in_(content_ids), contents.c.canonical_id == (canonical_id or ""))
    query = (
        select(_versions.c.id)
        .join(contents, contents.c.id == _versions.c.content_id)
        .where(same, _versions.c.deleted_at.is_(None))
        .order_by(_versions.c.id.desc())
        .limit(1)
    )
    found = conn.execute(query).scalar()
    return None if found is None else int(found)


def oldest_with_contents(conn: Connection, content_id: str) -> int | None:
    """Return the oldest live version that has these contents, or their canonical form."""
    contents = schema.contents
    form = select(contents.c.canonical_id).where(contents.c.id == content_id).scalar_subquery()
    alike = select(contents.c.id).where(contents.c.canonical_id == form)  # of contents without a form there are none
    query = select(func.min(_versions.c.id)).where(
        or_(_versions.c.content_id == content_id, _versions.c.content_id.in_(alike)), _versions.c.deleted_at.is_(None)
    )
    found = conn.execute(query).scalar()
    return None if found is None else int(found)


def recorded(conn: Connection) -> Iterator[Any]:
    """Yield the versions that have a record, with the name of their artifact."""
    query = (
        select(_versions, _homes.c.name.label("artifact"))
        .join(_homes, _homes.c.id == _versions.c.artifact_id)
        .where(_versions.c.record.is_not(None))
        .order_by(_versions.c.id)
    )
    yield from conn.execute(query)


def by_number(conn: Connection, artifact_id: int, number: int) -> int | None:
    """Return the row id of a version, live or deleted, by its number in the artifact."""
    query = select(_versions.c.id).where(_versions.c.artifact_id == artifact_id, _versions.c.number == number)
    found = conn.execute(query).scalar()
    return None if found is None else int(found)
