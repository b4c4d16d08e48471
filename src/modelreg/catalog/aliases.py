"""Aliases: where each one stands, who moved it when, and what it meant at any instant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from modelreg.catalog import history, schema
from modelreg.errors import ConflictError, RefusedError
from modelreg.names import quote
from modelreg.records import AliasChange, Tenure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.transaction import Transaction

_table, _actions = schema.aliases, schema.actions
_ONE = select(_table.c.number, _table.c.protected).where(
    _table.c.home_id == bindparam("home"), _table.c.name == bindparam("alias")
)
_DROP = delete(_table).where(_table.c.home_id == bindparam("home"), _table.c.name == bindparam("alias"))
_SET = _table.insert()
_MOVE = (
    update(_table)
    .where(_table.c.home_id == bindparam("home"), _table.c.name == bindparam("alias"))
    .values(number=bindparam("number"), set_at=bindparam("set_at"), set_by=bindparam("set_by"))
)
MOVES = ("alias-added", "alias-moved-here", "alias-removed")
"""Kinds of actions that say where an alias stands afterwards; ``alias-moved-away`` is the other end of a move."""

JOINED = ("logged", "linked", "undeleted")
LEFT = ("unlinked", "deleted")
"""Kinds of actions after which a number is a live member, or none: ``removed_at`` forgets what was brought back."""


class Standing(NamedTuple):
    """Where an alias stands."""

    number: int | None
    protected: bool


def standing(conn: Connection, home_id: int, alias: str) -> Standing:
    """Return where ``alias`` stands in a home."""
    row = conn.execute(_ONE, {"home": home_id, "alias": alias}).first()
    return Standing(None, protected=False) if row is None else Standing(row.number, row.protected)


def expected(conn: Connection, home: Home, alias: str, expect: int | str | None) -> Standing:
    """Return where ``alias`` stands in ``home``, which must be where ``expect`` says; ``any``: wherever that is.

    Raises
    ------
    ConflictError
        It stands elsewhere; the message names who moved it.
    """
    now = standing(conn, home.id, alias)
    if expect not in ("any", now.number):
        raise _moved(conn, home, alias, now.number)
    return now


def all_of(conn: Connection, home_id: int) -> dict[str, Standing]:
    """Return every alias of a home, also the protected ones that are not set."""
    rows = conn.execute(select(_table).where(_table.c.home_id == home_id).order_by(_table.c.name))
    return {row.name: Standing(row.number, row.protected) for row in rows}


def on(conn: Connection, home_id: int, number: int) -> list[str]:
    """Return the aliases of one member, sorted."""
    query = select(_table.c.name).where(_table.c.home_id == home_id, _table.c.number == number).order_by(_table.c.name)
    return list(conn.execute(query).scalars())


def point(
    tx: Transaction,
    home: Home,
    alias: str,
    number: int | None,
    *,
    reason: str = "",
    force: bool = False,
    expect: int | str | None = "any",
    again: str | None = None,
) -> AliasChange:
    """Make ``alias`` stand at ``number`` in ``home``, or nowhere (None), and write both ends into the history.

    Parameters
    ----------
    tx : Transaction
        The open write.
    home : Home
        Where.
    alias : str
        A valid alias.
    number : int or None
        Number of a live member; None removes the alias.
    reason : str
        Kept in the history.
    force : bool
        Move it although it is protected.
    expect : int or None or "any"
        Compare-and-set: where it must stand now.
    again : str, optional
        The line that does it although the alias is protected; empty where there is none. Default: ``alias`` or
        ``unalias`` with ``--force``.

    Raises
    ------
    ConflictError
        It does not stand where ``expect`` says; the message names who moved it.
    RefusedError
        It is protected.
    """
    now = expected(tx.conn, home, alias, expect)
    change = AliasChange(home=home.name, alias=alias, before=now.number, after=number)
    if not change.changed:
        return change
    if now.protected and not force:
        where = "is not set" if now.number is None else f"stands at v{now.number}"
        msg = f"the alias {alias!r} of {home.name!r} is protected ({where})"
        name, protected = quote(home.name), quote(alias)
        forced = _forced(home, alias, number) if again is None else again
        raise RefusedError(msg, tries=(*([forced] if forced else []), f"unprotect {name} {protected}"))
    _put(tx, home.id, alias, now, number)
    _write(tx, home, change, reason)
    return change


def protect(tx: Transaction, home: Home, alias: str, *, protected: bool, reason: str = "") -> bool:
    """Set or take the guard of ``alias``, which need not be set; return whether that changed anything."""
    now = standing(tx.conn, home.id, alias)
    if now.protected == protected:
        return False
    key = (_table.c.home_id == home.id) & (_table.c.name == alias)
    if now.number is None:
        tx.conn.execute(delete(_table).where(key))
        if protected:
            values = {"home_id": home.id, "name": alias, "number": None, "protected": True}
            tx.conn.execute(_table.insert().values(**values, set_at=tx.at, set_by=tx.actor))
    else:
        tx.conn.execute(update(_table).where(key).values(protected=protected))
    kind = "alias-protected" if protected else "alias-unprotected"
    tx.act(kind, home.name, home=home.id, number=now.number, alias=alias, reason=reason)
    return True


def tenures(conn: Connection, home_id: int, *, alias: str | None = None, until: int | None = None) -> Iterator[Tenure]:
    """Yield what the aliases of a home meant over time, in the order in which each span began.

    Parameters
    ----------
    conn : Connection
        The catalog.
    home_id : int
        Row id of the home.
    alias : str, optional
        Only this one.
    until : int, optional
        Only what was written up to this instant; a span that lasted then has no end.
    """
    query = select(_actions).where(
        _actions.c.home_id == home_id, _actions.c.kind.in_(MOVES), _actions.c.alias.is_not(None)
    )
    if alias is not None:
        query = query.where(_actions.c.alias == alias)
    if until is not None:
        query = query.where(_actions.c.at <= until)
    spans: list[Tenure] = []
    last: dict[str, int] = {}
    for row in conn.execute(query.order_by(_actions.c.id)):
        if row.alias in last:
            place = last.pop(row.alias)
            spans[place] = replace(spans[place], until=row.at)
        if row.kind != "alias-removed":
            last[row.alias] = len(spans)
            spans.append(
                Tenure(
                    home=row.subject, alias=row.alias, number=row.number, since=row.at, until=None,
                    actor=row.actor, reason=row.reason,
                )
            )  # fmt: skip
    yield from spans


def at(conn: Connection, home_id: int, alias: str, instant: int) -> int | None:
    """Return the number that ``alias`` stood at at an instant; None: nowhere."""
    query = (
        select(_actions.c.number, _actions.c.kind)
        .where(
            _actions.c.home_id == home_id,
            _actions.c.alias == alias,
            _actions.c.kind.in_(MOVES),
            _actions.c.at <= instant,
        )
        .order_by(_actions.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).first()
    return None if row is None or row.kind == "alias-removed" else int(row.number)


def latest_at(conn: Connection, home_id: int, instant: int) -> int | None:
    """Return the newest live number of a home at an instant."""
    last = (
        select(func.max(_actions.c.id).label("id"))
        .where(_actions.c.home_id == home_id, _actions.c.kind.in_((*JOINED, *LEFT)), _actions.c.at <= instant)
        .where(_actions.c.number.is_not(None))
        .group_by(_actions.c.number)
        .subquery()
    )
    query = select(func.max(_actions.c.number)).join(last, last.c.id == _actions.c.id)
    found = conn.execute(query.where(_actions.c.kind.in_(JOINED))).scalar()
    return None if found is None else int(found)


def _put(tx: Transaction, home_id: int, alias: str, now: Standing, number: int | None) -> None:
    key = {"home": home_id, "alias": alias}
    if number is None and not now.protected:
        tx.conn.execute(_DROP, key)
        return
    values = {"number": number, "set_at": tx.at, "set_by": tx.actor}
    if now.number is None and not now.protected:
        tx.conn.execute(_SET, {"home_id": home_id, "name": alias, "protected": False, **values})
    else:
        tx.conn.execute(_MOVE, {**key, **values})


def _write(tx: Transaction, home: Home, change: AliasChange, reason: str) -> None:
    """Write a move into the history: one entry for each version that it concerns."""
    if change.before is not None:
        kind = "alias-removed" if change.after is None else "alias-moved-away"
        _entry(tx, home, change, kind, change.before, reason)
    if change.after is not None:
        kind = "alias-added" if change.before is None else "alias-moved-here"
        _entry(tx, home, change, kind, change.after, reason)


def _entry(tx: Transaction, home: Home, change: AliasChange, kind: str, number: int, reason: str) -> None:
    tx.act(
        kind, home.name, home=home.id, number=number, alias=change.alias, before=change.before, after=change.after,
        reason=reason,
    )  # fmt: skip


def _moved(conn: Connection, home: Home, alias: str, number: int | None) -> ConflictError:
    by = history.by_whom(conn, _actions.c.home_id == home.id, _actions.c.alias == alias, _actions.c.kind.in_(MOVES))
    where = (
        f"moved meanwhile to v{number}{by}"
        if number is not None
        else f"is not set (removed{by})"
        if by
        else "is not set"
    )
    msg = f"the alias {alias!r} of {home.name!r} {where}; nothing was changed"
    return ConflictError(msg, tries=(f"history {quote(home.name)}",))


def _forced(home: Home, alias: str, number: int | None) -> str:
    """Return the line that moves or removes a protected alias all the same."""
    if number is None:
        return f"unalias {quote(home.name)} {quote(alias)} --force"
    return f"alias {quote(f'{home.name}:v{number}')} {quote(alias)} --force"
