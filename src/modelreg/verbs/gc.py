"""Free what no version needs.

Deletion takes two steps with a grace period between: a transaction condemns objects, a later one deletes those that are
still condemned. A writer that needs a condemned object makes it live again inside its own commit, so nothing that is
referred to is ever deleted, whoever writes at the same time. Files that no catalog row names (left by a crash between
bytes and commit) go when they are older than the grace period.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from modelreg import sizes
from modelreg.catalog import stored
from modelreg.errors import InvalidError
from modelreg.records import Report
from modelreg.verbs import garbage
from modelreg.verbs.discard import sweep

if TYPE_CHECKING:
    from modelreg.records import Json
    from modelreg.verbs.context import Context

UNFINISHED = 1.0
"""Hours that a temporary file is left alone whatever the grace period is: its writer may be at work."""


def gc(ctx: Context, *, run: bool = False, grace: float = garbage.GRACE) -> Report:
    """Say what no version needs, or delete it; see :meth:`modelreg.registry.Registry.gc`."""
    if not math.isfinite(grace) or grace < 0:
        msg = f"the grace period is a number of hours, not {grace!r}"
        raise InvalidError(msg)
    return _run(ctx, grace) if run else _preview(ctx, grace)


def _preview(ctx: Context, grace: float) -> Report:
    with ctx.read() as conn:
        purge = stored.purgeable(conn, garbage.instant(ctx, grace))
        found = garbage.look(ctx, conn, grace)
    rows: list[dict[str, Json]] = [
        {"what": "deleted versions whose contents would be purged", "count": len(purge), "bytes": None},
        _row("objects that nothing needs, to be condemned", found.unneeded),
        _row("condemned objects past the grace period, to be deleted", found.condemned),
        _row("files left by interrupted writes, to be deleted", found.strays),
    ]
    any_work = any(row["count"] for row in rows)
    later = [
        _row("condemned objects within the grace period, kept until then", found.resting),
        _row("files of writes that are under way or were interrupted, within the grace period", found.young),
    ]
    return Report(
        title="gc (nothing was changed)",
        rows=[*rows, *(row for row in later if row["count"])],
        summary=f"deleted things are kept for {grace:.15g} hours before they go",
        next=_line(grace) if any_work else None,
    )


def _run(ctx: Context, grace: float) -> Report:
    with ctx.write("gc", step="delete", at=ctx.clock()) as tx:
        found = garbage.look(ctx, tx.conn, grace)
        stored.forget(tx, [digest for digest, _ in found.condemned])
        for digest, _ in (*found.condemned, *found.strays):  # under the write lock: no writer can come to need them
            ctx.blobs.delete(digest)
    with ctx.write("gc", step="condemn", at=ctx.clock()) as tx:
        purge = stored.purgeable(tx.conn, garbage.instant(ctx, grace))
        stored.purge(tx, [row[0] for row in purge])
        for version_id, artifact, number, _ in purge:
            home = stored.artifact_of(tx.conn, version_id)
            tx.act("purged", artifact, home=home, version=version_id, number=number)
        waiting = stored.unneeded(tx.conn)
        stored.condemn(tx, [digest for digest, _ in waiting])
    ctx.blobs.sweep_temp(max(grace, UNFINISHED) * garbage.HOUR)
    sweep(ctx, max(grace, UNFINISHED) * garbage.HOUR)
    gone = [*found.condemned, *found.strays]
    rows: list[dict[str, Json]] = [
        _row("objects deleted", gone),
        {"what": "deleted versions whose contents were purged", "count": len(purge), "bytes": None},
        _row("objects condemned, to be deleted by a later gc", waiting),
    ]
    return Report(
        title="gc",
        rows=rows,
        summary=f"{sizes.human(garbage.total(gone))} freed",
        next=_line(grace) if waiting and not grace else None,  # there is nothing to wait for
    )


def _line(grace: float) -> str:
    return "gc --run" if grace == garbage.GRACE else f"gc --run --grace {grace:.15g}"


def _row(what: str, objects: garbage.Objects) -> dict[str, Json]:
    return {"what": what, "count": len(objects), "bytes": garbage.total(objects)}
