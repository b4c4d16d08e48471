"""What is kept with runs: pictures, tables and files."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from modelreg.catalog import schema
from modelreg.catalog.transaction import uid
from modelreg.records import Attachment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction

CAPTURED: Final = "capture"
"""Role of the files that a capture leaves: kept as attachments are, and not among those that the user gave."""

_table, _runs = schema.attachments, schema.runs


def add(tx: Transaction, run_id: int, items: Sequence[Sequence[Any]]) -> None:
    """Write the attachments of a run, each as (name, role, media type, digest, size)."""
    if not items:
        return
    tx.changed = True
    owner = tx.conn.execute(select(_runs.c.uid).where(_runs.c.id == run_id)).scalar_one()
    rows = [
        {"uid": uid(), "owner": owner, "name": name, "role": role, "media_type": kind, "digest": digest, "size": size}
        for name, role, kind, digest, size in items
    ]
    tx.conn.execute(_table.insert(), rows)


def of_runs(conn: Connection, uids: Sequence[str]) -> Mapping[str, tuple[Attachment, ...]]:
    """Return run uid -> its attachments, in the order they were given."""
    return _by_run(conn, uids, _table.c.role != CAPTURED)


def captured(conn: Connection, uids: Sequence[str]) -> Mapping[str, tuple[Attachment, ...]]:
    """Return run uid -> the files that were captured."""
    return _by_run(conn, uids, _table.c.role == CAPTURED)


def _by_run(conn: Connection, uids: Sequence[str], chosen: ColumnElement[bool]) -> Mapping[str, tuple[Attachment, ...]]:
    found: dict[str, list[Attachment]] = defaultdict(list)
    for row in conn.execute(select(_table).where(_table.c.owner.in_(uids), chosen).order_by(_table.c.id)):
        found[row.owner].append(_record(row))
    return {owner: tuple(items) for owner, items in found.items()}


def of_versions(conn: Connection, version_ids: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
    """Return version id -> its attachments, the newest run's first; of one name only the newest."""
    query = (
        select(_table, _runs.c.version_id)
        .join(_runs, _runs.c.uid == _table.c.owner)
        .where(_runs.c.version_id.in_(version_ids), _table.c.role != CAPTURED)
        .order_by(_runs.c.id.desc(), _table.c.id)
    )
    found: dict[int, dict[str, Attachment]] = defaultdict(dict)
    for row in conn.execute(query):
        found[row.version_id].setdefault(row.name, _record(row))
    return {version_id: tuple(items.values()) for version_id, items in found.items()}


def every(conn: Connection, version_id: int) -> set[tuple[Any, ...]]:
    """Return all that was ever attached to a version, each as (name, role, media type, digest, size)."""
    columns = (_table.c.name, _table.c.role, _table.c.media_type, _table.c.digest, _table.c.size)
    query = select(*columns).join(_runs, _runs.c.uid == _table.c.owner).where(_runs.c.version_id == version_id)
    return {tuple(row) for row in conn.execute(query)}


def _record(row: Any) -> Attachment:
    return Attachment(
        uid=row.uid, name=row.name, media_type=row.media_type, size=row.size, digest=row.digest, role=row.role
    )
