"""Objects that nobody but this user can change: only such files are mapped, or believed to be what they were before.

A file counts where it belongs to this user or to root, nobody else may write it, the same holds for every folder above it,
and its file system is local. Anybody else's is read into private memory, and what was read is verified and used.
"""

from __future__ import annotations

import os
import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from modelreg.blobs import mapping, plain
from modelreg.blobs.faults import checked
from modelreg.blobs.reader import Reader, must_be, wrong_size
from modelreg.mounts import is_local

if TYPE_CHECKING:
    from modelreg.blobs.base import BlobStore
    from modelreg.blobs.mapping import Region
    from modelreg.blobs.reader import Facts


class OwnFiles(Reader):
    """The objects of a folder, for one load: how the folders stand is looked at once.

    Whose a file is, is asked of the same descriptor that is read or mapped.

    Parameters
    ----------
    store : BlobStore
        What the folder belongs to.
    root : Path
        The registry.
    objects : Path
        The folder within it that holds the objects.
    """

    def __init__(self, store: BlobStore, root: Path, objects: Path) -> None:
        super().__init__(store)
        self._place = os.path.realpath(
            objects
        )  # opened by this: no link is left in it that could come to lead elsewhere
        self._device = _device(Path(self._place), Path(os.path.realpath(root)))
        self._folders: dict[str, bool] = {}

    def size(self, name: str) -> int | None:
        """Return the size of a plain file; see :class:`~modelreg.blobs.reader.Reader`."""
        return plain.size(self._path(name))

    def readinto(self, name: str, offset: int, view: memoryview) -> Facts | None:
        """Fill ``view``; see :class:`~modelreg.blobs.base.Reader`."""
        path = self._path(name)
        descriptor, found = plain.opened(path, name)
        try:
            plain.fill(descriptor, path, name, offset, view)
        finally:
            os.close(descriptor)
        return self.facts(name, found)

    def compare(self, name: str, size: int, scratch: memoryview) -> Facts | None:
        """Read one file from end to end; see :class:`~modelreg.blobs.reader.Reader`."""
        path = self._path(name)
        descriptor, found = plain.opened(path, name)
        try:
            if found.st_size != size:
                raise wrong_size(name, found.st_size, size)
            must_be(name, size, scratch, lambda offset, piece: plain.fill(descriptor, path, name, offset, piece))
        finally:
            os.close(descriptor)
        return self.facts(name, found)  # as it was before: whatever changes it meanwhile gives it another time

    def map(self, name: str, offset: int, region: Region, at: int, length: int) -> Facts | None:
        """Lay an object into a region; see :class:`~modelreg.blobs.base.Reader`."""
        descriptor, found = plain.opened(self._path(name), name)
        try:
            facts = self.facts(name, found)
            if facts is None or found.st_size < offset + length or not region.map(at, descriptor, offset, length):
                return None
            if mapping.is_cold(descriptor, offset + length // 2):
                self.cold.append(name)
        finally:
            os.close(descriptor)
        return facts

    def facts(self, name: str, found: os.stat_result) -> Facts | None:
        """Return what identifies a file that only this user can change; see :class:`~modelreg.blobs.reader.Reader`."""
        if self._device is None or not _only_mine(found):  # its own device: a layered file system has others for files
            return None
        folder = name[:2]
        if folder not in self._folders:
            try:
                self._folders[folder] = _is_closed(f"{self._place}/{folder}", self._device)
            except OSError:  # it was removed this moment
                return None
        return facts_of(found) if self._folders[folder] else None

    def _path(self, name: str) -> str:
        checked(name)
        return f"{self._place}/{name[:2]}/{name[2:]}"


def facts_of(found: os.stat_result) -> Facts:
    """Return what a file is recognised by."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def closed(folder: Path) -> bool:
    """Whether nobody else can exchange what this user makes in a folder, or the folder itself; no link is left in its path."""
    if not hasattr(os, "geteuid"):
        return False
    try:
        return all(_is_closed(str(place), sticky=True) for place in (folder, *folder.parents))
    except OSError:
        return False


def _device(objects: Path, root: Path) -> int | None:
    """Return the device of the objects if only this user can change what lies in their folder; else None."""
    if not hasattr(os, "geteuid"):
        return None
    try:
        device = objects.lstat().st_dev
        closed = _is_closed(str(objects)) and all(
            _is_closed(str(folder), sticky=not folder.is_relative_to(root)) for folder in objects.parents
        )
    except OSError:
        return None
    return device if closed and is_local(objects, device) else None


def _is_closed(folder: str, device: int | None = None, *, sticky: bool = False) -> bool:
    """Whether nobody else can put, replace or rename anything in a folder.

    Parameters
    ----------
    folder : str
        The folder; a link to one is none.
    device : int, optional
        Where it must lie.
    sticky : bool
        Whether one in which each may only touch his own, such as ``/tmp``, will do.
    """
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or device not in (None, found.st_dev):
        return False
    return _only_mine(found) or (sticky and bool(found.st_mode & stat.S_ISVTX) and _is_mine(found))


def _is_mine(found: os.stat_result) -> bool:
    return found.st_uid in (0, os.geteuid())


def _only_mine(found: os.stat_result) -> bool:
    # a list of access rights shows in the bits of the group: they are its mask
    if found.st_mode & stat.S_IWOTH or not _is_mine(found):
        return False
    return not found.st_mode & stat.S_IWGRP or found.st_gid == _own_group(os.geteuid())


@cache
def _own_group(user: int) -> int | None:
    """Return the group that a user is alone in, named as he is: where there are such, new files are writable for it."""
    import grp
    import pwd

    try:
        account = pwd.getpwuid(user)
        group = grp.getgrgid(account.pw_gid)
    except KeyError:
        return None
    alone = user != 0 and group.gr_name == account.pw_name and set(group.gr_mem) <= {account.pw_name}
    return group.gr_gid if alone else None
