"""What the side panel keeps: calls, notes, canned replies, notices, reviews, proposals, who is there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = ("calls", "notes", "canned", "notices", "reviews", "proposals", "presence")
_PINNED = sa.text("ended IS NULL")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_calls"),
        sa.UniqueConstraint("reference", name="uq_calls_reference"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_calls_conversation"
        ),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_notes_conversation"
        ),
    )
    op.create_index("ix_notes_conversation", "notes", ["conversation"])
    op.create_table(
        "canned",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ended", sa.DateTime),
        sa.Column("ended_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index(
        "ix_notices_pinned", "notices", ["at"], sqlite_where=_PINNED, postgresql_where=_PINNED
    )
    op.create_table(
        "reviews",
        sa.Column("message", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("right", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("done", sa.DateTime),
        sa.Column("done_by", sa.String),
        sa.PrimaryKeyConstraint("message", name="pk_reviews"),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_reviews_message"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_reviews_conversation"
        ),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String, nullable=False, server_default="open"),
        sa.Column("decided_by", sa.String),
        sa.Column("decided", sa.DateTime),
        sa.Column("why", sa.Text),
        sa.Column("version", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_table(
        "presence",
        sa.Column("panel", sa.String, nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("conversation", sa.String),
        sa.Column("seen", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("panel", name="pk_presence"),
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
