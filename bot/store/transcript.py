"""The rows of a conversation and its messages, read and added within a transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypedDict
from uuid import uuid4

from sqlalchemy import bindparam, insert, select
from sqlalchemy.engine import Connection

from bot.errors import NotOnFile
from bot.store.events import append_all
from bot.store.rows import to_text
from bot.store.tables import conversations, messages

# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_LOCKED: Final = (
    select(conversations).where(conversations.c.id == bindparam("conversation")).with_for_update()
)
_LAST: Final = (
    select(messages.c.seq, messages.c.turn)
    .where(messages.c.conversation == bindparam("conversation"))
    .order_by(messages.c.seq.desc())
    .limit(1)
)
_ADDED: Final = insert(messages)
_NOTHING: Final = dict.fromkeys(column.name for column in messages.c if column.nullable)


class _Said(TypedDict):
    id: str
    seq: int
    sender: str
    text: str
    buttons: list[dict[str, str]]
    answer: dict[str, Any] | None
    at: str


class Message(_Said, total=False):
    """As the contract gives it out: `answer` in the shape of answer.schema.json, `at` ISO 8601 in UTC.

    A person's message, whose sender is "agent", has the `name` by which they want to be called; the provider's
    has the `client_id` that it was sent with, if it had one.
    """

    name: str
    client_id: str


def locked(connection: Connection, conversation: str) -> Any:
    """The conversation's row, which no other transaction changes until this one ends.

    Raises `NotOnFile` where there is no such conversation.
    """
    row = connection.execute(_LOCKED, {"conversation": conversation}).first()
    if row is None:
        raise none_such(conversation)
    return row


def none_such(conversation: str) -> NotOnFile:
    return NotOnFile(f"No conversation {conversation} is on file.")


def last(connection: Connection, conversation: str) -> tuple[int, int]:
    """The numbers of the last message and of the last turn; 0 where there is none."""
    found = connection.execute(_LAST, {"conversation": conversation}).first()
    return (found.seq, found.turn) if found else (0, 0)


def add(
    connection: Connection,
    conversation: str,
    at: datetime,
    said: Sequence[Mapping[str, Any]],
    by: str | None = None,
    new_turn: bool = True,
) -> list[dict[str, Any]]:
    """Adds messages behind the last one, with an event of each; gives their rows.

    Each holds "sender" and "text", and what else a row may have, but id, place and time.
    """
    seq, turn = last(connection, conversation)
    rows = [
        {
            **_NOTHING,
            "id": str(uuid4()),
            "conversation": conversation,
            "seq": seq + 1 + place,
            "turn": turn + new_turn,
            "at": at,
            **one,
        }
        for place, one in enumerate(said)
    ]
    connection.execute(_ADDED, rows)
    append_all(connection, conversation, "message", at, [{"seq": row["seq"]} for row in rows], by)
    return rows


def reply_row(reply: Mapping[str, Any]) -> dict[str, Any]:
    """A reply of the bot, with "text", "buttons" and "answer", as a row."""
    return {
        "sender": "bot",
        "text": reply["text"],
        "buttons": to_text(reply["buttons"]) if reply["buttons"] else None,
        "answer": None if reply["answer"] is None else to_text(reply["answer"]),
    }


def read(connection: Connection, *chosen: Any) -> list[Message]:
    """The messages for which all the conditions hold, in their order; none whose text was purged."""
    kept = select(messages).where(messages.c.text != "", *chosen)
    found = connection.execute(kept.order_by(messages.c.seq))
    return [told(row._mapping) for row in found]


def told(row: Mapping[str, Any]) -> Message:
    """A row of a message as it is given out."""
    message: Message = {
        "id": row["id"],
        "seq": row["seq"],
        "sender": row["sender"],
        "text": row["text"],
        "buttons": [] if row["buttons"] is None else json.loads(row["buttons"]),
        "answer": None if row["answer"] is None else json.loads(row["answer"]),
        "at": row["at"].isoformat(),
    }
    if row["agent_name"] is not None:
        message["name"] = row["agent_name"]
    if row["client_id"] is not None:
        message["client_id"] = row["client_id"]
    return message
