"""What contents say of themselves once they are hashed: what loading imports, a canonical form, the parts by name.

For that they are read once more. A model that goes on training meanwhile, or a file that somebody writes, is another one by
then: what is no longer as it was hashed gives no names and no canonical form, so that none are stored that are of other bytes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg import opcodes
from modelreg.contents.names import FILES, Part, opened
from modelreg.digests import digest, digest_of
from modelreg.errors import IntegrityError
from modelreg.flavors.base import pickles
from modelreg.flavors.inside import inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.contents.gathering import Gathered
    from modelreg.contents.listing import Listing
    from modelreg.digests import Bytes
    from modelreg.flavors.base import Flavor

SCHEME: Final = "ops1"
"""Name of the canonical form of a stream: :func:`modelreg.opcodes.canonical`."""

APART: Final = 256 << 10
"""Columns of a table that lie in one array of at most so many bytes are told apart: for more the time shows. It is less than
a part, so that such an array has one digest."""


class Said(NamedTuple):
    """What a stream says."""

    canonical_id: str | None = None
    """The content id as if the stream were in its canonical form: it does not tell equal strings apart by identity."""
    imports: tuple[str, ...] = ()
    names: Part | None = None


def said(flavor: Flavor, gathered: Gathered, listing: Listing) -> Said:
    """Return what a stream says, where it is one of opcodes.

    Parameters
    ----------
    flavor : Flavor
        What wrote it.
    gathered : Gathered
        What it wrote.
    listing : Listing
        What the contents consist of.
    """
    stored = _Stored(gathered, listing)
    chunks = stored.stream()
    found = None
    if chunks and pickles(flavor):
        with suppress(MemoryError):  # every opcode becomes a node: where there is no room for them, a glance is enough
            found = opcodes.read(chunks)
    canonical_id = None if found is None else listing.like(digest(found.canonical))
    mark = canonical_id or listing.content_id
    names = None
    # names serve to look at a version: whatever a model may hold that they stumble over, it is registered
    with suppress(Exception):
        told = _told(flavor, chunks, stored) or (
            None if found is None else found.parts(stored.digest, mark, stored.read)
        )
        names = _whole(told, stored, mark)
    if found is not None:
        return Said(canonical_id, found.imports, names)
    return Said(imports=_glance(gathered.chunks or (), torn=stored.torn) if pickles(flavor) else (), names=names)


class _Stored:
    """What was stored, read once more."""

    def __init__(self, gathered: Gathered, listing: Listing) -> None:
        self._gathered = gathered
        self._listing = listing
        self.torn = False
        """Whether the stream is not what was stored."""

    def stream(self) -> Sequence[Bytes]:
        """Return the stream, which cannot change any more; nothing where it is too long to be read, or did change."""
        chunks = self._gathered.chunks or ()
        if sum(map(len, chunks)) > opcodes.LARGEST:
            return ()
        if all(isinstance(chunk, bytes) for chunk in chunks):
            return chunks
        kept = [bytes(chunk) for chunk in chunks]
        self.torn = digest_of(kept) != self._listing.stream
        return () if self.torn else kept

    def digest(self, number: int) -> bytes:
        """Return what stands for a buffer in marks."""
        return "".join(self._listing.buffers[number][1]).encode()

    def read(self, number: int) -> bytes | None:
        """Return the bytes of a buffer, None where they are too many.

        Raises
        ------
        IntegrityError
            They are not what was stored.
        """
        parts = self._gathered.buffers[number]
        if parts.nbytes > APART:
            return None
        data = bytes(parts.read(0, parts.nbytes))
        if data and (digest(data),) != self._listing.buffers[number][1]:
            raise IntegrityError("a buffer changed after it was stored")
        return data

    def files(self) -> list[Part]:
        """Return what is named in files.

        Raises
        ------
        IntegrityError
            One is not as it was stored.
        """
        files = self._gathered.files
        found = opened(inside({file.path: file for file in files}))
        for file in files if found else ():
            file.settled()
        return found


def _glance(chunks: Sequence[Bytes], *, torn: bool) -> tuple[str, ...]:
    """Return what a stream imports that is too long to be read, or not what was stored: who loads it reads the bytes."""
    if not chunks:
        return ()
    try:
        return opcodes.glance(chunks)
    except IntegrityError:
        if not torn:
            raise
        return ()


def _told(flavor: Flavor, chunks: Sequence[Bytes], stored: _Stored) -> Part | None:
    """Return the parts that a flavor tells of by itself: only it can read its own stream."""
    names = getattr(flavor, "names", None)
    told: Part | None = names(b"".join(chunks), stored.digest) if names is not None and chunks else None
    return told


def _whole(told: Part | None, stored: _Stored, mark: str) -> Part | None:
    """Return the parts of a model with those that are named in its files."""
    files = stored.files()
    if told is None and not files:
        return None
    whole = told or Part("", FILES, "")
    return whole._replace(mark=mark[:16], parts=(*whole.parts, *files))
