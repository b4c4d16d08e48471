"""Which version a live object is: what it was itself registered as or loaded from, before any that only looks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.catalog import homes, members, stored, versions
from modelreg.verbs import identity, inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from modelreg.contents import Packed
    from modelreg.notebook import Origin
    from modelreg.records import Version
    from modelreg.verbs.context import Context

UNTOLD: Final = "its contents are others; what of them, its parts do not tell"
"""Why something is changed where no part of it can be named."""


def unchanged(ctx: Context, packed: Packed, origins: Sequence[Origin], home: str) -> Version | None:
    """Return the version whose contents the object has. What was loaded may have others all the same: see identity.again.

    Parameters
    ----------
    ctx : Context
        The registry.
    packed : Packed
        The object.
    origins : sequence of Origin
        What it is known to have been, the likeliest first.
    home : str
        The registered model that its variable was last registered under; a version there goes before one elsewhere.
    """
    for origin in origins:
        loaded = origin.buffers is None
        if packed.content_id == origin.content_id or (not loaded and identity.twin(ctx, packed, origin) is not None):
            found = version(ctx, origin)
            if found is not None:
                return found
    with ctx.read() as conn:
        named = dict.fromkeys(name for name in (home, *(origin.home for origin in origins)) if name)
        places = [place.id for name in named if (place := homes.find(conn, name)) is not None]
        there = members.with_contents(conn, places, [packed.content_id], packed.canonical_id)
        if there is not None:
            return members.record(conn, there)
        newest = versions.with_contents(conn, [packed.content_id], packed.canonical_id)
        return None if newest is None else _seen(conn, newest)


def version(ctx: Context, origin: Origin) -> Version | None:
    """Return the version that an object is known to come from, if it is still there."""
    with ctx.read() as conn:
        found = versions.by_uid(conn, origin.version)
        return None if found is None else _seen(conn, found, origin.home)


def changes(ctx: Context, packed: Packed, known: Version) -> str:
    """Return what changed since a version, as far as the names of its parts tell it."""
    with ctx.read() as conn:
        found = stored.find(conn, known.content_id)
    return inside.clause(inside.of(ctx.blobs, found and found.layout), packed.parts)


def equal(one: Packed, other: Packed) -> bool:
    """Whether two objects have the same contents, or the same canonical form of them: each load makes strings anew."""
    return one.content_id == other.content_id or (
        one.canonical_id is not None and one.canonical_id == other.canonical_id
    )


def clause(before: Packed, now: Packed) -> str:
    """Return what differs between two objects, as far as the names of their parts tell it."""
    return inside.clause(before.parts, now.parts)


def _seen(conn: Connection, version_id: int, home: str = "") -> Version | None:
    """Return a version as seen from a registered model, else from the one that it was linked to last, else from its artifact."""
    places = members.all_of_version(conn, version_id)
    if not places:
        return None
    linked = [member for member in places if not homes.get(conn, member.home_id).is_artifact]
    place = homes.find(conn, home) if home else None  # also by the name that it had then
    meant = next((member for member in linked if place is not None and member.home_id == place.id), None)
    return members.record(conn, meant or (linked or places)[-1])
