"""How bytes become objects: large buffers and files in parts of 8 MiB, small buffers in groups cut by their content.

A reader never asks how something was cut, so these rules may change. What they are good for: bytes that did not change
between two versions lie in the same objects, and neither a small model nor one of ten thousand arrays makes many files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg.digests import PART, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelreg.digests import Bytes
    from modelreg.flavors.base import Parts

LARGE: Final = 1 << 20
"""From so many bytes on a buffer is cut into parts of its own, and a chunk of the stream is."""

ALIGN: Final = 64
"""Members of a group begin at multiples of so many bytes."""

FULL: Final = 4 << 20
"""A group of so many bytes is closed."""

OPEN: Final = 256 << 10
"""A group of fewer bytes is never closed, except by the end."""

_SPACING: Final = 1 << 20


class Member(NamedTuple):
    """A small buffer in its group."""

    offset: int
    size: int
    leaf: str
    """Its digest, which is its only leaf."""


class Group(NamedTuple):
    """Small buffers that become one object."""

    pieces: list[bytes]
    """Copies of the buffers, and what is between them."""
    members: list[Member]


def cuts(size: int) -> Iterator[tuple[int, int]]:
    """Yield (offset, length) of the parts of ``size`` bytes."""
    for offset in range(0, size, PART):
        yield offset, min(PART, size - offset)


def groups(buffers: Iterable[Parts]) -> Iterator[Group]:
    """Put small buffers together.

    Parameters
    ----------
    buffers : iterable of Parts
        In order. Where a group ends is decided by the digest of its last member, so that one array more or less
        changes the groups around it only.
    """
    group, size = Group([], []), 0
    for buffer in buffers:
        data = bytes(buffer.read(0, buffer.nbytes))
        gap = -size % ALIGN
        if gap:
            group.pieces.append(bytes(gap))
        group.members.append(Member(size + gap, len(data), digest(data)))
        group.pieces.append(data)
        size += gap + len(data)
        if size >= FULL or (size >= OPEN and int(group.members[-1].leaf[:8], 16) % _SPACING < len(data)):
            yield group
            group, size = Group([], []), 0
    if size:
        yield group


def segments(chunks: Iterable[Bytes]) -> Iterator[list[memoryview]]:
    """Yield a stream in segments of at most 8 MiB; a large chunk is in segments of its own.

    What is small lies between large chunks and changes from version to version, while they may stay.
    """
    segment: list[memoryview] = []
    room = PART
    for chunk in chunks:
        rest = memoryview(chunk).cast("B")
        alone = rest.nbytes >= LARGE
        if alone and segment:
            yield segment
            segment, room = [], PART
        while rest.nbytes:
            segment.append(rest[:room])
            taken = segment[-1].nbytes
            rest, room = rest[taken:], room - taken
            if not room:
                yield segment
                segment, room = [], PART
        if alone and segment:
            yield segment
            segment, room = [], PART
    if segment:
        yield segment
