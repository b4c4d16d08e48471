"""The tables of contents: the bytes that versions share, and the objects that they lie in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from modelreg.catalog.tables.columns import instant, partial, tables, words

contents = Table(
    "contents",
    tables,
    Column("id", String(64), primary_key=True),
    words("flavor"),
    Column("flavor_format", Integer, nullable=False),
    Column("runs_code", Boolean, nullable=False),
    Column("layout", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("canonical_id", String(64), index=True),
    Column("canonical_scheme", Text),
    words("imports"),
    instant("created_at"),
    instant("purged_at", nullable=True),
)
"""One row per content id; versions of equal contents share it. ``layout`` is the digest of the object that says where
the bytes lie and may be replaced; ``imports`` is a JSON list read from the opcodes."""

parts = Table(
    "parts",
    tables,
    Column("content_id", String(64), ForeignKey("contents.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Index("ix_parts_digest", "digest"),
)
"""Which objects contents need; gc marks from here."""

objects = Table(
    "objects",
    tables,
    Column("digest", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    instant("condemned_at", nullable=True),
    partial("ix_objects_condemned", "condemned_at", where="condemned_at IS NOT NULL"),
)
"""``state`` is ``live`` or ``condemned``: gc condemns in one transaction and deletes in a later one; a writer that needs
a condemned object makes it live again inside its own commit."""

fingerprints = Table(
    "fingerprints",
    tables,
    Column("content_id", String(64), ForeignKey("contents.id"), primary_key=True),
    Column("digest", Text, nullable=False, index=True),
    Column("rows", BigInteger),
    Column("columns", BigInteger),
)
"""What the contents of a dataset are as data, in the digests of ``run_data``."""
