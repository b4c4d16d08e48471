"""Copies of the catalog that are made by themselves: before an upgrade, and once a day of use; three are kept."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from modelreg.catalog import create
from modelreg.errors import ModelRegError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from modelreg.catalog.engine import Catalog

KEPT: Final = 3
PERIOD: Final = 86_400
"""Seconds."""


def directory(place: Path) -> Path:
    """Return where the copies of the catalog at ``place`` lie."""
    return place / "backups"


def existing(place: Path) -> list[Path]:
    """Return the copies, oldest first."""
    return sorted(directory(place).glob("registry-*.db"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def make(conn: Connection, place: Path, *, label: str = "daily") -> Path:
    """Copy the catalog consistently (``VACUUM INTO``, which needs no transaction open) and drop the oldest copies.

    The copy is durable before an older one goes.
    """
    folder = directory(place)
    folder.mkdir(exist_ok=True)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    target = folder / f"registry-{stamp}-{label}.db"
    aside = folder / f".{os.urandom(6).hex()}"
    try:
        create.touch(aside)
        conn.exec_driver_sql("VACUUM INTO ?", (str(aside),))
        create.sync(aside)
        aside.replace(target)
        create.sync(folder)
    finally:
        aside.unlink(missing_ok=True)
    for old in existing(place)[:-KEPT]:
        old.unlink(missing_ok=True)
    return target


def is_due(catalog: Catalog) -> bool:
    """Whether the newest copy (or, without one, the registry) is older than a day."""
    try:
        copies = existing(catalog.place)
        newest = copies[-1] if copies else catalog.place / "FORMAT"
        return time.time() - newest.stat().st_mtime > PERIOD
    except OSError:
        return False


def when_due(catalog: Catalog) -> threading.Thread | None:
    """Start a copy in the background if one is due. A copy that fails leaves the registry as it is."""
    if not is_due(catalog):
        return None

    def work() -> None:
        with suppress(DBAPIError, ModelRegError, OSError), catalog.read() as conn:
            conn.exec_driver_sql("COMMIT")  # VACUUM INTO runs outside a transaction
            make(conn, catalog.place)

    thread = threading.Thread(target=work, name="modelreg-backup")
    try:
        thread.start()
    except RuntimeError:  # the system gives no thread: one of the next kernels makes the copy
        return None
    return thread
