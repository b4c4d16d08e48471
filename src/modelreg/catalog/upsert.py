"""``INSERT … ON CONFLICT``, in the words of the database; each statement is built once, for building costs more than running."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

POSTGRESQL: Final = "postgresql"


def into(conn: Connection, table: Table, *, keys: tuple[str, ...] = (), replace: tuple[str, ...] = ()) -> Any:
    """Return the statement that writes rows into ``table``.

    Parameters
    ----------
    conn : Connection
        Where it will run.
    table : Table
        Where the rows go.
    keys : tuple of str
        The columns of the key that may be taken.
    replace : tuple of str
        Columns of the row that is there which take the new values. None: the row that is there stays as it is.
    """
    return _into(table, conn.dialect.name, keys, replace)


def insert(dialect: str, table: Table) -> Any:
    """Return a plain insert that knows ``on_conflict_do_update``."""
    if dialect == POSTGRESQL:
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


@cache
def _into(table: Table, dialect: str, keys: tuple[str, ...], replace: tuple[str, ...]) -> Any:
    statement = insert(dialect, table)
    if not replace:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in replace}
    )
