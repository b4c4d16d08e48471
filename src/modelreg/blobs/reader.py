"""How one load reads objects: into memory, or mapped where that is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from modelreg.blobs.faults import OtherBytesError, damaged, missing
from modelreg.digests import hasher

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from modelreg.blobs.base import BlobStore
    from modelreg.blobs.mapping import Region
    from modelreg.errors import IntegrityError

Facts: TypeAlias = tuple[int, int, int, int]
"""Device, inode, bytes, and time of the last change in ns: what a file is recognised by that only this user can change."""


class Reader:
    """The objects of a store, for one load. Threads may read at the same time.

    This one reads everything into memory, and nothing it reads is to be believed without being hashed.

    Parameters
    ----------
    store : BlobStore
        Where the objects are.
    """

    def __init__(self, store: BlobStore) -> None:
        self.store = store
        self.cold: list[str] = []
        """Mapped objects that are not in memory: who maps them may read them ahead."""

    def size(self, name: str) -> int | None:
        """Return the size of an object, None when it is not there."""
        return self.store.size(name)

    def readinto(self, name: str, offset: int, view: memoryview) -> Facts | None:
        """Fill ``view`` with the bytes of an object and say which file they came from.

        Returns
        -------
        Facts or None
            None where others could have written the file.

        Raises
        ------
        IntegrityError
            The object is missing, is shorter, or is no plain file.
        StorageError
            The disk refuses.
        """
        self.store.readinto(name, offset, view)
        return None

    def compare(self, name: str, size: int, scratch: memoryview) -> Facts | None:
        """Read an object, a little at a time, and see that it is what its name says.

        Parameters
        ----------
        name : str
            Its name.
        size : int
            How many bytes it has to have.
        scratch : memoryview
            The memory to read through.

        Returns
        -------
        Facts or None
            The file; None where others could have written it.

        Raises
        ------
        IntegrityError
            The object is missing, has another size, or holds other bytes than its name says.
        StorageError
            The disk refuses.
        """
        held = self.size(name)
        if held != size:
            raise missing(name) if held is None else wrong_size(name, held, size)
        must_be(name, size, scratch, lambda offset, piece: self.store.readinto(name, offset, piece))
        return None

    def facts(self, name: str, found: os.stat_result) -> Facts | None:
        """Return what an open file is recognised by; None where others can change it: it is never believed unread."""
        return None

    def map(self, name: str, offset: int, region: Region, at: int, length: int) -> Facts | None:
        """Lay bytes of an object into a region without reading them; None: nothing was done, read them.

        Raises
        ------
        IntegrityError
            The object is missing or is no plain file.
        """
        return None


def must_be(name: str, size: int, scratch: memoryview, fill: Callable[[int, memoryview], None]) -> None:
    """Hash bytes, a little at a time, and raise OtherBytesError unless they are what ``name`` says.

    Parameters
    ----------
    name : str
        A digest.
    size : int
        How many bytes.
    scratch : memoryview
        The memory that ``fill`` gets.
    fill : callable
        Told an offset and memory to fill with the bytes from there on.
    """
    whole = hasher()
    for offset in range(0, size, scratch.nbytes):
        piece = scratch[: min(scratch.nbytes, size - offset)]
        fill(offset, piece)
        whole.update(piece)
    if whole.hexdigest() != name:
        raise OtherBytesError(name)


def wrong_size(name: str, held: int, size: int) -> IntegrityError:
    """Return the error for an object that is longer or shorter than it has to be."""
    return damaged(name, f"has {held} bytes instead of {size}")
