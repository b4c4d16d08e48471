"""The catalog of one registry: opening it, reading it, writing it.

Reads run in plain transactions (a consistent snapshot). Writes begin with ``BEGIN IMMEDIATE``: SQLite then waits for the
lock instead of failing later on a stale snapshot, and every rule is checked against what will be committed.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from modelreg.catalog import create, schema
from modelreg.catalog.faults import PATIENCE, is_locked, translate, translated
from modelreg.errors import DamagedError, InvalidError, NewerRegistryError, ReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Iterator
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
        self._seen = False
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
        nearest = next((path for path in (self.file, self.place, *self.place.parents) if path.exists()), self.place)
        return os.access(nearest, os.W_OK) and (not self.exists or os.access(self.place, os.W_OK))

    def close(self) -> None:
        """Give back all connections."""
        for engine in (self._engine, self._empty):
            if engine is not None:
                engine.dispose()
        self._engine = self._empty = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state."""
        with translated(self.file), self._reader().connect() as conn:
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
                _roll_back(conn)
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
        self._seen = False
        self._uid = None

    def _begin(self, conn: Connection, patience: float) -> None:
        """Take the write lock, waiting in slices so that Ctrl-C is heard."""
        deadline = time.monotonic() + patience
        conn.exec_driver_sql(f"PRAGMA busy_timeout = {int(_SLICE * 1000)}")
        while True:
            try:
                conn.exec_driver_sql("BEGIN IMMEDIATE")
                break
            except DBAPIError as error:
                if not is_locked(error) or time.monotonic() > deadline:
                    raise translate(error, self.file) from error
                time.sleep(random.uniform(0, 0.005))  # noqa: S311  (spreads the waiters; no secret)
        conn.exec_driver_sql(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")

    def _reader(self) -> Engine:
        if self._engine is not None:
            self._still_there()
            return self._engine
        if not self.exists:
            self._must_be_vacant()
            return self._nothing()
        self._engine = self._connected()
        return self._engine

    def _writer(self) -> Engine:
        if not self.exists:
            self._still_there()
            self._must_be_vacant()
            create.create(self.place)
        if not self.writable:
            msg = f"the registry {self.place} is read-only"
            raise ReadOnlyError(msg, tries=("connect DIRECTORY",))
        return self._reader()

    def _still_there(self) -> None:
        """Refuse to make a new registry silently where one has vanished while it was in use."""
        if self._seen and not self.exists:
            msg = f"the registry {self.place} is gone: its directory was removed or unmounted while it was in use"
            raise DamagedError(msg, tries=("connect DIRECTORY",))

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
            engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
            with engine.begin() as conn:
                create.fill(conn, "0" * 32)
            _by_hand(engine)
            self._empty = engine
        return self._empty

    def _connected(self) -> Engine:
        engine = self._made()
        try:
            with translated(self.file), engine.connect() as conn:
                stored = conn.execute(select(schema.revision.c.version_num)).scalar()
                own = conn.exec_driver_sql("PRAGMA application_id").scalar()
            self._recognise(stored, own)
            if stored != schema.REVISION:
                self._migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        self._seen = True
        return engine

    def _recognise(self, stored: str | None, own: object) -> None:
        if own != create.APPLICATION_ID or stored is None:
            msg = f"{self.file} is a database, but no catalog of modelreg; it was left as it is"
            raise DamagedError(msg, tries=("check",))
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
        with engine.connect() as conn:
            backups.make(conn, self.place, label="before-upgrade")
            self._begin(conn, self.patience)
            try:
                migrate.upgrade(conn)
                conn.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(conn)
                raise

    def _made(self) -> Engine:
        path = self.file
        if path.stat().st_size == 0:
            msg = f"the catalog {path} is empty (0 bytes); it was left as it is"
            raise DamagedError(msg, tries=("check --rebuild",))
        uri = path.absolute().as_uri() + self._mode()

        def connect() -> sqlite3.Connection:
            driver = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            try:
                driver.execute("PRAGMA foreign_keys = ON")
                driver.execute("PRAGMA synchronous = FULL")
                driver.execute("PRAGMA cache_size = -16384")
            except BaseException:
                driver.close()
                raise
            return driver

        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)
        _by_hand(engine)
        return engine

    def _mode(self) -> str:
        """How to open: a read-only directory cannot hold the files that WAL needs."""
        if self.writable:
            return "?mode=rw"
        journal = self.file.with_name(create.DATABASE + "-wal")
        if journal.exists() and journal.stat().st_size:
            return "?mode=ro"
        return "?immutable=1"


_UID = select(schema.meta.c.value).where(schema.meta.c.key == "registry")
_NEWEST = select(schema.actions.c.id).order_by(schema.actions.c.id.desc()).limit(1)


def _by_hand(engine: Engine) -> None:
    """Leave BEGIN and COMMIT to us; give a connection back without an open transaction."""

    @event.listens_for(engine, "begin")
    def begin(_conn: Connection) -> None:
        """Keep SQLAlchemy from sending a BEGIN of its own."""

    @event.listens_for(engine, "reset")
    def reset(driver: sqlite3.Connection, _record: object, _state: object) -> None:
        if driver.in_transaction:
            driver.execute("ROLLBACK")


def _roll_back(conn: Connection) -> None:
    """Roll back; a connection that an interrupt has cut, or whose database is gone, has rolled back by itself."""
    if conn.invalidated:
        return
    try:
        conn.exec_driver_sql("ROLLBACK")
    except DBAPIError:
        conn.invalidate()


def _after_fork() -> None:
    """Let a forked child open connections of its own: SQLite's must not cross a fork."""
    for catalog in list(_open):
        for engine in (catalog._engine, catalog._empty):  # noqa: SLF001  (same module)
            if engine is not None:
                engine.dispose(close=False)
        catalog._engine = catalog._empty = None  # noqa: SLF001


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
