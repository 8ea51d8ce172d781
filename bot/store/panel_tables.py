"""The tables of the side panel: calls, notes, canned replies, notices, reviews, proposals, words, who is there."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.tables import Moment, metadata

# A conversation that somebody of the staff holds with the bot for a caller on the phone.
calls = Table(
    "calls",
    metadata,
    Column("conversation", ForeignKey("conversations.id"), primary_key=True),
    Column("reference", String, nullable=False, unique=True),
    Column("by", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", Moment, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_notes_conversation", notes.c.conversation)

canned = Table(
    "canned",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)

# Pinned to a policy, or to all answers where `number` is empty; until it is ended.
notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String),
    Column("text", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended", Moment),
    Column("ended_by", String),
)
Index(
    "ix_notices_pinned",
    notices.c.at,
    sqlite_where=text("ended IS NULL"),
    postgresql_where=text("ended IS NULL"),
)

# Replies that somebody of the staff calls wrong, with what would have been right, and what was wanted.
reviews = Table(
    "reviews",
    metadata,
    Column("message", ForeignKey("messages.id"), primary_key=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("right", Text, nullable=False),
    Column("need", String),
    Column("by", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("done", Moment),
    Column("done_by", String),
)

# Documents that were uploaded and wait for a decision.
proposals = Table(
    "proposals",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("number", String, nullable=False),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String, nullable=False, server_default="open"),
    Column("decided_by", String),
    Column("decided", Moment),
    Column("why", Text),
    Column("version", String),
)

# What staff changed of the vocabulary, in the order in which it counts.
vocabulary_edits = Table(
    "vocabulary_edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String, nullable=False),
    Column("of", String, nullable=False),
    Column("word", String, nullable=False),
    Column("adds", Boolean, nullable=False),
    Column("by", String),
    Column("name", String, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# One row for each open panel, written again while it is open: what is not was closed, or its server ended.
presence = Table(
    "presence",
    metadata,
    Column("panel", String, primary_key=True),
    Column("user", String, nullable=False),
    Column("name", String, nullable=False),
    Column("conversation", String),
    Column("seen", Moment, nullable=False),
)
