"""The tables of homes: registered models and artifacts, what they are called, and what they have but members."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from modelreg.catalog.tables.columns import Key, instant, key, partial, tables, to, uid, words

projects = Table(
    "projects",
    tables,
    key(),
    uid(),
    Column("name", Text, nullable=False, unique=True),
    words("description", ""),
    instant("created_at"),
    words("created_by"),
)

counters = Table(
    "counters",
    tables,
    Column("name", Text, primary_key=True),
    Column("next", BigInteger, nullable=False),
)
"""High-water marks by name of a home (an artifact's has a slash): the number that the next member gets."""

homes = Table(
    "homes",
    tables,
    key(),
    uid(),
    Column("kind", Text, nullable=False),
    words("name"),
    words("description", ""),
    Column("members", BigInteger, nullable=False, server_default="0"),
    instant("created_at"),
    words("created_by"),
    instant("updated_at"),
    instant("deleted_at", nullable=True),
    # a live name belongs to one home; deleted homes keep theirs for the history
    partial("uq_homes_live_name", "name", unique=True, where="deleted_at IS NULL"),
    Index("ix_homes_updated", "kind", "updated_at", "id"),
)
"""What registered models and artifacts have in common; ``kind`` is ``registered`` or ``artifact``; ``members`` counts the
live ones, so that a list need not."""

artifacts = Table(
    "artifacts",
    tables,
    Column("id", Key, ForeignKey("homes.id"), primary_key=True),
    to("projects.id", "project_id", index=True),
    Column("kind", Text, nullable=False),
)
"""``kind`` is ``model`` or ``dataset`` and never changes."""

registered_models = Table(
    "registered_models",
    tables,
    Column("id", Key, ForeignKey("homes.id"), primary_key=True),
    words("stages"),
)
"""``stages``: JSON list, in order."""

former_names = Table(
    "former_names",
    tables,
    Column("name", Text, primary_key=True),
    to("homes.id", "home_id", index=True),
)
"""A renamed home answers to its old names until somebody else takes them."""

directions = Table(
    "directions",
    tables,
    Column("home_id", Key, ForeignKey("homes.id"), primary_key=True),
    Column("metric", Text, primary_key=True),
    words("direction"),
)
"""Whether ``lower`` or ``higher`` is better, per registered model."""
