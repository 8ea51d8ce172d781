"""What happened in conversations: appended in the transaction of what they tell of, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.engine import Connection

from bot.store.database import Database
from bot.store.rows import to_text
from bot.store.tables import events

Kind = Literal[
    "message",
    "waiting",
    "taken",
    "returned",
    "transferred",
    "closed",
    "circumstances",
    "feedback",
    "suggested",
    "note",
    "notice",
]

_ORDER: Final = 0x657674

# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_ADDED: Final = insert(events)
_NEWEST: Final = select(func.max(events.c.id)).where(
    events.c.conversation == bindparam("conversation")
)


@dataclass(frozen=True, slots=True)
class Event:
    """`detail` is JSON without secrets; `by` is a user's id, None for the provider and the bot."""

    id: int
    conversation: str
    kind: str
    detail: Mapping[str, Any]
    by: str | None
    at: datetime


class Events:
    def __init__(self, database: Database) -> None:
        self._database = database

    def after(
        self, event: int, conversation: str | None = None, at_most: int = 500
    ) -> Sequence[Event]:
        """The events behind one, in their order; of one conversation or of all."""
        wanted = select(events).where(events.c.id > event).order_by(events.c.id).limit(at_most)
        if conversation is not None:
            wanted = wanted.where(events.c.conversation == conversation)
        with self._database.reading() as connection:
            return [
                Event(row.id, row.conversation, row.kind, json.loads(row.detail), row.by, row.at)
                for row in connection.execute(wanted)
            ]

    def last(self) -> int:
        """The id of the newest event; 0 where there is none."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(events.c.id))).scalar() or 0


def append(
    connection: Connection,
    conversation: str,
    kind: Kind,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
    by: str | None = None,
) -> None:
    """Within a transaction that holds the conversation's row."""
    append_all(connection, conversation, kind, at, [detail or {}], by)


def append_all(
    connection: Connection,
    conversation: str,
    kind: Kind,
    at: datetime,
    details: Sequence[Mapping[str, Any]],
    by: str | None = None,
) -> None:
    """As `append`, an event for each detail in their order."""
    if connection.dialect.name == "postgresql":
        # Ids are drawn before a transaction ends: without waiting here, a lower one could appear after a
        # higher one was read, and be missed. SQLite has one writer at a time as it is.
        connection.execute(select(func.pg_advisory_xact_lock(_ORDER)))
    common = {"conversation": conversation, "kind": kind, "by": by, "at": at}
    connection.execute(_ADDED, [{**common, "detail": to_text(detail)} for detail in details])


def newest(connection: Connection, conversation: str) -> int:
    """The id of the conversation's last event; 0 where there is none."""
    return connection.execute(_NEWEST, {"conversation": conversation}).scalar() or 0
