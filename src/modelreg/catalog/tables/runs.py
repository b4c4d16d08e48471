"""The tables of runs: what was known when a version was made or used."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, String, Table, Text

from modelreg.catalog.tables.columns import instant, key, partial, tables, to, uid, words

runs = Table(
    "runs",
    tables,
    key(),
    uid(),
    to("versions.id", "version_id", index=True),
    Column("kind", Text, nullable=False),
    Column("operation", String(32), nullable=False, index=True),
    Column("session", String(32), nullable=False, index=True),
    words("actor"),
    words("host"),
    words("notebook"),
    words("variable"),
    words("message", ""),
    Column("capture_state", Text, nullable=False),
    Column("capture", Text),
    Column("duration", BigInteger, nullable=False),
    instant("at"),
)
"""``kind`` is ``register``, ``log`` or ``use``; ``capture`` is JSON, ``capture_state`` ``complete``, ``pending`` or
``partial``."""

params = Table(
    "params",
    tables,
    to("runs.id", "run_id", primary_key=True),
    Column("key", Text, primary_key=True),
    to("versions.id", "version_id"),
    Column("current", Boolean, nullable=False),
    words("json"),
    Column("number", Float(53)),
    Column("text", Text),
    partial("ix_params_current", "version_id", "key", unique=True, where="current"),
    partial("ix_params_key_number", "key", "number", where="current"),
)
"""Params of each run; ``current`` marks those of the newest run that gave the key. ``number`` and ``text`` are for
queries, ``json`` is the value."""

points = Table(
    "points",
    tables,
    key(),
    to("runs.id", "run_id", index=True),
    Column("key", Text, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("value", Float(53)),
    Column("special", Text),
    instant("at"),
)
"""Metric points. A value that is not finite is NULL, with ``special`` ``nan``, ``inf`` or ``-inf``."""

metrics = Table(
    "metrics",
    tables,
    to("versions.id", "version_id", primary_key=True),
    Column("key", Text, primary_key=True),
    to("runs.id", "run_id", index=True),
    Column("step", BigInteger, nullable=False),
    Column("value", Float(53)),
    Column("special", Text),
    Index("ix_metrics_key_value", "key", "value"),
)
"""Current value of each metric of a version: the last point of the newest run that gave it."""

inputs = Table(
    "inputs",
    tables,
    to("runs.id", "run_id", primary_key=True),
    to("versions.id", "version_id", primary_key=True, index=True),
    Column("role", Text, primary_key=True),
)
"""Versions that a run used; ``role`` is ``model`` (loaded, or what the object was derived from) or a data role."""

run_data = Table(
    "run_data",
    tables,
    key(),
    to("runs.id", "run_id", index=True),
    to("versions.id", "version_id"),
    words("role"),
    words("name"),
    Column("digest", Text),
    words("kind"),
    Column("rows", BigInteger),
    Column("columns", BigInteger),
    Column("partial", Boolean, nullable=False),
    Index("ix_run_data_version_id", "version_id", "digest"),
    Index("ix_run_data_digest", "digest", "version_id"),
)
"""Data that a run used, by its contents: whether it is logged does not matter. ``digest`` is NULL where it is not known."""

attachments = Table(
    "attachments",
    tables,
    key(),
    uid(),
    Column("owner", String(32), nullable=False, index=True),
    Column("role", Text, nullable=False),
    words("name"),
    Column("digest", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    words("media_type"),
)
"""Objects kept with a run (by its uid)."""
