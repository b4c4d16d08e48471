"""How bytes become objects: large buffers and files in parts of 8 MiB, small buffers in groups cut by their content.

A reader never asks how something was cut, so these rules may change. What they are good for: bytes that did not change
between two versions lie in the same objects, and neither a small model nor one of ten thousand arrays makes many files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.contents.layout import Extent
from modelreg.digests import PART, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from modelreg.digests import Bytes

    Pieces: TypeAlias = Callable[[], Sequence[Bytes]]

LARGE: Final = 1 << 20
"""From so many bytes on a buffer is cut into parts of its own."""

ALIGN: Final = 64
"""Members of a group begin at multiples of so many bytes."""

FULL: Final = 4 << 20
"""A group of so many bytes is closed."""

OPEN: Final = 256 << 10
"""A group of fewer bytes is never closed, except by the end."""

_SPACING: Final = 1 << 20


class Objects:
    """The objects of one version, each once, in the order of first use, with what gives their bytes."""

    def __init__(self) -> None:
        self._pieces: dict[str, tuple[int, int, Pieces]] = {}

    def add(self, name: str, size: int, pieces: Pieces) -> int:
        """Note an object and return its index."""
        if name not in self._pieces:
            self._pieces[name] = (len(self._pieces), size, pieces)
        return self._pieces[name][0]

    def listed(self) -> tuple[tuple[str, int], ...]:
        """Return (digest, bytes) of every object."""
        return tuple((name, size) for name, (_, size, _) in self._pieces.items())

    def pieces(self, name: str) -> Sequence[Bytes]:
        """Return the bytes of an object."""
        return self._pieces[name][2]()


def cut_large(objects: Objects, view: memoryview, leaves: Sequence[str]) -> tuple[Extent, ...]:
    """Cut a buffer into parts, which are its leaves."""
    extents = []
    for index, leaf in enumerate(leaves):
        part = view[index * PART : (index + 1) * PART]
        extents.append(Extent(objects.add(leaf, part.nbytes, _given([part])), 0, part.nbytes))
    return tuple(extents)


def cut_small(objects: Objects, members: Iterable[tuple[memoryview, str]]) -> list[tuple[Extent, ...]]:
    """Put small buffers together into groups; return the extents of each.

    Parameters
    ----------
    objects : Objects
        Takes the groups.
    members : iterable of (buffer, digest)
        In order. Where a group ends is decided by the digest of its last member, so that one array more or less
        changes the groups around it only.
    """
    group = _Group()
    places: list[tuple[_Group, int, int]] = []
    groups = [group]
    for view, name in members:
        places.append((group, group.append(view), view.nbytes))
        if group.size >= FULL or (group.size >= OPEN and int(name[:8], 16) % _SPACING < view.nbytes):
            group = _Group()
            groups.append(group)
    indexes = {id(group): group.stored(objects) for group in groups if group.size}
    return [(Extent(indexes[id(group)], at, size),) if size else () for group, at, size in places]


class _Group:
    def __init__(self) -> None:
        self.pieces: list[Bytes] = []
        self.size = 0

    def append(self, view: memoryview) -> int:
        gap = -self.size % ALIGN
        if gap:
            self.pieces.append(bytes(gap))
        at = self.size + gap
        self.pieces.append(view)
        self.size = at + view.nbytes
        return at

    def stored(self, objects: Objects) -> int:
        return objects.add(digest_of(self.pieces), self.size, _given(self.pieces))


def cut_stream(objects: Objects, chunks: Iterable[Bytes]) -> tuple[Extent, ...]:
    """Cut a stream, given in the chunks it was written in, into objects of at most 8 MiB."""
    extents = []
    for pieces in _segments(chunks):
        size = sum(len(piece) for piece in pieces)
        extents.append(Extent(objects.add(digest_of(pieces), size, _given(pieces)), 0, size))
    return tuple(extents)


def _segments(chunks: Iterable[Bytes]) -> list[list[memoryview]]:
    segments: list[list[memoryview]] = []
    room = 0
    for chunk in chunks:
        rest = memoryview(chunk).cast("B")
        while rest.nbytes:
            if not room:
                segments.append([])
                room = PART
            segments[-1].append(rest[:room])
            taken = segments[-1][-1].nbytes
            rest, room = rest[taken:], room - taken
    return segments


def _given(pieces: Sequence[Bytes]) -> Pieces:
    return lambda: pieces
