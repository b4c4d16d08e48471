"""What contents say of themselves once they are hashed: what loading imports, a canonical form, the parts by name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg import opcodes
from modelreg.contents.names import FILES, Part, opened
from modelreg.digests import digest
from modelreg.flavors.inside import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from modelreg.contents.gathering import Gathered
    from modelreg.contents.listing import Listing
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

    chunks = gathered.chunks or ()
    found = opcodes.read(chunks) if chunks and flavor.runs_code else None
    canonical_id = None if found is None else listing.like(digest(found.canonical))
    mark = canonical_id or listing.content_id
    names = None
    # names serve to look at a version: whatever a model may hold that they stumble over, it is registered
    with suppress(Exception):
        told = _told(flavor, chunks, buffer) or (None if found is None else found.parts(buffer, mark, read))
        names = _whole(told, gathered, mark)
    if found is None:
        return Said(imports=opcodes.glance(chunks) if chunks and flavor.runs_code else (), names=names)
    return Said(canonical_id, found.imports, names)


def _told(flavor: Flavor, chunks: Sequence[Bytes], buffer: Callable[[int], bytes]) -> Part | None:
    """Return the parts that a flavor tells of by itself: only it can read its own stream."""
    names = getattr(flavor, "names", None)
    readable = names is not None and chunks and sum(map(len, chunks)) <= opcodes.LARGEST
    told: Part | None = names(b"".join(chunks), buffer) if names is not None and readable else None
    return told


def _whole(told: Part | None, gathered: Gathered, mark: str) -> Part | None:
    """Return the parts of a model with those that are named in its files."""
    files = opened(inside({file.path: file for file in gathered.files}))
    if told is None and not files:
        return None
    whole = told or Part("", FILES, "")
    return whole._replace(mark=mark[:16], parts=(*whole.parts, *files))
