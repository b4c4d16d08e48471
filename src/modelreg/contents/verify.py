"""Verification without loading: objects against their names, and what they add up to, a part of 8 MiB at a time."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final

from modelreg.contents.layout import read_layout
from modelreg.contents.listing import Listing
from modelreg.crew import spread
from modelreg.digests import HASHERS, PART, digest, digest_of, leaves
from modelreg.errors import IntegrityError, RegistryError
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.blobs.reader import Facts
    from modelreg.contents.layout import Extent, Layout
    from modelreg.digests import Bytes
    from modelreg.progress import Progress
    from modelreg.verified import Remembered

ALONE: Final = 2 << 20
"""Bytes of work that is not worth a second thread."""


def verify(
    layout: str,
    content_id: str,
    blobs: BlobStore,
    *,
    memory: Remembered | None = None,
    progress: Progress | None = None,
) -> None:
    """Read every byte of contents and see that they add up to their content id; nothing is kept in memory.

    Raises
    ------
    IntegrityError
        Something is missing or changed; the message names the object.
    """
    where = read_layout(layout, blobs)
    for fault in compare(blobs, dict(where.objects), memory=memory, progress=progress).values():
        raise fault
    last: dict[int, bytes] = {}

    def part(extent: Extent) -> Bytes:
        if extent.object not in last:  # small buffers stand one after the other: their object is read once
            last.clear()
            last[extent.object] = blobs.read(where.objects[extent.object][0])
        return last[extent.object][extent.offset : extent.offset + extent.length]

    stream = None if where.stream is None else digest_of(part(extent) for extent in where.stream)
    buffers = tuple(named(where, extents) or tuple(_leaves(map(part, extents))) for _, extents in where.buffers)
    must_add_up(where, listed(where, stream, buffers, part), content_id)
    if memory is not None:
        memory.note({}, {layout: content_id})


def compare(
    blobs: BlobStore,
    objects: Mapping[str, int],
    *,
    memory: Remembered | None = None,
    progress: Progress | None = None,
) -> dict[str, IntegrityError]:
    """Read objects and compare them with their names, in several threads.

    Parameters
    ----------
    blobs : BlobStore
        Where they are.
    objects : mapping of digest to bytes
        Which.
    memory : Remembered, optional
        Learns what is true, and forgets what is not.
    progress : Progress, optional
        Told of the bytes.

    Returns
    -------
    dict
        What is wrong with each that is not what it should be.
    """
    listener, reader, own = progress or Silent(), blobs.reader(), threading.local()
    seen: dict[str, Facts] = {}
    faults: dict[str, IntegrityError] = {}

    def one(item: tuple[str, int]) -> int:
        name, size = item
        if not hasattr(own, "scratch"):
            own.scratch = memoryview(bytearray(PART))
        try:
            facts = reader.compare(name, size, own.scratch)
        except IntegrityError as error:
            faults[name] = error
        except RegistryError as error:  # one that cannot be read is one finding, not the end of the search
            faults[name] = IntegrityError(error.message)
        else:
            if facts is not None:
                seen[name] = facts
        return size

    listener.begin("verifying", sum(objects.values()))
    try:
        for size in spread(one, list(objects.items()), workers(sum(objects.values())), "verify"):
            listener.advance(size)
    finally:
        listener.end()
        blobs.forget(faults)
        if memory is not None:
            memory.note(seen)
            memory.forget(faults)
    return faults


def workers(size: int) -> int:
    """Return how many threads read and hash so many bytes."""
    return 1 if size < ALONE else min(HASHERS, os.cpu_count() or 1)


def must_add_up(where: Layout, found: str, content_id: str) -> None:
    """Raise IntegrityError unless what was found is what the layout claims and what is asked for."""
    if not found == where.content == content_id:
        msg = f"the stored bytes do not add up to b3:{where.content}; check lists who needs them"
        raise IntegrityError(msg, tries=("check --read-data",))


def listed(
    where: Layout, stream: str | None, buffers: tuple[tuple[str, ...], ...], part: Callable[[Extent], Bytes]
) -> str:
    """Return the content id of contents whose objects are true to their names.

    Parameters
    ----------
    where : Layout
        Where the bytes lie.
    stream : str or None
        Digest of the stream.
    buffers : tuple of tuple of str
        The leaves of each buffer.
    part : callable
        Gives the bytes of a stretch, for files that are not cut into whole objects.
    """
    return Listing(
        flavor=where.flavor[0],
        format=where.flavor[1],
        stream=stream,
        buffers=tuple((size, names) for (size, _), names in zip(where.buffers, buffers, strict=True)),
        files=tuple(
            (path, size, named(where, extents) or tuple(digest(part(extent)) for extent in extents))
            for path, size, extents in where.files
        ),
    ).content_id


def named(where: Layout, extents: Sequence[Extent]) -> tuple[str, ...] | None:
    """Return the leaves of what extents hold, where whole objects are leaves: their names; else None."""
    objects = where.objects
    whole = all(not offset and length == objects[number][1] for number, offset, length in extents)
    cut = all(extent.length == PART for extent in extents[:-1]) and bool(extents) and 0 < extents[-1].length <= PART
    return tuple(objects[extent.object][0] for extent in extents) if whole and cut else None


def _leaves(pieces: Iterator[Bytes]) -> list[str]:
    return leaves(b"".join(pieces))
