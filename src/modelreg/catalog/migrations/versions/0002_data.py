"""Which data a run used, by its contents, and what the contents of a dataset are as data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add two tables; runs and datasets of before have no rows in them."""
    key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "run_data",
        sa.Column("id", key, primary_key=True),
        sa.Column("run_id", key, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("version_id", key, sa.ForeignKey("versions.id"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger),
        sa.Column("columns", sa.BigInteger),
        sa.Column("partial", sa.Boolean, nullable=False),
    )
    op.create_index("ix_run_data_run_id", "run_data", ["run_id"])
    op.create_index("ix_run_data_version_id", "run_data", ["version_id", "digest"])
    op.create_index("ix_run_data_digest", "run_data", ["digest", "version_id"])
    op.create_table(
        "fingerprints",
        sa.Column("content_id", sa.String(64), sa.ForeignKey("contents.id"), primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger),
        sa.Column("columns", sa.BigInteger),
    )
    op.create_index("ix_fingerprints_digest", "fingerprints", ["digest"])
