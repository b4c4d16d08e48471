"""Lists: a page of versions or of homes, filtered and sorted in SQL, as row ids.

A list walks an index in its order and drops what the filter does not want. Where the filter wants few of many
rows, that walk is long; then the rows are taken from the index of the filter instead
(:mod:`modelreg.catalog.drivers`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from modelreg import queries
from modelreg.catalog import drivers, paging
from modelreg.catalog.filters import SCOPES, Compiler, h, m
from modelreg.catalog.keys import of as keys_of
from modelreg.catalog.paging import Key
from modelreg.catalog.schema import homes

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_KEY: Final = 200
"""How much of a text counts for the order."""

_Listed = tuple[list[int], str | None]


@dataclass(frozen=True, slots=True)
class _Cut:
    """How a page is cut from a list: by which keys, after what, how long, and the digest for its token."""

    keys: Sequence[Key]
    start: Sequence[paging.Value] | None
    limit: int
    question: str

    def read(self, conn: sa.Connection, listed: sa.Select[Any]) -> _Listed:
        """Read one row more than the page has, to know whether there is another page."""
        if self.start is not None:
            listed = listed.where(paging.after(self.keys, self.start))
        ordered = listed.add_columns(*(key.column for key in self.keys)).order_by(*(key.order for key in self.keys))
        rows = conn.execute(ordered.limit(self.limit + 1)).all()
        more = len(rows) > self.limit
        following = paging.token(self.question, rows[self.limit - 1][1:]) if more else None
        return [row[0] for row in rows[: self.limit]], following


def versions(
    conn: sa.Connection,
    *,
    home_id: int | None,
    filter: queries.Filter | None = None,  # noqa: A002  (the word of the vocabulary)
    order: str = "-version",
    limit: int = 50,
    token: str | None = None,
) -> _Listed:
    """Return the ids of a page of live members, and the token of the next page.

    Parameters
    ----------
    conn : Connection
        Where the catalog is.
    home_id : int or None
        Of which home; None for all registered models that are not deleted.
    filter : Filter, optional
        From :func:`modelreg.queries.parse` with the entity ``version``.
    order : str
        A field, with ``-`` before it for descending. Over all registered models ``version`` means when it was
        linked, for numbers of different models do not compare.
    limit : int
        1 to 1000.
    token : str, optional
        From the page before.

    Raises
    ------
    QueryError
        The order names no field.
    InvalidError
        The limit is none, or the token is not of this list.
    """
    limit = paging.check_limit(limit)
    wanted = queries.order(order, "version", partial(keys_of, conn, home_id))
    compiler = Compiler(SCOPES["version"], conn.dialect.name)
    keys = _version_keys(compiler, wanted, home_id)
    question = paging.digest("versions", home_id, filter, wanted)
    start = paging.read(token, question, keys)
    listed = sa.select(m.c.id).where(m.c.removed_at.is_(None))
    if filter is not None:
        listed = listed.where(compiler.condition(filter))
    cut = _Cut(keys, start, limit, question)
    asked = drivers.Asked(home_id=home_id, filter=filter, order=wanted, start=start, limit=limit)
    for offer in drivers.offers(conn, asked):
        page = cut.read(conn, listed.where(offer.condition, _of_home(home_id, driven=True)))
        if offer.whole or page[1] is not None:
            return page
    return cut.read(conn, listed.where(_of_home(home_id, driven=False)))


def models(
    conn: sa.Connection,
    *,
    kind: str = "registered",
    filter: queries.Filter | None = None,  # noqa: A002  (the word of the vocabulary)
    order: str = "-updated",
    limit: int = 50,
    token: str | None = None,
) -> _Listed:
    """Return the ids of a page of live homes, and the token of the next page.

    Parameters
    ----------
    conn : Connection
        Where the catalog is.
    kind : str
        ``registered`` or ``artifact``.
    filter : Filter, optional
        From :func:`modelreg.queries.parse` with the entity ``model``.
    order, limit, token
        As for :func:`versions`.
    """
    limit = paging.check_limit(limit)
    wanted = queries.order(order, "model")
    compiler = Compiler(SCOPES["model"], conn.dialect.name)
    keys = [*_keys(compiler, wanted), Key(h.c.id, int, descending=True)]
    question = paging.digest("models", kind, filter, wanted)
    start = paging.read(token, question, keys)
    conditions = [h.c.kind == kind, h.c.deleted_at.is_(None)]
    if filter is not None:
        conditions.append(compiler.condition(filter))
    return _Cut(keys, start, limit, question).read(conn, sa.select(h.c.id).where(*conditions))


def how_many(
    conn: sa.Connection,
    *,
    kind: str = "registered",
    filter: queries.Filter | None = None,  # noqa: A002  (the word of the vocabulary)
) -> int:
    """Return how many live homes there are, or match."""
    conditions = [h.c.kind == kind, h.c.deleted_at.is_(None)]
    if filter is not None:
        conditions.append(Compiler(SCOPES["model"], conn.dialect.name).condition(filter))
    return int(conn.execute(sa.select(sa.func.count()).select_from(h).where(*conditions)).scalar() or 0)


def _of_home(home_id: int | None, *, driven: bool) -> sa.ColumnElement[bool]:
    """Return the condition on whose members are listed."""
    if home_id is None:
        live = (homes.c.id == m.c.home_id, homes.c.kind == "registered", homes.c.deleted_at.is_(None))
        return sa.exists(sa.select(sa.literal_column("1")).select_from(homes).where(*live).correlate(m))
    # the sign keeps the database from walking the home where a driver names the rows
    return (sa.literal_column("+m.home_id", sa.BigInteger) if driven else m.c.home_id) == home_id


def _version_keys(compiler: Compiler, order: queries.Order, home_id: int | None) -> list[Key]:
    """Return what members are sorted by.

    Rows are numbered as they are written, so that ids stand for times: they have indexes, and no clock runs
    back.
    """
    newest = Key(m.c.id, int, descending=True)
    ids = {"created": m.c.version_id, "linked": m.c.id if home_id is None else m.c.number}
    ids["version"] = ids["linked"]
    column = ids.get(order.field.name)
    if column is None:
        return [*_keys(compiler, order), newest]
    key = Key(column, int, descending=order.descending)
    # within a home, its numbers and its versions are unique
    return [key] if home_id is not None or column is m.c.id else [key, newest]


def _keys(compiler: Compiler, order: queries.Order) -> list[Key]:
    """Return the keys of a field: two for a param, whose numbers come before its texts."""
    field, descending = order.field, order.descending
    keyed = field.key is not None
    if field.name == "params":
        text = sa.func.substr(compiler.column(field, text=True), 1, LONGEST_KEY, type_=sa.Text)
        return [
            Key(compiler.column(field), float, descending=descending, nullable=True),
            Key(text, str, descending=descending, nullable=True),
        ]
    column = compiler.column(field)
    if field.name == "metrics":
        return [Key(column, float, descending=descending, nullable=True)]
    if isinstance(column.type, sa.Integer):
        return [Key(column, int, descending=descending)]
    if field.name != "name":
        column = sa.func.substr(column, 1, LONGEST_KEY, type_=sa.Text)
    return [Key(column, str, descending=descending, nullable=keyed)]
