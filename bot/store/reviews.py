"""Replies that the staff call wrong, with what would have been right: a list that a person works through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.errors import NotOnFile
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.handover import Person
from bot.store.panel_tables import reviews
from bot.store.tables import messages


@dataclass(frozen=True, slots=True)
class Review:
    """`said` is the reply, `asked` the words that it replied to; `done` says when it was dealt with.

    `need` is what was wanted, where that was said.
    """

    message: str
    conversation: str
    asked: str
    said: str
    right: str
    need: str | None
    name: str
    at: datetime
    done: datetime | None


class Reviews:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def mark(self, message: str, right: str, by: Person, need: str | None = None) -> None:
        """In place of what was said of the reply before. Raises `NotOnFile` for what is no reply of the bot."""
        written = {
            "right": right,
            "need": need,
            "by": by.id,
            "name": by.name,
            "at": self._clock(),
            "done": None,
            "done_by": None,
        }
        with self._database.writing() as connection:
            known = connection.execute(
                select(messages.c.conversation).where(
                    messages.c.id == message, messages.c.sender == "bot"
                )
            ).scalar()
            if known is None:
                raise NotOnFile("This is no reply of the assistant.")
            changed = connection.execute(
                update(reviews).where(reviews.c.message == message).values(**written)
            )
            if not changed.rowcount:
                connection.execute(
                    insert(reviews).values(message=message, conversation=known, **written)
                )

    def settle(self, message: str, by: Person) -> None:
        with self._database.writing() as connection:
            connection.execute(
                update(reviews)
                .where(reviews.c.message == message)
                .values(done=self._clock(), done_by=by.id)
            )

    def get(self, message: str) -> Review:
        """Raises `NotOnFile` for a reply that nobody called wrong."""
        for found in self._read(reviews.c.message == message):
            return found
        raise NotOnFile("Nobody has marked this reply as wrong.")

    def listed(self, conversation: str | None = None) -> Sequence[Review]:
        """Of all conversations those that are not dealt with, or all of one; the latest first."""
        if conversation is None:
            return self._read(reviews.c.done.is_(None))
        return self._read(reviews.c.conversation == conversation)

    def _read(self, which: Any) -> Sequence[Review]:
        asked = messages.alias()
        wanted = (
            select(
                reviews.c.message,
                reviews.c.conversation,
                asked.c.text,
                messages.c.text,
                reviews.c.right,
                reviews.c.need,
                reviews.c.name,
                reviews.c.at,
                reviews.c.done,
            )
            .join(messages, messages.c.id == reviews.c.message)
            .join(
                asked,
                (asked.c.conversation == messages.c.conversation)
                & (asked.c.turn == messages.c.turn)
                & (asked.c.sender == "provider"),
            )
            .where(which, reviews.c.right != "")
            .order_by(reviews.c.at.desc())
        )
        with self._database.reading() as connection:
            return [Review(*row) for row in connection.execute(wanted)]
