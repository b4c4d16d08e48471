"""What no version needs, and what of it may go already."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from modelreg.catalog import stored
from modelreg.moments import SECOND

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from modelreg.verbs.context import Context

HOUR: Final = 3600
"""Seconds."""
GRACE: Final = 24.0
"""Hours that garbage is left alone by default."""

Objects: TypeAlias = list[tuple[str, int]]
"""Digests and sizes."""


class Garbage(NamedTuple):
    """Objects that nothing needs, by what has become of them."""

    unneeded: Objects
    """Those that no version refers to any more."""
    resting: Objects
    """Those that were condemned, within the grace period."""
    condemned: Objects
    """Those that were condemned before it."""
    young: Objects
    """Files that no catalog row names, within the grace period: their writer may be at work."""
    strays: Objects
    """Files that no catalog row names, older than it: their writer was interrupted."""

    @property
    def ready(self) -> int:
        """Bytes that two runs of gc free, a grace period apart."""
        return total(self.unneeded) + total(self.condemned) + total(self.strays)

    @property
    def waiting(self) -> int:
        """Bytes that gc leaves alone until the grace period is over."""
        return total(self.resting) + total(self.young)


def look(ctx: Context, conn: Connection, grace: float) -> Garbage:
    """Return what no version needs.

    Parameters
    ----------
    ctx : Context
        The registry.
    conn : Connection
        Reads its catalog; under the write lock nothing of what is returned can come to be needed meanwhile.
    grace : float
        Hours.
    """
    condemned = stored.doomed(conn, instant(ctx, grace))
    old = {digest for digest, _ in condemned}
    resting = [one for one in stored.doomed(conn, ctx.clock()) if one[0] not in old]
    known, oldest = stored.known(conn), time.time_ns() - int(grace * HOUR * 1e9)
    young: Objects = []
    strays: Objects = []
    for name, size, modified in ctx.blobs.iterate():
        if name not in known:
            (strays if modified <= oldest else young).append((name, size))
    return Garbage(stored.unneeded(conn), resting, condemned, young, strays)


def instant(ctx: Context, grace: float) -> int:
    """Return when the grace period began that ends now."""
    return ctx.clock() - int(grace * HOUR * SECOND)


def total(objects: Objects) -> int:
    """Return the bytes of objects."""
    return sum(size for _, size in objects)
