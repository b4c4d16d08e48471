"""Which index a list is read from, where its own order would be a long walk.

Without statistics a database cannot know that ``metrics.auc > 0.99`` holds for three versions in a million,
and reads the list in its order until the page is full, which it never is. So the parts of a filter that an
index can answer are counted up to a bound; the one with the fewest rows, if it stays below, names the rows,
and the whole filter is checked on those. Sorting by a metric is the same matter: the index of metrics names
the first rows in question, and all are sorted only where those do not fill the page. The answer is the same
either way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from typing import Any, Final

import sqlalchemy as sa

from modelreg import queries
from modelreg.catalog import uses
from modelreg.catalog.filters import CURRENT, m
from modelreg.catalog.schema import aliases, homes, members, metrics, params, tags, versions

FEW: Final = 2000
"""Up to how many rows are taken from the index of a filter: sorting more costs what a long walk would."""

ENOUGH: Final = 50
"""With so few rows, no better part of the filter is looked for."""

SMALL: Final = 1000
"""A home with fewer members is walked: nothing is to be gained."""

WINDOWS: Final = (2, 40, 400)
"""How many times the length of a page is looked at in the index of a metric, before all rows are sorted."""

_Condition = sa.ColumnElement[bool]
_RANGES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"==": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Rows that an index can name: all that a part of the filter wants, and few more.

    ``column`` of ``m`` is ``named`` of the selects together, where the selects join ``joined`` for that.
    """

    column: sa.ColumnElement[Any]
    named: sa.ColumnElement[Any]
    table: sa.FromClause
    conditions: tuple[tuple[_Condition, ...], ...]
    joined: sa.FromClause | None = None

    def count(self, conn: sa.Connection, most: int) -> int:
        """Return how many rows the index names, or ``most`` when there are more."""
        one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(self.table)
        counted = _together([one.where(*each) for each in self.conditions]).limit(most).subquery()
        return int(conn.execute(sa.select(sa.func.count()).select_from(counted)).scalar_one())

    def condition(self) -> _Condition:
        """Return the condition on ``m`` that holds for the rows."""
        named = sa.select(self.named).select_from(self.table if self.joined is None else self.joined)
        return self.column.in_(_together([named.where(*each) for each in self.conditions]))


@dataclass(frozen=True, slots=True)
class _Users:
    """The versions whose runs used some data."""

    data: queries.Data

    def count(self, conn: sa.Connection, most: int) -> int:
        """Return how many rows the indexes name, or ``most`` when there are more."""
        counted = _together(uses.users(self.data)).limit(most).subquery()
        return int(conn.execute(sa.select(sa.func.count()).select_from(counted)).scalar_one())

    def condition(self) -> _Condition:
        """Return the condition on ``m`` that holds for the rows."""
        return m.c.version_id.in_(_together(uses.users(self.data)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page that is wanted: whose members, which of them, sorted how, after what, and how many rows."""

    home_id: int | None
    filter: queries.Filter | None
    order: queries.Order
    start: Sequence[Any] | None
    """The values of the keys that the page begins after, None for the first page."""
    limit: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A condition on ``m`` under which a page may be read quickly.

    ``whole`` says that it holds for all rows of the list; else it holds for the first of them, and the page
    stands only if they fill it.
    """

    condition: _Condition
    whole: bool


def offers(conn: sa.Connection, asked: Asked) -> Iterator[Offer]:
    """Yield how else than in its order a list may be read, best first; nothing where the walk is short."""
    by_value = asked.order.field.name in {"metrics", "params"}
    if (asked.filter is None and not by_value) or _is_short(conn, asked.home_id):
        return
    best = None if asked.filter is None else _choose(conn, asked.filter, asked.home_id)
    if best is not None:
        yield Offer(best.condition(), whole=True)
    elif by_value:
        yield from (Offer(each.condition(), whole=False) for each in _windows(conn, asked))


def _is_short(conn: sa.Connection, home_id: int | None) -> bool:
    """Return whether the members of a home (None: of all) are few."""
    if home_id is None:
        return False
    return (conn.execute(sa.select(homes.c.members).where(homes.c.id == home_id)).scalar() or 0) < SMALL


def _choose(conn: sa.Connection, tree: queries.Filter, home_id: int | None) -> _Candidate | _Users | None:
    """Return the part of a filter that names the fewest rows, None when none names few."""
    best: _Candidate | _Users | None = None
    fewest = FEW + 1
    for candidate in _candidates(tree, home_id):
        counted = candidate.count(conn, fewest)
        if counted < fewest:
            best, fewest = candidate, counted
        if fewest <= ENOUGH:
            break
    return best


def _windows(conn: sa.Connection, asked: Asked) -> Iterator[_Candidate]:
    """Yield rows by the index of a metric or param, ever more, that come before all others in the order."""
    order, start = asked.order, asked.start
    if start is not None and (start[0] is None or math.isinf(start[0])):
        return  # among rows without a number
    column, key = _number(order.field), _key(order.field)
    sooner, later = (ge, le) if order.descending else (le, ge)
    entered = () if start is None else (later(column, start[0]),)
    ordered = sa.select(column).where(*key, column.is_not(None), *entered)
    ordered = ordered.order_by(column.desc() if order.descending else column.asc())
    for times in WINDOWS:
        last = conn.execute(ordered.offset(times * asked.limit).limit(1)).scalar()
        if last is None:
            return
        conditions: list[tuple[Any, ...]] = [(*key, *entered, sooner(column, last))]
        if order.field.name == "metrics" and start is None:
            conditions.append((*key, column.is_(None), metrics.c.special == ("inf" if order.descending else "-inf")))
        yield _Candidate(m.c.version_id, column.table.c.version_id, column.table, tuple(conditions))


def _together(selects: list[sa.Select[Any]]) -> Any:
    """Return selects as one; apart, because SQLite reads a whole key for an OR."""
    return selects[0] if len(selects) == 1 else sa.union_all(*selects)


def _candidates(tree: queries.Filter, home_id: int | None) -> Iterator[_Candidate | _Users]:
    """Yield what the indexes can name of the parts that must all hold."""
    for part in tree.parts if isinstance(tree, queries.And) else (tree,):
        if isinstance(part, queries.Used):
            yield _Users(part.data)
        if not isinstance(part, (queries.Compare, queries.In, queries.Has)):
            continue
        maker, matches = _MAKERS.get(part.field.name), _matches(part)
        found = None if maker is None or matches is None else maker(part, matches, home_id)
        if found is not None:
            yield found


_Matches = Callable[[Any], _Condition]


def _matches(part: queries.Compare | queries.In | queries.Has) -> _Matches | None:
    """Return what a part asks of a column, None where that is no range of an index."""
    if isinstance(part, queries.In):
        return lambda column: column.in_(part.values)
    if isinstance(part, queries.Has):
        return lambda column: column == part.item
    if isinstance(part.value, str) and part.op != "==":
        return None  # an index sorts text as its database pleases
    compare = _RANGES.get(part.op)
    return None if compare is None else lambda column: compare(column, part.value)


def _alias(_part: Any, matches: _Matches, home_id: int | None) -> _Candidate:
    here = () if home_id is None else (aliases.c.home_id == home_id,)
    joined = aliases.join(
        members, sa.and_(members.c.home_id == aliases.c.home_id, members.c.number == aliases.c.number)
    )
    return _Candidate(m.c.id, members.c.id, aliases, ((*here, matches(aliases.c.name)),), joined)


def _tag(part: Any, matches: _Matches, _home_id: int | None) -> _Candidate:
    joined = tags.join(versions, versions.c.uid == tags.c.owner)
    if isinstance(part, queries.Has):
        asked: tuple[_Condition, ...] = (matches(tags.c.key),)
    else:
        asked = (tags.c.key == part.field.key, matches(tags.c.value))
    return _Candidate(m.c.version_id, versions.c.id, tags, (asked,), joined)


def _name(_part: Any, matches: _Matches, _home_id: int | None) -> _Candidate:
    joined = homes.join(members, members.c.home_id == homes.c.id)
    return _Candidate(m.c.id, members.c.id, joined, ((matches(homes.c.name), homes.c.deleted_at.is_(None)),))


def _source(_part: Any, matches: _Matches, _home_id: int | None) -> _Candidate:
    joined = homes.join(versions, versions.c.artifact_id == homes.c.id)
    return _Candidate(m.c.version_id, versions.c.id, joined, ((matches(homes.c.name),),))


def _value(part: Any, matches: _Matches, _home_id: int | None) -> _Candidate | None:
    """Name versions by a number: of a param, or of a metric with those that have none there (infinity)."""
    if isinstance(part, queries.Has):
        return None
    column, key = _number(part.field), _key(part.field)
    if part.field.name == "metrics":
        conditions: tuple[tuple[_Condition, ...], ...] = ((*key, matches(column)), (*key, column.is_(None)))
    elif isinstance(part.values[0] if isinstance(part, queries.In) else part.value, str):
        return None  # texts of params have no index
    else:
        conditions = ((*key, matches(column)),)
    return _Candidate(m.c.version_id, column.table.c.version_id, column.table, conditions)


def _number(field: queries.Field) -> sa.Column[Any]:
    return metrics.c.value if field.name == "metrics" else params.c.number


def _key(field: queries.Field) -> tuple[Any, ...]:
    return (metrics.c.key == field.key,) if field.name == "metrics" else (params.c.key == field.key, CURRENT)


_MAKERS: Final[Mapping[str, Callable[[Any, _Matches, int | None], _Candidate | None]]] = {
    "alias": _alias,
    "aliases": _alias,
    "tags": _tag,
    "name": _name,
    "source": _source,
    "metrics": _value,
    "params": _value,
}
