"""Whether a run used some data, as SQL conditions: by its contents, or as a version of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from modelreg.catalog.schema import fingerprints, inputs, members, run_data, runs, versions

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Connection

    from modelreg import queries
    from modelreg.catalog.filters import Scope

    Condition = sa.ColumnElement[bool]

_ONE: Final[sa.ColumnElement[int]] = sa.literal_column("1", sa.Integer)


def some(scope: Scope) -> Condition:
    """Return whether a row is known to have used any data."""
    return _either(scope, sa.true(), sa.true())


def this(scope: Scope, data: queries.Data) -> Condition:
    """Return whether a row used some data, unknown where it is not known to have used any."""
    found = _either(scope, _has(run_data.c.digest, data), inputs.c.version_id.in_(_logged(data)))
    return sa.case((found, 1), (some(scope), 0), else_=None) == 1


def users(data: queries.Data) -> list[sa.Select[tuple[int]]]:
    """Return the row ids of the versions that used some data, in selects that indexes answer."""
    ran = inputs.join(runs, runs.c.id == inputs.c.run_id)
    named = inputs.c.version_id.in_(_logged(data))
    return [
        sa.select(run_data.c.version_id).where(_has(run_data.c.digest, data)),
        sa.select(runs.c.version_id).select_from(ran).where(named, inputs.c.role != "model"),
    ]


def roles(conn: Connection, uids: Collection[str], data: queries.Data) -> list[tuple[str, str, bool]]:
    """Return (uid of the version, role, whether that is sure) for each way in which these versions used some data."""
    ran = inputs.join(runs, runs.c.id == inputs.c.run_id).join(versions, versions.c.id == runs.c.version_id)
    told = run_data.join(versions, versions.c.id == run_data.c.version_id)
    named = inputs.c.version_id.in_(_logged(data))
    query = sa.union(
        sa.select(versions.c.uid, run_data.c.role, run_data.c.partial)
        .select_from(told)
        .where(versions.c.uid.in_(uids), _has(run_data.c.digest, data)),
        sa.select(versions.c.uid, inputs.c.role, sa.false())
        .select_from(ran)
        .where(versions.c.uid.in_(uids), named, inputs.c.role != "model"),
    )
    return [(uid, role, not partial) for uid, role, partial in conn.execute(query)]


def others(conn: Connection, home: int | None, role: str, names: Collection[str], data: queries.Data) -> int:
    """Return how many live versions used data of a role and one of these names, with other contents than these only."""
    live = sa.select(members.c.version_id).where(members.c.removed_at.is_(None))
    live = live if home is None else live.where(members.c.home_id == home)
    now = sa.select(run_data.c.version_id).where(run_data.c.digest == data.digest)
    then = sa.select(sa.func.count(run_data.c.version_id.distinct())).where(
        run_data.c.role == role,
        run_data.c.name.in_(names),
        run_data.c.digest.is_not(None),
        run_data.c.version_id.in_(live),
        run_data.c.version_id.not_in(now),
    )
    return int(conn.execute(then).scalar_one())


def _logged(data: queries.Data) -> sa.Select[tuple[int]]:
    """Return the row ids of the versions of datasets that some data is."""
    logged, told = versions.alias("logged"), fingerprints.alias("told")
    same = sa.select(told.c.content_id).where(_has(told.c.digest, data))
    return sa.select(logged.c.id).where(sa.or_(logged.c.uid.in_(data.versions), logged.c.content_id.in_(same)))


def _has(column: sa.ColumnElement[Any], data: queries.Data) -> Condition:
    if not data.digest:
        return sa.false()
    return column == data.digest if data.whole else sa.func.substr(column, 1, len(data.digest)) == data.digest


def _either(scope: Scope, by_contents: Condition, by_version: Condition) -> Condition:
    """Return whether a run used data of which a condition holds."""
    ran = inputs.join(runs, runs.c.id == inputs.c.run_id)
    known = sa.select(_ONE).select_from(run_data).where(_is_of(run_data.c.version_id, scope), by_contents)
    # what an object was loaded from is no data
    named = (
        sa.select(_ONE).select_from(ran).where(_is_of(runs.c.version_id, scope), inputs.c.role != "model", by_version)
    )
    return sa.or_(sa.exists(known.correlate(scope.row)), sa.exists(named.correlate(scope.row)))


def _is_of(column: sa.ColumnElement[Any], scope: Scope) -> Condition:
    """Return whether a column holds a version that a row stands for: one, or a live member of a home."""
    if scope.number is not None:
        return column == scope.row.c.version_id
    held = members.alias("held")
    live = sa.select(held.c.version_id).where(held.c.home_id == scope.home, held.c.removed_at.is_(None))
    return column.in_(live.correlate(scope.row))
