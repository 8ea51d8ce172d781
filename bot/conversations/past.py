"""Conversations that took place, as the store keeps them: redacted, turn by turn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from bot.conversations.assistant import Message
from bot.errors import NotOnFile
from bot.store import Store
from bot.store.tables import messages


@dataclass(frozen=True, slots=True)
class PastTurn:
    """What was typed, or the title and the payload of what was pressed, and the bot's replies."""

    words: str
    payload: str | None
    replies: tuple[Message, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    id: str
    turns: tuple[PastTurn, ...]


def conversation(store: Store, number: str) -> Past:
    """Raises `NotOnFile` where there is none, or nothing was said in it."""
    for found in _read(store, messages.c.conversation == number):
        return found
    raise NotOnFile(f"No conversation {number} with a message is on file.")


def since(store: Store, moment: datetime) -> Iterator[Past]:
    """The conversations that began at that moment or later, whole."""
    first = select(messages.c.conversation).where(messages.c.seq == 1, messages.c.at >= moment)
    yield from _read(store, messages.c.conversation.in_(first))


def _read(store: Store, chosen: Any) -> Iterator[Past]:
    wanted = select(messages).where(chosen).order_by(messages.c.conversation, messages.c.seq)
    with store.database.reading() as connection:
        rows = connection.execute(wanted)
        for number, said in groupby(rows, key=lambda row: row.conversation):
            turns = tuple(_turns(list(said)))
            if turns:
                yield Past(number, turns)


def _turns(rows: list[Any]) -> Iterator[PastTurn]:
    """Those that the bot answered; what a person said is no part of it."""
    for _, said in groupby(rows, key=lambda row: row.turn):
        held = list(said)
        asked = next((row for row in held if row.sender == "provider"), None)
        replies = tuple(_message(row) for row in held if row.sender == "bot")
        if asked is not None and replies:
            yield PastTurn(asked.text, _payload(asked), replies, asked.at)


def _payload(row: Any) -> str | None:
    """A press was understood by its payload, a typed text by the model."""
    understood = json.loads(row.understood) if row.understood else {}
    text = understood.get("text", "")
    return str(text) if text.startswith("/") and "understanding" not in understood else None


def _message(row: Any) -> Message:
    return Message.of(
        {
            "text": row.text,
            "answer": None if row.answer is None else json.loads(row.answer),
            "buttons": [] if row.buttons is None else json.loads(row.buttons),
        }
    )
