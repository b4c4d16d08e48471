"""Whether a live object is a stored version unchanged, where its bytes alone do not say so.

Many objects pickle differently after they were loaded once (strings that were one object are two), with the same arrays.
So: same buffers as the version that it is known to come from, but another stream -> that version is loaded and dumped once,
and the second dump decides. Only contents that are trusted here, of moderate size, are ever loaded for this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from modelreg import contents, flavors
from modelreg.catalog import homes, members, stored
from modelreg.errors import IntegrityError
from modelreg.notebook import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.blobs.base import BlobStore
    from modelreg.catalog.transaction import Transaction
    from modelreg.contents import Packed
    from modelreg.records import Version
    from modelreg.verbs.context import Context
    from modelreg.verbs.order import Order

LARGEST: Final = 64 << 20
"""Bytes up to which a version is loaded to decide, and up to which ``status`` checks an object."""


def origin(ctx: Context, version: Version, packed: Packed | None = None) -> Origin:
    """Return what is remembered of an object that is a version of this registry.

    Parameters
    ----------
    ctx : Context
        The registry.
    version : Version
        What it is.
    packed : Packed, optional
        Its contents, where they were hashed now. What was loaded is not hashed again for this.
    """
    buffers = None if packed is None else (packed.flavor_format, hash(packed.buffer_digests))
    return Origin(ctx.catalog.uid, version.uid, version.source, version.content_id, buffers, version.home)


def twin(ctx: Context, packed: Packed, origin: Origin | None) -> str | None:
    """Return the content id of the version that the object came from if it equals it, else None."""
    if origin is None or origin.registry != ctx.catalog.uid or not _may_equal(packed, origin):
        return None
    found = again(ctx, packed, origin)
    return origin.content_id if found is not None and found.content_id == packed.content_id else None


def again(
    ctx: Context, packed: Packed, origin: Origin, *, alike: bool = True, limit: int | None = LARGEST
) -> Packed | None:
    """Return what the version that an object came from is as it is loaded here and now; None where that cannot be told.

    Parameters
    ----------
    ctx : Context
        The registry.
    packed : Packed
        The object.
    origin : Origin
        What it came from.
    alike : bool
        Only where the stored buffers are those of the object. A library may make others of them as it loads them.
    limit : int or None
        Bytes; what is larger is not loaded for this.
    """
    allowed = not flavors.FLAVORS[packed.flavor].runs_code or ctx.allowed.how(origin.content_id) is not None
    if (limit is not None and packed.size > limit) or not allowed:
        return None
    with ctx.read() as conn:
        known = stored.find(conn, origin.content_id)
    if known is None or (limit is not None and known.size > limit) or known.flavor != packed.flavor:
        return None
    try:
        # by the id that is trusted, whatever else the catalog says of it
        source = contents.fetch(known.layout, origin.content_id, ctx.blobs, memory=ctx.remembered)
        # an older format keeps in the stream what now leaves it
        same = known.flavor_format != packed.flavor_format or source.buffer_digests == packed.buffer_digests
        if source.flavor[0] != packed.flavor or (alike and not same):
            return None
        flavor = flavors.FLAVORS[packed.flavor]
        return contents.pack(contents.unpack(source, flavor), flavor)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001  (code that is not ours ends as it likes, with SystemExit or a panic: it cannot be told)
        return None


def stored_as(tx: Transaction, packed: Packed, content_id: str | None, blobs: BlobStore) -> Packed | None:
    """Return the stored contents that an object was found to equal, for a version of its own; None where they are gone.

    Parameters
    ----------
    tx : Transaction
        The write, which needs them from now on.
    packed : Packed
        The object.
    content_id : str or None
        What it equals; None: nothing.
    blobs : BlobStore
        Where the bytes are.
    """
    known = None if content_id is None else stored.find(tx.conn, content_id)
    if known is None:
        return None
    try:
        same = contents.as_stored(packed, known.id, known.layout, blobs)
    except IntegrityError:
        return None
    stored.keep(tx, [*same.objects, (same.layout, same.layout_size)])
    return replace(same, size=known.size, imports=known.imports)


def _may_equal(packed: Packed, origin: Origin) -> bool:
    """Whether an object that has other bytes than a version may be it all the same."""
    if origin.content_id == packed.content_id:
        return False
    if origin.buffers is None or origin.buffers[0] != packed.flavor_format:  # another format has others in any case
        return True
    return origin.buffers[1] == hash(packed.buffer_digests)


def measured(ctx: Context, order: Order, packed: Packed, other: str | None) -> Mapping[str, float]:
    """Return the metrics of the version that a register will find to be the same, nothing where it makes a new one.

    Parameters
    ----------
    ctx : Context
        The registry.
    order : Order
        What was asked for.
    packed : Packed
        The contents.
    other : str or None
        Content id of the :func:`twin`.
    """
    if order.new_version:
        return {}
    wanted = [packed.content_id, *([] if other is None else [other])]
    with ctx.read() as conn:
        places = [home.id for name in (order.name, order.artifact) if name and (home := homes.find(conn, name))]
        found = members.with_contents(conn, places, wanted, packed.canonical_id)
        return {} if found is None else members.metrics(conn, [found.version_id]).get(found.version_id, {})
