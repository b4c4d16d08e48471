"""A small SQLite file in the user's private directory: what this user decided, or saw, on this machine.

It lies outside every registry, so that nobody who can write a registry can put anything into it.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SCHEMA: Final = 1

_inherited: Final[list[sqlite3.Connection]] = []
"""Connections of the parent in a forked child. SQLite's must not be touched there, not even to be closed."""

_files: Final[weakref.WeakSet[PrivateFile]] = weakref.WeakSet()


class PrivateFile:
    """A database that only this user writes. Safe for threads and processes.

    One connection is kept: closing it would write the whole log back, with every model that is registered. A forked
    child and a file that was replaced get another.

    A file that others could have written is treated as empty; so is one that cannot be read, which is kept aside.

    Parameters
    ----------
    file : Path
        Where it lies; made at the first write, with its directory, for the user alone.
    what : str
        What errors call it.
    tables : sequence of str
        The statements that make the tables, where they are not there yet.
    patience : float
        Seconds to wait for another writer.
    """

    def __init__(self, file: Path, what: str, tables: Sequence[str], *, patience: float = 10) -> None:
        self.directory = file.parent
        self.file = file
        self._what = what
        self._tables = tuple(tables)
        self._patience = patience
        self._lock = threading.RLock()
        self._driver: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None
        """Device and inode of the file that the connection belongs to."""
        _files.add(self)

    @property
    def exists(self) -> bool:
        """Whether the file is there; one in a directory that this user may not enter is not."""
        return os.path.exists(self.file)  # noqa: PTH110  (a Path raises where it may not look)

    def close(self) -> None:
        """Give back the connection; the file opens again by itself."""
        with self._lock:
            if self._driver is not None:
                self._driver.close()
            self._driver = self._opened = None

    def leave(self) -> None:
        """Let go of what a forked child has from its parent: the connection, and a lock that nobody here would open."""
        if self._driver is not None:
            _inherited.append(self._driver)
        self._driver = self._opened = None
        self._lock = threading.RLock()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Return what a query finds; nothing in a file that is not there or not to be believed.

        Raises
        ------
        RegistryError
            The file cannot be read now.
        """
        if not self.exists or self.fault() is not None:
            return []
        try:
            with self._open() as driver:
                return driver.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # somebody is making it at this moment
                return []
            msg = f"{self._what} {self.file} cannot be read: {error}"
            raise RegistryError(msg) from error
        except sqlite3.DatabaseError:
            self._put_aside()
            return []

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction in which the tables are there.

        Raises
        ------
        RegistryError
            The file cannot be written, or others could have written it.
        """
        self._make()
        fault = self.fault()
        if fault is not None:
            raise RegistryError(fault)
        with self._open(write=True) as driver:
            for table in self._tables:
                driver.execute(table)
            yield driver

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        with self._lock:
            driver = self._connected()
            try:
                if write:
                    driver.execute("BEGIN IMMEDIATE")
                yield driver
                if write:
                    driver.execute("COMMIT")
            except BaseException as error:
                self.close()  # rolls back
                if not write or not isinstance(error, sqlite3.DatabaseError):
                    raise
                if not isinstance(error, sqlite3.OperationalError):
                    self._put_aside()
                msg = f"{self._what} {self.file} cannot be written: {error}"
                raise RegistryError(msg) from error

    def _connected(self) -> sqlite3.Connection:
        """Return the connection to the file that is there now."""
        try:
            facts = self.file.stat()
            here = (facts.st_dev, facts.st_ino)
            if self._driver is None or here != self._opened:
                self.close()
                self._driver = sqlite3.connect(
                    self.file, timeout=self._patience, isolation_level=None, check_same_thread=False
                )
                self._opened = here
                self._driver.execute("PRAGMA synchronous = NORMAL")
        except (sqlite3.OperationalError, OSError) as error:
            self.close()
            msg = f"{self._what} {self.file} cannot be opened: {error}"
            raise RegistryError(msg) from error
        return self._driver

    def _make(self) -> None:
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.file.exists():
                os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
                # the mode stays with the file; where two processes race for it, one of them sets it
                with suppress(sqlite3.OperationalError), self._open() as driver:
                    driver.execute("PRAGMA journal_mode = WAL")
                    driver.execute(f"PRAGMA user_version = {SCHEMA}")
        except OSError as error:
            msg = f"the private directory {self.directory} cannot be made: {error.strerror or error}"
            raise RegistryError(msg) from error

    def fault(self) -> str | None:
        """Say why the file is not to be believed: others could have written it."""
        for path in (self.directory, self.file):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue
            if hasattr(os, "getuid") and facts.st_uid != os.getuid():
                return f"{path} belongs to another user; {self._what} is not kept there"
            if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return f"{path} can be written by others, so nothing in it counts; run chmod go-w {path}"
        return None

    def _put_aside(self) -> None:
        """Keep a file that cannot be read out of the way."""
        self.close()
        for number in range(1000):
            aside = self.file.with_name(f"{self.file.name}.corrupt-{number}")
            if not aside.exists():
                for ending in ("-wal", "-shm"):
                    self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
                self.file.rename(aside)
                return


def _after_fork() -> None:
    for file in list(_files):
        file.leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
