"""What contents say of themselves once they are hashed: what loading imports, a canonical form, the parts by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg import opcodes
from modelreg.digests import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.contents.listing import Listing
    from modelreg.contents.names import Part
    from modelreg.digests import Bytes
    from modelreg.flavors.base import Flavor

SCHEME: Final = "ops1"
"""Name of the canonical form of a stream: :func:`modelreg.opcodes.canonical`."""


class Said(NamedTuple):
    """What a stream says."""

    canonical_id: str | None = None
    """The content id as if the stream were in its canonical form: it does not tell equal strings apart by identity."""
    imports: tuple[str, ...] = ()
    names: Part | None = None


def said(flavor: Flavor, chunks: Sequence[Bytes] | None, listing: Listing) -> Said:
    """Return what a stream says. Only what runs code has a stream of opcodes.

    Parameters
    ----------
    flavor : Flavor
        What wrote the stream.
    chunks : sequence of bytes or None
        The stream.
    listing : Listing
        What the contents consist of.
    """

    def buffer(number: int) -> bytes:
        return "".join(listing.buffers[number][1]).encode()

    if chunks is None or not flavor.runs_code:
        return Said()
    found = opcodes.read(chunks)
    if found is None:
        return Said(imports=opcodes.glance(chunks))
    canonical_id = listing.like(digest(found.canonical))
    return Said(canonical_id, found.imports, found.parts(buffer, canonical_id))
