"""What stands in the schema of a catalog that no release of modelreg put there.

A database file can carry code: views and triggers that change what is read and written, virtual tables that run what
their module does, columns that are worked out from an expression. A catalog is tables and indexes and nothing else, so
one that holds more was changed by somebody, and is not believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.errors import DamagedError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

_HIDDEN: Final = {1: "a virtual table", 2: "a table with a generated column", 3: "a table with a generated column"}
"""What ``PRAGMA table_xinfo`` says of columns that are no plain ones."""

# a virtual table has no page of its own; its columns are not asked for, since that would run its module
QUERY: Final = """
SELECT type, name, 0 FROM sqlite_schema WHERE type NOT IN ('table', 'index')
UNION ALL
SELECT type, name, 1 FROM sqlite_schema WHERE type = 'table' AND coalesce(rootpage, 0) = 0
UNION ALL
SELECT s.type, s.name, x.hidden
FROM (SELECT type, name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0) AS s
JOIN pragma_table_xinfo(s.name) AS x
WHERE x.hidden
LIMIT 1
"""
"""One row when there is something foreign: its type, its name and how its columns are hidden."""


def refuse(conn: Connection, file: Path) -> None:
    """See that a catalog consists of plain tables and indexes, with one query, before anything is read from it.

    Raises
    ------
    DamagedError
        It holds something else; the message names it.
    """
    found = conn.exec_driver_sql(QUERY).first()
    if found is None:
        return
    kind, name, hidden = found
    what = _HIDDEN.get(hidden, f"a {kind}")
    msg = f"the catalog {file} holds {what}, {str(name)!r}, which modelreg never makes; it was left as it is"
    raise DamagedError(msg, tries=("check --rebuild",))
