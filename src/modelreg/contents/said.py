"""What contents say of themselves once they are hashed: what loading imports, a canonical form, the parts by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg import opcodes
from modelreg.digests import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from modelreg.contents.gathering import Gathered
    from modelreg.contents.listing import Listing
    from modelreg.contents.names import Part
    from modelreg.digests import Bytes
    from modelreg.flavors.base import Flavor

SCHEME: Final = "ops1"
"""Name of the canonical form of a stream: :func:`modelreg.opcodes.canonical`."""

APART: Final = 256 << 10
"""Columns of a table that lie in one array of at most so many bytes are told apart: for more the time shows."""


class Said(NamedTuple):
    """What a stream says."""

    canonical_id: str | None = None
    """The content id as if the stream were in its canonical form: it does not tell equal strings apart by identity."""
    imports: tuple[str, ...] = ()
    names: Part | None = None


def said(flavor: Flavor, gathered: Gathered, listing: Listing) -> Said:
    """Return what a stream says. Only what runs code has a stream of opcodes.

    Parameters
    ----------
    flavor : Flavor
        What wrote it.
    gathered : Gathered
        What it wrote.
    listing : Listing
        What the contents consist of.
    """

    def buffer(number: int) -> bytes:
        return "".join(listing.buffers[number][1]).encode()

    def read(number: int) -> bytes | None:
        parts = gathered.buffers[number]
        return bytes(parts.read(0, parts.nbytes)) if parts.nbytes <= APART else None

    chunks = gathered.chunks
    if chunks is None:
        return Said()
    if not flavor.runs_code:
        return Said(names=_told(flavor, chunks, buffer, listing.content_id))
    found = opcodes.read(chunks)
    if found is None:
        return Said(imports=opcodes.glance(chunks))
    canonical_id = listing.like(digest(found.canonical))
    return Said(canonical_id, found.imports, found.parts(buffer, canonical_id, read))


def _told(flavor: Flavor, chunks: Sequence[Bytes], buffer: Callable[[int], bytes], mark: str) -> Part | None:
    """Return the parts that a flavor tells of by itself: only it can read its own stream."""
    names = getattr(flavor, "names", None)
    told = names(b"".join(chunks), buffer) if names is not None and sum(map(len, chunks)) <= opcodes.LARGEST else None
    return None if told is None else told._replace(mark=mark[:16])
