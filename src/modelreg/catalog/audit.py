"""Whether the facts agree with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from modelreg.catalog import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

_homes, _members, _versions, _aliases = schema.homes, schema.members, schema.versions, schema.aliases


def problems(conn: Connection) -> Iterator[tuple[str, str]]:
    """Yield (subject, what is wrong)."""
    yield from _database(conn)
    yield from _counts(conn)
    yield from _numbers(conn)
    yield from _aliases_nowhere(conn)
    yield from _unrecorded(conn)
    yield from _unattached(conn)


def _database(conn: Connection) -> Iterator[tuple[str, str]]:
    if conn.dialect.name != "sqlite":
        return
    for (said,) in conn.exec_driver_sql("PRAGMA quick_check"):
        if said != "ok":
            yield "catalog", str(said)
    for row in conn.exec_driver_sql("PRAGMA foreign_key_check"):
        yield "catalog", f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"


def _counts(conn: Connection) -> Iterator[tuple[str, str]]:
    live = (
        select(func.count()).where(_members.c.home_id == _homes.c.id, _members.c.removed_at.is_(None)).scalar_subquery()
    )
    for row in conn.execute(
        select(_homes.c.name, _homes.c.members, live.label("live")).where(_homes.c.members != live)
    ):
        yield row.name, f"is said to have {row.members} versions and has {row.live}"


def _numbers(conn: Connection) -> Iterator[tuple[str, str]]:
    """Yield homes that have a number which the counter would give again."""
    counters = schema.counters
    highest = (
        select(_homes.c.name, func.max(_members.c.number).label("highest"))
        .join(_homes, _homes.c.id == _members.c.home_id)
        .group_by(_homes.c.name)
        .subquery()
    )
    query = (
        select(highest.c.name, highest.c.highest, counters.c.next)
        .outerjoin(counters, counters.c.name == highest.c.name)
        .where((counters.c.next.is_(None)) | (counters.c.next <= highest.c.highest))
    )
    for row in conn.execute(query):
        yield row.name, f"has v{row.highest}, but the next number would be {row.next}"


def _aliases_nowhere(conn: Connection) -> Iterator[tuple[str, str]]:
    query = (
        select(_homes.c.name, _aliases.c.name.label("alias"), _aliases.c.number)
        .join(_homes, _homes.c.id == _aliases.c.home_id)
        .outerjoin(
            _members,
            (_members.c.home_id == _aliases.c.home_id)
            & (_members.c.number == _aliases.c.number)
            & _members.c.removed_at.is_(None),
        )
        .where(_aliases.c.number.is_not(None), _members.c.id.is_(None))
    )
    for row in conn.execute(query):
        yield row.name, f"the alias {row.alias!r} stands at v{row.number}, which is not there"


def _unrecorded(conn: Connection) -> Iterator[tuple[str, str]]:
    query = (
        select(_homes.c.name, _versions.c.number)
        .join(_homes, _homes.c.id == _versions.c.artifact_id)
        .where(_versions.c.record.is_(None))
    )
    for row in conn.execute(query):
        yield f"{row.name}:v{row.number}", "has no version record: it could not be rebuilt"


def _unattached(conn: Connection) -> Iterator[tuple[str, str]]:
    """Yield attachments that hang on no run, or whose object is not written down: gc would not know it."""
    attachments, runs, objects = schema.attachments, schema.runs, schema.objects
    query = (
        select(attachments.c.name, _homes.c.name.label("artifact"), _versions.c.number, objects.c.digest)
        .outerjoin(runs, runs.c.uid == attachments.c.owner)
        .outerjoin(_versions, _versions.c.id == runs.c.version_id)
        .outerjoin(_homes, _homes.c.id == _versions.c.artifact_id)
        .outerjoin(objects, objects.c.digest == attachments.c.digest)
        .where((runs.c.uid.is_(None)) | (objects.c.digest.is_(None)))
    )
    for row in conn.execute(query):
        of = "catalog" if row.artifact is None else f"{row.artifact}:v{row.number}"
        why = "hangs on no run" if row.artifact is None else "has an object that is not written down"
        yield of, f"the attachment {row.name!r} {why}"
