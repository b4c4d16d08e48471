"""How one load reads objects: into memory, or mapped where that is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from modelreg.blobs.base import BlobStore
    from modelreg.blobs.mapping import Region

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

    def map(self, name: str, offset: int, region: Region, at: int, length: int) -> Facts | None:
        """Lay bytes of an object into a region without reading them; None: nothing was done, read them.

        Raises
        ------
        IntegrityError
            The object is missing or is no plain file.
        """
        return None
