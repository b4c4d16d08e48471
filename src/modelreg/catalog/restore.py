"""Put a catalog in the place of a lost one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import select

from modelreg.catalog import backups, create, schema, upsert
from modelreg.errors import DamagedError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from modelreg.catalog.engine import Catalog
    from modelreg.catalog.transaction import Transaction


def is_whole(conn: Connection) -> bool:
    """Whether every page of the database can be read."""
    return [row[0] for row in conn.exec_driver_sql("PRAGMA integrity_check")] == ["ok"]


def need_remains(place: Path) -> None:
    """Raise unless ``place`` holds what is left of a registry: nothing else is ever made one."""
    create.check_format(place)
    if not any((place / part).exists() for part in ("FORMAT", "objects", "backups")):
        msg = f"there is nothing of a registry at {place} to rebuild from; it was left as it is"
        raise DamagedError(msg, tries=("connect DIRECTORY",))


def newest_backup(place: Path) -> Path | None:
    """Return the newest copy of the catalog that is whole."""
    for path in reversed(backups.existing(place)):
        try:
            driver = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            try:
                if driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]:
                    return path
            finally:
                driver.close()
        except sqlite3.Error:
            continue
    return None


def replace(catalog: Catalog, backup: Path | None, *, registry: str | None) -> str:
    """Put a copy of ``backup``, or without one an empty catalog, in place; return what the old file is called now."""
    catalog.close()
    kept = f"{create.DATABASE}.damaged-{os.urandom(3).hex()}"
    was_there = catalog.file.exists()
    for ending in ("-wal", "-shm", ""):
        old = catalog.file.with_name(create.DATABASE + ending)
        if old.exists():
            old.rename(old.with_name(kept + ending))
    if backup is None:
        create.create(catalog.place, registry=registry)
    else:
        aside = catalog.place / "tmp" / f"restored-{os.getpid()}.db"
        aside.parent.mkdir(exist_ok=True)
        shutil.copyfile(backup, aside)
        create.choose_journal(aside, catalog.place)
        create.publish(aside, catalog.file)
        aside.unlink()
    catalog.adopt()
    return kept if was_there else ""


def newest(conn: Connection) -> int:
    """Return the instant of the newest action; 0 when there is none."""
    actions = schema.actions
    return int(conn.execute(select(actions.c.at).order_by(actions.c.id.desc()).limit(1)).scalar() or 0)


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
