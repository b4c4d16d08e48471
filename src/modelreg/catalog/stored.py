"""Contents and the objects they need, as the catalog knows them: what gc marks from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, case, delete, exists, func, or_, select, union, update

from modelreg.catalog import schema, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction

_contents, _parts, _objects, _versions = schema.contents, schema.parts, schema.objects, schema.versions
_attachments, _runs = schema.attachments, schema.runs

BOUND: Final = 10_000
"""How many values are bound in one statement."""


class Contents(NamedTuple):
    """Contents as the catalog knows them."""

    id: str
    flavor: str
    flavor_format: int
    runs_code: bool
    layout: str
    size: int
    imports: tuple[str, ...]


def find(conn: Connection, content_id: str) -> Contents | None:
    """Return contents that are stored (not purged)."""
    row = conn.execute(select(_contents).where(_contents.c.id == content_id, _contents.c.purged_at.is_(None))).first()
    if row is None:
        return None
    imports = tuple(json.loads(row.imports))
    return Contents(row.id, row.flavor, row.flavor_format, row.runs_code, row.layout, row.size, imports)


def layouts(conn: Connection, content_ids: Sequence[str]) -> dict[str, str]:
    """Return the layouts of contents that are stored (not purged)."""
    query = select(_contents.c.id, _contents.c.layout).where(
        _contents.c.id.in_(content_ids), _contents.c.purged_at.is_(None)
    )
    return {row.id: row.layout for row in conn.execute(query)}


def add(
    tx: Transaction,
    contents: Contents,
    *,
    canonical: tuple[str | None, str | None],
    parts: Iterable[tuple[str, int]],
) -> None:
    """Write contents with the objects they need (the layout among them); contents that are there come to life again."""
    objects = list(dict(parts).items())
    keep(tx, objects)
    values = {
        **contents._asdict(),
        "imports": json.dumps(list(contents.imports)),
        "canonical_id": canonical[0],
        "canonical_scheme": canonical[1],
        "created_at": tx.at,
        "purged_at": None,
    }
    tx.conn.execute(upsert.into(tx.conn, _contents, keys=("id",), replace=("layout", "purged_at")), values)
    rows = [{"content_id": contents.id, "digest": digest} for digest, _ in objects]
    tx.conn.execute(upsert.into(tx.conn, _parts), rows)


def keep(tx: Transaction, objects: Sequence[tuple[str, int]]) -> None:
    """Note that these objects are needed: new ones are written down, condemned ones live again."""
    if not objects:
        return
    tx.conn.execute(
        upsert.into(tx.conn, _objects, keys=("digest",), replace=("state", "condemned_at")),
        [{"digest": digest, "size": size, "state": "live", "condemned_at": None} for digest, size in objects],
    )


def unneeded(conn: Connection) -> list[tuple[str, int]]:
    """Return live objects that nothing refers to."""
    query = select(_objects.c.digest, _objects.c.size).where(_objects.c.state == "live", ~_needed())
    return [(row.digest, row.size) for row in conn.execute(query)]


def condemn(tx: Transaction, digests: Collection[str]) -> None:
    """Mark objects for deletion by a later gc."""
    tx.changed = True
    for some in _pieces(digests):
        chosen = _objects.c.digest.in_(some)
        tx.conn.execute(update(_objects).where(chosen).values(state="condemned", condemned_at=tx.at))


def doomed(conn: Connection, before: int) -> list[tuple[str, int]]:
    """Return objects that were condemned before an instant and that nothing needs."""
    query = select(_objects.c.digest, _objects.c.size).where(
        _objects.c.state == "condemned", _objects.c.condemned_at <= before, ~_needed()
    )
    return [(row.digest, row.size) for row in conn.execute(query)]


def forget(tx: Transaction, digests: Collection[str]) -> None:
    """Drop the rows of objects that are deleted."""
    tx.changed = True
    for some in _pieces(digests):
        tx.conn.execute(delete(_objects).where(_objects.c.digest.in_(some)))


def purge(tx: Transaction, version_ids: Collection[int]) -> None:
    """Let go of what is attached to deleted versions, and of their contents where no other version has them."""
    tx.changed = True
    for some in _pieces(version_ids):
        tx.conn.execute(update(_versions).where(_versions.c.id.in_(some)).values(purged_at=tx.at))
        runs = select(_runs.c.uid).where(_runs.c.version_id.in_(some))
        tx.conn.execute(delete(_attachments).where(_attachments.c.owner.in_(runs)))
    kept = exists().where(_versions.c.content_id == _contents.c.id, _versions.c.purged_at.is_(None))
    orphans = select(_contents.c.id).where(_contents.c.purged_at.is_(None), ~kept)
    ids = list(tx.conn.execute(orphans).scalars())
    for part in _pieces(ids):
        tx.conn.execute(delete(_parts).where(_parts.c.content_id.in_(part)))
        tx.conn.execute(update(_contents).where(_contents.c.id.in_(part)).values(purged_at=tx.at))


def purgeable(conn: Connection, before: int) -> list[tuple[int, str, int, str]]:
    """Return (id, artifact, number, content id) of versions that were deleted before an instant and still have bytes."""
    query = (
        select(_versions.c.id, schema.homes.c.name, _versions.c.number, _versions.c.content_id)
        .join(schema.homes, schema.homes.c.id == _versions.c.artifact_id)
        .where(_versions.c.deleted_at <= before, _versions.c.purged_at.is_(None))
        .order_by(_versions.c.id)
    )
    return [tuple(row) for row in conn.execute(query)]


def known(conn: Connection, *, condemned: bool = True) -> dict[str, int]:
    """Return every object that is written down, with its size; those that gc has condemned may be gone already."""
    query = select(_objects.c.digest, _objects.c.size)
    rows = conn.execute(query if condemned else query.where(_objects.c.state == "live"))
    return {row.digest: row.size for row in rows}


def users(conn: Connection, digest: str) -> list[str]:
    """Return references of the live versions that need an object."""
    query = (
        select(schema.homes.c.name, _versions.c.number)
        .select_from(_versions.join(schema.homes, schema.homes.c.id == _versions.c.artifact_id))
        .outerjoin(_parts, and_(_parts.c.content_id == _versions.c.content_id, _parts.c.digest == digest))
        .where(
            or_(
                _parts.c.digest == digest,
                _versions.c.record == digest,
                _versions.c.id.in_(_attached_to(digest)),
            ),
            _versions.c.deleted_at.is_(None),
        )
        .distinct()
        .order_by(schema.homes.c.name, _versions.c.number)
    )
    return [f"{row.name}:v{row.number}" for row in conn.execute(query)]


def is_part(conn: Connection, digest: str) -> bool:
    """Whether an object is a part of contents, which whoever has the object in memory can write again."""
    return conn.execute(select(_parts.c.content_id).where(_parts.c.digest == digest).limit(1)).first() is not None


def is_record(conn: Connection, digest: str) -> bool:
    """Whether an object is the record of a version."""
    return conn.execute(select(_versions.c.id).where(_versions.c.record == digest).limit(1)).first() is not None


def _attached_to(digest: str) -> Any:
    """Return the row ids of the versions that an object is attached to."""
    return (
        select(_runs.c.version_id)
        .join(_attachments, _attachments.c.owner == _runs.c.uid)
        .where(_attachments.c.digest == digest)
    )


def _needed() -> Any:
    """Whether anything refers to the object: contents that are kept, a version's record, an attachment."""
    return or_(
        exists().where(_parts.c.digest == _objects.c.digest),
        exists().where(_versions.c.record == _objects.c.digest),
        exists().where(_attachments.c.digest == _objects.c.digest),
    )


def _pieces(values: Collection[Any]) -> Iterator[list[Any]]:
    """Yield values in pieces that one statement can hold: databases limit how many are bound."""
    whole = list(values)
    for start in range(0, len(whole), BOUND):
        yield whole[start : start + BOUND]


def artifact_of(conn: Connection, version_id: int) -> int:
    """Return the row id of the artifact of a version."""
    return int(conn.execute(select(_versions.c.artifact_id).where(_versions.c.id == version_id)).scalar_one())


def usage(conn: Connection, home_id: int | None) -> list[tuple[str, int, int, int, int]]:
    """Return (home, versions, logical bytes, bytes on disk, of them shared) of each registered model, or of one home.

    Bytes on disk count every object once per home, however many of its versions share it: contents and attachments. Shared
    are those that another registered model needs too.
    """
    members, homes = schema.members, schema.homes
    live = (members.c.removed_at.is_(None)) & (_contents.c.purged_at.is_(None))
    registered = (homes.c.kind == "registered") & homes.c.deleted_at.is_(None)
    chosen = registered if home_id is None else homes.c.id == home_id
    base = (
        members.join(homes, homes.c.id == members.c.home_id)
        .join(_versions, _versions.c.id == members.c.version_id)
        .join(_contents, _contents.c.id == _versions.c.content_id)
    )
    logical = (
        select(homes.c.name, homes.c.id, func.count(), func.sum(_contents.c.size))
        .select_from(base)
        .where(live, chosen)
        .group_by(homes.c.name, homes.c.id)
        .order_by(homes.c.name)
    )
    parts = base.join(_parts, _parts.c.content_id == _contents.c.id).join(
        _objects, _objects.c.digest == _parts.c.digest
    )
    attached = (
        base.join(_runs, _runs.c.version_id == _versions.c.id)
        .join(_attachments, _attachments.c.owner == _runs.c.uid)
        .join(_objects, _objects.c.digest == _attachments.c.digest)
    )
    columns = select(homes.c.id, homes.c.kind, _objects.c.digest, _objects.c.size)
    wanted = live & or_(registered, chosen)
    needed = union(  # each object once
        columns.select_from(parts).where(wanted), columns.select_from(attached).where(wanted)
    ).subquery()
    is_registered = case((needed.c.kind == "registered", 1), else_=0)
    users = select(needed.c.digest, func.sum(is_registered).label("models")).group_by(needed.c.digest).subquery()
    both = case((users.c.models > is_registered, needed.c.size), else_=0)
    sizes = (
        select(needed.c.id, func.sum(needed.c.size), func.sum(both))
        .select_from(needed.join(users, users.c.digest == needed.c.digest))
        .group_by(needed.c.id)
    )
    disk = {home: (size, also) for home, size, also in conn.execute(sizes)}
    return [
        (name, count, int(size), *map(int, disk.get(home, (0, 0)))) for name, home, count, size in conn.execute(logical)
    ]
