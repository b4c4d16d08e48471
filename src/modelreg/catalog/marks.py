"""Marks: what came of running the code of a version again. The newest one counts; all stay in the history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from modelreg.catalog import schema
from modelreg.records.replay import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.catalog.transaction import Transaction

KIND: Final = "replayed"
"""The kind of action that a mark is."""

_actions = schema.actions
_OF = (
    select(_actions.c.version_id, _actions.c.after, _actions.c.reason, _actions.c.at, _actions.c.actor)
    .where(_actions.c.version_id.in_(bindparam("versions", expanding=True)), _actions.c.kind == KIND)
    .order_by(_actions.c.id)
)


def add(tx: Transaction, home: Home, member: Member, outcome: str, text: str) -> None:
    """Mark a version, in the history of the home that it was looked at from."""
    tx.act(KIND, home.name, home=home.id, version=member.version_id, number=member.number, after=outcome, reason=text)


def newest(conn: Connection, version_ids: Iterable[int]) -> dict[int, Mark]:
    """Return version id -> its newest mark, for those that have one."""
    rows = conn.execute(_OF, {"versions": list(version_ids)}).all()
    return {
        row.version_id: Mark(outcome=str(json.loads(row.after or "null")), text=row.reason, at=row.at, actor=row.actor)
        for row in rows
    }
