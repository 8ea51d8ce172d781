"""Notices that a supervisor pins to a policy, or to all answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.handover import Person
from bot.store.panel_tables import notices


@dataclass(frozen=True, slots=True)
class Notice:
    """`number` is that of the policy, None for all answers."""

    id: int
    number: str | None
    text: str
    name: str
    at: datetime


class Notices:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def pin(self, text: str, by: Person, number: str | None = None) -> None:
        with self._database.writing() as connection:
            connection.execute(
                insert(notices).values(
                    number=number, text=text, by=by.id, name=by.name, at=self._clock()
                )
            )

    def end(self, notice: int, by: Person) -> None:
        with self._database.writing() as connection:
            connection.execute(
                update(notices)
                .where(notices.c.id == notice, notices.c.ended.is_(None))
                .values(ended=self._clock(), ended_by=by.id)
            )

    def pinned(self) -> Sequence[Notice]:
        """All that are pinned now, the earliest first."""
        return self._read(notices.c.ended.is_(None))

    def on(self, number: str | None) -> Sequence[Notice]:
        """Those for an answer from this policy, or for one from none."""
        about = [notices.c.number.is_(None)]
        if number is not None:
            about.append(notices.c.number == number)
        return self._read(notices.c.ended.is_(None) & or_(*about))

    def _read(self, which: object) -> Sequence[Notice]:
        c = notices.c
        wanted = select(c.id, c.number, c.text, c.name, c.at).where(which).order_by(c.id)
        with self._database.reading() as connection:
            return [Notice(*row) for row in connection.execute(wanted)]
