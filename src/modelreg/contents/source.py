"""Stored contents in private memory, verified; nothing here runs what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.contents import ahead
from modelreg.contents.layout import read_layout
from modelreg.contents.reading import Reading
from modelreg.contents.verify import listed, must_add_up, named
from modelreg.digests import digest, leaves
from modelreg.errors import IntegrityError
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from modelreg.blobs.base import BlobStore
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
        where = self._reading.layout
        buffers = zip(self._buffers, where.buffers, strict=True)
        return tuple(named(where, extents) or tuple(leaves(view)) for view, (_, extents) in buffers)

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
        where, stream = self._reading.layout, None
        if self._stream is not None:
            names = named(where, where.stream or ())
            stream = names[0] if names is not None and len(names) == 1 else digest(self._stream)
        return listed(where, stream, self.buffer_digests, self._reading.part)


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
            must_add_up(where, source.content_id(), content_id)
    except IntegrityError:
        blobs.forget(reading.bad)
        if memory is not None:
            memory.forget(reading.bad)
        raise
    finally:
        listener.end()
    if memory is not None:
        memory.note(reading.seen, {} if summed else {layout: content_id})
    ahead.start(blobs, reading.reader.cold)
    return source


def describe(layout: str, blobs: BlobStore) -> list[tuple[str, int]]:
    """Return what contents consist of: role or path, and bytes. Reads the layout only."""
    where = read_layout(layout, blobs)
    parts = [] if not where.stream else [("stream", sum(extent.length for extent in where.stream))]
    if where.buffers:
        parts.append((f"{len(where.buffers)} buffers", sum(size for size, _ in where.buffers)))
    return parts + [(path, size) for path, size, _ in where.files]
