"""Private notes of the staff on a conversation, and the replies that they keep ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.events import append
from bot.store.handover import Person
from bot.store.panel_tables import canned, notes
from bot.store.transcript import locked


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    text: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Canned:
    """`text` may hold placeholders, such as {name}."""

    id: int
    title: str
    text: str


class Notes:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, conversation: str, by: Person, text: str) -> None:
        """Raises `NotOnFile` where there is no such conversation."""
        with self._database.writing() as connection:
            locked(connection, conversation)
            now = self._clock()
            connection.execute(
                insert(notes).values(
                    conversation=conversation, text=text, by=by.id, name=by.name, at=now
                )
            )
            append(connection, conversation, "note", now, by=by.id)

    def of(self, conversation: str) -> Sequence[Note]:
        """Those that a purge left, in their order."""
        wanted = (
            select(notes.c.id, notes.c.text, notes.c.name, notes.c.at)
            .where(notes.c.conversation == conversation, notes.c.text != "")
            .order_by(notes.c.id)
        )
        with self._database.reading() as connection:
            return [Note(*row) for row in connection.execute(wanted)]

    def canned(self) -> Sequence[Canned]:
        """The replies that are kept ready, by title."""
        wanted = select(canned.c.id, canned.c.title, canned.c.text).order_by(canned.c.title)
        with self._database.reading() as connection:
            return [Canned(*row) for row in connection.execute(wanted)]

    def keep_ready(self, title: str, text: str, by: Person) -> None:
        with self._database.writing() as connection:
            connection.execute(
                insert(canned).values(title=title, text=text, by=by.id, at=self._clock())
            )

    def forget(self, reply: int) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(canned).where(canned.c.id == reply))
