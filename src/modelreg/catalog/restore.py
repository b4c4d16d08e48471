"""Put a catalog in the place of a lost one: made aside, and published whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from modelreg.catalog import backups, create, foreign, schema, upsert
from modelreg.catalog.engine import Catalog
from modelreg.errors import DamagedError, ModelRegError, RefusedError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction


def is_whole(conn: Connection) -> bool:
    """Whether every page of the database can be read."""
    return [row[0] for row in conn.exec_driver_sql("PRAGMA integrity_check")] == ["ok"]


def need_remains(place: Path) -> None:
    """Raise unless ``place`` holds what is left of a registry: nothing else is ever made one."""
    create.check_format(place)
    if not [part for part in ("FORMAT", "objects", "backups") if (place / part).exists()]:
        msg = f"there is nothing of a registry at {place} to rebuild from; it was left as it is"
        raise DamagedError(msg, tries=("connect DIRECTORY",))


def newest_backup(place: Path, registry: str | None = None) -> tuple[Path | None, list[tuple[str, str]]]:
    """Return the newest copy of the catalog that can be used, and of each newer one its name and why it cannot.

    Parameters
    ----------
    place : Path
        Directory of the registry.
    registry : str, optional
        The uid that the copy must have. Default: any.
    """
    skipped: list[tuple[str, str]] = []
    for path in reversed(backups.existing(place)):
        try:
            why = _fault(path, registry)
        except (sqlite3.Error, OSError) as error:
            why = f"cannot be read: {error}"
        if not why:
            return path, skipped
        skipped.append((path.name, why))
    return None, skipped


def _fault(path: Path, registry: str | None) -> str:
    """Say why a copy cannot be used; nothing when it can."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as driver:
        if driver.execute("PRAGMA application_id").fetchone() != (create.APPLICATION_ID,):
            return "is no catalog of modelreg"
        if driver.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return "is damaged"
        if driver.execute(foreign.QUERY).fetchone() is not None:
            return "holds what modelreg never makes"
        (revision,) = driver.execute("SELECT version_num FROM schema_revision").fetchone() or ("none",)
        if revision not in schema.REVISIONS:
            return f"has the schema {revision}, which this modelreg does not know"
        (own,) = driver.execute("SELECT value FROM meta WHERE key = 'registry'").fetchone() or ("",)
        if not own or registry not in {None, own}:
            return "is the catalog of another registry"
    return ""


@contextmanager
def aside(catalog: Catalog, backup: Path | None, *, registry: str | None) -> Iterator[Catalog]:
    """Give a catalog to be filled beside the lost one: a copy of ``backup``, or without one an empty catalog.

    It is gone at the end, unless :func:`publish` has given it the place of the lost one.

    Raises
    ------
    StorageError, ReadOnlyError
        The disk refuses.
    """
    folder = catalog.place / "tmp" / f"rebuild-{os.getpid()}-{os.urandom(6).hex()}"
    try:
        create.create(folder, registry=registry)
        built = Catalog(folder)
        try:
            if backup is not None:
                shutil.copyfile(backup, built.file)
                create.choose_journal(built.file, folder)
            yield built
        finally:
            built.close()
    except OSError as error:
        if isinstance(error, ModelRegError):
            raise
        msg = f"the catalog of {catalog.place} was not rebuilt: {error.strerror or error}; what is left of it was kept"
        raise StorageError(msg, tries=("check --rebuild",)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(built: Catalog, catalog: Catalog, *, lost: tuple[int, int] | None) -> str:
    """Put ``built`` in the place of the catalog; return what the old file is called now.

    The old file is moved away first, before its journal: at any moment the catalog is the lost one, missing (then it
    is rebuilt anew), or the new one.

    Parameters
    ----------
    built : Catalog
        From :func:`aside`.
    catalog : Catalog
        The one that is lost.
    lost : tuple of int, optional
        Which file was found to be lost (:func:`modelreg.catalog.create.identity`).

    Raises
    ------
    RefusedError
        Another file stands there now.
    """
    built.close()
    with closing(sqlite3.connect(built.file)) as driver:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    catalog.close()
    place, kept = catalog.place, f"{create.DATABASE}.damaged-{os.urandom(3).hex()}"
    if create.identity(catalog.file) != lost:
        raise _overtaken(place)
    for ending in ("", "-wal", "-shm"):
        old = place / (create.DATABASE + ending)
        if old.exists():
            old.rename(place / (kept + ending))
    create.sync(place)
    create.publish(built.place / "FORMAT", place / "FORMAT")
    if not create.publish(built.file, catalog.file):
        raise _overtaken(place)
    catalog.adopt()
    for left in (place / "tmp").glob("rebuild-*"):  # also what was killed before
        shutil.rmtree(left, ignore_errors=True)
    return kept if lost is not None else ""


def _overtaken(place: Path) -> RefusedError:
    msg = f"somebody else has put another catalog at {place} meanwhile; it was left as it is"
    return RefusedError(msg, tries=("check",))


def newest(conn: Connection) -> int | None:
    """Return the instant of the newest action; None when there is none."""
    actions = schema.actions
    return conn.execute(select(actions.c.at).order_by(actions.c.id.desc()).limit(1)).scalar()


def gaps(conn: Connection) -> list[tuple[str, int]]:
    """Return the artifacts that lack versions with lower numbers than they have, and how many they lack."""
    numbers, homes = schema.versions.c.number, schema.homes
    lacking = func.max(numbers) + 1 - func.count()
    query = (
        select(homes.c.name, lacking)
        .join(homes, homes.c.id == schema.versions.c.artifact_id)
        .group_by(homes.c.id)
        .having(lacking > 0)
        .order_by(homes.c.name)
    )
    return [(name, int(count)) for name, count in conn.execute(query)]


def count_up(tx: Transaction, name: str, number: int) -> None:
    """Make sure that the home called ``name`` never gives ``number`` again."""
    counters = schema.counters
    insert = upsert.insert(tx.conn.dialect.name, counters)
    higher = insert.excluded.next > counters.c.next
    tx.conn.execute(
        insert.values(name=name, next=number + 1).on_conflict_do_update(
            index_elements=["name"], set_={"next": insert.excluded.next}, where=higher
        )
    )
