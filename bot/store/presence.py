"""Which of the staff have a panel open, and what they look at: told to all processes by the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.handover import Person
from bot.store.panel_tables import presence
from bot.store.tables import conversations

# A panel says each few seconds that it is open; a page that is loaded anew is gone for a moment.
GONE: Final = timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class Present:
    """`viewing` are the conversations that somebody looks at, with the names of those who do."""

    people: Sequence[Person]
    viewing: Mapping[str, Sequence[str]]


class Presence:
    """`gone` is after how long a panel that says nothing counts as closed."""

    def __init__(self, database: Database, clock: Clock, gone: timedelta = GONE) -> None:
        self._database = database
        self._clock = clock
        self.gone_after = gone

    def alive(self, panel: str, by: Person) -> None:
        """A panel is open."""
        self._write(panel, by, {})

    def look(self, panel: str, by: Person, conversation: str | None) -> None:
        """A panel shows this conversation now."""
        self._write(panel, by, {"conversation": conversation})

    def _write(self, panel: str, by: Person, what: Mapping[str, str | None]) -> None:
        values = {"user": by.id, "name": by.name, "seen": self._clock(), **what}
        mine = (presence.c.panel == panel) & (presence.c.user == by.id)
        with self._database.writing() as connection:
            known = connection.execute(update(presence).where(mine).values(**values))
            if not known.rowcount:
                with suppress(IntegrityError), connection.begin_nested():
                    connection.execute(insert(presence).values(panel=panel, **values))

    def present(self) -> Present:
        recent = presence.c.seen >= self._clock() - self.gone_after
        wanted = select(presence).where(recent).order_by(presence.c.name, presence.c.panel)
        people: dict[str, Person] = {}
        viewing: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(wanted):
                people[row.user] = Person(row.user, row.name)
                if row.conversation and row.name not in viewing.get(row.conversation, ()):
                    viewing.setdefault(row.conversation, []).append(row.name)
        return Present(list(people.values()), viewing)

    def gone(self) -> Sequence[str]:
        """Those who have a conversation, and no panel open any more."""
        now = self._clock()
        with self._database.reading() as connection:
            here = select(presence.c.user).where(presence.c.seen >= now - self.gone_after)
            found = connection.execute(
                select(conversations.c.agent)
                .where(conversations.c.agent.is_not(None), conversations.c.agent.not_in(here))
                .distinct()
            )
            return list(found.scalars())

    def forget(self) -> None:
        """Sweeps out the rows of panels that were closed."""
        with self._database.writing() as connection:
            old = presence.c.seen < self._clock() - 10 * self.gone_after
            connection.execute(delete(presence).where(old))
