"""The history: pages of actions, and whether anybody changed a row by hand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from modelreg.catalog import schema
from modelreg.catalog.paging import check_limit
from modelreg.catalog.transaction import CHAINED, chain
from modelreg.errors import InvalidError
from modelreg.names import shown
from modelreg.records import SENTENCES, Action, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection, Row

_actions, _homes = schema.actions, schema.homes
_TOKEN = re.compile(r"[0-9]{1,18}", re.ASCII)


def page(
    conn: Connection,
    *,
    homes: Sequence[int] | None = None,
    number: int | None = None,
    version: int | None = None,
    kinds: Sequence[str] = (),
    limit: int = 50,
    token: str | None = None,
    newest_first: bool = True,
) -> Page[Action]:
    """Return a page of actions: of all, of some homes, of one member (``number`` or the version behind it)."""
    limit = check_limit(limit)
    unknown = [kind for kind in kinds if kind not in SENTENCES]
    if unknown:
        msg = f"no kind of action {unknown[0]!r}; there is {', '.join(sorted(SENTENCES))}"
        raise InvalidError(msg)
    query = select(_actions)
    if homes is not None:
        query = query.where(_actions.c.home_id.in_(homes))
    if number is not None:
        same = _actions.c.number == number
        query = query.where(same if version is None else or_(same, _actions.c.version_id == version))
    if kinds:
        query = query.where(_actions.c.kind.in_(kinds))
    if token is not None:
        if not _TOKEN.fullmatch(str(token)):
            msg = f"{token!r} is no page of this history"
            raise InvalidError(msg)
        query = query.where(_actions.c.id < int(token) if newest_first else _actions.c.id > int(token))
    order = _actions.c.id.desc() if newest_first else _actions.c.id
    rows = list(conn.execute(query.order_by(order).limit(limit + 1)))
    items = tuple(record(row) for row in rows[:limit])
    return Page(items=items, next=str(items[-1].sequence) if len(rows) > limit else None)


def homes_called(conn: Connection, name: str) -> list[int]:
    """Return every home that is or was called ``name``, also deleted ones."""
    now = select(_homes.c.id).where(_homes.c.name == name)
    then = select(schema.former_names.c.home_id).where(schema.former_names.c.name == name)
    return [*conn.execute(now).scalars(), *conn.execute(then).scalars()]


def by_whom(conn: Connection, *about: ColumnElement[bool]) -> str:
    """Return `` by anna``: who made the newest entry that is about this; empty where there is none."""
    who = conn.execute(select(_actions.c.actor).where(*about).order_by(_actions.c.id.desc()).limit(1)).scalar()
    return f" by {who if who.isprintable() else shown(who)}" if who else ""


def of_operation(conn: Connection, operation: str) -> list[Row[Any]]:
    """Return the rows of one operation, newest first."""
    return list(conn.execute(select(_actions).where(_actions.c.operation == operation).order_by(_actions.c.id.desc())))


def broken(conn: Connection) -> Iterator[tuple[int, str]]:
    """Yield (sequence, subject) of each action that was changed by hand, or that follows one that was removed."""
    heads: dict[int | None, str] = {}
    for row in conn.execute(select(_actions).order_by(_actions.c.id)):
        values = {column: getattr(row, column) for column in CHAINED}
        if row.digest != chain(heads.get(row.home_id, ""), values):
            yield row.id, row.subject
        heads[row.home_id] = row.digest


def record(row: Row[Any]) -> Action:
    """Return a row as a record."""
    return Action(
        sequence=row.id,
        uid=row.uid,
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        subject=row.subject,
        number=row.number,
        alias=row.alias,
        before=None if row.before is None else json.loads(row.before),
        after=None if row.after is None else json.loads(row.after),
        reason=row.reason,
        operation=row.operation,
    )
