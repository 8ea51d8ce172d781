"""The record: decisions sealed into a chain of digests, what a purge took, and the chores of every day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UNSEALED = sa.text("seal IS NULL")


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("purged_before", sa.DateTime),
        sa.Column("digest", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_seals"),
    )
    op.create_table(
        "sealed",
        sa.Column("seal", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("salt", sa.String),
        sa.Column("text_digest", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("seal", "place", name="pk_sealed"),
        sa.UniqueConstraint("decision", name="uq_sealed_decision"),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("done", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_chores"),
    )
    op.add_column("decisions", sa.Column("seal", sa.Integer))
    op.add_column("decisions", sa.Column("purged", sa.DateTime))
    op.create_index(
        "ix_decisions_unsealed",
        "decisions",
        ["at"],
        sqlite_where=_UNSEALED,
        postgresql_where=_UNSEALED,
    )


def downgrade() -> None:
    op.drop_index("ix_decisions_unsealed", "decisions")
    op.drop_column("decisions", "purged")
    op.drop_column("decisions", "seal")
    for table in ("chores", "sealed", "seals"):
        op.drop_table(table)
