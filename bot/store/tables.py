"""The tables of the store. Times are UTC; what was read of a document is kept as JSON text.

A version is *staged* while its import runs (`id` and `on_file_from` are empty), and filed at its end: it is
current from `on_file_from`, which may be a day to come, until `on_file_to`. `retired` says that it ended
without a successor.
`codes` and the text index hold what is current or will be; they can be built anew from the versions.
"""

from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
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
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator):  # type: ignore[misc]
    """An aware time, kept as UTC in the form that both databases compare rightly."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=timezone.utc)


revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

versions = Table(
    "versions",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("id", String, unique=True),
    Column("key", String, nullable=False),
    Column("number", String, nullable=False),
    Column("title", String, nullable=False),
    Column("subjects", Text, nullable=False),
    Column("lines", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("effective_from", String),
    Column("effective_to", String),
    Column("source", String, nullable=False),
    Column("staged_by", String, nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("on_file_from", Moment),
    Column("on_file_to", Moment),
    Column("retired", Boolean, nullable=False, default=False),
)
Index("ix_versions_key", versions.c.key)
Index(
    "ix_versions_staged",
    versions.c.staged_by,
    sqlite_where=text("on_file_from IS NULL"),
    postgresql_where=text("on_file_from IS NULL"),
)
Index(
    "ix_versions_scheduled",
    versions.c.on_file_from,
    sqlite_where=text("on_file_from > filed_at"),
    postgresql_where=text("on_file_from > filed_at"),
)
# What two imports at once must never bring about: two open versions of the same policy.
Index(
    "uq_versions_open",
    versions.c.key,
    versions.c.lines,
    unique=True,
    sqlite_where=text("on_file_from IS NOT NULL AND on_file_to IS NULL"),
    postgresql_where=text("on_file_from IS NOT NULL AND on_file_to IS NULL"),
)

# Apart from the versions, so that these stay small: most questions read many of them, and few documents.
documents = Table(
    "documents",
    metadata,
    Column("version", ForeignKey("versions.pk", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("policy", Text, nullable=False),
)

codes = Table(
    "codes",
    metadata,
    Column("version", ForeignKey("versions.pk", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("system", String, nullable=False),
    Column("stem", String, nullable=False),
    Column("low", String, nullable=False),
    Column("high", String, nullable=False),
    Column("row", Text, nullable=False),
)
Index("ix_codes_system_stem", codes.c.system, codes.c.stem, codes.c.low)

lists = Table(
    "lists",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("dated", Date, nullable=False),
    Column("source", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("on_file_from", Moment, nullable=False),
    Column("on_file_to", Moment),
    CheckConstraint("kind IN ('prior_auth', 'answers')", name="kind"),
)
Index(
    "uq_lists_open",
    lists.c.kind,
    unique=True,
    sqlite_where=text("on_file_to IS NULL"),
    postgresql_where=text("on_file_to IS NULL"),
)

prior_auth_rows = Table(
    "prior_auth_rows",
    metadata,
    Column("list", ForeignKey("lists.pk", ondelete="CASCADE"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("system", String, nullable=False),
    Column("stem", String, nullable=False),
    Column("low", String, nullable=False),
    Column("high", String, nullable=False),
    Column("code", String, nullable=False),
    Column("code_end", String),
    Column("requirement", String, nullable=False),
    Column("condition", Text),
    Column("reviewer", Text),
    Column("line_of_business", String),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("row", Text, nullable=False),
)
Index(
    "ix_prior_auth_rows_system_stem",
    prior_auth_rows.c.list,
    prior_auth_rows.c.system,
    prior_auth_rows.c.stem,
)

approved_answers = Table(
    "approved_answers",
    metadata,
    Column("list", ForeignKey("lists.pk", ondelete="CASCADE"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("matter", String),
    Column("line_of_business", String),
    Column("source", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("approved_by", Text, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("token_digest", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("thread", Text),
    Column("state", String, nullable=False, server_default="bot"),
    Column("waiting_since", Moment),
    Column("waiting_reason", String),
    Column("call_back", String),
    Column("agent", String),
    Column("agent_name", String),
    Column("outcome", String),
    Column("member_kind", String),
    Column("date_of_service", Date),
)
Index(
    "ix_conversations_waiting",
    conversations.c.waiting_since,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
Index(
    "ix_conversations_agent",
    conversations.c.agent,
    sqlite_where=text("agent IS NOT NULL"),
    postgresql_where=text("agent IS NOT NULL"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("sender", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("buttons", Text),
    Column("answer", Text),
    Column("understood", Text),
    Column("client_id", String),
    Column("agent", String),
    Column("agent_name", String),
    Column("at", Moment, nullable=False),
    UniqueConstraint("conversation", "seq"),
    UniqueConstraint("conversation", "client_id"),
    CheckConstraint("sender IN ('provider', 'bot', 'agent')", name="sender"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("message", ForeignKey("messages.id"), nullable=False),
    Column("number_key", String),
    Column("version", String),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("model", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("seal", Integer),
    Column("purged", Moment),
)
Index("ix_decisions_version", decisions.c.version)
Index("ix_decisions_number_key", decisions.c.number_key)
Index("ix_decisions_conversation", decisions.c.conversation)
Index(
    "ix_decisions_unsealed",
    decisions.c.at,
    sqlite_where=text("seal IS NULL"),
    postgresql_where=text("seal IS NULL"),
)

# The chain: each seal's digest is over the one before it and over its records' digests, which stay in
# `sealed` when a purge takes the texts. A seal of a purge holds no records, but up to when texts may be
# gone. No foreign keys: what is missing must be seen, not be refused.
seals = Table(
    "seals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    Column("purged_before", Moment),
    Column("digest", String, nullable=False),
)
sealed = Table(
    "sealed",
    metadata,
    Column("seal", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("decision", String, nullable=False, unique=True),
    Column("salt", String),
    Column("text_digest", String, nullable=False),
    Column("digest", String, nullable=False),
)

# What is done once a day by whichever process comes first.
chores = Table(
    "chores",
    metadata,
    Column("name", String, primary_key=True),
    Column("done", Moment, nullable=False),
)

# What happened in conversations, each row written with what it tells of. The ids grow in the order in which
# the transactions end, so that who has read up to one has missed none before it.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("by", String),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_events_conversation", events.c.conversation, events.c.id)

feedback = Table(
    "feedback",
    metadata,
    Column("message", ForeignKey("messages.id"), primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text),
    Column("at", Moment, nullable=False),
)
Index("ix_feedback_conversation", feedback.c.conversation)

# The staff. `key` is the name in the form in which names are compared; who comes from an identity provider
# has an issuer and a subject instead of a password.
users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("password", String),
    Column("issuer", String),
    Column("subject", String),
    Column("created", Moment, nullable=False),
    Column("disabled", Moment),
    UniqueConstraint("issuer", "subject", name="uq_users_issuer_subject"),
    CheckConstraint(
        "role IN ('agent', 'supervisor', 'policy_editor', 'admin', 'auditor')", name="role"
    ),
)

# Of a session and of a one-time link, only the digest of the token is kept. A link without a user lets
# whoever holds it make the first account.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("user", ForeignKey("users.id"), nullable=False),
    Column("begun", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
)
Index("ix_sessions_user", sessions.c.user)
links = Table(
    "links",
    metadata,
    Column("digest", String, primary_key=True),
    Column("user", ForeignKey("users.id")),
    Column("expires", Moment, nullable=False),
)

# When the bucket of an account or an address will be full again.
attempts = Table(
    "attempts",
    metadata,
    Column("key", String, primary_key=True),
    Column("full_at", Moment, nullable=False),
)

# Who looked at what and who did what. The database itself refuses any change of a row. No foreign keys:
# what it tells stays true whatever becomes of the rest.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String),
    Column("name", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", String),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_audit_at", audit.c.at)
