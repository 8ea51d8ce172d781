"""Conversations at rest: an append-only transcript, and the thread as it stood after the last turn."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypedDict
from uuid import uuid4

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import Overtaken
from bot.policy.number import key
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.events import append, newest
from bot.store.handover import put_in_queue
from bot.store.rows import to_text
from bot.store.standing import MemberKind, Reason, Standing, standing
from bot.store.tables import conversations, decisions, events, messages
from bot.store.transcript import Message, add, locked, none_such, read, reply_row, told

# Compared with when there is no such conversation, so that this takes as long as a wrong token.
_NOBODY: Final = hashlib.sha256(b"").hexdigest()

# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_OF_THIS: Final = conversations.c.id == bindparam("conversation")
_DIGEST: Final = select(conversations.c.token_digest).where(_OF_THIS)
_THREAD: Final = select(conversations.c.thread).where(_OF_THIS)
_REMEMBER: Final = update(conversations).where(_OF_THIS).values(thread=bindparam("thread"))
_BEGIN: Final = insert(conversations)
_DECIDE: Final = insert(decisions)
_SENT: Final = select(messages.c.turn, messages.c.text).where(
    messages.c.conversation == bindparam("conversation"),
    messages.c.client_id == bindparam("client_id"),
)


class Kept(NamedTuple):
    """A turn on record: what was kept of the provider's words, the replies, and how things stand since."""

    received: str
    replies: list[Message]
    standing: Standing


class Start(NamedTuple):
    """What a turn begins with; `earlier` is the turn of the same `client_id`, if it had one.

    `last_event` says how far the conversation had come.
    """

    thread: dict[str, Any] | None
    earlier: Kept | None
    last_event: int


class Circumstances(TypedDict, total=False):
    """Whose member it is, and the date of service."""

    member_kind: MemberKind | None
    date_of_service: date | None


class News(NamedTuple):
    """What came after an event: messages, each with the id of its event, and how things stand now."""

    messages: list[tuple[int, Message]]
    standing: Standing


class Conversations:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def start(self) -> tuple[str, str]:
        """A new conversation's id and its token, of which only a digest is kept."""
        conversation, token = str(uuid4()), secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            new = {"id": conversation, "token_digest": _digest(token), "created": self._clock()}
            connection.execute(_BEGIN, new)
        return conversation, token

    def holds(self, conversation: str, token: str) -> bool:
        """Whether this is the conversation's token; false for one that does not exist."""
        with self._database.reading() as connection:
            digest = connection.execute(_DIGEST, {"conversation": conversation}).scalar()
        return hmac.compare_digest(digest or _NOBODY, _digest(token)) and digest is not None

    def before_turn(self, conversation: str, client_id: str | None) -> Start:
        """Raises `NotOnFile` where there is no such conversation."""
        with self._database.reading() as connection:
            # Read first: what is kept between the two readings is then seen to have come later.
            last_event = newest(connection, conversation)
            thread = connection.execute(_THREAD, {"conversation": conversation}).first()
            if thread is None:
                raise none_such(conversation)
            earlier = _turn_of(connection, conversation, client_id)
        return Start(None if thread[0] is None else json.loads(thread[0]), earlier, last_event)

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
        wanted: Reason | None = None,
        last_event: int | None = None,
    ) -> Kept:
        """Keeps a turn in one transaction, and gives it as it was kept.

        Each reply holds "text", "buttons" (with "title" and "payload") and "answer" (its JSON or None).
        A `client_id` that had its turn changes nothing: that turn is given.
        An answer with a `decision_id` is kept as a decision too. `wanted` says why a person is wanted.
        While a person has the conversation the replies are kept as what could be said, and none is given.
        Raises `NotOnFile` where there is no such conversation; `Overtaken`, and keeps nothing, where more has
        happened in it than `last_event`, so that the replies do not follow from what was said last.
        """
        with self._database.writing() as connection:
            row = locked(connection, conversation)
            earlier = _turn_of(connection, conversation, client_id)
            if earlier is not None:
                return earlier
            if last_event is not None and newest(connection, conversation) != last_event:
                raise Overtaken(
                    f"Conversation {conversation} went on meanwhile: take the turn again."
                )
            now = self._clock()
            asked = {
                "sender": "provider",
                "text": provider_text,
                "client_id": client_id,
                "understood": None if understood is None else to_text(understood),
            }
            silent = row.state == "with_person"
            said = [] if silent else [reply_row(reply) for reply in replies]
            question, *given = add(connection, conversation, now, [asked, *said])
            if silent:
                could = {"seq": question["seq"], "replies": list(replies)}
                append(connection, conversation, "suggested", now, could)
            decided = [
                _decision(message, reply["answer"], provider_text, model_id)
                for message, reply in zip(given, replies, strict=False)
                if reply["answer"] is not None and reply["answer"].get("decision_id")
            ]
            if decided:
                connection.execute(_DECIDE, decided)
            remembered = None if thread is None else to_text(thread)
            connection.execute(_REMEMBER, {"conversation": conversation, "thread": remembered})
            if row.state == "closed":
                connection.execute(
                    update(conversations)
                    .where(conversations.c.id == conversation)
                    .values(state="bot", outcome=None)
                )
                append(connection, conversation, "returned", now)
            if wanted is not None:
                put_in_queue(connection, row, wanted, now)
            replies_kept = [told(message) for message in given]
            return Kept(provider_text, replies_kept, standing(connection, conversation))

    def messages(self, conversation: str, after: int = 0) -> list[Message]:
        """All messages in their order, or those behind the one of that number."""
        with self._database.reading() as connection:
            return read(connection, messages.c.conversation == conversation, messages.c.seq > after)

    def news(self, conversation: str, after: int) -> News:
        """What came after an event of that id. Raises `NotOnFile` where there is no such conversation."""
        with self._database.reading() as connection:
            # First how it stands, then only what belongs to that: more may be kept meanwhile.
            now = standing(connection, conversation)
            found = connection.execute(
                select(events.c.id, events.c.detail).where(
                    events.c.conversation == conversation,
                    events.c.id.between(after + 1, now.last_event),
                    events.c.kind == "message",
                )
            )
            places = {json.loads(row.detail)["seq"]: row.id for row in found}
            if not places:
                return News([], now)
            first, last = min(places), max(places)
            told = read(
                connection,
                messages.c.conversation == conversation,
                messages.c.seq.between(first, last),
            )
            return News([(places[m["seq"]], m) for m in told], now)

    def set_circumstances(
        self, conversation: str, changed: Circumstances, thread: Mapping[str, Any]
    ) -> Standing:
        """Keeps what changed of them, None for what was taken back; `thread` goes into what is remembered.

        Raises `NotOnFile` where there is no such conversation.
        """
        with self._database.writing() as connection:
            row = locked(connection, conversation)
            before: dict[str, Any] = json.loads(row.thread) if row.thread else {}
            remembered = {k: v for k, v in (before | dict(thread)).items() if v is not None}
            connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation)
                .values(**changed, thread=to_text(remembered))
            )
            append(connection, conversation, "circumstances", self._clock())
            return standing(connection, conversation)


def _turn_of(connection: Connection, conversation: str, client_id: str | None) -> Kept | None:
    if client_id is None:
        return None
    sent = {"conversation": conversation, "client_id": client_id}
    asked = connection.execute(_SENT, sent).first()
    if asked is None:
        return None
    replies = read(
        connection,
        messages.c.conversation == conversation,
        messages.c.turn == asked.turn,
        messages.c.sender == "bot",
    )
    return Kept(asked.text, replies, standing(connection, conversation))


def _decision(
    message: Mapping[str, Any], answer: Mapping[str, Any], question: str, model_id: str
) -> dict[str, Any]:
    policy = answer.get("policy")
    at: datetime = message["at"]
    return {
        "id": answer["decision_id"],
        "conversation": message["conversation"],
        "message": message["id"],
        "number_key": policy and key(policy["number"]),
        "version": policy and policy["version"],
        "question": question,
        "answer": to_text(answer),
        "model": model_id,
        "at": at,
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
