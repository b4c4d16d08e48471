"""What tables are made of: the columns that recur, and indexes over some of the rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Text, text

tables = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of the catalog."""

Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in an INTEGER column


def key() -> Column[int]:
    """Return the row id."""
    return Column("id", Key, primary_key=True)


def uid() -> Column[str]:
    """Return the random id of a noun."""
    return Column("uid", String(32), nullable=False, unique=True)


def instant(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column of instants: microseconds since 1970 in UTC."""
    return Column(name, BigInteger, nullable=nullable)


def words(name: str, default: str | None = None) -> Column[str]:
    """Return a column of text of any length."""
    return Column(name, Text, nullable=False, server_default=default)


def to(target: str, name: str, *, nullable: bool = False, **more: Any) -> Column[int]:
    """Return a column of row ids of another table."""
    return Column(name, Key, ForeignKey(target), nullable=nullable, **more)


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over the rows for which ``where`` is true."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
