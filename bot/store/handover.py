"""The hand-over of conversations between the bot and persons, each step in one transaction with its event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.errors import HeldByAnother, NotHeld
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.events import Kind, append
from bot.store.standing import Outcome, Reason, Standing, standing
from bot.store.tables import conversations, messages
from bot.store.transcript import Message, add, locked, read


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff: the id of the user, and what providers may call them."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation in the queue; `call_back` is the number to be called, where a call was asked for."""

    conversation: str
    reason: Reason
    since: datetime
    call_back: str | None


class Handovers:
    """All raise `NotOnFile` where there is no such conversation."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def standing(self, conversation: str) -> Standing:
        with self._database.reading() as connection:
            return standing(connection, conversation)

    def ask(
        self,
        conversation: str,
        reason: Reason,
        said: str | None = None,
        call_back: str | None = None,
    ) -> Standing:
        """Puts a conversation into the queue; one that is there already keeps its place.

        `said` is why, in the provider's words. Nothing changes where a person has it already.
        """
        with self._changing(conversation) as (connection, row):
            put_in_queue(connection, row, reason, self._clock(), said, call_back)
            return standing(connection, conversation)

    def leave(self, conversation: str) -> Standing:
        """The provider leaves the queue, or the person who has it: this closes the chat with them."""
        with self._changing(conversation) as (connection, row):
            now = self._clock()
            if row.state == "waiting":
                _set(connection, conversation, state="bot", **_WITH_NOBODY)
                append(connection, conversation, "returned", now)
            elif row.state == "with_person":
                left = {"outcome": "provider_left"}
                _set(connection, conversation, state="closed", **left, **_WITH_NOBODY)
                append(connection, conversation, "closed", now, left)
            return standing(connection, conversation)

    def queue(self) -> Sequence[Waiting]:
        """All that wait, the next one first."""
        c = conversations.c
        chosen = (
            select(c.id, c.waiting_reason, c.waiting_since, c.call_back)
            .where(c.state == "waiting")
            .order_by(c.waiting_since, c.id)
        )
        with self._database.reading() as connection:
            return [Waiting(*row) for row in connection.execute(chosen)]

    def held(self, user: str) -> Sequence[str]:
        """The conversations that a user has."""
        with self._database.reading() as connection:
            chosen = select(conversations.c.id).where(conversations.c.agent == user)
            return list(connection.execute(chosen.order_by(conversations.c.id)).scalars())

    def take(self, conversation: str, by: Person) -> None:
        """Takes a conversation out of the queue, or from the bot.

        Raises `HeldByAnother` where another person has it; of two at once, one gets it.
        """
        with self._changing(conversation) as (connection, row):
            if row.state == "with_person":
                if row.agent != by.id:
                    raise HeldByAnother(f"{row.agent_name} has this conversation.")
                return
            self._give(connection, conversation, by)
            self._tell(connection, conversation, "taken", {"name": by.name}, by.id)

    def transfer(self, conversation: str, by: Person, to: Person) -> None:
        """Gives a conversation that `by` has to another person. Raises `NotHeld`."""
        with self._held(conversation, by) as connection:
            self._give(connection, conversation, to)
            detail = {"name": to.name, "to": to.id}
            self._tell(connection, conversation, "transferred", detail, by.id)

    def return_to_bot(self, conversation: str, by: Person) -> None:
        """Raises `NotHeld` where `by` does not have it."""
        with self._held(conversation, by) as connection:
            _set(connection, conversation, state="bot", **_WITH_NOBODY)
            self._tell(connection, conversation, "returned", {}, by.id)

    def close(self, conversation: str, by: Person, outcome: Outcome) -> None:
        """Raises `NotHeld` where `by` does not have it."""
        with self._held(conversation, by) as connection:
            _set(connection, conversation, state="closed", outcome=outcome, **_WITH_NOBODY)
            self._tell(connection, conversation, "closed", {"outcome": outcome}, by.id)

    def say(self, conversation: str, by: Person, text: str) -> Message:
        """Adds what a person says to the provider. Raises `NotHeld` where `by` does not have it."""
        said = {"sender": "agent", "text": text, "agent": by.id, "agent_name": by.name}
        with self._held(conversation, by) as connection:
            (row,) = add(connection, conversation, self._clock(), [said], by.id, new_turn=False)
            (message,) = read(connection, messages.c.id == row["id"])
            return message

    def release(self, user: str) -> Sequence[str]:
        """Puts all that a user has back into the queue, where they were in it; gives their ids."""
        with self._database.writing() as connection:
            chosen = select(conversations.c.id).where(conversations.c.agent == user)
            # All rows first, in one order, so that two transactions never wait for each other.
            rows = connection.execute(chosen.order_by(conversations.c.id).with_for_update())
            released = list(rows.scalars())
            now = self._clock()
            for conversation in released:
                row = locked(connection, conversation)
                reason: Reason = row.waiting_reason or "asked"
                _set(
                    connection,
                    conversation,
                    state="waiting",
                    agent=None,
                    agent_name=None,
                    waiting_reason=reason,
                    waiting_since=row.waiting_since or now,
                )
                detail = {"reason": reason, "call_back": row.call_back is not None}
                self._tell(connection, conversation, "waiting", detail, user)
        return released

    @contextmanager
    def _changing(self, conversation: str) -> Iterator[tuple[Connection, Any]]:
        with self._database.writing() as connection:
            yield connection, locked(connection, conversation)

    @contextmanager
    def _held(self, conversation: str, by: Person) -> Iterator[Connection]:
        with self._changing(conversation) as (connection, row):
            if row.state != "with_person" or row.agent != by.id:
                raise NotHeld("You do not have this conversation: take it first.")
            yield connection

    def _give(self, connection: Connection, conversation: str, to: Person) -> None:
        # Since when and why it waited is kept, for when it is released.
        _set(
            connection,
            conversation,
            state="with_person",
            agent=to.id,
            agent_name=to.name,
            outcome=None,
        )

    def _tell(
        self,
        connection: Connection,
        conversation: str,
        kind: Kind,
        detail: Mapping[str, Any],
        by: str,
    ) -> None:
        append(connection, conversation, kind, self._clock(), detail, by)


_WITH_NOBODY: Mapping[str, Any] = {
    "agent": None,
    "agent_name": None,
    "waiting_since": None,
    "waiting_reason": None,
    # The number was given for the call alone.
    "call_back": None,
}


def put_in_queue(
    connection: Connection,
    row: Any,
    reason: Reason,
    now: datetime,
    said: str | None = None,
    call_back: str | None = None,
) -> None:
    """What `Handovers.ask` does, within a transaction that holds the conversation's row."""
    if row.state == "with_person":
        return
    if row.state == "waiting":
        # A complaint stays one, whatever is asked for besides.
        kept = row.waiting_reason == "complaint" or (reason != "complaint" and call_back is None)
        reason = row.waiting_reason if kept else reason
        if (reason, call_back, said) == (row.waiting_reason, None, None):
            return
    _set(
        connection,
        row.id,
        state="waiting",
        waiting_reason=reason,
        waiting_since=row.waiting_since if row.state == "waiting" else now,
        call_back=call_back or row.call_back,
        outcome=None,
    )
    detail = {"reason": reason, "call_back": bool(call_back or row.call_back)}
    append(connection, row.id, "waiting", now, detail | ({"said": said} if said else {}))


def _set(connection: Connection, conversation: str, **values: Any) -> None:
    connection.execute(
        update(conversations).where(conversations.c.id == conversation).values(**values)
    )
