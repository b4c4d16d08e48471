"""Objects as plain files under a directory: ``objects/b3/ab/<62 hex>``, mode 0444."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import threading
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from modelreg.blobs import plain
from modelreg.blobs.aside import TEMPORARY, Aside, joined
from modelreg.blobs.base import BlobStore
from modelreg.blobs.faults import checked
from modelreg.blobs.folders import Folders
from modelreg.blobs.hits import Hit, Hits, Touched
from modelreg.blobs.own import OwnFiles, facts_of
from modelreg.digests import hasher
from modelreg.errors import IntegrityError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from modelreg.blobs.reader import Reader
    from modelreg.digests import Bytes

_FANOUT = re.compile(r"[0-9a-f]{2}")
_REST = re.compile(r"[0-9a-f]{62}")


class LocalBlobs(BlobStore):
    """Objects in plain files of a local (or mounted) directory.

    Parameters
    ----------
    root : str or Path
        The directory that holds ``objects``; made at the first write.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self._objects = self.root / "objects" / "b3"
        self._folders = Folders(self.root, self._objects)
        self.hits = Hits()

    def path(self, name: str) -> Path:
        """Return where an object lies, whether or not it is there."""
        checked(name)
        return self._objects / name[:2] / name[2:]

    @contextlib.contextmanager
    def batch(self) -> Iterator[_Batch]:
        """Open a batch of writes; see :class:`BlobStore`."""
        batch = _Batch(self)
        try:
            yield batch
        finally:  # also after an error: objects that others may find must be as durable as they look
            self._folders.settle(tuple(batch.folders), batch.made)
            batch.hits.settle()

    def reader(self) -> Reader:
        """Return what maps objects that are the user's own; see :class:`BlobStore`."""
        return OwnFiles(self, self.root, self._objects)

    def readinto(self, name: str, offset: int, view: memoryview) -> None:
        """Fill ``view``; see :class:`BlobStore`."""
        path = self.path(name)
        descriptor, _ = plain.opened(path, name)
        try:
            plain.fill(descriptor, path, name, offset, view)
        finally:
            os.close(descriptor)

    def open(self, name: str) -> BinaryIO:
        """Return an object as a binary file; see :class:`BlobStore`."""
        return os.fdopen(plain.opened(self.path(name), name)[0], "rb")

    def size(self, name: str) -> int | None:
        """Return the size of a plain file, None for anything else."""
        return plain.size(self.path(name))

    def delete(self, name: str) -> None:
        """Unlink an object; see :class:`BlobStore`."""
        path = self.path(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise plain.refused(path, 0, error, "removed") from error

    def forget(self, names: Iterable[str]) -> None:
        """Believe objects no more; see :class:`BlobStore`."""
        self.hits.forget(names)

    def stands(self, objects: Iterable[tuple[str, int]]) -> bool:
        """Whether objects are all there, in their places for good; see :class:`BlobStore`.

        A file that is not the one that this process knows may be of a writer whose folders are not on the disk yet.
        """
        young: dict[Path, None] = {}
        for name, size in objects:
            path = self.path(name)
            found = plain.looked_at(path)
            if found is None or found.st_size != size:
                return False
            if not self.hits.settled(name, facts_of(found)):
                young[path.parent] = None
        self._folders.settle(young)
        return True

    def iterate(self) -> Iterator[tuple[str, int, int]]:
        """Yield every object; what has another name or is no plain file is no object."""
        for directory, entry in self._entries():
            if not _REST.fullmatch(entry.name):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # deleted meanwhile
                continue
            if stat.S_ISREG(found.st_mode):
                yield directory.name + entry.name, found.st_size, found.st_mtime_ns

    def sweep_temp(self, older_than_seconds: float) -> int:
        """Remove temporary files that are older; see :class:`BlobStore`."""
        limit = time.time() - older_than_seconds
        removed = 0
        for directory, entry in chain(self._entries(), self._listed(self._objects)):
            if not entry.name.startswith(TEMPORARY):
                continue
            path = directory / entry.name
            try:
                if entry.stat(follow_symlinks=False).st_mtime <= limit:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # its writer finished
                continue
            except OSError as error:
                raise plain.refused(path, 0, error, "removed") from error
        return removed

    def _entries(self) -> Iterator[tuple[Path, os.DirEntry[str]]]:
        try:
            names = sorted(name for name in os.listdir(self._objects) if _FANOUT.fullmatch(name))  # noqa: PTH208
        except FileNotFoundError:
            return
        except OSError as error:
            raise plain.unreadable(self._objects, error) from error
        for name in names:
            directory = self._objects / name
            if directory.is_symlink():  # what it leads to is nothing of ours, and gc would remove it
                continue
            yield from self._listed(directory)

    def _listed(self, directory: Path) -> Iterator[tuple[Path, os.DirEntry[str]]]:
        try:
            with os.scandir(directory) as entries:
                yield from ((directory, entry) for entry in entries)
        except FileNotFoundError:  # removed this moment, or nothing was ever written
            return
        except OSError as error:
            raise plain.unreadable(directory, error) from error

    def _reuse(self, name: str, size: int, batch: _Batch) -> bool:
        """Whether a good object is there already; its time is then renewed, and its directory synced unless that is known."""
        path = self.path(name)
        try:
            descriptor, found = plain.opened(path, name)
        except (IntegrityError, RegistryError):  # not there, or nothing that can be read
            return False
        try:
            there, settled = (
                batch.hits.takes(Hit(name, path, descriptor, found)) if found.st_size == size else (False, False)
            )
        finally:
            os.close(descriptor)
        if there and not settled:  # who wrote it may not have come that far
            batch.folders[path.parent] = None
        return there

    def _write(self, name: str, pieces: Sequence[Bytes], batch: _Batch) -> None:
        """Write a new object beside its place and rename it into it."""
        path = self.path(name)
        try:
            with Aside(path.parent) as aside:
                for chunk in joined(pieces):
                    aside.write(chunk)
                self._publish(aside, name, batch)
        except OSError as error:
            raise plain.refused(path, _length(pieces), error) from error

    def _pour(self, chunks: Iterable[Bytes], size: int, batch: _Batch) -> tuple[str, bool]:
        """Write what may be a new object while it is hashed, which says its place."""
        whole = hasher()
        try:
            with Aside(self._objects) as aside:
                for chunk in chunks:
                    whole.update(chunk)
                    aside.write(chunk)
                name = str(whole.hexdigest())
                if batch.claimed(name):
                    return name, True
                with batch.unless_refused(name):
                    there = self._reuse(name, size, batch)
                    if not there:
                        self._publish(aside, name, batch)
        except OSError as error:
            raise plain.refused(self._objects, size, error) from error
        return name, there

    def _publish(self, aside: Aside, name: str, batch: _Batch) -> None:
        """Bring a whole object to the disk and to its place, and note it."""
        path, found = self.path(name), aside.settle()
        batch.written.append(name)  # before: once it is there, an interrupt may be next
        aside.publish(path)
        batch.made |= aside.made
        batch.folders[path.parent] = None
        batch.hits.wrote(name, facts_of(found))


class _Batch:
    """Writes of several threads, whose directories are synced once, when all are done."""

    def __init__(self, store: LocalBlobs) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._claimed: set[str] = set()
        self.hits = Touched(store.hits, store.reader)
        self.folders: dict[Path, None] = {}
        """Directories whose entries must be made durable."""
        self.made: set[Path] = set()
        """Directories that were not there."""
        self.written: list[str] = []

    def holds(self, name: str, size: int) -> bool:
        if name in self._claimed:
            return True
        there = self._store._reuse(name, size, self)  # noqa: SLF001
        if there:
            self.claimed(name)
        return there

    def put(self, name: str, pieces: Sequence[Bytes]) -> bool:
        if self.claimed(name):
            return True
        with self.unless_refused(name):
            there = self._store._reuse(name, _length(pieces), self)  # noqa: SLF001
            if not there:
                self._store._write(name, pieces, self)  # noqa: SLF001
        return there

    def pour(self, chunks: Iterable[Bytes], size: int) -> tuple[str, bool]:
        return self._store._pour(chunks, size, self)  # noqa: SLF001

    def claimed(self, name: str) -> bool:
        """Whether an object was put before; if not it is now: one that is put twice is written once, whoever was first."""
        with self._lock:
            before = name in self._claimed
            self._claimed.add(name)
            return before

    @contextlib.contextmanager
    def unless_refused(self, name: str) -> Iterator[None]:
        """Put an object; where that fails it was not put, and the next who asks for it is told so."""
        try:
            yield
        except BaseException:
            with self._lock:
                self._claimed.discard(name)
            raise


def _length(pieces: Sequence[Bytes]) -> int:
    return sum(memoryview(piece).nbytes for piece in pieces)
