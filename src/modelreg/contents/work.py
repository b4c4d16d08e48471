"""Hashing and writing in one go, by several threads.

Each thread takes one part of 8 MiB at a time and goes through it in steps of 1 MiB: it copies a step into memory of its own,
hashes the copy and writes the copy, so that an object is always true to its name, whatever becomes of the live memory
meanwhile. Hashing one part and writing another overlap. A part that is only hashed, or likely there already, is not copied.
"""

from __future__ import annotations

import os
import threading
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from modelreg.blobs.copying import copy
from modelreg.crew import Done, crew, submit
from modelreg.digests import PART, digest, digest_of
from modelreg.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from modelreg.blobs.base import Batch
    from modelreg.crew import Task
    from modelreg.digests import Bytes
    from modelreg.flavors.base import Parts

Found = TypeVar("Found")

WORKERS: Final = 4
"""At most so many threads."""

NEAR: Final = 1 << 20
"""Bytes that are copied, hashed and written at a time: they stay in the caches of a processor."""

_AHEAD: Final = WORKERS
"""So many groups of small buffers wait to be written at most: each is a copy."""


class Work:
    """Threads that hash, and write where there is a batch to write to.

    Parameters
    ----------
    size : int
        Bytes to be done; for less than a part no thread is started.
    batch : Batch or None
        Takes the objects; None: they are only hashed.
    """

    def __init__(self, size: int, batch: Batch | None) -> None:
        self._batch = batch
        self._own = threading.local()
        self._room = threading.BoundedSemaphore(_AHEAD)
        # who writes also waits for the disk, and one more has the processor meanwhile
        count = min(WORKERS, (os.cpu_count() or 1) + (batch is not None)) if size > PART else 0
        self._error: BaseException | None = None
        self._there = False
        self._pool = crew(count, "write") if count else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        self._error, cut_off = self._error or error, None
        while True:
            try:
                self._pool.shutdown(wait=True, cancel_futures=self._error is not None)
                break
            except BaseException as again:  # noqa: BLE001  (what is taken back next must not be written after that)
                self._error = cut_off = again
        if cut_off is not None:
            raise cut_off

    def start(self, task: Callable[[], Found]) -> Task[Found]:
        """Do ``task`` beside everything else, or at once where there are no threads."""
        return Done(task()) if self._pool is None else submit(self._pool, partial(self._tried, task))

    def _tried(self, task: Callable[[], Found]) -> Found:
        """Do a task unless another one failed: a full disk is not asked for room a hundred times."""
        if self._error is not None:
            raise self._error
        try:
            return task()
        except BaseException as error:
            self._error = error
            raise

    def part(self, parts: Parts, offset: int, length: int) -> Task[tuple[str, list[tuple[str, int]]]]:
        """Hash a part, and write it; return its digest, and name and size of each object that it becomes."""
        step = getattr(parts, "step", PART)

        def task() -> tuple[str, list[tuple[str, int]]]:
            data = parts.read(offset, length)
            if length <= step:
                name = self._named(data)
                return name, [(name, length)]
            view = memoryview(self._private(data, PART))
            pieces = [view[at : at + step] for at in range(0, length, step)]
            return digest(view), [(self.keep([piece]), piece.nbytes) for piece in pieces]

        return self.start(task)

    def _named(self, data: Bytes) -> str:
        """Hash a part, and write it.

        While parts are there already the next one is hashed where it lies: whatever becomes of it meanwhile, an object of
        that name is there. What is to be written is copied, hashed and written a little at a time, as long as it is near.
        """
        if self._batch is None:
            return digest(data)
        size = memoryview(data).nbytes
        if self._there:
            name = digest(data)
            self._there = self._batch.holds(name, size)
            if self._there:
                return name
        try:
            name, self._there = self._batch.pour(self._pieces(data), size)
        except StorageError:
            name = digest(data)
            if not self._batch.holds(name, size):  # what is there needs no room
                raise
        return name

    def _pieces(self, data: Bytes) -> Iterator[Bytes]:
        """Yield a part in small copies, of which each takes the place of the one before."""
        whole = memoryview(data)
        for at in range(0, whole.nbytes, NEAR):
            yield self._private(whole[at : at + NEAR], NEAR)

    def group(self, pieces: Sequence[Bytes]) -> Task[str]:
        """Hash a group of small buffers, and write it; the pieces are nobody else's."""
        if self._pool is None:
            return Done(self.keep(pieces))
        self._room.acquire()
        done = submit(self._pool, partial(self._tried, partial(self.keep, pieces)))
        done.add_done_callback(lambda _: self._room.release())  # also of one that is never begun
        return done

    def keep(self, pieces: Sequence[Bytes]) -> str:
        """Hash an object, and write it; in the thread of the caller."""
        name = digest(pieces[0]) if len(pieces) == 1 else digest_of(pieces)
        if self._batch is not None:
            self._batch.put(name, pieces)
        return name

    def _private(self, data: Bytes, room: int) -> Bytes:
        """Return a copy in memory of this thread, which the next one takes the place of; what cannot change is none."""
        view = memoryview(data)
        if self._batch is None or isinstance(view.obj, bytes):
            return data
        memory = getattr(self._own, "memory", None)
        if memory is None or memory.nbytes < room:
            self._own.memory = memory = memoryview(bytearray(room))
        return copy(view, memory)
