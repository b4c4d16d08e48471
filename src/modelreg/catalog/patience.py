"""How long the catalog waits for somebody who holds its lock."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from modelreg.catalog.faults import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

_shorter: ContextVar[float | None] = ContextVar("a patience that is not the usual one", default=None)


def seconds() -> float:
    """Return how long whatever is opened or read now may wait."""
    shorter = _shorter.get()
    return PATIENCE if shorter is None else shorter


@contextmanager
def limited(given: float | None) -> Iterator[None]:
    """Let what is opened and read inside wait no longer than this; None: as long as usual."""
    before = _shorter.set(given)
    try:
        yield
    finally:
        _shorter.reset(before)


def heed(conn: Connection, wait: float) -> None:
    """Let a connection wait so long from now on."""
    conn.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait * 1000)}")


@contextmanager
def heeded(conn: Connection) -> Iterator[None]:
    """Let a connection of the pool wait as long as is wanted now, and as long as ever afterwards."""
    if seconds() == PATIENCE:
        yield
        return
    heed(conn, seconds())
    try:
        yield
    finally:
        if not conn.invalidated:
            heed(conn, PATIENCE)
