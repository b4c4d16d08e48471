"""Stored contents, read into private memory and verified; nothing here runs what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.blobs.base import damaged, missing
from modelreg.contents.layout import read_layout
from modelreg.contents.listing import Listing
from modelreg.digests import digest, leaves
from modelreg.errors import IntegrityError
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from modelreg.blobs.base import BlobStore
    from modelreg.contents.layout import Extent, Layout
    from modelreg.progress import Progress


class Verified:
    """Contents whose bytes add up to their content id: the source of a flavor.

    Each buffer is writable memory of its own, also where two buffers are equal.
    """

    def __init__(self, reader: _Reader, stream: bytes, buffers: list[memoryview], listing: Listing) -> None:
        self._reader = reader
        self._stream = stream
        self._buffers = buffers
        self.buffer_digests = tuple(names for _, names in listing.buffers)

    def stream(self) -> bytes:
        """Return the stream; empty when the contents have none."""
        return self._stream

    def buffers(self) -> list[memoryview]:
        """Return the buffers."""
        return self._buffers

    def files(self) -> Mapping[str, int]:
        """Return the paths of the files with their sizes."""
        return {path: size for path, size, _ in self._reader.layout.files}

    def copy_to(self, directory: Path) -> None:
        """Write the files below ``directory``, each part verified before it is written."""
        for path, _, extents in self._reader.layout.files:
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                for extent in extents:
                    stream.write(self._reader.part(extent))


class _Reader:
    """The objects of one layout."""

    def __init__(self, layout: Layout, blobs: BlobStore) -> None:
        self.layout = layout
        self.blobs = blobs

    def gather(self, extents: Sequence[Extent], size: int) -> memoryview:
        """Return the bytes of extents in new writable memory; they are not verified yet."""
        try:
            memory = memoryview(bytearray(size))
        except (MemoryError, OverflowError) as error:
            msg = f"b3:{self.layout.content} needs {size:,} bytes of memory at once, which this process does not get"
            raise IntegrityError(msg) from error
        at = 0
        for number, offset, length in extents:
            self.blobs.readinto(self.layout.objects[number][0], offset, memory[at : at + length])
            at += length
        return memory

    def expect(self) -> None:
        """See that every object is there with its size, before memory is taken for what the layout claims."""
        for name, size in self.layout.objects:
            held = self.blobs.size(name)
            if held != size:
                raise missing(name) if held is None else damaged(name, f"holds {held:,} bytes instead of {size:,}")

    def part(self, extent: Extent) -> bytes:
        """Return a stretch of an object whose bytes are what its name says."""
        data = self._whole(extent.object)
        return data[extent.offset : extent.offset + extent.length]

    def damage(self) -> IntegrityError:
        """Return the error for contents that do not add up, naming the first object whose bytes changed."""
        for number in range(len(self.layout.objects)):
            self._whole(number)
        msg = f"the stored bytes do not add up to b3:{self.layout.content}; check lists who needs them"
        return IntegrityError(msg, tries=("check --read-data",))

    def _whole(self, number: int) -> bytes:
        name, size = self.layout.objects[number]
        data = self.blobs.read(name)
        if len(data) != size or digest(data) != name:
            msg = f"object b3:{name} holds other bytes than were registered (digest mismatch); check lists who needs it"
            raise IntegrityError(msg, tries=("check --read-data",))
        return data


def fetch(layout: str, content_id: str, blobs: BlobStore, *, progress: Progress | None = None) -> Verified:
    """Read contents into private memory and verify them.

    Parameters
    ----------
    layout : str
        Name of the object that says where the bytes lie.
    content_id : str
        What the bytes must add up to.
    blobs : BlobStore
        Where the objects are.
    progress : Progress, optional
        Told of the bytes.

    Raises
    ------
    IntegrityError
        Something is missing or changed; the message names the object.
    """
    listener = progress or Silent()
    reader = _Reader(read_layout(layout, blobs), blobs)
    where = reader.layout
    reader.expect()
    listener.begin("reading", where.size)
    try:
        stream = (
            None if where.stream is None else bytes(reader.gather(where.stream, sum(e.length for e in where.stream)))
        )
        buffers, hashed = [], []
        for size, extents in where.buffers:
            buffers.append(reader.gather(extents, size))
            hashed.append((size, tuple(leaves(buffers[-1]))))
            listener.advance(size)
        listing = Listing(
            flavor=where.flavor[0],
            format=where.flavor[1],
            stream=None if stream is None else digest(stream),
            buffers=tuple(hashed),
            files=tuple(
                (path, size, tuple(digest(reader.part(e)) for e in extents)) for path, size, extents in where.files
            ),
        )
    finally:
        listener.end()
    if not listing.content_id == where.content == content_id:
        raise reader.damage()
    return Verified(reader, stream or b"", buffers, listing)


def describe(layout: str, blobs: BlobStore) -> list[tuple[str, int]]:
    """Return what contents consist of: role or path, and bytes. Reads the layout only."""
    where = read_layout(layout, blobs)
    parts = [] if not where.stream else [("stream", sum(extent.length for extent in where.stream))]
    if where.buffers:
        parts.append((f"{len(where.buffers)} buffers", sum(size for size, _ in where.buffers)))
    return parts + [(path, size) for path, size, _ in where.files]
