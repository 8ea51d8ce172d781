"""Notices that a supervisor pins to a policy, or to all answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, or_, select, update

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.handover import Person
from bot.store.panel_tables import notices

_C: Final = notices.c
# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_PINNED: Final = (
    select(_C.id, _C.number, _C.text, _C.name, _C.at).where(_C.ended.is_(None)).order_by(_C.id)
)
_ON: Final = _PINNED.where(or_(_C.number.is_(None), _C.number == bindparam("number")))


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
        return self._read(_PINNED)

    def on(self, number: str | None) -> Sequence[Notice]:
        """Those for an answer from this policy, or for one from none."""
        return self._read(_ON, number=number)

    def _read(self, wanted: Any, **given: str | None) -> Sequence[Notice]:
        with self._database.reading() as connection:
            return [Notice(*row) for row in connection.execute(wanted, given)]
