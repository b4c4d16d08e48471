"""What a flavor gives: the stream, the buffers and the files of one object, referred to and not copied."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg.blobs.own import closed
from modelreg.blobs.plain import REFUSALS, refused
from modelreg.errors import IntegrityError, InvalidError, ModelRegError
from modelreg.flavors.base import TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.digests import Bytes
    from modelreg.flavors.base import Parts

_JOINED: Final = 64 << 10
"""Smaller writes to the stream are joined, larger ones kept as they came."""


class Stream:
    """The stream as it is written: large chunks as they come, small ones joined."""

    def __init__(self, count: Callable[[int], None]) -> None:
        self._count = count
        self._chunks: list[Bytes] = []
        self._small = bytearray()

    def write(self, data: Bytes, /) -> int:
        """Take ``data`` and return its length."""
        size = memoryview(data).nbytes
        self._count(size)
        if size < _JOINED:
            self._small += data
        else:
            self._flush()
            self._chunks.append(data if isinstance(data, bytes) else memoryview(data).cast("B"))
        return size

    def chunks(self) -> list[Bytes]:
        """Return everything that was written."""
        self._flush()
        return self._chunks

    def _flush(self) -> None:
        if self._small:
            self._chunks.append(bytes(self._small))
            self._small = bytearray()


class Flat:
    """Memory that lies in one piece, as parts."""

    def __init__(self, view: memoryview) -> None:
        self.view = view.cast("B") if view.nbytes else memoryview(b"")
        self.nbytes = self.view.nbytes

    def read(self, offset: int, length: int) -> memoryview:
        """Return a stretch of the memory itself."""
        return self.view[offset : offset + length]


class FileParts:
    """A file as parts, which is the same file in the same state each time."""

    def __init__(self, path: str, source: Path) -> None:
        self.path = path
        self._source = source
        try:
            found = source.stat()
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror or error}; nothing was registered"
            raise InvalidError(msg) from error
        self.nbytes = found.st_size
        self._state = (found.st_size, found.st_mtime_ns, found.st_ino)

    def read(self, offset: int, length: int) -> bytes:
        """Return a stretch of the file.

        Raises
        ------
        IntegrityError
            It is not what it was, or cannot be read any more.
        """
        try:
            with self._source.open("rb") as stream:
                stream.seek(offset)
                data = stream.read(length)
        except OSError as error:
            raise self._unreadable(error) from error
        if len(data) != length:
            raise self._changed()
        return data

    def settled(self) -> None:
        """See that the file is as it was when it was first looked at."""
        try:
            found = self._source.stat()
        except OSError as error:
            raise self._unreadable(error) from error
        if (found.st_size, found.st_mtime_ns, found.st_ino) != self._state:
            raise self._changed()

    def _changed(self) -> IntegrityError:
        return IntegrityError(f"{self.path} changed while it was being registered; nothing was registered")

    def _unreadable(self, error: OSError) -> IntegrityError:
        msg = f"{self.path} cannot be read any more: {error.strerror or error}; nothing was registered"
        return IntegrityError(msg)


class Gathered:
    """The sink of a flavor.

    Parameters
    ----------
    limit : int, optional
        Bytes; what is larger raises :class:`~modelreg.flavors.base.TooLarge`.
    staging : Path, optional
        Where a flavor that can only write folders may do so; None: the system's place for temporary files, as where others
        could exchange what is there.
    """

    def __init__(self, limit: int | None = None, staging: Path | None = None) -> None:
        self.limit = limit
        self._staging = staging
        self._stream: Stream | None = None
        self.size = 0
        self.buffers: list[Parts] = []
        self.files: list[FileParts] = []
        self.notes: list[str] = []
        self._folders: dict[Path, weakref.finalize[..., Gathered]] = {}

    def stream(self) -> Stream:
        """Return the file of the one stream."""
        self._stream = self._stream or Stream(self._count)
        return self._stream

    def buffer(self, data: memoryview | Parts) -> None:
        """Take a buffer."""
        parts = Flat(data) if isinstance(data, memoryview) else data
        self._count(parts.nbytes)
        self.buffers.append(parts)

    def file(self, path: str, source: Path) -> None:
        """Take a file, which is read when the contents are hashed."""
        parts = FileParts(path, source)
        self._count(parts.nbytes)
        self.files.append(parts)

    def note(self, text: str) -> None:
        """Take a sentence for the user."""
        self.notes.append(text)

    def directory(self) -> Path:
        """Return a new private folder that lasts as long as the contents are needed.

        Raises
        ------
        StorageError
            There can be none; a :class:`~modelreg.errors.ReadOnlyError` where nothing may be written.
        """
        try:
            folder = Path(tempfile.mkdtemp(prefix="modelreg-", dir=self._place()))
        except OSError as error:
            raise refused(self._staging or Path(tempfile.gettempdir()), 0, error) from error
        self._folders[folder] = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _place(self) -> Path | None:
        """Return where folders are made; None: with the system, where others could exchange one before it is read."""
        if self._staging is None:
            return None
        self._staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Path(os.path.realpath(self._staging))
        return place if closed(place) else None

    def give_up(self, error: BaseException) -> BaseException:
        """Remove the folders at once, and return what is to be told of an error.

        Whoever holds the error would hold the folders too, on a disk that may be full. A library's own error in writing a
        folder becomes one of ours.
        """
        place = next(iter(self._folders), None)
        for remove in self._folders.values():
            remove()
        if place is None or not isinstance(error, OSError) or isinstance(error, ModelRegError):
            return error
        return refused(place, 0, error) if error.errno in REFUSALS else error

    @property
    def chunks(self) -> list[Bytes] | None:
        """What was written to the stream; None when there is none."""
        return None if self._stream is None else self._stream.chunks()

    def _count(self, size: int) -> None:
        self.size += size
        if self.limit is not None and self.size > self.limit:
            raise TooLarge
