"""A new catalog: built aside and published whole, so that any number of first openers agree.

``PRAGMA journal_mode`` races between processes even with a busy timeout, and a half-made file would be seen by others;
so the file is made in ``tmp/``, closed, and given its name with a hard link, which only one opener can win.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from modelreg.catalog import schema
from modelreg.errors import DamagedError, NewerRegistryError, ReadOnlyError, StorageError
from modelreg.moments import now
from modelreg.mounts import NETWORK, file_system

APPLICATION_ID: Final = 0x6D726567  # "mreg"
DATABASE: Final = "registry.db"
IGNORE: Final = ".gitignore"
FORMAT: Final = 1
"""Version of the directory's format. To change it: write docs/design/NNN-*.md, add a golden store of the old format under
``tests/data``, make the new code open it, then raise the number."""

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What a file system without hard links answers."""


def is_registry(place: Path) -> bool:
    """Whether a catalog stands at ``place``."""
    return (place / DATABASE).exists()


def is_vacant(place: Path) -> bool:
    """Whether a new registry may be made at ``place``: nothing there, or nothing but what another creator left."""
    try:
        return {path.name for path in place.iterdir()} <= {"FORMAT", "tmp", IGNORE}
    except FileNotFoundError:
        return True
    except OSError:
        return False


def create(place: Path, *, registry: str | None = None) -> None:
    """Make a registry at ``place``; if another process is faster, its registry stands.

    Parameters
    ----------
    place : Path
        The directory.
    registry : str, optional
        Its uid, where a lost catalog is made again. Default: a new random one.

    Raises
    ------
    StorageError, ReadOnlyError
        The directory cannot be made or written.
    """
    try:
        new = registry is None and is_vacant(place)
        (place / "tmp").mkdir(parents=True, exist_ok=True)
        if new:
            _ignored(place)
        write_format(place)
        aside = place / "tmp" / f"catalog-{os.getpid()}-{os.urandom(6).hex()}.db"
        try:
            _build(aside, registry or os.urandom(16).hex(), wal=not on_network(place))
            publish(aside, place / DATABASE)
        finally:
            aside.unlink(missing_ok=True)
    except PermissionError as error:
        msg = f"no registry can be made at {place}: {error.strerror}"
        raise ReadOnlyError(msg, tries=("connect DIRECTORY",)) from error
    except OSError as error:
        msg = f"no registry can be made at {place}: {error.strerror or error}"
        raise StorageError(msg, tries=("connect DIRECTORY",)) from error


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from another of the same name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_format(place: Path) -> None:
    """Refuse a directory whose ``FORMAT`` this modelreg does not know.

    Raises
    ------
    NewerRegistryError, DamagedError
        It is newer, or says something else.
    """
    try:
        facts = json.loads((place / "FORMAT").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return  # the catalog speaks for itself
    except (OSError, ValueError) as error:
        msg = f"{place / 'FORMAT'} cannot be read, so it is not known what the directory is: {error}"
        raise DamagedError(msg) from error
    own = isinstance(facts, dict) and facts.get("format") == "modelreg-registry"
    version = facts.get("version") if own else None
    if not isinstance(version, int):
        msg = f"{place / 'FORMAT'} does not say that this is a registry; it was left as it is"
        raise DamagedError(msg)
    if version > FORMAT:
        msg = (
            f"the registry {place} was written by a newer modelreg (format {version}; this one knows up to {FORMAT}); "
            "upgrade modelreg to open it"
        )
        raise NewerRegistryError(msg)


def publish(aside: Path, target: Path) -> bool:
    """Give the file ``aside`` its name; return False when the name was taken. Durable when it returns."""
    sync(aside)
    try:
        os.link(aside, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if not _rename_locked(aside, target):
            return False
    sync(target.parent)
    return True


def _rename_locked(aside: Path, target: Path) -> bool:
    """Give the file its name where the file system has no hard links: under a lock that dies with its process."""
    import fcntl

    with (target.parent / "tmp" / "publish.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            return False
        shutil.copyfile(aside, copy := aside.with_suffix(".published"))
        sync(copy)
        copy.rename(target)
    return True


def on_network(place: Path) -> bool:
    """Whether the directory lies on a network file system, where WAL does not work between hosts."""
    kind = file_system(place)
    if kind not in NETWORK:
        return False
    warnings.warn(
        f"{place} lies on a network file system ({kind}): the registry works, more slowly, for one host at a time; "
        "for several hosts keep it in PostgreSQL",
        stacklevel=2,
    )
    return True


def _ignored(place: Path) -> None:
    """See that ``git add`` passes by a registry that is made inside a repository; who wants it there takes the file away."""
    if not any((folder / ".git").exists() for folder in place.absolute().parents):
        return
    with suppress(FileExistsError), (place / IGNORE).open("x", encoding="utf-8") as file:
        file.write("# made by modelreg\n*\n")


def write_format(place: Path) -> None:
    """Write the file that says what this directory is, unless it is there."""
    target = place / "FORMAT"
    if target.exists():
        return
    aside = place / "tmp" / f"format-{os.getpid()}-{os.urandom(6).hex()}"
    facts = {"format": "modelreg-registry", "hash": "blake3-256", "part": 8 << 20, "version": FORMAT}
    aside.write_text(json.dumps(facts) + "\n", encoding="utf-8")
    publish(aside, target)
    aside.unlink()


def _build(path: Path, registry: str, *, wal: bool) -> None:
    """Write an empty catalog file."""
    touch(path)
    driver = sqlite3.connect(path)
    driver.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    driver.execute("PRAGMA page_size = 4096")
    driver.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as conn:
        conn.exec_driver_sql(
            "BEGIN"
        )  # the driver begins for rows only: else each table is a commit to the disk of its own
        fill(conn, registry)
    engine.dispose()
    if wal:
        _use_wal(path)


def touch(path: Path) -> None:
    """Make an empty file for SQLite to fill, with the rights that files of this process get.

    By itself it never lets a group write, whatever the umask says: a registry that a team shares would be read-only for
    all but one. What SQLite puts beside the file gets the file's rights.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))


def choose_journal(path: Path, place: Path) -> None:
    """Give a catalog file that nobody has open the journal mode that suits the directory ``place``."""
    if not on_network(place):
        _use_wal(path)


def _use_wal(path: Path) -> None:
    driver = sqlite3.connect(path)
    driver.execute("PRAGMA journal_mode = WAL")
    driver.close()


def fill(conn: Connection, registry: str) -> None:
    """Make the tables in an empty database and say whose they are."""
    schema.tables.create_all(conn)
    conn.execute(schema.revision.insert().values(version_num=schema.REVISION))
    conn.execute(
        schema.meta.insert(),
        [{"key": "registry", "value": registry}, {"key": "created", "value": str(now())}],
    )


def image(registry: str) -> bytes:
    """Return an empty catalog as the bytes of its file."""
    driver = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        engine = create_engine("sqlite://", creator=lambda: driver, poolclass=StaticPool)
        with engine.begin() as conn:
            fill(conn, registry)
        return driver.serialize()
    finally:
        driver.close()


def sync(path: Path) -> None:
    """See that a file, or the names in a directory, are on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
