"""Conversations that a person may take over, what happened in them, and what was said of replies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")
_HELD = sa.text("agent IS NOT NULL")

_ADDED = {
    "conversations": (
        sa.Column("state", sa.String, nullable=False, server_default="bot"),
        sa.Column("waiting_since", sa.DateTime),
        sa.Column("waiting_reason", sa.String),
        sa.Column("call_back", sa.String),
        sa.Column("agent", sa.String),
        sa.Column("agent_name", sa.String),
        sa.Column("outcome", sa.String),
        sa.Column("member_kind", sa.String),
        sa.Column("date_of_service", sa.Date),
    ),
    "messages": (sa.Column("agent", sa.String), sa.Column("agent_name", sa.String)),
}


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column.copy())
    op.create_index(
        "ix_conversations_waiting",
        "conversations",
        ["waiting_since"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_conversations_agent",
        "conversations",
        ["agent"],
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("by", sa.String),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_events_conversation"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_conversation", "events", ["conversation", "id"])
    op.create_table(
        "feedback",
        sa.Column("message", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("message", name="pk_feedback"),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_feedback_message"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_feedback_conversation"
        ),
    )
    op.create_index("ix_feedback_conversation", "feedback", ["conversation"])
    # What was said before there were events is told by the feed too.
    op.execute(
        "INSERT INTO events (conversation, kind, detail, at)"
        " SELECT conversation, 'message', '{\"seq\":' || seq || '}', at FROM messages"
        " ORDER BY at, conversation, seq"
    )


def downgrade() -> None:
    for table in ("feedback", "events"):
        op.drop_table(table)
    op.drop_index("ix_conversations_agent", "conversations")
    op.drop_index("ix_conversations_waiting", "conversations")
    for table, columns in _ADDED.items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
