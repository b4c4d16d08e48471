"""Directories of a store: what was written, or made, in one is durable only once the directory is."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from modelreg.blobs import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path


class Folders:
    """The directories below a root, and which of them are in their places for good.

    Parameters
    ----------
    root : Path
        The registry.
    objects : Path
        The directory within it that holds those that objects lie in.
    """

    def __init__(self, root: Path, objects: Path) -> None:
        self._objects = objects
        self._above = [place for place in objects.parents if place.is_relative_to(root)]
        self._rooted: dict[Path, tuple[int, int]] = {}
        """Those that were seen to be in their parents for good: device and inode."""

    def settle(self, folders: Iterable[Path], made: Collection[Path] = ()) -> None:
        """Make the entries of directories durable, each once.

        A directory that this process has just made, or has not seen, may not be in its parent for good yet: another process
        may have made it this moment, in the place of one that was removed.

        Parameters
        ----------
        folders : iterable of Path
            Which.
        made : collection of Path, optional
            Those that were not there.

        Raises
        ------
        StorageError
            The disk refuses.
        """
        synced = {folder: sync(folder) for folder in folders}
        if all(folder not in made and self._rooted.get(folder) == seen for folder, seen in synced.items()):
            return
        synced[self._objects] = holds = sync(self._objects)
        if self._objects in made or self._rooted.get(self._objects) != holds:
            for folder in self._above:
                sync(folder)
        self._rooted |= synced


def sync(folder: Path) -> tuple[int, int]:
    """Make the entries of a directory durable; return its device and inode."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise plain.refused(folder, 0, error, "synced") from error
    try:
        found = os.fstat(descriptor)
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network file systems sync no directories
            raise plain.refused(folder, 0, error, "synced") from error
    finally:
        os.close(descriptor)
    return found.st_dev, found.st_ino
