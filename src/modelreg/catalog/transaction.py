"""One write: facts and history go into one transaction, and the request is remembered.

The history row of each change is written here, chained by digest to the one before in the same home, so that a row
changed by hand shows. A call that was interrupted after its commit and is made again unchanged finds its operation and is
not done twice.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal_column, select, update

from modelreg.catalog import schema
from modelreg.catalog.among import among, given
from modelreg.digests import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Insert, Table
    from sqlalchemy.engine import Connection

    from modelreg.catalog.engine import Catalog
    from modelreg.records import Json

CHAINED = (
    "uid", "home_id", "version_id", "operation", "kind", "subject", "number", "alias", "before", "after", "actor", "reason", "at",
)  # fmt: skip
"""Columns of an action that its digest covers, besides the digest before."""

_own = schema.actions.alias("own")
_SINCE = (
    select(schema.actions.c.id)
    .where(
        schema.actions.c.home_id.in_(select(_own.c.home_id).where(_own.c.operation == bindparam("operation"))),
        schema.actions.c.id
        > select(func.max(_own.c.id)).where(_own.c.operation == bindparam("operation")).scalar_subquery(),
    )
    .limit(1)
)
"""Whether anything happened to what an operation changed, after it."""
_LAST = select(schema.actions.c.at).order_by(schema.actions.c.id.desc()).limit(literal_column("1")).scalar_subquery()
_always = select(literal_column("1").label("one")).subquery("always")
_START = select(_LAST.label("last"), schema.operations.c.request, schema.operations.c.result).select_from(
    _always.outerjoin(schema.operations, schema.operations.c.uid == bindparam("uid"))
)
"""When the newest action was, and the operation if it was committed before: one row always."""
_HEADS = select(
    schema.homes.c.id,
    select(schema.actions.c.digest)
    .where(schema.actions.c.home_id == schema.homes.c.id)
    .order_by(schema.actions.c.id.desc())
    .limit(literal_column("1"))
    .scalar_subquery(),
).where(among(schema.homes.c.id, "homes"))
_HEADLESS = (
    select(schema.actions.c.digest)
    .where(schema.actions.c.home_id.is_(None))
    .order_by(schema.actions.c.id.desc())
    .limit(1)
)

_TOUCH = (
    update(schema.homes)
    .where(schema.homes.c.id.in_(bindparam("homes", expanding=True)))
    .values(updated_at=bindparam("at"))
)


@cache
def _insert(table: Table) -> Insert:
    """Return the insert of a table, built once."""
    return table.insert()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks for what."""

    command: str
    actor: str
    session: str
    host: str = ""
    notebook: str = ""
    digest: str = ""
    """Digest of everything that was asked for."""
    operation: str = field(default_factory=lambda: os.urandom(16).hex())


@dataclass(slots=True, kw_only=True)
class Transaction:
    """An open write; see :func:`write`."""

    conn: Connection
    request: Request
    at: int
    """The instant of everything written here; never before that of the newest action."""
    replayed: Mapping[str, Any] | None = None
    """What the operation gave when it was committed before, if it was."""
    result: dict[str, Json] = field(default_factory=dict)
    changed: bool = False
    """Set when rows were written: an operation that changed nothing leaves no trace."""
    made: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """Row id -> what was written, of the versions that were made here: nobody needs to read it again."""
    _actions: list[dict[str, Any]] = field(default_factory=list)
    _touched: set[int] = field(default_factory=set)
    _told: set[tuple[str, int]] = field(default_factory=set)

    @property
    def actor(self) -> str:
        """Who acts."""
        return self.request.actor

    def act(
        self,
        kind: str,
        subject: str,
        *,
        home: int | None,
        version: int | None = None,
        number: int | None = None,
        alias: str | None = None,
        before: Json = None,
        after: Json = None,
        reason: str = "",
    ) -> None:
        """Add an entry to the history of ``home``; it is written at the commit, in the order of the calls."""
        self.changed = True
        if home is not None:
            self._touched.add(home)
        self._actions.append({
            "uid": uid(),
            "home_id": home,
            "version_id": version,
            "operation": self.request.operation,
            "kind": kind,
            "subject": subject,
            "number": number,
            "alias": alias,
            "before": None if before is None else json.dumps(before),
            "after": None if after is None else json.dumps(after),
            "actor": self.request.actor,
            "reason": reason,
            "at": self.at,
        })  # fmt: skip

    def insert(self, table: Table, values: Mapping[str, Any]) -> int:
        """Write one row; return its id."""
        self.changed = True
        key = self.conn.execute(_insert(table), values).inserted_primary_key
        assert key is not None  # noqa: S101  (an INSERT of one row always has one)
        return int(key[0])

    def first(self, what: str, version_id: int) -> bool:
        """Whether a version has none of ``what`` yet: it was made here, and this was not asked of it before."""
        if version_id not in self.made or (what, version_id) in self._told:
            return False
        self._told.add((what, version_id))
        return True

    def _flush(self) -> None:
        if not self.changed:
            return
        heads = self._heads()
        for row in self._actions:
            home = row["home_id"]
            row["digest"] = heads[home] = chain(heads[home], row)
        if self._actions:
            self.conn.execute(_insert(schema.actions), self._actions)
        if self._touched:
            self.conn.execute(_TOUCH, {"homes": list(self._touched), "at": self.at})
        self.conn.execute(
            _insert(schema.operations),
            {
                "uid": self.request.operation,
                "command": self.request.command,
                "request": self.request.digest,
                "session": self.request.session,
                "actor": self.request.actor,
                "at": self.at,
                "result": json.dumps(self.result),
            },
        )

    def _heads(self) -> dict[int | None, str]:
        """Return home -> digest of its newest action, for the homes that something was done to."""
        heads: dict[int | None, str] = {}
        if self._touched:
            found = self.conn.execute(_HEADS, {"homes": given(self._touched)})
            heads.update((home, head or "") for home, head in found)
        if any(row["home_id"] is None for row in self._actions):
            heads[None] = self.conn.execute(_HEADLESS).scalar() or ""
        return heads


@contextmanager
def write(
    catalog: Catalog, request: Request, clock: Callable[[], int], *, patience: float | None = None
) -> Iterator[Transaction]:
    """Open a write; it commits when the block ends well.

    With ``transaction.replayed`` set the operation was committed before: the block must change nothing.
    """
    with catalog.write(patience=patience) as conn:
        done = conn.execute(_START, {"uid": request.operation}).one()
        at = max(clock(), done.last or 0)
        transaction = Transaction(conn=conn, request=request, at=at)
        if done.request is not None:
            if done.request == request.digest and not conn.execute(_SINCE, {"operation": request.operation}).first():
                transaction.replayed = json.loads(done.result)
            else:  # the world went on since: this is a new request in the old words
                transaction.request = replace(request, operation=uid())
        yield transaction
        if transaction.replayed is None:
            transaction._flush()  # noqa: SLF001  (same module)


def chain(before: str, row: Mapping[str, Any]) -> str:
    """Return the digest of an action that follows one with the digest ``before``."""
    return digest(canonical([before, *(row[column] for column in CHAINED)]))


def uid() -> str:
    """Return a new random uid; never from :mod:`random`, which users seed."""
    return os.urandom(16).hex()
