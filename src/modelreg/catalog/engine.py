"""The catalog of one registry: opening it, reading it, writing it.

Reads run in plain transactions (a consistent snapshot). Writes begin with ``BEGIN IMMEDIATE``: SQLite then waits for the
lock instead of failing later on a stale snapshot, and every rule is checked against what will be committed.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from modelreg import settings
from modelreg.catalog import byhand, create, foreign, schema
from modelreg.catalog.faults import PATIENCE, is_locked, translate, translated
from modelreg.catalog.patience import heed, heeded, limited, seconds
from modelreg.errors import DamagedError, InvalidError, LockedError, NewerRegistryError, ReadOnlyError, StorageError
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

_SLICE: Final = 0.1
"""Seconds that SQLite itself waits for the lock before Python looks for an interrupt."""

_open: weakref.WeakSet[Catalog] = weakref.WeakSet()


class Catalog:
    """The facts of the registry at ``place``.

    Opened on first use; a registry that does not exist reads as an empty one and is made by the first write. Safe for
    threads; a forked child gets connections of its own.

    Parameters
    ----------
    place : Path
        Directory of the registry.
    patience : float
        Seconds that a write waits for the lock.
    """

    def __init__(self, place: Path, *, patience: float = PATIENCE) -> None:
        self.place = place
        self.patience = patience
        self._engine: Engine | None = None
        self._empty: Engine | None = None
        self._opening = threading.RLock()
        self._seen: tuple[int, int] | None = None
        """Which file was opened: device and inode."""
        self._uid: str | None = None
        _open.add(self)

    @property
    def file(self) -> Path:
        """Path of the database file."""
        return self.place / create.DATABASE

    @property
    def exists(self) -> bool:
        """Whether the registry has been made."""
        return create.is_registry(self.place)

    @property
    def writable(self) -> bool:
        """Whether this process may write the registry, as far as the file system says."""
        return self._closed() is None

    def close(self) -> None:
        """Give back all connections."""
        for engine in (self._engine, self._empty):
            if engine is not None:
                engine.dispose()
        self._engine = self._empty = None

    @contextmanager
    def read(self, *, patience: float | None = None) -> Iterator[Connection]:
        """Give a connection that sees one consistent state.

        Parameters
        ----------
        patience : float, optional
            Seconds to wait for somebody who holds the whole file. Default: 30; a few milliseconds for a look that is
            taken again anyway, from where nobody may be kept waiting.
        """
        with limited(patience), translated(self.file, seconds()), self._reader().connect() as conn, heeded(conn):
            conn.exec_driver_sql("BEGIN")
            yield conn

    @contextmanager
    def write(self, *, patience: float | None = None) -> Iterator[Connection]:
        """Give a connection that holds the write lock; commits at the end, rolls back on any error.

        Parameters
        ----------
        patience : float, optional
            Seconds to wait for the lock. Default: that of the catalog.

        Raises
        ------
        LockedError
            Somebody else held the lock for longer than the patience.
        ReadOnlyError, StorageError, DamagedError
            The registry cannot be written; nothing was.
        """
        engine = self._writer()
        with translated(self.file), engine.connect() as conn:
            self._begin(conn, self.patience if patience is None else patience)
            try:
                yield conn
                conn.exec_driver_sql("COMMIT")
            except BaseException:
                byhand.roll_back(conn)
                raise

    def prepare(self) -> None:
        """Make the registry if it is not there, and see that it can be written: before bytes are stored for it.

        Raises
        ------
        ReadOnlyError, DamagedError, NewerRegistryError, InvalidError
            It cannot be written.
        """
        self._writer()

    @property
    def uid(self) -> str:
        """Random id of the registry, which copies share; zeros while it does not exist."""
        if self._uid is None:
            with self.read() as conn:
                found = str(conn.execute(_UID).scalar_one())
            if not self.exists:
                return found
            self._uid = found
        return self._uid

    @property
    def revision(self) -> int:
        """A number that changes whenever another connection has changed the catalog; cheap."""
        if not self.exists:
            return 0
        with self.read() as conn:
            return int(conn.execute(_NEWEST).scalar() or 0)

    def adopt(self) -> None:
        """Forget what was opened: the database file has been replaced."""
        self.close()
        self._seen = None
        self._uid = None

    def _begin(self, conn: Connection, patience: float) -> None:
        """Take the write lock, waiting in slices so that Ctrl-C is heard."""
        deadline = time.monotonic() + patience
        heed(conn, _SLICE)
        while True:
            try:
                conn.exec_driver_sql("BEGIN IMMEDIATE")
                break
            except DBAPIError as error:
                if not is_locked(error) or time.monotonic() > deadline:
                    raise translate(error, self.file, patience) from error
                time.sleep(random.uniform(0, 0.005))  # noqa: S311  (spreads the waiters; no secret)
        heed(conn, PATIENCE)

    def _reader(self) -> Engine:
        if not self._opening.acquire(timeout=seconds()):
            msg = f"the registry {self.place} is being opened"
            raise LockedError(msg)
        try:
            self._still_there()
            if self._engine is not None:
                return self._engine
            if not self.exists:
                self._must_be_vacant()
                return self._nothing()
            self._engine = self._connected()
            return self._engine
        finally:
            self._opening.release()

    def _writer(self) -> Engine:
        if settings.replaying():
            msg = f"code that is run again changes nothing in the registry {self.place}"
            raise ReadOnlyError(msg)
        if not self.exists:
            with self._opening:
                self._still_there()
                self._must_be_vacant()
                create.create(self.place)
        closed = self._closed()
        if closed is not None:
            msg = f"the registry {self.place} is read-only: {closed.name} may not be written by this user"
            raise ReadOnlyError(msg, tries=("connect DIRECTORY",))
        return self._reader()

    def _closed(self) -> Path | None:
        """Return what this process may not write of the registry, or where it would be made; None where it may."""
        nearest = next((path for path in (self.file, self.place, *self.place.parents) if path.exists()), self.place)
        needed = (nearest, self.place) if self.exists else (nearest,)
        return next((path for path in needed if not os.access(path, os.W_OK)), None)

    def _still_there(self) -> None:
        """See that the file is the one that was opened: what is written to a file without a name is lost.

        A registry that has vanished is not silently made anew; another file of the same registry (put back from a copy)
        is opened in its place.
        """
        if self._seen is None or self._seen == create.identity(self.file):
            return
        if not self.exists:
            msg = f"the registry {self.place} is gone: its directory was removed or unmounted while it was in use"
            raise DamagedError(msg, tries=(f"connect {quote(str(self.place))}",))
        before = self._uid
        self.adopt()
        if before is not None and self.uid != before:
            self.close()
            self._seen, self._uid = _NOWHERE, before
            msg = f"another registry stands at {self.place} now than the one that was in use; connect to it anew"
            raise DamagedError(msg, tries=(f"connect {quote(str(self.place))}",))

    def _must_be_vacant(self) -> None:
        if create.is_vacant(self.place):
            return
        if (self.place / "objects").exists():
            msg = f"the registry {self.place} has objects but its catalog {create.DATABASE} is missing"
            raise DamagedError(msg, tries=("check --rebuild",))
        if not self.place.is_dir():
            msg = f"{self.place} is a file; a registry is a directory"
            raise InvalidError(msg, tries=("connect DIRECTORY",))
        msg = f"{self.place} is no registry and holds other files; name an empty or new directory"
        raise InvalidError(msg, tries=("connect DIRECTORY",))

    def _nothing(self) -> Engine:
        """Return an empty catalog in memory, for looking at a registry that does not exist yet."""
        if self._empty is None:
            image = create.image("0" * 32)

            def connect() -> sqlite3.Connection:
                driver = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
                driver.deserialize(image)
                return driver

            self._empty = self._driven(connect)
        return self._empty

    def _connected(self) -> Engine:
        create.check_format(self.place)
        file = create.identity(self.file)
        engine = self._made()
        try:
            with translated(self.file), engine.connect() as conn:
                own = conn.exec_driver_sql("PRAGMA application_id").scalar()
                self._must_be_catalog(own == create.APPLICATION_ID)  # before anything in it is read: it may hold code
                foreign.refuse(conn, self.file)
                stored = conn.execute(select(schema.revision.c.version_num)).scalar()
                self._must_be_catalog(stored is not None)
                self._recognise(str(stored))
                if stored != schema.REVISION:
                    self._migrate(engine)
                self._uid = str(conn.execute(_UID).scalar_one())
        except BaseException:
            engine.dispose()
            raise
        self._seen = file
        return engine

    def _must_be_catalog(self, known: bool) -> None:  # noqa: FBT001  (what was found of it)
        if not known:
            msg = f"{self.file} is a database, but no catalog of modelreg; it was left as it is"
            raise DamagedError(msg, tries=("check",))

    def _recognise(self, stored: str) -> None:
        if stored not in schema.REVISIONS:
            msg = (
                f"the registry {self.place} was written by a newer modelreg (schema {stored}; this one knows up to "
                f"{schema.REVISION}); upgrade modelreg to open it"
            )
            raise NewerRegistryError(msg)

    def _migrate(self, engine: Engine) -> None:
        from modelreg.catalog import backups, migrate  # alembic costs more to import than all else here

        if not self.writable:
            msg = f"the registry {self.place} has an older schema and cannot be upgraded: it is read-only"
            raise ReadOnlyError(msg)
        with engine.connect() as conn, engine.connect() as beside:
            # a table that others refer to is made anew by copying it: their references are checked at the end
            conn.exec_driver_sql("PRAGMA foreign_keys = OFF")
            self._begin(conn, self.patience)
            try:
                if conn.execute(select(schema.revision.c.version_num)).scalar() != schema.REVISION:
                    backups.make(beside, self.place, label="before-upgrade")  # sees what was committed: the old schema
                    migrate.upgrade(conn)
                    _check_references(conn)
                conn.exec_driver_sql("COMMIT")
            except BaseException:
                byhand.roll_back(conn)
                raise
            finally:
                conn.invalidate()  # its successor checks references again

    def _made(self) -> Engine:
        path = self.file
        if path.stat().st_size == 0:
            msg = f"the catalog {path} is empty (0 bytes); it was left as it is"
            raise DamagedError(msg, tries=("check --rebuild",))
        uri = path.absolute().as_uri() + self._mode()

        def connect() -> sqlite3.Connection:
            driver = sqlite3.connect(uri, uri=True, timeout=seconds(), isolation_level=None, check_same_thread=False)
            try:
                driver.execute("PRAGMA trusted_schema = OFF")  # no expression in the file calls what has effects
                driver.execute("PRAGMA foreign_keys = ON")
                driver.execute("PRAGMA synchronous = FULL")
                driver.execute("PRAGMA cache_size = -16384")
            except BaseException:
                driver.close()
                raise
            return driver

        return self._driven(connect)

    def _driven(self, connect: Callable[[], sqlite3.Connection]) -> Engine:
        """Return an engine over a driver; its connections know which registry they are of."""
        options = {"place": str(self.place)}
        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, execution_options=options)
        byhand.take(engine)
        return engine

    def _mode(self) -> str:
        """How to open: a read-only directory cannot hold the files that WAL needs."""
        if self.writable:
            return "?mode=rw"
        journal, shared = (self.file.with_name(create.DATABASE + ending) for ending in ("-wal", "-shm"))
        if not (journal.exists() and journal.stat().st_size):
            return "?immutable=1"
        if not shared.exists():  # the newest changes lie in the journal, which cannot be read without its index
            msg = (
                f"the registry {self.place} is read-only and its newest changes lie in {journal.name}, which cannot be "
                f"read without {shared.name}; copy the directory to where it can be written and open the copy"
            )
            raise StorageError(msg, tries=("connect DIRECTORY",))
        return "?mode=ro"


def _check_references(conn: Connection) -> None:
    broken = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        msg = f"the upgrade would have broken a reference of {broken[0]} to {broken[2]}; nothing was changed"
        raise DamagedError(msg, tries=("check",))


_NOWHERE: Final = (-1, -1)
_UID = select(schema.meta.c.value).where(schema.meta.c.key == "registry")
_NEWEST = select(schema.actions.c.id).order_by(schema.actions.c.id.desc()).limit(1)


def _after_fork() -> None:
    """Let a forked child open connections of its own: SQLite's must not cross a fork."""
    for catalog in list(_open):
        for engine in (catalog._engine, catalog._empty):  # noqa: SLF001  (same module)
            if engine is not None:
                engine.dispose(close=False)
        catalog._engine = catalog._empty = None  # noqa: SLF001
        catalog._opening = threading.RLock()  # noqa: SLF001  (another thread may have held it)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
