"""The contract of a store of objects."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, BinaryIO, Protocol

from modelreg.blobs.faults import missing
from modelreg.blobs.reader import Reader
from modelreg.digests import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from modelreg.digests import Bytes


class Batch(Protocol):
    """Writes that are made durable together."""

    written: list[str]
    """Objects that were not there before."""

    def holds(self, name: str, size: int) -> bool:
        """Whether an object of so many bytes is there, or on its way; then it counts as put."""

    def put(self, name: str, pieces: Sequence[Bytes]) -> bool:
        """Store one object, the concatenation of its pieces, and return whether it was there; see :meth:`BlobStore.put_many`."""

    def pour(self, chunks: Iterable[Bytes], size: int) -> tuple[str, bool]:
        """Store one object that is hashed while it is written; return its name, and whether it was there.

        Parameters
        ----------
        chunks : iterable of Bytes
            Its bytes. The memory of one may be that of the next: nothing is asked of it after that.
        size : int
            How many bytes these are.
        """


class BlobStore(ABC):
    """Immutable objects under their digests.

    Guarantees, which ``modelreg.testing.BlobStoreTests`` checks of every store:

    - *Atomic*: an object is there whole or not at all, for every reader, also after a crash. Nothing is ever written
      over or truncated in place: who has an object open goes on reading what it was.
    - *Durable*: when ``put`` or ``put_many`` returns, every object of the call survives a power loss; objects that were
      there already included. When it raises, some may be there: they are true objects, and garbage until referred to.
    - *Idempotent*: putting what is there changes nothing but its time, so that garbage collection spares it. An object
      that holds other bytes than its name says counts as missing and is replaced.
    - *Unchecked*: the store believes that the bytes that are put belong to their digest, and returns what it holds;
      readers compare digests (``contents`` does).
    - *Threads and processes*: any number of each may call anything at any time. Nothing is kept open between calls, so
      a store survives a fork.
    """

    @abstractmethod
    def batch(self) -> AbstractContextManager[Batch]:
        """Open a batch of writes, which any number of threads may put objects into.

        Whatever was put is durable once the batch ends, also when it ends with an error.
        """

    def put_many(self, items: Iterable[tuple[str, Sequence[Bytes]]]) -> None:
        """Store objects durably, sharing what a batch can share.

        Parameters
        ----------
        items : iterable of (digest, pieces)
            Consumed one at a time, so a generator may make the bytes when they are due. An object is the
            concatenation of its pieces, which is never built whole.

        Raises
        ------
        StorageError
            The disk refuses; the message names the path and how many bytes were to be written.
        ReadOnlyError
            The store cannot be written.
        """
        with self.batch() as batch:
            for name, pieces in items:
                batch.put(name, pieces)

    @abstractmethod
    def readinto(self, name: str, offset: int, view: memoryview) -> None:
        """Fill ``view`` with the bytes of an object from ``offset`` on.

        Raises
        ------
        IntegrityError
            The object is missing, is shorter, or is no plain file.
        StorageError
            The disk refuses.
        """

    @abstractmethod
    def size(self, name: str) -> int | None:
        """Return the size of an object, None when it is not there."""

    @abstractmethod
    def delete(self, name: str) -> None:
        """Remove an object; one that is not there is no error."""

    @abstractmethod
    def iterate(self) -> Iterator[tuple[str, int, int]]:
        """Yield (digest, size, time of last use in ns) of every object, in no order."""

    def forget(self, names: Iterable[str]) -> None:  # noqa: B027  (most stores believe nothing)
        """Note that objects were found not to be what their names say: one that is put again is looked at."""

    @abstractmethod
    def sweep_temp(self, older_than_seconds: float) -> int:
        """Remove what crashed writers left, if it is older; return how many were removed."""

    def reader(self) -> Reader:
        """Return what reads objects for one load. A store whose objects are the user's own files maps them."""
        return Reader(self)

    def stands(self, objects: Iterable[tuple[str, int]]) -> bool:
        """Whether objects of these sizes are all there; then they are durable, whoever put them there meanwhile."""
        return all(self.size(name) == size for name, size in objects)

    def put(self, data: Bytes) -> str:
        """Store one object durably and return its digest."""
        name = digest(data)
        self.put_many([(name, [data])])
        return name

    def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes:
        """Return the bytes of an object, or ``length`` of them from ``offset`` on."""
        if length is None:
            size = self.size(name)
            if size is None:
                raise missing(name)
            length = max(size - offset, 0)
        buffer = bytearray(length)
        self.readinto(name, offset, memoryview(buffer))
        return bytes(buffer)

    def open(self, name: str) -> BinaryIO:
        """Return an object as a binary file to read from."""
        return io.BytesIO(self.read(name))

    def exists(self, name: str) -> bool:
        """Whether the object is there."""
        return self.size(name) is not None
