"""Stored contents in private memory, verified; nothing here runs what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.contents import ahead
from modelreg.contents.layout import read_layout
from modelreg.contents.listing import Listing
from modelreg.contents.reading import Reading
from modelreg.digests import digest
from modelreg.errors import IntegrityError
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from modelreg.blobs.base import BlobStore
    from modelreg.contents.layout import Layout
    from modelreg.digests import Bytes
    from modelreg.progress import Progress
    from modelreg.verified import Remembered


class Verified:
    """Contents whose bytes add up to their content id: the source of a flavor.

    Each buffer is writable memory of its own, also where two buffers are equal.
    """

    def __init__(self, reading: Reading, stream: bytearray | None, buffers: list[memoryview]) -> None:
        self._reading = reading
        self._stream = stream
        self._buffers = buffers
        self.flavor = reading.layout.flavor
        """Name of the flavor, and the format that it wrote."""

    @property
    def buffer_digests(self) -> tuple[tuple[str, ...], ...]:
        """The leaves of every buffer. Ask before the buffers are handed on: who has them may change them."""
        places = self._reading.layout.buffers
        return tuple(
            self._reading.leaves(view, extents) for view, (_, extents) in zip(self._buffers, places, strict=True)
        )

    def stream(self) -> Bytes:
        """Return the stream; empty when the contents have none."""
        return bytearray() if self._stream is None else self._stream

    def buffers(self) -> list[memoryview]:
        """Return the buffers."""
        return self._buffers

    def files(self) -> Mapping[str, int]:
        """Return the paths of the files with their sizes."""
        return {path: size for path, size, _ in self._reading.layout.files}

    def copy_to(self, directory: Path) -> None:
        """Write the files below ``directory``, each part verified before it is written."""
        for path, _, extents in self._reading.layout.files:
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                for extent in extents:
                    stream.write(self._reading.part(extent))

    def content_id(self) -> str:
        """Return what the bytes add up to."""
        where = self._reading.layout
        objects = where.objects
        streamed = None if self._stream is None else self._stream_digest(self._stream)
        files = tuple(
            (
                path,
                size,
                tuple(
                    objects[each.object][0] if self._reading.is_whole([each]) else digest(self._reading.part(each))
                    for each in extents
                ),
            )
            for path, size, extents in where.files
        )
        sizes = [size for size, _ in where.buffers]
        return Listing(
            flavor=where.flavor[0],
            format=where.flavor[1],
            stream=streamed,
            buffers=tuple(zip(sizes, self.buffer_digests, strict=True)),
            files=files,
        ).content_id

    def _stream_digest(self, stream: bytearray) -> str:
        where = self._reading.layout
        extents = where.stream or ()
        if len(extents) == 1 and self._reading.is_whole(extents):
            return where.objects[extents[0].object][0]
        return digest(stream)


def fetch(
    layout: str,
    content_id: str,
    blobs: BlobStore,
    *,
    memory: Remembered | None = None,
    full: bool = False,
    progress: Progress | None = None,
) -> Verified:
    """Bring contents into memory and verify them.

    Parameters
    ----------
    layout : str
        Name of the object that says where the bytes lie.
    content_id : str
        What the bytes must add up to.
    blobs : BlobStore
        Where the objects are.
    memory : Remembered, optional
        What was verified on this machine before, which is not hashed again; it learns what is hashed now.
    full : bool
        Hash everything, whatever is remembered.
    progress : Progress, optional
        Told of the bytes.

    Raises
    ------
    IntegrityError
        Something is missing or changed; the message names the object.
    """
    listener = progress or Silent()
    where = read_layout(layout, blobs)
    believed = memory if not full else None
    known = believed.known(name for name, _ in where.objects) if believed else {}
    reading = Reading(where, blobs, known, listener)
    reading.expect()
    listener.begin("reading", sum(size for _, size in where.objects))
    try:
        source = Verified(reading, *reading.all())
        summed = believed is not None and believed.adds_up(layout, content_id)
        if not summed:
            _must_add_up(source, where, content_id)
    except IntegrityError:
        if memory is not None:
            memory.forget(reading.bad)
        raise
    finally:
        listener.end()
    if memory is not None:
        memory.note(reading.seen, {} if summed else {layout: content_id})
    ahead.start(blobs, reading.reader.cold)
    return source


def _must_add_up(source: Verified, where: Layout, content_id: str) -> None:
    if not source.content_id() == where.content == content_id:
        msg = f"the stored bytes do not add up to b3:{where.content}; check lists who needs them"
        raise IntegrityError(msg, tries=("check --read-data",))


def describe(layout: str, blobs: BlobStore) -> list[tuple[str, int]]:
    """Return what contents consist of: role or path, and bytes. Reads the layout only."""
    where = read_layout(layout, blobs)
    parts = [] if not where.stream else [("stream", sum(extent.length for extent in where.stream))]
    if where.buffers:
        parts.append((f"{len(where.buffers)} buffers", sum(size for size, _ in where.buffers)))
    return parts + [(path, size) for path, size, _ in where.files]
