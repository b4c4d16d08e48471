"""Operations of a session, and the path that an alias has taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select, update

from modelreg.catalog import history, schema
from modelreg.catalog.aliases import MOVES

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction

_operations, _actions = schema.operations, schema.actions
_NOT_UNDONE = ("undo", "use", "gc", "rebuild")
"""Commands that are no change of the user's, or that nothing can take back."""
_SHOWN = 4


def newest(conn: Connection) -> int:
    """Return the row number of the newest operation, 0 when there was none: one step in an index."""
    return int(conn.execute(select(func.max(_operations.c.id))).scalar() or 0)


def last_operation(conn: Connection, session: str) -> Any:
    """Return the newest operation of a session that changed something and was not undone."""
    query = (
        select(_operations)
        .where(
            _operations.c.session == session,
            _operations.c.undone_by.is_(None),
            _operations.c.command.not_in(_NOT_UNDONE),
            exists().where(_actions.c.operation == _operations.c.uid),
        )
        .order_by(_operations.c.id.desc())
        .limit(1)
    )
    return conn.execute(query).first()


def operation(conn: Connection, uid: str) -> Any:
    """Return the operation with this uid; None where it was never committed."""
    return conn.execute(select(_operations).where(_operations.c.uid == uid)).first()


def mark_undone(tx: Transaction, operation: str) -> None:
    """Note that an operation was taken back by this one."""
    tx.changed = True
    row = _operations.c.uid == operation
    tx.conn.execute(update(_operations).where(row).values(undone_by=tx.request.operation))


def sentences(conn: Connection, operation: str) -> list[str]:
    """Say what an operation did, in its order."""
    rows = [history.record(row) for row in reversed(history.of_operation(conn, operation))]
    said = [f"{row.subject}: {row.sentence}" for row in rows if row.kind != "alias-moved-away"]
    return said if len(said) <= _SHOWN else [*said[:_SHOWN], f"and {len(said) - _SHOWN} more"]


def guarded_since(conn: Connection, home_id: int, alias: str, action: int) -> bool:
    """Whether the guard of an alias was set or taken again after an action; what was undone since does not count."""
    query = (
        select(_actions.c.id)
        .join(_operations, _operations.c.uid == _actions.c.operation)
        .where(
            _actions.c.home_id == home_id,
            _actions.c.alias == alias,
            _actions.c.kind.in_(("alias-protected", "alias-unprotected")),
            _actions.c.id > action,
            _operations.c.command != "undo",
            _operations.c.undone_by.is_(None),
        )
    )
    return conn.execute(query.limit(1)).first() is not None


def stack(conn: Connection, home_id: int, alias: str) -> list[int]:
    """Return the numbers that an alias stood at, oldest first, as rollback walks them.

    A move adds its number. Rolling back takes off what it left behind, so that rolling back again goes one step further.
    An undo brings back the path from before the operation that it took back: that number alone would not do, for an alias
    may have stood at it more than once.
    """
    undone = _operations.alias("undone")
    query = (
        select(
            _actions.c.number,
            _actions.c.kind,
            _actions.c.operation,
            _operations.c.command,
            undone.c.uid.label("undone"),
        )
        .join(_operations, _operations.c.uid == _actions.c.operation, isouter=True)
        .join(undone, undone.c.undone_by == _actions.c.operation, isouter=True)
        .where(_actions.c.home_id == home_id, _actions.c.alias == alias, _actions.c.kind.in_(MOVES))
        .order_by(_actions.c.id)
    )
    path: list[int] = []
    before: dict[str, list[int]] = {}
    for row in conn.execute(query):
        before.setdefault(row.operation, list(path))
        number = None if row.kind == "alias-removed" else row.number
        if row.undone in before:
            path = list(before[row.undone])
        elif row.command == "rollback":
            while number in path and path[-1] != number:
                path.pop()
        if number is not None and path[-1:] != [number]:
            path.append(number)
    return path
