"""Plain files opened and read with care: no link is followed, no pipe waited for, no short file taken for a whole one."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Final

from modelreg.blobs.faults import damaged, missing
from modelreg.errors import IntegrityError, ReadOnlyError, RegistryError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

CHUNK: Final = 8 << 20
"""At most so many bytes in one system call."""

NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | NOFOLLOW  # non-blocking: a FIFO must not hang a reader
_SPECIAL: Final = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO})  # a symbolic link, a socket

_FULL: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file is larger than is allowed here",
}
_CLOSED: Final = {
    errno.EROFS: "its file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
}

REFUSALS: Final = frozenset({errno.EIO, *_FULL, *_CLOSED})
"""What a disk says when it does not take what is to be written."""


def size(path: str | Path) -> int | None:
    """Return the size of a plain file, None for anything else.

    Raises
    ------
    StorageError
        The disk refuses.
    """
    found = looked_at(path)
    return None if found is None else found.st_size


def looked_at(path: str | Path) -> os.stat_result | None:
    """Return what the system says of a plain file, None for anything else.

    Raises
    ------
    StorageError
        The disk refuses.
    """
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    return found if stat.S_ISREG(found.st_mode) else None


def opened(path: str | Path, name: str) -> tuple[int, os.stat_result]:
    """Return the descriptor of the file of an object, which the caller closes, and what the system says of it.

    Raises
    ------
    IntegrityError
        There is none, or it is no plain file.
    StorageError
        The disk refuses.
    """
    try:
        descriptor = os.open(path, _READ)
    except (FileNotFoundError, NotADirectoryError):
        raise missing(name) from None
    except OSError as error:
        if error.errno in _SPECIAL:
            how = "is no plain file"
            raise damaged(name, how) from error
        raise unreadable(path, error) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        how = "is no plain file"
        raise damaged(name, how)
    return descriptor, found


def fill(descriptor: int, path: str | Path, name: str, offset: int, view: memoryview) -> None:
    """Fill ``view`` with the bytes of an open object from ``offset`` on.

    Raises
    ------
    IntegrityError
        It is shorter.
    StorageError
        The disk refuses.
    """
    flat, done = view.cast("B"), 0
    try:
        while done < flat.nbytes:
            count = _read_at(descriptor, flat[done : done + CHUNK], offset + done)
            if not count:
                held = os.fstat(descriptor).st_size
                how = f"is truncated: it holds {held:,} bytes where {offset + flat.nbytes:,} are needed"
                raise damaged(name, how)
            done += count
    except OSError as error:
        if isinstance(error, IntegrityError):
            raise
        raise unreadable(path, error) from error


def unreadable(path: str | Path, error: OSError) -> StorageError:
    """Return our error for what the system does not let us read."""
    return StorageError(f"{path} cannot be read: {error.strerror or error}")


def refused(path: Path, size: int, error: OSError, what: str = "written") -> RegistryError:
    """Return our error for a write that the system refused; our own errors are left as they are."""
    if isinstance(error, RegistryError):
        return error
    amount = f" ({size:,} bytes)" if size else ""
    number = error.errno or 0
    if number in _CLOSED:
        return ReadOnlyError(f"{path}{amount} cannot be {what}: {_CLOSED[number]}")
    reason = _FULL.get(number) or error.strerror or str(error)
    tries = ("du",) if number == errno.ENOSPC else ()
    return StorageError(f"{path}{amount} cannot be {what}: {reason}; nothing was registered", tries=tries)


def _read_at(descriptor: int, view: memoryview, offset: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [view], offset)
    data = os.pread(descriptor, view.nbytes, offset)
    view[: len(data)] = data
    return len(data)
