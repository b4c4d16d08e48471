"""The private allow-list: which contents this user registered or approved on this machine.

Jupyter's own idea of notebook trust: the list lies outside every registry, in the user's private directory, so that nobody
who can write a registry can approve anything for somebody else. An approval names a content id, so flavor, stream and
buffers cannot be exchanged under it. There is no switch that turns the gate off.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import threading
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from modelreg.errors import IntegrityError, InvalidError, RegistryError, UntrustedModelError
from modelreg.moments import now
from modelreg.records import Approval

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA: Final = 1
_EXPECTED = re.compile(r"b3:([0-9a-f]{64})")
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS allowed (
    content_id TEXT PRIMARY KEY,
    how TEXT NOT NULL CHECK (how IN ('registered', 'approved')),
    label TEXT NOT NULL,
    at INTEGER NOT NULL
)"""


_inherited: Final[list[sqlite3.Connection]] = []
"""Connections of the parent in a forked child. SQLite's must not be touched there, not even to be closed."""

_lists: Final[weakref.WeakSet[Allowed]] = weakref.WeakSet()


class Allowed:
    """The allow-list in ``directory``. Safe for threads and processes.

    One connection is kept: closing it would write the whole log back, with every model that is registered. A forked
    child and a list that was replaced get another.

    A list that others could have written is treated as empty; so is one that cannot be read, which is kept aside.

    Parameters
    ----------
    directory : Path
        The user's private directory; made at the first approval, for the user alone.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.file = directory / "trust.db"
        self._lock = threading.RLock()
        self._driver: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None
        """Device and inode of the file that the connection belongs to."""
        _lists.add(self)

    def close(self) -> None:
        """Give back the connection; the list opens again by itself."""
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

    def how(self, content_id: str) -> str | None:
        """Return why contents are allowed: ``registered`` or ``approved``; None when they are not."""
        for approval in self._select("WHERE content_id = ?", (content_id,)):
            return approval.how
        return None

    def all(self) -> list[Approval]:
        """Return every approval, newest first."""
        return self._select("ORDER BY at DESC, content_id", ())

    def allow(self, content_id: str, how: str, *, label: str = "") -> None:
        """Allow contents. What was registered stays so.

        Raises
        ------
        RegistryError
            The list cannot be written, or others could have written it.
        """
        if self.how(content_id) is not None:
            return
        self._make()
        fault = self._fault()
        if fault is not None:
            raise RegistryError(fault)
        with self._open(write=True) as driver:
            driver.execute(_TABLE)
            driver.execute(
                "INSERT INTO allowed VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (content_id, how, label, now()),
            )

    def withdraw(self, content_id: str) -> bool:
        """Take an approval back; return whether there was one."""
        if self.how(content_id) is None:
            return False
        with self._open(write=True) as driver:
            driver.execute("DELETE FROM allowed WHERE content_id = ?", (content_id,))
        return True

    def _select(self, clause: str, values: tuple[str, ...]) -> list[Approval]:
        if not self.file.exists() or self._fault() is not None:
            return []
        try:
            with self._open() as driver:
                query = f"SELECT content_id, how, at, label FROM allowed {clause}"  # noqa: S608  (our own clauses)
                rows = driver.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # somebody is making it at this moment
                return []
            msg = f"the allow-list {self.file} cannot be read: {error}"
            raise RegistryError(msg) from error
        except sqlite3.DatabaseError:
            self._put_aside()
            return []
        return [Approval(content_id=content, how=how, at=at, label=label) for content, how, at, label in rows]

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
                msg = f"the allow-list {self.file} cannot be written: {error}"
                raise RegistryError(msg) from error

    def _connected(self) -> sqlite3.Connection:
        """Return the connection to the file that is there now."""
        try:
            facts = self.file.stat()
            here = (facts.st_dev, facts.st_ino)
            if self._driver is None or here != self._opened:
                self.close()
                self._driver = sqlite3.connect(self.file, timeout=10, isolation_level=None, check_same_thread=False)
                self._opened = here
                self._driver.execute("PRAGMA synchronous = NORMAL")
        except (sqlite3.OperationalError, OSError) as error:
            self.close()
            msg = f"the allow-list {self.file} cannot be opened: {error}"
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

    def _fault(self) -> str | None:
        """Say why the list is not to be believed: others could have written it."""
        for path in (self.directory, self.file):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue
            if hasattr(os, "getuid") and facts.st_uid != os.getuid():
                return f"{path} belongs to another user; approvals are not kept there"
            if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return f"{path} can be written by others, so no approval in it counts; run chmod go-w {path}"
        return None

    def _put_aside(self) -> None:
        """Keep a list that cannot be read out of the way."""
        self.close()
        for number in range(1000):
            aside = self.file.with_name(f"{self.file.name}.corrupt-{number}")
            if not aside.exists():
                for ending in ("-wal", "-shm"):
                    self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
                self.file.rename(aside)
                return


def _after_fork() -> None:
    for allowed in list(_lists):
        allowed.leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def gate(content_id: str, *, runs_code: bool, allowed: Allowed, trust: bool = False, expect: str | None = None) -> str:
    """Return why contents may be loaded, or raise. The one decision, for every way to load.

    Parameters
    ----------
    content_id : str
        What would be loaded; its bytes have been compared with it already.
    runs_code : bool
        Whether loading runs code that came with the contents.
    allowed : Allowed
        The private list.
    trust : bool
        The user says yes for this once.
    expect : str, optional
        ``b3:<64 hex digits>``: the content id that the user expects, which is a yes too.

    Raises
    ------
    InvalidError
        ``expect`` is no content id.
    IntegrityError
        The contents are not the expected ones.
    UntrustedModelError
        Nobody here has said yes.
    """
    if expect is not None:
        wanted = _EXPECTED.fullmatch(expect)
        if wanted is None:
            msg = f"expect is a content id such as b3: and 64 hex digits, not {expect[:80]!r}"
            raise InvalidError(msg)
        if wanted[1] != content_id:
            msg = f"the contents are b3:{content_id}, not the expected {expect}; nothing was loaded"
            raise IntegrityError(msg)
        return "expected"
    if not runs_code:
        return "code-free"
    how = allowed.how(content_id)
    if how is not None:
        return how
    if trust:
        return "trusted once"
    msg = f"the contents b3:{content_id} are not trusted here and loading them runs code"
    raise UntrustedModelError(msg)
