"""Digests of files and folders, streamed, and kept as long as a file stays as it is."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg import digests
from modelreg.capture.data.kinds import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FileDigest", "file_digest", "folder_digest"]

_CHUNK: Final = 1 << 20
_REMEMBERED: Final = 10_000
MOST_FILES: Final = 100_000
"""A folder of more files than this has no fingerprint."""

_known: dict[tuple[str, int, int, int], str] = {}
_lock = Lock()


class FileDigest(NamedTuple):
    """A file as it was when it was read."""

    digest: str
    """Plain BLAKE3 of its bytes."""
    size: int
    modified: int
    """Nanoseconds since 1970, UTC."""


def file_digest(path: Path) -> FileDigest:
    """Return the digest of a file; read once as long as its size, time and inode stay.

    Raises
    ------
    OSError
        It cannot be read.
    Unreadable
        It was written meanwhile, or is no regular file.
    """
    before = path.stat()
    key = (str(path), before.st_size, before.st_mtime_ns, before.st_ino)
    with _lock:
        known = _known.get(key)
    if known is None:
        if not path.is_file():
            raise Unreadable(f"{path} is no regular file")
        known = digests.digest_of(_chunks(path))
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise Unreadable(f"{path} was written while it was read")
        with _lock:
            if len(_known) >= _REMEMBERED:
                _known.clear()
            _known[key] = known
    return FileDigest(known, before.st_size, before.st_mtime_ns)


def _chunks(path: Path) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_CHUNK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            yield buffer[:count]


def folder_digest(path: Path) -> tuple[str, int, int]:
    """Return the digest, the number of files and the size of all that is under a folder; links to folders are not followed.

    Raises
    ------
    OSError
        Something in it cannot be read.
    Unreadable
        It holds very many files, or one that is no regular file.
    """
    places = []
    for base, _, names in os.walk(path, onerror=_raise):
        places += [Path(base, name) for name in names]
        if len(places) > MOST_FILES:
            raise Unreadable(f"{path} holds more than {MOST_FILES:,} files")
    rows = sorted((os.fsencode(one.relative_to(path).as_posix()).hex(), file_digest(one)) for one in places)
    listing = [[name, one.digest] for name, one in rows]
    return digests.digest(b"mrfp1 folder\n" + digests.canonical(listing)), len(rows), sum(one.size for _, one in rows)


def _raise(error: OSError) -> None:
    raise error
