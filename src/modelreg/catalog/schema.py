"""The tables of the catalog, gathered from ``tables``: one module per noun.

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

from typing import Final

from sqlalchemy import Column, String, Table, Text

from modelreg.catalog.tables.columns import tables, words
from modelreg.catalog.tables.contents import contents, fingerprints, objects, parts
from modelreg.catalog.tables.history import actions, operations
from modelreg.catalog.tables.homes import (
    artifacts,
    counters,
    directions,
    former_names,
    homes,
    projects,
    registered_models,
)
from modelreg.catalog.tables.runs import attachments, inputs, metrics, params, points, run_data, runs
from modelreg.catalog.tables.versions import aliases, members, tags, versions

__all__ = [
    "REVISION",
    "REVISIONS",
    "actions",
    "aliases",
    "artifacts",
    "attachments",
    "contents",
    "counters",
    "directions",
    "fingerprints",
    "former_names",
    "homes",
    "inputs",
    "members",
    "meta",
    "metrics",
    "objects",
    "operations",
    "params",
    "parts",
    "points",
    "projects",
    "registered_models",
    "revision",
    "run_data",
    "runs",
    "tables",
    "tags",
    "versions",
]

REVISIONS: Final = ("0001", "0002")
"""Every schema there has been, oldest first."""

REVISION: Final = REVISIONS[-1]

revision = Table("schema_revision", tables, Column("version_num", String(32), primary_key=True))
"""The schema that is stored, in the form that alembic keeps it."""

meta = Table("meta", tables, Column("key", Text, primary_key=True), words("value"))
"""Facts about the registry itself: ``registry`` (its uid), ``created``."""
