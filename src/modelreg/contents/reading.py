"""The objects of one layout, brought into memory, each compared with its name before anything is made of it.

Large buffers are mapped where the store allows it, and everything else is read, small buffers with the object they share.
An object is hashed unless its very file is remembered to hold what its name says; what the stream consists of always is.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg.blobs.faults import OtherBytesError, damaged, missing
from modelreg.blobs.mapping import Region, memory
from modelreg.contents.verify import workers
from modelreg.crew import spread
from modelreg.digests import PART, digest
from modelreg.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.blobs.reader import Facts
    from modelreg.contents.layout import Extent, Layout
    from modelreg.progress import Progress

MAPPED: Final = 1 << 20
"""Bytes from which on a buffer is mapped: below, a copy costs less than the calls."""


class Job(NamedTuple):
    """What remains to be done for an object whose place in memory is known."""

    number: int
    view: memoryview | None
    """Its place; None: it is only compared."""
    mapped: Facts | None
    """The file that is mapped there; None: it is to be read."""
    always: bool
    """Whether it is hashed whatever is remembered."""


class Reading:
    """What brings the objects of a layout into memory.

    Parameters
    ----------
    layout : Layout
        Where the bytes lie.
    blobs : BlobStore
        Where the objects are.
    known : mapping of digest to files
        The files that are remembered to be true to their name.
    progress : Progress
        Told of the bytes.
    """

    def __init__(self, layout: Layout, blobs: BlobStore, known: Mapping[str, set[Facts]], progress: Progress) -> None:
        self.layout = layout
        self.blobs = blobs
        self.reader = blobs.reader()
        self.seen: dict[str, Facts] = {}
        """The files whose bytes were hashed now."""
        self.bad: list[str] = []
        """Objects that are not what their name says."""
        self._known = known
        self._progress = progress
        self._jobs: list[Job] = []
        self._shared: dict[int, memoryview] = {}
        self._given: dict[int, int] = {}
        """Object -> end of what was given away of the memory that buffers share."""

    def expect(self) -> None:
        """See that every object is there with its size, before memory is taken for what the layout claims."""
        for name, size in self.layout.objects:
            held = self.reader.size(name)
            if held != size:
                raise missing(name) if held is None else damaged(name, f"holds {held:,} bytes instead of {size:,}")

    def all(self) -> tuple[bytearray | None, list[memoryview]]:
        """Return the stream and the buffers, every object true to its name, those of the files too.

        Raises
        ------
        IntegrityError
            An object is not, or the memory does not suffice.
        """
        where = self.layout
        stream = self._stream()
        placed = [self._buffer(size, extents) for size, extents in where.buffers]
        for number in sorted({extent.object for _, _, extents in where.files for extent in extents}):
            self._check(number)
        self._run()
        if stream is not None and where.stream is not None and not self.is_whole(where.stream):
            self._copy(where.stream, memoryview(stream))
        buffers = [
            self._slice(size, extents) if view is None else view
            for view, (size, extents) in zip(placed, where.buffers, strict=True)
        ]
        self._shared.clear()
        return stream, buffers

    def is_whole(self, extents: Sequence[Extent]) -> bool:
        """Whether extents are objects from end to end."""
        objects = self.layout.objects
        return all(not offset and length == objects[number][1] for number, offset, length in extents)

    def part(self, extent: Extent) -> memoryview:
        """Return a stretch of an object, read and compared with its name now."""
        view = self.memory(self.layout.objects[extent.object][1])
        self._do(Job(extent.object, view, None, always=True))
        return view[extent.offset : extent.offset + extent.length]

    def memory(self, size: int) -> memoryview:
        """Return private memory of ``size`` bytes."""
        with self._enough(size):
            return memory(size)

    def _stream(self) -> bytearray | None:
        extents = self.layout.stream
        if extents is None:
            return None
        size = sum(extent.length for extent in extents)
        with self._enough(size):
            stream = bytearray(size)
        if self.is_whole(extents):
            self._place(extents, memoryview(stream), always=True)
        else:
            self._share(extents, always=True)
        return stream

    def _buffer(self, size: int, extents: Sequence[Extent]) -> memoryview | None:
        """Return the memory of a buffer, which is filled later; None: it lies within objects that others share."""
        if not self.is_whole(extents):
            self._share(extents)
            return None
        if size < MAPPED:
            view = self.memory(size)
            self._place(extents, view)
            return view
        with self._enough(size):
            region = Region(size)  # of its own: two equal buffers must not become one
            self._place(extents, region.view, region)
        return region.view

    def _place(
        self, extents: Sequence[Extent], view: memoryview, region: Region | None = None, *, always: bool = False
    ) -> None:
        """Give every object of a buffer or stream its place: mapped now, or read later."""
        at = 0
        for number, _, length in extents:
            name = self.layout.objects[number][0]
            facts = None if region is None else self.reader.map(name, 0, region, at, length)
            if self._is_known(name, facts):
                self._progress.advance(length)
            else:
                self._jobs.append(Job(number, view[at : at + length], facts, always))
            at += length

    def _share(self, extents: Sequence[Extent], *, always: bool = False) -> None:
        """Have objects read whole that are cut up later."""
        for number in {extent.object for extent in extents}.difference(self._shared):
            self._shared[number] = self.memory(self.layout.objects[number][1])
            self._jobs.append(Job(number, self._shared[number], None, always))

    def _check(self, number: int) -> None:
        """Have an object compared with its name whose bytes are asked for later, if ever."""
        name, size = self.layout.objects[number]
        if self._is_known(name, self.reader.readinto(name, 0, memoryview(b""))):
            self._progress.advance(size)
        else:
            self._jobs.append(Job(number, None, None, always=True))

    @contextmanager
    def _enough(self, size: int) -> Iterator[None]:
        try:
            yield
        except (MemoryError, OverflowError) as error:
            msg = f"b3:{self.layout.content} needs {size:,} bytes of memory at once, which this process does not get"
            raise IntegrityError(msg) from error

    def _do(self, job: Job) -> None:
        name, size = self.layout.objects[job.number]
        try:
            facts = self._true(job, name, size)
        except IntegrityError:
            self.bad.append(name)
            raise
        if facts is not None:
            self.seen[name] = facts

    def _true(self, job: Job, name: str, size: int) -> Facts | None:
        """Bring an object to its place, unless it is mapped there; return the file if its bytes were hashed now."""
        if job.view is None:
            return self.reader.compare(name, size, memoryview(bytearray(min(size, PART) or 1)))
        facts = self.reader.readinto(name, 0, job.view) if job.mapped is None else job.mapped
        if not job.always and self._is_known(name, facts):
            return None
        if digest(job.view) != name:
            raise OtherBytesError(name)
        return facts

    def _is_known(self, name: str, facts: Facts | None) -> bool:
        return facts is not None and (facts in self._known.get(name, ()) or self.seen.get(name) == facts)

    def _run(self) -> None:
        """Do what is to be done, in several threads where it is much."""
        jobs, self._jobs = self._jobs, []
        sizes = [self.layout.objects[job.number][1] for job in jobs]
        for size, _ in zip(sizes, spread(self._do, jobs, workers(sum(sizes)), "verify"), strict=True):
            self._progress.advance(size)

    def _slice(self, size: int, extents: Sequence[Extent]) -> memoryview:
        """Return a buffer that lies within objects that buffers share: in place where nothing else was given it."""
        if len(extents) == 1:
            number, offset, length = extents[0]
            if offset >= self._given.get(number, 0):
                self._given[number] = offset + length
                return self._shared[number][offset : offset + length]
        view = self.memory(size)
        self._copy(extents, view)
        return view

    def _copy(self, extents: Sequence[Extent], view: memoryview) -> None:
        at = 0
        for number, offset, length in extents:
            view[at : at + length] = self._shared[number][offset : offset + length]
            at += length
