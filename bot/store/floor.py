"""What goes on in the chats now, as the staff sees it: who waits, who has which, and one chat whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.store.database import Database
from bot.store.standing import Outcome, Reason, State
from bot.store.tables import conversations, events, messages
from bot.store.transcript import Message, none_such, read


@dataclass(frozen=True, slots=True)
class Chat:
    """`agent` and `name` are those of the person who has it; `said` is what the provider said last.

    `unanswered` says that nobody has replied to that yet.
    """

    conversation: str
    state: State
    reason: Reason | None
    since: datetime | None
    call_back: str | None
    agent: str | None
    name: str | None
    outcome: Outcome | None
    said: str
    unanswered: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """`wish` is why a person is wanted, in the provider's words; `suggested` what the bot would say now."""

    chat: Chat
    messages: Sequence[Message]
    wish: str | None
    suggested: Sequence[Mapping[str, Any]]


class Floor:
    def __init__(self, database: Database) -> None:
        self._database = database

    def chats(self) -> Sequence[Chat]:
        """All that wait or are with a person, in the order of the queue."""
        c = conversations.c
        chosen = (
            select(conversations)
            .where(c.state.in_(("waiting", "with_person")))
            .order_by(c.waiting_since, c.id)
        )
        with self._database.reading() as connection:
            return [_chat(connection, row) for row in connection.execute(chosen).all()]

    def whole(self, conversation: str) -> Whole:
        """Raises `NotOnFile` where there is no such conversation."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(conversations).where(conversations.c.id == conversation)
            ).first()
            if row is None:
                raise none_such(conversation)
            said = read(connection, messages.c.conversation == conversation)
            wish = _newest(connection, conversation, "waiting").get("said")
            suggested: Sequence[Mapping[str, Any]] = ()
            if row.state == "with_person":
                last = max((m["seq"] for m in said if m["sender"] == "agent"), default=0)
                could = _newest(connection, conversation, "suggested")
                suggested = could["replies"] if could.get("seq", 0) > last else ()
            return Whole(_chat(connection, row), said, wish, suggested)


def _newest(connection: Connection, conversation: str, kind: str) -> dict[str, Any]:
    newest = select(func.max(events.c.id)).where(
        events.c.conversation == conversation, events.c.kind == kind
    )
    found = select(events.c.detail).where(events.c.id == newest.scalar_subquery())
    detail = connection.execute(found).scalar()
    return json.loads(detail) if detail else {}


def _chat(connection: Connection, row: Any) -> Chat:
    mine = messages.c.conversation == row.id
    newest = messages.c.seq.desc()
    last = connection.execute(
        select(messages.c.text)
        .where(mine, messages.c.sender == "provider")
        .order_by(newest)
        .limit(1)
    ).scalar()
    sender = connection.execute(
        select(messages.c.sender).where(mine).order_by(newest).limit(1)
    ).scalar()
    return Chat(
        row.id,
        row.state,
        row.waiting_reason,
        row.waiting_since,
        row.call_back,
        row.agent,
        row.agent_name,
        row.outcome,
        last or "",
        sender == "provider",
    )
