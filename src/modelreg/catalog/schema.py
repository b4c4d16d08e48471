"""The tables of the catalog.

Facts about a version's contents, its runs and where it stands. Rules that hold throughout:

- every noun has a random ``uid`` (32 hex digits, from the operating system) beside its row id;
- instants are integers, microseconds since 1970 in UTC;
- names are NFC, checked in :mod:`modelreg.names` before they come here; no database decides about lengths or case;
- a *home* is a registered model or an artifact: what has numbered members, aliases, tags and a history of its own;
- numbers come from ``counters``, by *name*, so that they are never used twice, whatever is deleted or renamed;
- nothing is updated in ``actions``; each row carries a digest chained to the one before in the same home.

``REVISION`` names the schema; later ones are reached by the alembic revisions in ``migrations/versions``.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

REVISIONS: Final = ("0001", "0002")
"""Every schema there has been, oldest first."""

REVISION: Final = REVISIONS[-1]

tables = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in an INTEGER column


def _key() -> Column[int]:
    return Column("id", _Key, primary_key=True)


def _uid() -> Column[str]:
    return Column("uid", String(32), nullable=False, unique=True)


def _instant(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _to(target: str, name: str, *, nullable: bool = False, **more: Any) -> Column[int]:
    return Column(name, _Key, ForeignKey(target), nullable=nullable, **more)


revision = Table("schema_revision", tables, Column("version_num", String(32), primary_key=True))
"""The schema that is stored, in the form that alembic keeps it."""

meta = Table("meta", tables, Column("key", Text, primary_key=True), _text("value"))
"""Facts about the registry itself: ``registry`` (its uid), ``created``."""

projects = Table(
    "projects",
    tables,
    _key(),
    _uid(),
    Column("name", Text, nullable=False, unique=True),
    _text("description", ""),
    _instant("created_at"),
    _text("created_by"),
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
    _key(),
    _uid(),
    Column("kind", Text, nullable=False),
    _text("name"),
    _text("description", ""),
    Column("members", BigInteger, nullable=False, server_default="0"),
    _instant("created_at"),
    _text("created_by"),
    _instant("updated_at"),
    _instant("deleted_at", nullable=True),
    # a live name belongs to one home; deleted homes keep theirs for the history
    Index(
        "uq_homes_live_name",
        "name",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
    Index("ix_homes_updated", "kind", "updated_at", "id"),
)
"""What registered models and artifacts have in common; ``kind`` is ``registered`` or ``artifact``; ``members`` counts the
live ones, so that a list need not."""

artifacts = Table(
    "artifacts",
    tables,
    Column("id", _Key, ForeignKey("homes.id"), primary_key=True),
    _to("projects.id", "project_id", index=True),
    Column("kind", Text, nullable=False),
)
"""``kind`` is ``model`` or ``dataset`` and never changes."""

registered_models = Table(
    "registered_models",
    tables,
    Column("id", _Key, ForeignKey("homes.id"), primary_key=True),
    _text("stages"),
)
"""``stages``: JSON list, in order."""

former_names = Table(
    "former_names",
    tables,
    Column("name", Text, primary_key=True),
    _to("homes.id", "home_id", index=True),
)
"""A renamed home answers to its old names until somebody else takes them."""

directions = Table(
    "directions",
    tables,
    Column("home_id", _Key, ForeignKey("homes.id"), primary_key=True),
    Column("metric", Text, primary_key=True),
    _text("direction"),
)
"""Whether ``lower`` or ``higher`` is better, per registered model."""

contents = Table(
    "contents",
    tables,
    Column("id", String(64), primary_key=True),
    _text("flavor"),
    Column("flavor_format", Integer, nullable=False),
    Column("runs_code", Boolean, nullable=False),
    Column("layout", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("canonical_id", String(64), index=True),
    Column("canonical_scheme", Text),
    _text("imports"),
    _instant("created_at"),
    _instant("purged_at", nullable=True),
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
    _instant("condemned_at", nullable=True),
    Index(
        "ix_objects_condemned",
        "condemned_at",
        sqlite_where=text("condemned_at IS NOT NULL"),
        postgresql_where=text("condemned_at IS NOT NULL"),
    ),
)
"""``state`` is ``live`` or ``condemned``: gc condemns in one transaction and deletes in a later one; a writer that needs
a condemned object makes it live again inside its own commit."""

versions = Table(
    "versions",
    tables,
    _key(),
    _uid(),
    _to("homes.id", "artifact_id"),
    Column("number", BigInteger, nullable=False),
    Column("content_id", String(64), ForeignKey("contents.id"), nullable=False, index=True),
    _text("class_name"),
    _text("description", ""),
    Column("record", String(64)),
    _instant("created_at"),
    _text("created_by"),
    _instant("deleted_at", nullable=True),
    _instant("purged_at", nullable=True),
    UniqueConstraint("artifact_id", "number"),
    Index(
        "ix_versions_deleted_at",
        "deleted_at",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
)
"""``record`` is the digest of the immutable version record, from which a lost catalog is rebuilt."""

members = Table(
    "members",
    tables,
    _key(),
    _uid(),
    _to("homes.id", "home_id"),
    Column("number", BigInteger, nullable=False),
    _to("versions.id", "version_id", index=True),
    _instant("created_at"),
    _text("created_by"),
    _instant("removed_at", nullable=True),
    UniqueConstraint("home_id", "number"),
    # a version is a live member of a home at most once: relinking finds it
    Index(
        "uq_members_live",
        "home_id",
        "version_id",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
)
"""Versions in their homes: in the artifact since they were logged, in a registered model since they were linked (a
*link*). ``number`` is the number there."""

aliases = Table(
    "aliases",
    tables,
    Column("home_id", _Key, ForeignKey("homes.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("number", BigInteger),
    Column("protected", Boolean, nullable=False, server_default=text("false")),
    _instant("set_at"),
    _text("set_by"),
    Index("ix_aliases_home_number", "home_id", "number"),
    Index("ix_aliases_name", "name"),
)
"""Where each alias stands now; ``number`` is NULL for one that is protected but not set. Protection outlives removal."""

tags = Table(
    "tags",
    tables,
    Column("owner", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    _text("value"),
    Index("ix_tags_key", "key", "value"),
)
"""Tags by uid of what they are on: a home or a version. A label has an empty value."""

runs = Table(
    "runs",
    tables,
    _key(),
    _uid(),
    _to("versions.id", "version_id", index=True),
    Column("kind", Text, nullable=False),
    Column("operation", String(32), nullable=False, index=True),
    Column("session", String(32), nullable=False, index=True),
    _text("actor"),
    _text("host"),
    _text("notebook"),
    _text("variable"),
    _text("message", ""),
    Column("capture_state", Text, nullable=False),
    Column("capture", Text),
    Column("duration", BigInteger, nullable=False),
    _instant("at"),
)
"""``kind`` is ``register``, ``log`` or ``use``; ``capture`` is JSON, ``capture_state`` ``complete``, ``pending`` or
``partial``."""

params = Table(
    "params",
    tables,
    _to("runs.id", "run_id", primary_key=True),
    Column("key", Text, primary_key=True),
    _to("versions.id", "version_id"),
    Column("current", Boolean, nullable=False),
    _text("json"),
    Column("number", Float(53)),
    Column("text", Text),
    Index(
        "ix_params_current",
        "version_id",
        "key",
        unique=True,
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
    Index(
        "ix_params_key_number",
        "key",
        "number",
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
)
"""Params of each run; ``current`` marks those of the newest run that gave the key. ``number`` and ``text`` are for
queries, ``json`` is the value."""

points = Table(
    "points",
    tables,
    _key(),
    _to("runs.id", "run_id", index=True),
    Column("key", Text, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("value", Float(53)),
    Column("special", Text),
    _instant("at"),
)
"""Metric points. A value that is not finite is NULL, with ``special`` ``nan``, ``inf`` or ``-inf``."""

metrics = Table(
    "metrics",
    tables,
    _to("versions.id", "version_id", primary_key=True),
    Column("key", Text, primary_key=True),
    _to("runs.id", "run_id", index=True),
    Column("step", BigInteger, nullable=False),
    Column("value", Float(53)),
    Column("special", Text),
    Index("ix_metrics_key_value", "key", "value"),
)
"""Current value of each metric of a version: the last point of the newest run that gave it."""

inputs = Table(
    "inputs",
    tables,
    _to("runs.id", "run_id", primary_key=True),
    _to("versions.id", "version_id", primary_key=True, index=True),
    Column("role", Text, primary_key=True),
)
"""Versions that a run used; ``role`` is ``model`` (loaded, or what the object was derived from) or a data role."""

run_data = Table(
    "run_data",
    tables,
    _key(),
    _to("runs.id", "run_id", index=True),
    _to("versions.id", "version_id"),
    _text("role"),
    _text("name"),
    Column("digest", Text),
    _text("kind"),
    Column("rows", BigInteger),
    Column("columns", BigInteger),
    Column("partial", Boolean, nullable=False),
    Index("ix_run_data_version_id", "version_id", "digest"),
    Index("ix_run_data_digest", "digest", "version_id"),
)
"""Data that a run used, by its contents: whether it is logged does not matter. ``digest`` is NULL where it is not known."""

fingerprints = Table(
    "fingerprints",
    tables,
    Column("content_id", String(64), ForeignKey("contents.id"), primary_key=True),
    Column("digest", Text, nullable=False, index=True),
    Column("rows", BigInteger),
    Column("columns", BigInteger),
)
"""What the contents of a dataset are as data, in the digests of ``run_data``."""

attachments = Table(
    "attachments",
    tables,
    _key(),
    _uid(),
    Column("owner", String(32), nullable=False, index=True),
    Column("role", Text, nullable=False),
    _text("name"),
    Column("digest", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    _text("media_type"),
)
"""Objects kept with a run (by its uid)."""

actions = Table(
    "actions",
    tables,
    _key(),
    _uid(),
    _to("homes.id", "home_id", nullable=True),
    _to("versions.id", "version_id", nullable=True, index=True),
    Column("operation", String(32), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    _text("subject"),
    Column("number", BigInteger),
    Column("alias", Text),
    Column("before", Text),
    Column("after", Text),
    _text("actor"),
    _text("reason", ""),
    _instant("at"),
    Column("digest", String(64), nullable=False),
    Index("ix_actions_home", "home_id", "id"),
    Index(
        "ix_actions_alias",
        "home_id",
        "alias",
        "id",
        sqlite_where=text("alias IS NOT NULL"),
        postgresql_where=text("alias IS NOT NULL"),
    ),
)
"""The history, append-only. ``before`` and ``after`` are JSON; ``digest`` chains each row to the one before in its home."""

operations = Table(
    "operations",
    tables,
    _key(),
    _uid(),
    Column("command", Text, nullable=False),
    Column("request", String(64), nullable=False),
    Column("session", String(32), nullable=False),
    _text("actor"),
    _instant("at"),
    _text("result"),
    Column("undone_by", String(32)),
    Index("ix_operations_session", "session", "id"),
)
"""One row per committed write. ``request`` is the digest of what was asked, so that an interrupted call that is run again
unchanged finds that it was done; ``result`` is JSON."""
