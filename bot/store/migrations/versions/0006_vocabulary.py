"""What staff change of the vocabulary, and what somebody wanted whose answer was wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vocabulary_edits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("of", sa.String, nullable=False),
        sa.Column("word", sa.String, nullable=False),
        sa.Column("adds", sa.Boolean, nullable=False),
        sa.Column("by", sa.String),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vocabulary_edits"),
        sqlite_autoincrement=True,
    )
    op.add_column("reviews", sa.Column("need", sa.String))


def downgrade() -> None:
    op.drop_column("reviews", "need")
    op.drop_table("vocabulary_edits")
