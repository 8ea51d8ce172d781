"""Replies that the staff call wrong, with what would have been right: a list that a person works through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from bot.errors import NotOnFile
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.handover import Person
from bot.store.panel_tables import reviews
from bot.store.tables import messages


@dataclass(frozen=True, slots=True)
class Review:
    """`said` is the reply, `asked` the words that it replied to; `done` says when it was dealt with."""

    message: str
    conversation: str
    asked: str
    said: str
    right: str
    name: str
    at: datetime
    done: datetime | None


class Reviews:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def mark(self, message: str, right: str, by: Person) -> None:
        """In place of what was said of the reply before. Raises `NotOnFile` for what is no reply of the bot."""
        written = {
            "right": right,
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

    def listed(self, conversation: str | None = None) -> Sequence[Review]:
        """Of all conversations those that are not dealt with, or all of one; the latest first."""
        asked = messages.alias()
        which = (
            reviews.c.done.is_(None)
            if conversation is None
            else reviews.c.conversation == conversation
        )
        wanted = (
            select(
                reviews.c.message,
                reviews.c.conversation,
                asked.c.text,
                messages.c.text,
                reviews.c.right,
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
