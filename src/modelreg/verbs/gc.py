"""Free what no version needs.

Deletion takes two steps with a grace period between: a transaction condemns objects, a later one deletes those that are
still condemned. A writer that needs a condemned object makes it live again inside its own commit, so nothing that is
referred to is ever deleted, whoever writes at the same time. Files that no catalog row names (left by a crash between
bytes and commit) go when they are older than the grace period.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from modelreg import sizes
from modelreg.catalog import stored
from modelreg.errors import InvalidError
from modelreg.moments import SECOND
from modelreg.records import Report
from modelreg.verbs.discard import sweep

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from modelreg.records import Json
    from modelreg.verbs.context import Context

HOUR = 3600
"""Seconds."""
UNFINISHED = 1.0
"""Hours that a temporary file is left alone whatever the grace period is: its writer may be at work."""


def gc(ctx: Context, *, run: bool = False, grace: float = 24.0) -> Report:
    """Say what no version needs, or delete it; see :meth:`modelreg.registry.Registry.gc`."""
    if not math.isfinite(grace) or grace < 0:
        msg = f"the grace period is a number of hours, not {grace!r}"
        raise InvalidError(msg)
    return _run(ctx, grace) if run else _preview(ctx, grace)


def _preview(ctx: Context, grace: float) -> Report:
    with ctx.read() as conn:
        before = ctx.clock() - int(grace * HOUR * SECOND)
        purge = stored.purgeable(conn, before)
        waiting = stored.unneeded(conn)
        ready = stored.doomed(conn, before)
        strays = _strays(ctx, conn, grace)
    rows: list[dict[str, Json]] = [
        {"what": "deleted versions whose contents would be purged", "count": len(purge), "bytes": None},
        {
            "what": "objects that nothing needs, to be condemned",
            "count": len(waiting),
            "bytes": _bytes(waiting),
        },
        {
            "what": "condemned objects past the grace period, to be deleted",
            "count": len(ready),
            "bytes": _bytes(ready),
        },
        {
            "what": "files left by interrupted writes, to be deleted",
            "count": len(strays),
            "bytes": _bytes(strays),
        },
    ]
    any_work = any(row["count"] for row in rows)
    return Report(
        title="gc (nothing was changed)",
        rows=rows,
        summary=f"deleted things are kept for {grace:g} hours before they go",
        next="gc --run" if any_work else None,
    )


def _run(ctx: Context, grace: float) -> Report:
    before = ctx.clock() - int(grace * HOUR * SECOND)
    with ctx.write("gc", step="delete", at=ctx.clock()) as tx:
        ready = stored.doomed(tx.conn, before)
        stored.forget(tx, [digest for digest, _ in ready])
        for digest, _ in ready:  # under the write lock: no writer can come to need them meanwhile
            ctx.blobs.delete(digest)
        strays = _strays(ctx, tx.conn, grace)
        for digest, _ in strays:
            ctx.blobs.delete(digest)
    with ctx.write("gc", step="condemn", at=ctx.clock()) as tx:
        purge = stored.purgeable(tx.conn, before)
        stored.purge(tx, [row[0] for row in purge])
        for version_id, artifact, number, _ in purge:
            home = stored.artifact_of(tx.conn, version_id)
            tx.act("purged", artifact, home=home, version=version_id, number=number)
        waiting = stored.unneeded(tx.conn)
        stored.condemn(tx, [digest for digest, _ in waiting])
    ctx.blobs.sweep_temp(max(grace, UNFINISHED) * HOUR)
    sweep(ctx, max(grace, UNFINISHED) * HOUR)
    freed = _bytes(ready) + _bytes(strays)
    rows: list[dict[str, Json]] = [
        {"what": "objects deleted", "count": len(ready) + len(strays), "bytes": freed},
        {"what": "deleted versions whose contents were purged", "count": len(purge), "bytes": None},
        {
            "what": "objects condemned, to be deleted by a later gc",
            "count": len(waiting),
            "bytes": _bytes(waiting),
        },
    ]
    return Report(title="gc", rows=rows, summary=f"{sizes.human(freed)} freed")


def _strays(ctx: Context, conn: Connection, grace: float) -> list[tuple[str, int]]:
    """Return objects on disk that the catalog does not know and that are older than the grace period."""
    known = stored.known(conn)
    oldest = time.time_ns() - int(grace * HOUR * 1e9)
    return [(name, size) for name, size, modified in ctx.blobs.iterate() if name not in known and modified <= oldest]


def _bytes(objects: list[tuple[str, int]]) -> int:
    return sum(size for _, size in objects)
