"""The tables of versions: in their artifacts and wherever they were linked, with aliases and tags."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text

from modelreg.catalog.tables.columns import Key, instant, key, partial, tables, to, uid, words

versions = Table(
    "versions",
    tables,
    key(),
    uid(),
    to("homes.id", "artifact_id"),
    Column("number", BigInteger, nullable=False),
    Column("content_id", String(64), ForeignKey("contents.id"), nullable=False, index=True),
    words("class_name"),
    words("description", ""),
    Column("record", String(64)),
    instant("created_at"),
    words("created_by"),
    instant("deleted_at", nullable=True),
    instant("purged_at", nullable=True),
    UniqueConstraint("artifact_id", "number"),
    partial("ix_versions_deleted_at", "deleted_at", where="deleted_at IS NOT NULL"),
)
"""``record`` is the digest of the immutable version record, from which a lost catalog is rebuilt."""

members = Table(
    "members",
    tables,
    key(),
    uid(),
    to("homes.id", "home_id"),
    Column("number", BigInteger, nullable=False),
    to("versions.id", "version_id", index=True),
    instant("created_at"),
    words("created_by"),
    instant("removed_at", nullable=True),
    UniqueConstraint("home_id", "number"),
    # a version is a live member of a home at most once: relinking finds it
    partial("uq_members_live", "home_id", "version_id", unique=True, where="removed_at IS NULL"),
)
"""Versions in their homes: in the artifact since they were logged, in a registered model since they were linked (a
*link*). ``number`` is the number there."""

aliases = Table(
    "aliases",
    tables,
    Column("home_id", Key, ForeignKey("homes.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("number", BigInteger),
    Column("protected", Boolean, nullable=False, server_default=text("false")),
    instant("set_at"),
    words("set_by"),
    Index("ix_aliases_home_number", "home_id", "number"),
    Index("ix_aliases_name", "name"),
)
"""Where each alias stands now; ``number`` is NULL for one that is protected but not set. Protection outlives removal."""

tags = Table(
    "tags",
    tables,
    Column("owner", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    words("value"),
    Index("ix_tags_key", "key", "value"),
)
"""Tags by uid of what they are on: a home or a version. A label has an empty value."""
