"""The first schema: made whole from ``schema.py``, never by migration.

Recipe for a change: write the new revision beside this one (``0002_<noun>.py``, ``down_revision = "0001"``, ``upgrade()``
with ``op.batch_alter_table`` so that SQLite can), change ``tables``, add the number to ``schema.REVISIONS``, and put a
registry of the old release under ``tests/data``.
"""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Do nothing: this is where every catalog begins."""
