"""Laying: everything that a flavor gave is hashed and written at once, and then it is known where it lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from modelreg.contents.cutting import LARGE, cuts, groups, segments
from modelreg.contents.layout import Extent, Layout
from modelreg.contents.listing import Listing
from modelreg.contents.said import Said
from modelreg.contents.work import Work
from modelreg.digests import hasher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from modelreg.blobs.base import Batch
    from modelreg.contents.gathering import Gathered
    from modelreg.digests import Bytes
    from modelreg.flavors.base import Parts
    from modelreg.progress import Progress


@dataclass(frozen=True, slots=True)
class Written:
    """What contents consist of, where it lies, and what it says of itself."""

    listing: Listing
    layout: Layout
    said: Said


def _silent(_: Listing) -> Said:
    """Say nothing."""
    return Said()


def laid(
    gathered: Gathered,
    kind: tuple[str, int],
    batch: Batch | None,
    progress: Progress,
    tell: Callable[[Listing], Said] = _silent,
) -> Written:
    """Hash everything, write it where there is a batch, and say where it lies and what it is.

    Parameters
    ----------
    gathered : Gathered
        What a flavor gave.
    kind : tuple of str and int
        Name of the flavor, and the format that it wrote.
    batch : Batch or None
        Takes the objects, but for the layout; None: they are only hashed.
    progress : Progress
        Told of the bytes.
    tell : callable
        Says what the contents say of themselves.
    """
    progress.begin("hashing" if batch is None else "storing", gathered.size)
    try:
        with Work(gathered.size, batch) as work:
            stream = _Streamed(work, gathered.chunks)
            large = {
                number: _Parted(work, parts)
                for number, parts in enumerate([*gathered.buffers, *gathered.files])
                if parts.nbytes >= LARGE or number >= len(gathered.buffers)
            }
            small = _Grouped(work, [parts for parts in gathered.buffers if parts.nbytes < LARGE])
            listing, layout = _Result(gathered, kind, stream, large, small).told(progress.advance)
            found = tell(listing)
            return Written(listing, replace(layout, names=found.names), found)
    finally:
        progress.end()


class _Streamed:
    """The stream in the making: hashed as a whole and segment by segment."""

    def __init__(self, work: Work, chunks: Sequence[Bytes] | None) -> None:
        self._done = None if chunks is None else work.start(lambda: self._hashed(work, chunks))

    def _hashed(self, work: Work, chunks: Sequence[Bytes]) -> tuple[str, list[tuple[str, int]]]:
        whole, found = hasher(), []
        for segment in segments(chunks):
            # bytes cannot change; what can is copied before it is hashed twice
            pieces = [piece if piece.readonly else memoryview(bytes(piece)) for piece in segment]
            for piece in pieces:
                whole.update(piece)
            found.append((work.keep(pieces), sum(piece.nbytes for piece in pieces)))
        return str(whole.hexdigest()), found

    def result(self) -> tuple[str, list[tuple[str, int]]] | None:
        """Return the digest of the whole, and name and size of every segment; None when there is no stream."""
        return None if self._done is None else self._done.result()


class _Parted:
    """A large buffer, or a file, in the making."""

    def __init__(self, work: Work, parts: Parts) -> None:
        self._done = [(length, work.part(parts, offset, length)) for offset, length in cuts(parts.nbytes)]

    def result(self, advance: Callable[[int], None]) -> tuple[tuple[str, ...], list[tuple[str, int]]]:
        """Return the digest of every part, and name and size of every object."""
        leaves, objects = [], []
        for length, done in self._done:
            leaf, made = done.result()
            leaves.append(leaf)
            objects += made
            advance(length)
        return tuple(leaves), objects


class _Grouped:
    """Small buffers in the making."""

    def __init__(self, work: Work, buffers: Sequence[Parts]) -> None:
        full = (parts for parts in buffers if parts.nbytes)
        self._done = [(group.members, work.group(group.pieces)) for group in groups(full)]

    def result(self) -> Iterator[tuple[str, int, str, int, int]]:
        """Yield of every buffer the name and size of its object, its own digest, and where it lies there."""
        for members, done in self._done:
            size = members[-1].offset + members[-1].size
            for member in members:
                yield done.result(), size, member.leaf, member.offset, member.size


class _Result:
    """Where everything came to lie."""

    def __init__(
        self,
        gathered: Gathered,
        kind: tuple[str, int],
        stream: _Streamed,
        large: dict[int, _Parted],
        small: _Grouped,
    ) -> None:
        self._gathered, self._kind = gathered, kind
        self._stream, self._large, self._small = stream, large, small
        self._objects: dict[str, tuple[int, int]] = {}

    def told(self, advance: Callable[[int], None]) -> tuple[Listing, Layout]:
        """Wait for everything and return what was written."""
        small = self._small.result()
        buffers, leaves = [], []
        for number, parts in enumerate(self._gathered.buffers):
            if number in self._large:
                named, objects = self._large[number].result(advance)
                extents = tuple(Extent(self._add(name, size), 0, size) for name, size in objects)
                leaves.append((parts.nbytes, named))
            elif parts.nbytes:
                name, whole, leaf, offset, size = next(small)
                extents = (Extent(self._add(name, whole), offset, size),)
                leaves.append((size, (leaf,)))
                advance(size)
            else:
                extents = ()
                leaves.append((0, ()))
            buffers.append((parts.nbytes, extents))
        stream = self._stream.result()
        advance(sum(size for _, size in stream[1]) if stream else 0)
        files, listed = self._files(advance)
        listing = Listing(
            flavor=self._kind[0],
            format=self._kind[1],
            stream=None if stream is None else stream[0],
            buffers=tuple(leaves),
            files=tuple(listed),
        )
        layout = Layout(
            content=listing.content_id,
            flavor=self._kind,
            buffers=tuple(buffers),
            stream=None
            if stream is None
            else tuple(Extent(self._add(name, size), 0, size) for name, size in stream[1]),
            files=tuple(files),
            objects=tuple((name, size) for name, (_, size) in self._objects.items()),
        )
        return listing, layout

    def _files(
        self, advance: Callable[[int], None]
    ) -> tuple[list[tuple[str, int, tuple[Extent, ...]]], list[tuple[str, int, tuple[str, ...]]]]:
        files, listed = [], []
        for number, parts in enumerate(self._gathered.files, len(self._gathered.buffers)):
            leaves, objects = self._large[number].result(advance)
            parts.settled()
            extents = tuple(Extent(self._add(name, size), 0, size) for name, size in objects)
            files.append((parts.path, parts.nbytes, extents))
            listed.append((parts.path, parts.nbytes, leaves))
        return files, listed

    def _add(self, name: str, size: int) -> int:
        """Note an object and return its index."""
        return self._objects.setdefault(name, (len(self._objects), size))[0]
