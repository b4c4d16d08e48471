"""Transactions by hand: neither SQLAlchemy nor the driver begins or ends one, and none outlives its connection."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine


def take(engine: Engine) -> None:
    """Leave BEGIN and COMMIT to us; give a connection back without an open transaction."""

    @event.listens_for(engine, "begin")
    def begin(_conn: Connection) -> None:
        """Keep SQLAlchemy from sending a BEGIN of its own."""

    @event.listens_for(engine, "reset")
    def reset(driver: sqlite3.Connection, _record: object, _state: object) -> None:
        if driver.in_transaction:
            driver.execute("ROLLBACK")

    @event.listens_for(engine, "invalidate")
    def invalidate(driver: sqlite3.Connection | None, _record: object, _error: object) -> None:
        # closed with a result that somebody still holds, as a traceback does, it would go on holding the lock
        with suppress(sqlite3.Error):  # its database is gone
            if driver is not None and driver.in_transaction:
                driver.execute("ROLLBACK")


def roll_back(conn: Connection) -> None:
    """Roll back; where an interrupt has cut the connection off that was done when it was given up."""
    if conn.invalidated:
        return
    try:
        conn.exec_driver_sql("ROLLBACK")
    except DBAPIError:
        conn.invalidate()
