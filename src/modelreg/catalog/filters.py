"""Filter trees as SQL conditions, the same on SQLite and PostgreSQL.

Logic with three values is SQL's own: a field that a row lacks is NULL, so that no comparison with it holds,
nor its opposite. Text is compared by code points and with case; values are always bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from modelreg import queries
from modelreg.catalog import globs, uses
from modelreg.catalog.schema import (
    aliases,
    artifacts,
    contents,
    homes,
    members,
    metrics,
    params,
    tags,
    versions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Condition = sa.ColumnElement[bool]
Expression = sa.ColumnElement[Any]

LARGEST: Final = 2**63 - 1
POSTGRESQL: Final = "postgresql"

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], sa.ColumnElement[bool]]]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_ROUNDED: Final[Mapping[str, tuple[str, Callable[[float], int]]]] = {
    "<": ("<=", math.floor),
    "<=": ("<=", math.floor),
    ">": (">=", math.ceil),
    ">=": (">=", math.ceil),
}
# the schema's partial indexes say just ``current``, and SQLite uses them only for the same words
CURRENT: Final = cast("sa.ColumnElement[bool]", sa.text("params.current"))

m = members.alias("m")
h = homes.alias("h")
_versions = versions.alias("v")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the fields of one entity are in SQL.

    Parameters
    ----------
    row : FromClause
        What is listed: ``m`` (members) or ``h`` (homes).
    columns : mapping
        Fields without keys.
    owner : ColumnElement
        The uid that its tags are under.
    home : ColumnElement
        Its home.
    number : ColumnElement, optional
        Its number in the home; without it every alias of the home is meant.
    """

    row: sa.FromClause
    columns: Mapping[str, Expression]
    owner: Expression
    home: Expression
    number: Expression | None = None

    def aliases(self, *conditions: Condition) -> tuple[Condition, ...]:
        """Return the conditions on a row of ``aliases`` that is set here."""
        stands = aliases.c.number.is_not(None) if self.number is None else aliases.c.number == self.number
        return (aliases.c.home_id == self.home, stands, *conditions)


def _from_version(column: Expression) -> Expression:
    """Return a column of the member's version."""
    return sa.select(column).where(_versions.c.id == m.c.version_id).correlate(m).scalar_subquery()


def _from_contents(column: Expression) -> Expression:
    """Return a column of the contents of the member's version."""
    joined = _versions.join(contents, contents.c.id == _versions.c.content_id)
    return sa.select(column).select_from(joined).where(_versions.c.id == m.c.version_id).correlate(m).scalar_subquery()


def _from_artifact(column: Expression, table: sa.Table) -> Expression:
    """Return a column of the member's artifact: of ``homes`` or ``artifacts``."""
    joined = _versions.join(table, table.c.id == _versions.c.artifact_id)
    return sa.select(column).select_from(joined).where(_versions.c.id == m.c.version_id).correlate(m).scalar_subquery()


SCOPES: Final[Mapping[str, Scope]] = {
    "version": Scope(
        row=m,
        columns={
            "name": sa.select(homes.c.name).where(homes.c.id == m.c.home_id).correlate(m).scalar_subquery(),
            "version": m.c.number,
            "description": _from_version(_versions.c.description),
            "created": _from_version(_versions.c.created_at),
            "linked": m.c.created_at,
            "user": _from_version(_versions.c.created_by),
            "flavor": _from_contents(contents.c.flavor),
            "class_name": _from_version(_versions.c.class_name),
            "source": _from_artifact(homes.c.name, homes),
            "kind": _from_artifact(artifacts.c.kind, artifacts),
            "size": _from_contents(contents.c.size),
        },
        owner=_from_version(_versions.c.uid),
        home=m.c.home_id,
        number=m.c.number,
    ),
    "model": Scope(
        row=h,
        columns={
            "name": h.c.name,
            "description": h.c.description,
            "created": h.c.created_at,
            "updated": h.c.updated_at,
            "user": h.c.created_by,
            "versions": h.c.members,
        },
        owner=h.c.uid,
        home=h.c.id,
    ),
}


def condition(tree: queries.Filter, *, entity: str, dialect: str) -> Condition:
    """Return the SQL condition that a filter means.

    Parameters
    ----------
    tree : Filter
        From :func:`modelreg.queries.parse`.
    entity : str
        ``version`` (rows of ``m``) or ``model`` (rows of ``h``).
    dialect : str
        Name of SQLAlchemy's dialect.
    """
    return Compiler(SCOPES[entity], dialect).condition(tree)


class Compiler:
    """Turns the nodes of a filter into SQL over one scope."""

    def __init__(self, scope: Scope, dialect: str) -> None:
        self._scope = scope
        self._dialect = dialect

    def condition(self, tree: queries.Filter) -> Condition:
        """Return the condition that a node means."""
        return _NODES[type(tree)](self, tree)

    def column(self, field: queries.Field, *, text: bool = False) -> Expression:
        """Return the value of a field; ``text`` asks a param for its text instead of its number."""
        if field.name == "metrics":
            return self._of_version(metrics, _finite_or_not(), metrics.c.key == field.key)
        if field.name == "params":
            held = (params.c.key == field.key, CURRENT)
            return self._bytewise(self._of_version(params, params.c.text if text else params.c.number, *held))
        if field.name == "tags":
            held = (tags.c.owner == self._scope.owner, tags.c.key == field.key)
            return self._bytewise(sa.select(tags.c.value).where(*held).correlate(self._scope.row).scalar_subquery())
        return self._bytewise(self._scope.columns[field.name])

    def _bytewise(self, column: Expression) -> Expression:
        """Return a column so that text is ordered by code points; SQLite does so by itself."""
        return column.collate("C") if self._dialect == POSTGRESQL and isinstance(column.type, sa.String) else column

    def _of_version(self, table: sa.Table, column: Expression, *conditions: Condition) -> Expression:
        held = (table.c.version_id == m.c.version_id, *conditions)
        return sa.select(column).where(*held).correlate(m).scalar_subquery()

    def _exists(self, table: sa.Table, *conditions: Condition) -> Condition:
        return sa.exists(
            sa.select(sa.literal_column("1")).select_from(table).where(*conditions).correlate(self._scope.row)
        )

    def _and(self, node: queries.And) -> Condition:
        return sa.and_(*(self.condition(part) for part in node.parts))

    def _or(self, node: queries.Or) -> Condition:
        return sa.or_(*(self.condition(part) for part in node.parts))

    def _not(self, node: queries.Not) -> Condition:
        return sa.not_(self.condition(node.part))

    def _compare(self, node: queries.Compare) -> Condition:
        value = node.value
        if isinstance(value, queries.Instant):
            value = value.at
        if isinstance(value, str):
            return self._texts(node.field, lambda column: _OPERATORS[node.op](column, value), negated=node.op == "!=")
        column = self.column(node.field)
        if isinstance(column.type, sa.Integer):
            return _whole(column, node.op, value)
        return _OPERATORS[node.op](column, sa.literal(float(value), sa.Float))

    def _in(self, node: queries.In) -> Condition:
        values = node.values
        if isinstance(values[0], str):
            return self._texts(node.field, lambda column: column.in_(values))
        column = self.column(node.field)
        if isinstance(column.type, sa.Integer):
            whole = [int(value) for value in values if isinstance(value, (int, float)) and _storable(value)]
            return column.in_(whole) if whole else sa.false()
        return column.in_([float(value) for value in values if isinstance(value, (int, float))])

    def _text(self, node: queries.Text) -> Condition:
        return self._texts(node.field, lambda column: _TEXTS[node.how](column, node.text, self._dialect))

    def _search(self, node: queries.Search) -> Condition:
        return sa.and_(sa.true(), *(self._word(word.lower()) for word in node.words))

    def _word(self, word: str) -> Condition:
        def has(column: Expression) -> Condition:
            return sa.func.lower(column).contains(word, autoescape=True)

        tagged = has(tags.c.key + "=" + tags.c.value)
        return sa.or_(
            has(self._scope.columns["name"]),
            self._exists(aliases, *self._scope.aliases(has(aliases.c.name))),
            self._exists(tags, tags.c.owner == self._scope.owner, tagged),
        )

    def _texts(
        self, field: queries.Field, matches: Callable[[Expression], Condition], *, negated: bool = False
    ) -> Condition:
        """Return a condition on the text of a field, of which an alias or a class has more than one.

        ``negated`` says that ``matches`` is of ``!=``, which must hold for all of them.
        """
        if field.name == "alias":
            return self._aliases(matches, negated=negated)
        column = self.column(field, text=True)
        if field.name != "class_name":
            return matches(column)
        return (sa.and_ if negated else sa.or_)(matches(column), matches(_label(column)))

    def _aliases(self, matches: Callable[[Expression], Condition], *, negated: bool) -> Condition:
        """Return whether any alias matches (all do), unknown where there is none."""
        fits = sa.case((matches(self._bytewise(aliases.c.name)), 1), else_=0)
        best = sa.func.min(fits) if negated else sa.func.max(fits)
        return sa.select(best).where(*self._scope.aliases()).correlate(self._scope.row).scalar_subquery() == 1

    def _has(self, node: queries.Has) -> Condition:
        if node.field.name == "aliases":
            return self._exists(aliases, *self._scope.aliases(aliases.c.name == node.item))
        return sa.not_(self._null(queries.Null(queries.Field(node.field.name, node.item)), none_counts=False))

    def _null(self, node: queries.Null, *, none_counts: bool = True) -> Condition:
        """Return whether a row lacks a field; ``is None`` holds of a param that is None, too."""
        field = node.field
        if field.name == "alias":
            return ~self._exists(aliases, *self._scope.aliases())
        if field.name == "metrics":
            return ~self._exists(metrics, metrics.c.version_id == m.c.version_id, metrics.c.key == field.key)
        if field.name == "params":
            given = (params.c.json != "null",) if none_counts else ()
            return ~self._exists(
                params, params.c.version_id == m.c.version_id, params.c.key == field.key, CURRENT, *given
            )
        if field.name == "tags":
            return ~self._exists(tags, tags.c.owner == self._scope.owner, tags.c.key == field.key)
        if field.name == "data":
            return ~uses.some(self._scope)
        return self.column(field) == "" if field.name == "description" else sa.false()

    def _used(self, node: queries.Used) -> Condition:
        return uses.this(self._scope, node.data)


def _finite_or_not() -> Expression:
    """Return the value of a metric; infinities are kept apart from numbers, nan stays NULL."""
    infinite = sa.case(
        (metrics.c.special == "inf", sa.literal(math.inf, sa.Float)),
        (metrics.c.special == "-inf", sa.literal(-math.inf, sa.Float)),
    )
    return sa.func.coalesce(metrics.c.value, infinite, type_=sa.Float)


def _storable(value: float) -> bool:
    """Return whether an integer column can hold a value."""
    return -LARGEST - 1 <= value <= LARGEST and value == int(value)


def _whole(column: Expression, op: str, value: Any) -> Condition:
    """Compare an integer column, never NULL, with any number: what the column cannot hold is decided here."""
    if _storable(value):
        return _OPERATORS[op](column, int(value))
    if op in {"==", "!="}:
        return sa.true() if op == "!=" else sa.false()
    if abs(value) > LARGEST:
        return sa.true() if (value > 0) == (op in {"<", "<="}) else sa.false()
    rounded_op, rounded = _ROUNDED[op]
    return _OPERATORS[rounded_op](column, rounded(value))


def _label(column: Expression) -> Expression:
    """Return the bare name of a class: what stands after the last dot."""
    path = sa.func.rtrim(column, sa.func.replace(column, ".", ""))
    return sa.func.substr(column, sa.func.length(path) + 1, type_=sa.Text)


def _contains(column: Expression, text: str, dialect: str) -> Condition:
    position = sa.func.strpos if dialect == POSTGRESQL else sa.func.instr
    return position(column, text, type_=sa.Integer) > 0


def _startswith(column: Expression, text: str, dialect: str) -> Condition:
    return sa.func.substr(column, 1, len(text), type_=sa.Text) == text


def _endswith(column: Expression, text: str, dialect: str) -> Condition:
    return sa.func.substr(column, sa.func.length(column) - len(text) + 1, type_=sa.Text) == text


def _glob(column: Expression, pattern: str, dialect: str) -> Condition:
    regular = dialect == POSTGRESQL
    translated = (globs.to_regex if regular else globs.to_glob)(pattern)
    if translated is None:
        return column != column  # noqa: PLR0124  (false, but unknown where there is nothing to match)
    return column.op("~" if regular else "GLOB", is_comparison=True)(translated)


_TEXTS: Final[Mapping[str, Callable[[Expression, str, str], Condition]]] = {
    "contains": _contains,
    "startswith": _startswith,
    "endswith": _endswith,
    "glob": _glob,
}
_NODES: Final[Mapping[type, Callable[[Compiler, Any], Condition]]] = {
    queries.And: Compiler._and,  # noqa: SLF001  (the table of the class above)
    queries.Or: Compiler._or,  # noqa: SLF001
    queries.Not: Compiler._not,  # noqa: SLF001
    queries.Compare: Compiler._compare,  # noqa: SLF001
    queries.In: Compiler._in,  # noqa: SLF001
    queries.Text: Compiler._text,  # noqa: SLF001
    queries.Search: Compiler._search,  # noqa: SLF001
    queries.Has: Compiler._has,  # noqa: SLF001
    queries.Used: Compiler._used,  # noqa: SLF001
    queries.Null: Compiler._null,  # noqa: SLF001
}
