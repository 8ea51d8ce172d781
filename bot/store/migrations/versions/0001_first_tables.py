"""Policies in versions, lists, conversations and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _policies()
    _lists()
    _conversations()
    _words()


def downgrade() -> None:
    for table in (
        "words",
        "decisions",
        "messages",
        "conversations",
        "approved_answers",
        "prior_auth_rows",
        "lists",
        "codes",
        "documents",
        "versions",
        "revision",
    ):
        op.drop_table(table)


def _partial(condition: str) -> dict[str, sa.sql.elements.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _policies() -> None:
    revision_table = op.create_table(
        "revision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.CheckConstraint("id = 1", name="ck_revision_one_row"),
    )
    op.bulk_insert(revision_table, [{"id": 1, "value": 0}])
    op.create_table(
        "versions",
        sa.Column("pk", sa.Integer, nullable=False),
        sa.Column("id", sa.String),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("subjects", sa.Text, nullable=False),
        sa.Column("lines", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("effective_from", sa.String),
        sa.Column("effective_to", sa.String),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("staged_by", sa.String, nullable=False),
        sa.Column("filed_at", sa.DateTime, nullable=False),
        sa.Column("on_file_from", sa.DateTime),
        sa.Column("on_file_to", sa.DateTime),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("pk", name="pk_versions"),
        sa.UniqueConstraint("id", name="uq_versions_id"),
    )
    op.create_index("ix_versions_key", "versions", ["key"])
    op.create_index(
        "ix_versions_staged", "versions", ["staged_by"], **_partial("on_file_from IS NULL")
    )
    op.create_index(
        "ix_versions_scheduled",
        "versions",
        ["on_file_from"],
        **_partial("on_file_from > filed_at"),
    )
    op.create_index(
        "uq_versions_open",
        "versions",
        ["key", "lines"],
        unique=True,
        **_partial("on_file_from IS NOT NULL AND on_file_to IS NULL"),
    )
    op.create_table(
        "documents",
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_documents"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.pk"], name="fk_documents_version", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "codes",
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("system", sa.String, nullable=False),
        sa.Column("stem", sa.String, nullable=False),
        sa.Column("low", sa.String, nullable=False),
        sa.Column("high", sa.String, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", "seq", name="pk_codes"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.pk"], name="fk_codes_version", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_codes_system_stem", "codes", ["system", "stem", "low"])


def _lists() -> None:
    op.create_table(
        "lists",
        sa.Column("pk", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("on_file_from", sa.DateTime, nullable=False),
        sa.Column("on_file_to", sa.DateTime),
        sa.PrimaryKeyConstraint("pk", name="pk_lists"),
        sa.CheckConstraint("kind IN ('prior_auth', 'answers')", name="ck_lists_kind"),
    )
    op.create_index(
        "uq_lists_open", "lists", ["kind"], unique=True, **_partial("on_file_to IS NULL")
    )
    op.create_table(
        "prior_auth_rows",
        sa.Column("list", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("system", sa.String, nullable=False),
        sa.Column("stem", sa.String, nullable=False),
        sa.Column("low", sa.String, nullable=False),
        sa.Column("high", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("code_end", sa.String),
        sa.Column("requirement", sa.String, nullable=False),
        sa.Column("condition", sa.Text),
        sa.Column("reviewer", sa.Text),
        sa.Column("line_of_business", sa.String),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("row", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("list", "line", name="pk_prior_auth_rows"),
        sa.ForeignKeyConstraint(
            ["list"], ["lists.pk"], name="fk_prior_auth_rows_list", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_prior_auth_rows_system_stem", "prior_auth_rows", ["list", "system", "stem"])
    op.create_table(
        "approved_answers",
        sa.Column("list", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("matter", sa.String),
        sa.Column("line_of_business", sa.String),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("list", "line", name="pk_approved_answers"),
        sa.ForeignKeyConstraint(
            ["list"], ["lists.pk"], name="fk_approved_answers_list", ondelete="CASCADE"
        ),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("token_digest", sa.String, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("thread", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("buttons", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("understood", sa.Text),
        sa.Column("client_id", sa.String),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_messages_conversation"
        ),
        sa.UniqueConstraint("conversation", "seq", name="uq_messages_conversation_seq"),
        sa.UniqueConstraint("conversation", "client_id", name="uq_messages_conversation_client_id"),
        sa.CheckConstraint("sender IN ('provider', 'bot', 'agent')", name="ck_messages_sender"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("number_key", sa.String),
        sa.Column("version", sa.String),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_decisions_conversation"
        ),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_decisions_message"),
    )
    for column in ("version", "number_key", "conversation"):
        op.create_index(f"ix_decisions_{column}", "decisions", [column])


def _words() -> None:
    """The text index: each database's own."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE words USING fts5(number, title, subjects, text, content='',"
            " tokenize='porter unicode61 remove_diacritics 2')"
        )
    else:
        op.execute(
            "CREATE TABLE words (version INTEGER CONSTRAINT pk_words PRIMARY KEY"
            " CONSTRAINT fk_words_version REFERENCES versions (pk) ON DELETE CASCADE,"
            " vector TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_words_vector ON words USING gin (vector)")
