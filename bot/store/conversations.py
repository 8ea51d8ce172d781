"""Conversations at rest: an append-only transcript, and the thread as it stood after the last turn."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypedDict
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import NotOnFile
from bot.policy.number import key
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.rows import to_text
from bot.store.tables import conversations, decisions, messages

# Compared with when there is no such conversation, so that this takes as long as a wrong token.
_NOBODY: Final = hashlib.sha256(b"").hexdigest()


class Message(TypedDict):
    """As the contract gives it out: `answer` in the shape of answer.schema.json, `at` ISO 8601 in UTC."""

    id: str
    sender: str
    text: str
    buttons: list[dict[str, str]]
    answer: dict[str, Any] | None
    at: str


class Start(NamedTuple):
    """What a turn begins with; `earlier` are the replies to the same `client_id`, if it had its turn."""

    thread: dict[str, Any] | None
    earlier: list[Message] | None


class Conversations:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def start(self) -> tuple[str, str]:
        """A new conversation's id and its token, of which only a digest is kept."""
        conversation, token = str(uuid4()), secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation, token_digest=_digest(token), created=self._clock()
                )
            )
        return conversation, token

    def holds(self, conversation: str, token: str) -> bool:
        """Whether this is the conversation's token; false for one that does not exist."""
        with self._database.reading() as connection:
            digest = connection.execute(
                select(conversations.c.token_digest).where(conversations.c.id == conversation)
            ).scalar()
        return hmac.compare_digest(digest or _NOBODY, _digest(token)) and digest is not None

    def before_turn(self, conversation: str, client_id: str | None) -> Start:
        """Raises `NotOnFile` where there is no such conversation."""
        with self._database.reading() as connection:
            thread = connection.execute(
                select(conversations.c.thread).where(conversations.c.id == conversation)
            ).first()
            if thread is None:
                raise _none_such(conversation)
            earlier = _replies_to(connection, conversation, client_id)
        return Start(None if thread[0] is None else json.loads(thread[0]), earlier)

    def offered(self, conversation: str, payload: str) -> str | None:
        """The title of the button with this payload that the conversation has shown, the latest first."""
        with self._database.reading() as connection:
            shown = connection.execute(
                select(messages.c.buttons)
                .where(messages.c.conversation == conversation, messages.c.buttons.is_not(None))
                .order_by(messages.c.seq.desc())
            ).scalars()
            for buttons in shown:
                for button in json.loads(buttons):
                    if button["payload"] == payload:
                        return str(button["title"])
        return None

    def record_turn(
        self,
        conversation: str,
        client_id: str | None,
        provider_text: str,
        replies: Sequence[Mapping[str, Any]],
        thread: Mapping[str, Any] | None,
        model_id: str,
        understood: Mapping[str, Any] | None = None,
    ) -> list[Message]:
        """Keeps a turn in one transaction, and gives the replies as they were kept.

        Each reply holds "text", "buttons" (with "title" and "payload") and "answer" (its JSON or None).
        A `client_id` that had its turn changes nothing: the replies of that turn are given.
        An answer with a `decision_id` is kept as a decision too. Raises `NotOnFile` where there is no such
        conversation.
        """
        with self._database.writing() as connection:
            _lock(connection, conversation)
            earlier = _replies_to(connection, conversation, client_id)
            if earlier is not None:
                return earlier
            seq, turn = _last(connection, conversation)
            common = {"conversation": conversation, "turn": turn + 1, "at": self._clock()}
            asked = {
                **common,
                "id": str(uuid4()),
                "seq": seq + 1,
                "sender": "provider",
                "text": provider_text,
                "client_id": client_id,
                "understood": None if understood is None else to_text(understood),
            }
            said = [
                {
                    **common,
                    "id": str(uuid4()),
                    "seq": seq + 2 + place,
                    "sender": "bot",
                    "text": reply["text"],
                    "buttons": to_text(reply["buttons"]) if reply["buttons"] else None,
                    "answer": None if reply["answer"] is None else to_text(reply["answer"]),
                }
                for place, reply in enumerate(replies)
            ]
            connection.execute(insert(messages).values(**asked))
            if said:
                connection.execute(insert(messages), said)
            for message, reply in zip(said, replies, strict=True):
                if reply["answer"] is not None and reply["answer"].get("decision_id"):
                    decision = _decision(message, reply["answer"], provider_text, model_id)
                    connection.execute(insert(decisions).values(**decision))
            connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation)
                .values(thread=None if thread is None else to_text(thread))
            )
            return _turn(connection, conversation, turn + 1)

    def messages(self, conversation: str) -> list[Message]:
        """All messages in their order."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(messages)
                .where(messages.c.conversation == conversation)
                .order_by(messages.c.seq)
            )
            return [_message(row) for row in found]


def _lock(connection: Connection, conversation: str) -> None:
    """Turns of a conversation are written one at a time (SQLite writes one at a time as it is)."""
    found = select(conversations.c.id).where(conversations.c.id == conversation).with_for_update()
    if connection.execute(found).first() is None:
        raise _none_such(conversation)


def _last(connection: Connection, conversation: str) -> tuple[int, int]:
    last = connection.execute(
        select(messages.c.seq, messages.c.turn)
        .where(messages.c.conversation == conversation)
        .order_by(messages.c.seq.desc())
        .limit(1)
    ).first()
    return (last.seq, last.turn) if last else (0, 0)


def _replies_to(
    connection: Connection, conversation: str, client_id: str | None
) -> list[Message] | None:
    if client_id is None:
        return None
    turn = connection.execute(
        select(messages.c.turn).where(
            messages.c.conversation == conversation, messages.c.client_id == client_id
        )
    ).scalar()
    return None if turn is None else _turn(connection, conversation, turn)


def _turn(connection: Connection, conversation: str, turn: int) -> list[Message]:
    found = connection.execute(
        select(messages)
        .where(
            messages.c.conversation == conversation,
            messages.c.turn == turn,
            messages.c.sender == "bot",
        )
        .order_by(messages.c.seq)
    )
    return [_message(row) for row in found]


def _decision(
    message: Mapping[str, Any], answer: Mapping[str, Any], question: str, model_id: str
) -> dict[str, Any]:
    policy = answer.get("policy")
    return {
        "id": answer["decision_id"],
        "conversation": message["conversation"],
        "message": message["id"],
        "number_key": policy and key(policy["number"]),
        "version": policy and policy["version"],
        "question": question,
        "answer": to_text(answer),
        "model": model_id,
        "at": message["at"],
    }


def _message(row: Any) -> Message:
    return {
        "id": row.id,
        "sender": row.sender,
        "text": row.text,
        "buttons": [] if row.buttons is None else json.loads(row.buttons),
        "answer": None if row.answer is None else json.loads(row.answer),
        "at": row.at.isoformat(),
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _none_such(conversation: str) -> NotOnFile:
    return NotOnFile(f"No conversation {conversation} is on file.")
