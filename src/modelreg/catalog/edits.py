"""Changes of what homes and versions are called, described as, tagged with; each writes its history and says the value before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from modelreg.catalog import facts, history, homes, schema, versions
from modelreg.errors import AlreadyExistsError, ConflictError
from modelreg.names import quote, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.catalog.transaction import Transaction

_homes, _counters, _former = schema.homes, schema.counters, schema.former_names
_actions = schema.actions


def description(conn: Connection, home: Home, member: Member | None) -> str:
    """Return the description of a home, or of the version behind one of its members."""
    if member is None:
        return str(conn.execute(select(_homes.c.description).where(_homes.c.id == home.id)).scalar_one())
    return str(versions.row(conn, member.version_id).description)


def tag_value(tx: Transaction, home: Home, member: Member | None, key: str) -> str | None:
    """Return the value of a tag; None when it is absent."""
    owner = _owner(tx, home, member)
    return homes.tags(tx.conn, [owner]).get(owner, {}).get(key)


def describe(
    tx: Transaction, home: Home, member: Member | None, text: str, reason: str, *, expect: str | None = None
) -> bool:
    """Set the description of a home, or of the version behind one of its members; return whether it changed.

    Raises
    ------
    ConflictError
        It is not ``expect`` (None: whatever it is), which the writer had read; the message says what it is, and by whom.
    """
    before = description(tx.conn, home, member)
    if before == text:
        return False
    if expect not in (None, before):
        raise _rewritten(tx.conn, home, member, before)
    if member is None:
        tx.conn.execute(update(_homes).where(_homes.c.id == home.id).values(description=text))
    else:
        versions.describe(tx, member.version_id, text)
    _act(tx, "described", home, member, before, text, reason)
    return True


def tag(tx: Transaction, home: Home, member: Member | None, key: str, value: str, reason: str) -> bool:
    """Set a tag on a home or a version; return whether it changed."""
    before = facts.set_tag(tx, _owner(tx, home, member), key, value)
    if before == value:
        return False
    _act(
        tx,
        "tagged",
        home,
        member,
        None if before is None else _written(key, before),
        _written(key, value),
        reason,
    )
    return True


def untag(tx: Transaction, home: Home, member: Member | None, key: str, reason: str) -> bool:
    """Remove a tag; return whether it was there."""
    before = facts.drop_tag(tx, _owner(tx, home, member), key)
    if before is None:
        return False
    _act(tx, "untagged", home, member, _written(key, before), None, reason)
    return True


def rename(tx: Transaction, home: Home, new: str, reason: str, *, expect: str | None = None) -> None:
    """Give a home another name. Its numbers go on from the higher mark of both names; the old name answers for it.

    Raises
    ------
    ConflictError
        It is not called ``expect`` (None: whatever its name is).
    AlreadyExistsError
        The name is taken.
    """
    if expect not in (None, home.name):  # former names answer too: somebody may have renamed it since
        by = history.by_whom(tx.conn, _actions.c.home_id == home.id, _actions.c.kind == "renamed")
        msg = f"{expect!r} was renamed meanwhile{by} and is called {home.name!r} now; nothing was changed"
        raise ConflictError(msg, tries=(f"history {quote(home.name)}",))
    other = homes.find(tx.conn, new)
    if other is not None and other.name == new and other.id != home.id:
        msg = f"a registered model {new!r} exists already"
        raise AlreadyExistsError(msg, tries=(f"show {quote(new)}",))
    marks = dict(
        tx.conn.execute(select(_counters.c.name, _counters.c.next).where(_counters.c.name.in_([home.name, new]))).all()
    )
    tx.conn.execute(delete(_counters).where(_counters.c.name == new))
    tx.conn.execute(_counters.insert().values(name=new, next=max([0, *marks.values()])))
    tx.conn.execute(delete(_former).where(_former.c.name.in_([home.name, new])))
    tx.conn.execute(_former.insert().values(name=home.name, home_id=home.id))
    tx.conn.execute(update(_homes).where(_homes.c.id == home.id).values(name=new))
    tx.act("renamed", new, home=home.id, before=home.name, after=new, reason=reason)


def stages(tx: Transaction, home: Home, wanted: Sequence[str], reason: str) -> bool:
    """Set the stages of a registered model; return whether they changed."""
    before = list(homes.stages(tx.conn, home.id))
    if before == list(wanted):
        return False
    table = schema.registered_models
    tx.conn.execute(update(table).where(table.c.id == home.id).values(stages=json.dumps(list(wanted))))
    tx.act("stages-set", home.name, home=home.id, before=",".join(before), after=",".join(wanted), reason=reason)
    return True


def direct(tx: Transaction, home: Home, metric: str, direction: str | None, reason: str) -> bool:
    """Declare which way a metric is better (None: not known); return whether that changed."""
    table = schema.directions
    before = homes.directions(tx.conn, home.id).get(metric)
    if before == direction:
        return False
    tx.conn.execute(delete(table).where(table.c.home_id == home.id, table.c.metric == metric))
    if direction is not None:
        tx.conn.execute(table.insert().values(home_id=home.id, metric=metric, direction=direction))
    tx.act(
        "metric-directed", home.name, home=home.id, before=f"{metric} {before or 'unknown'}",
        after=f"{metric} {direction or 'unknown'}", reason=reason,
    )  # fmt: skip
    return True


def set_deleted(tx: Transaction, home: Home, *, deleted: bool, reason: str) -> None:
    """Mark a home as deleted, or as live again."""
    tx.conn.execute(update(_homes).where(_homes.c.id == home.id).values(deleted_at=tx.at if deleted else None))
    tx.act("deleted" if deleted else "undeleted", home.name, home=home.id, reason=reason)


def _rewritten(conn: Connection, home: Home, member: Member | None, now: str) -> ConflictError:
    """Return what says that somebody described it since, and what stands there now."""
    described = _actions.c.kind == "described"
    if member is None:
        by = history.by_whom(conn, described, _actions.c.home_id == home.id, _actions.c.version_id.is_(None))
    else:  # through whichever of its links
        by = history.by_whom(conn, described, _actions.c.version_id == member.version_id)
    called = home.name if member is None else f"{home.name}:v{member.number}"
    stands = f"reads {shown(' '.join(now.split()))} now" if now else "is empty now"
    msg = f"the description of {called!r} was changed meanwhile{by} and {stands}; nothing was changed"
    return ConflictError(msg, tries=(f"history {quote(called)}",))


def _owner(tx: Transaction, home: Home, member: Member | None) -> str:
    return home.uid if member is None else versions.uid_of(tx.conn, member.version_id)


def _written(key: str, value: str) -> str:
    return f"{key}={value}" if value else key


def _act(  # noqa: PLR0917
    tx: Transaction,
    kind: str,
    home: Home,
    member: Member | None,
    before: str | None,
    after: str | None,
    reason: str,
) -> None:
    tx.act(
        kind, home.name, home=home.id, version=None if member is None else member.version_id,
        number=None if member is None else member.number, before=before, after=after, reason=reason,
    )  # fmt: skip
