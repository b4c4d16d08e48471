"""The tables of the history: every action, and the writes that they belong to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from modelreg.catalog.tables.columns import instant, key, partial, tables, to, uid, words

actions = Table(
    "actions",
    tables,
    key(),
    uid(),
    to("homes.id", "home_id", nullable=True),
    to("versions.id", "version_id", nullable=True, index=True),
    Column("operation", String(32), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    words("subject"),
    Column("number", BigInteger),
    Column("alias", Text),
    Column("before", Text),
    Column("after", Text),
    words("actor"),
    words("reason", ""),
    instant("at"),
    Column("digest", String(64), nullable=False),
    Index("ix_actions_home", "home_id", "id"),
    partial("ix_actions_alias", "home_id", "alias", "id", where="alias IS NOT NULL"),
)
"""The history, append-only. ``before`` and ``after`` are JSON; ``digest`` chains each row to the one before in its home."""

operations = Table(
    "operations",
    tables,
    key(),
    uid(),
    Column("command", Text, nullable=False),
    Column("request", String(64), nullable=False),
    Column("session", String(32), nullable=False),
    words("actor"),
    instant("at"),
    words("result"),
    Column("undone_by", String(32)),
    Index("ix_operations_session", "session", "id"),
)
"""One row per committed write. ``request`` is the digest of what was asked, so that an interrupted call that is run again
unchanged finds that it was done; ``result`` is JSON."""
