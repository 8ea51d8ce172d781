"""What staff changed of the vocabulary beside its files: each change is added, and none is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select

from bot.answer.edits import Edit
from bot.store.audit import Actor, append
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.panel_tables import vocabulary_edits

_SHOWN: Final = 50
# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_STATE: Final = select(func.max(vocabulary_edits.c.id))


@dataclass(frozen=True, slots=True)
class Change:
    """An edit, with who made it and when."""

    edit: Edit
    name: str
    at: datetime


class Wordings:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def state(self) -> int:
        """Grows with each change."""
        with self._database.reading() as connection:
            return connection.execute(_STATE).scalar() or 0

    def edits(self) -> Sequence[Edit]:
        """All, in their order."""
        wanted = select(vocabulary_edits).order_by(vocabulary_edits.c.id)
        with self._database.reading() as connection:
            return [_edit(row) for row in connection.execute(wanted)]

    def latest(self) -> Sequence[Change]:
        wanted = select(vocabulary_edits).order_by(vocabulary_edits.c.id.desc()).limit(_SHOWN)
        with self._database.reading() as connection:
            return [Change(_edit(row), row.name, row.at) for row in connection.execute(wanted)]

    def change(self, edit: Edit, by: Actor) -> None:
        """It counts from the next message on, and is in the audit log."""
        now = self._clock()
        said = {"role": edit.role, "of": edit.of, "word": edit.word}
        with self._database.writing() as connection:
            values = {**said, "adds": edit.adds, "by": by.id, "name": by.name, "at": now}
            connection.execute(insert(vocabulary_edits).values(**values))
            action = "word_added" if edit.adds else "word_taken_out"
            append(connection, now, by, action, "vocabulary", said)


def _edit(row: Any) -> Edit:
    return Edit(row.role, row.of, row.word, row.adds, f"side panel, change {row.id}")
