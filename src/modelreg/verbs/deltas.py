"""The metrics of a version beside those of the version before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import homes, members
from modelreg.records import MetricDelta

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.verbs.values import Series


def deltas(
    conn: Connection, view: Home, member: Member, given: Mapping[str, Series], previous: int | None
) -> tuple[MetricDelta, ...]:
    """Return the metrics that were given beside those of the version that was the newest before."""
    if not given:
        return ()
    older: Mapping[str, float] = {}
    if previous is not None and previous != member.number:
        before = members.resolve(conn, view, names.Reference(name=view.name, number=previous)).version_id
        older = members.metrics(conn, [before]).get(before, {})
    ways = homes.directions(conn, view.id)
    return tuple(
        MetricDelta(
            name=key, value=points[-1][1], before=older.get(key), direction=ways.get(key),
            against=previous if key in older else None,
        )
        for key, points in given.items()
    )  # fmt: skip
