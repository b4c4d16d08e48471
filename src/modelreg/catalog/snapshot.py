"""A consistent copy of the catalog file, and the objects that it needs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from modelreg.catalog import create, stored
from modelreg.catalog.faults import translated

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.catalog.engine import Catalog


def take(catalog: Catalog, destination: Path) -> dict[str, int]:
    """Copy the catalog and ``FORMAT`` into ``destination``; return the objects that the copy names, with their sizes."""
    target = destination / create.DATABASE
    create.touch(target)
    with catalog.read() as conn:
        conn.exec_driver_sql("COMMIT")  # VACUUM INTO runs outside a transaction, and is one itself
        conn.exec_driver_sql("VACUUM INTO ?", (str(target),))
    (destination / "tmp").mkdir()
    if (catalog.place / "FORMAT").exists():
        shutil.copyfile(catalog.place / "FORMAT", destination / "FORMAT")
    create.write_format(destination)
    engine = create_engine(f"sqlite:///{target}")
    try:
        with translated(target), engine.connect() as conn:
            known = stored.known(conn, condemned=False)
    finally:
        engine.dispose()
    create.choose_journal(target, destination)
    for path in (target, destination / "FORMAT", destination):
        create.sync(path)
    return known
