"""Which data runs used, told by its contents: logged or not, the same data has the same digest."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import exists, func, literal, select, update

from modelreg.catalog import schema, upsert
from modelreg.records import DataUse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction

_used, _prints, _inputs, _versions, _runs = (
    schema.run_data,
    schema.fingerprints,
    schema.inputs,
    schema.versions,
    schema.runs,
)
MODEL: Final = "model"
"""The role of what an object was loaded from; all others are roles of data."""
_COLUMNS = [getattr(_used.c, name) for name in DataUse.__slots__]


class Print(NamedTuple):
    """What the contents of a dataset are as data."""

    digest: str
    rows: int | None = None
    columns: int | None = None


def use(tx: Transaction, run_id: int, version_id: int, found: Collection[DataUse]) -> None:
    """Note what a run used; data that is logged as a dataset becomes an input of the run."""
    rows = [
        {"run_id": run_id, "version_id": version_id, **{name: getattr(one, name) for name in DataUse.__slots__}}
        for one in found
    ]
    if not rows:
        return
    tx.conn.execute(_used.insert(), rows)
    _connect(tx, run_id, found)


def _connect(tx: Transaction, run_id: int, found: Collection[DataUse]) -> None:
    """Make inputs of a run what is logged of the data that it used."""
    logged = logged_as(tx.conn, {one.digest for one in found if one.digest})
    if not logged:
        return
    query = select(_inputs.c.version_id).where(_inputs.c.run_id == run_id, _inputs.c.role != MODEL)
    taken = set(tx.conn.execute(query).scalars())
    edges = {(logged[one.digest], one.role) for one in found if one.digest in logged}
    rows = [
        {"run_id": run_id, "version_id": version, "role": role}
        for version, role in sorted(edges)
        if version not in taken
    ]
    if rows:
        tx.conn.execute(upsert.into(tx.conn, _inputs), rows)


def logged_as(conn: Connection, digests: Collection[str]) -> dict[str, int]:
    """Return digest -> row id of the newest live dataset version with these contents."""
    query = (
        select(_prints.c.digest, func.max(_versions.c.id).label("version"))
        .join(_versions, _versions.c.content_id == _prints.c.content_id)
        .join(schema.artifacts, schema.artifacts.c.id == _versions.c.artifact_id)
        .where(_prints.c.digest.in_(digests), _versions.c.deleted_at.is_(None), schema.artifacts.c.kind == "dataset")
        .group_by(_prints.c.digest)
    )
    return {row.digest: row.version for row in conn.execute(query)}


def tell(tx: Transaction, version_id: int, content_id: str, found: Print) -> None:
    """Note what a dataset is as data; it becomes an input of the runs that used the same before it was logged."""
    values = {"content_id": content_id, "digest": found.digest, "rows": found.rows, "columns": found.columns}
    tx.conn.execute(upsert.into(tx.conn, _prints), values)
    same = exists().where(
        _inputs.c.run_id == _used.c.run_id,
        _inputs.c.version_id == _versions.c.id,
        _versions.c.content_id == _prints.c.content_id,
        _prints.c.digest == found.digest,
    )
    earlier = (
        select(_used.c.run_id, literal(version_id), func.min(_used.c.role))
        .where(_used.c.digest == found.digest, _used.c.version_id != version_id, ~same)
        .group_by(_used.c.run_id)
    )
    tx.conn.execute(_inputs.insert().from_select(["run_id", "version_id", "role"], earlier))


def print_of(conn: Connection, content_id: str) -> str | None:
    """Return the digest of a dataset's contents as data, None where it is not known."""
    return conn.execute(select(_prints.c.digest).where(_prints.c.content_id == content_id)).scalar()


def of_runs(conn: Connection, run_ids: Collection[int]) -> dict[int, tuple[DataUse, ...]]:
    """Return run -> the data that it used, in the order in which it was found."""
    return _by_run(conn, select(_used.c.run_id, *_COLUMNS).where(_used.c.run_id.in_(run_ids)).order_by(_used.c.id))


def _by_run(conn: Connection, query: Select[Any]) -> dict[int, tuple[DataUse, ...]]:
    found: dict[int, list[DataUse]] = defaultdict(list)
    for run_id, *values in conn.execute(query):
        found[run_id].append(DataUse(**dict(zip(DataUse.__slots__, values, strict=True))))
    return {run_id: tuple(some) for run_id, some in found.items()}


def settle(tx: Transaction, run_id: int, found: Iterable[DataUse]) -> None:
    """Note what was found out of the data of a run since: whole digests for those of some rows only, and more data."""
    query = select(_used.c.id, _used.c.digest, _used.c.role, _used.c.name, _used.c.partial).where(
        _used.c.run_id == run_id
    )
    rows = list(tx.conn.execute(query))
    known = {row.digest for row in rows}
    waiting = {(row.role, row.name): row.id for row in rows if row.partial}
    new = [one for one in found if one.digest is not None and one.digest not in known]
    for one in new:
        row_id = waiting.get((one.role, one.name))
        if row_id is not None:
            values = {"digest": one.digest, "partial": one.partial}
            tx.conn.execute(update(_used).where(_used.c.id == row_id).values(values))
    version_id = tx.conn.execute(select(_runs.c.version_id).where(_runs.c.id == run_id)).scalar_one()
    use(tx, run_id, version_id, [one for one in new if (one.role, one.name) not in waiting])
    _connect(tx, run_id, new)


def unlogged(conn: Connection, run_ids: Collection[int]) -> dict[int, tuple[DataUse, ...]]:
    """Return run -> the data that it used and that is no input of it as a dataset."""
    logged = exists().where(
        _inputs.c.run_id == _used.c.run_id,
        _inputs.c.version_id == _versions.c.id,
        _versions.c.content_id == _prints.c.content_id,
        _prints.c.digest == _used.c.digest,
    )
    return _by_run(
        conn, select(_used.c.run_id, *_COLUMNS).where(_used.c.run_id.in_(run_ids), ~logged).order_by(_used.c.id)
    )
