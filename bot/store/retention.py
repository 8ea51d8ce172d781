"""What is kept no longer than it must be: the texts of conversations, messages and decisions.

A purge takes the words and leaves the frame: who spoke when, and of a decision its reference number, the
policy version, the model and the time, with the digests by which the record still verifies. Copies that
were made before (backups, a server's archived log) are not reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from bot.store.chain import Chain
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.panel_tables import notes, reviews
from bot.store.tables import chores, conversations, decisions, events, feedback, messages, sealed

# So many are taken in one transaction, for which a turn on SQLite may have to wait.
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Purged:
    """How many had a text that was taken, or with a dry run would be."""

    conversations: int
    messages: int
    decisions: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """Rows that still have words, and what is written in place of these."""

    table: Table
    key: str
    has_words: ColumnElement[bool]
    blank: Mapping[str, Any]

    def before(self, time: datetime) -> ColumnElement[bool]:
        old: ColumnElement[bool] = and_(self.table.c.at < time, self.has_words)
        return old


_MESSAGES: Final = _Kept(
    messages,
    "id",
    messages.c.text != "",
    {"text": "", "buttons": None, "answer": None, "understood": None},
)
_OTHERS: Final = (
    _Kept(notes, "id", notes.c.text != "", {"text": ""}),
    _Kept(reviews, "message", reviews.c.right != "", {"right": ""}),
    _Kept(feedback, "message", feedback.c.reason.is_not(None), {"reason": None}),
    _Kept(
        events, "id", and_(events.c.kind != "message", events.c.detail != "{}"), {"detail": "{}"}
    ),
)
_TOUCHED: Final = (decisions, sealed, messages, feedback, notes, reviews, events, conversations)
# Of a conversation in which nothing is said any more.
_OF_A_CONVERSATION: Final = ("thread", "call_back", "date_of_service")


class Retention:
    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock

    def purge(self, before: datetime, dry_run: bool = False) -> Purged:
        """Takes the texts of all that was said before a time.

        Where it is broken off, the next purge goes on from there.
        """
        with self._database.reading() as connection:
            counted = Purged(
                len(_idle(connection, before)),
                _count(connection, messages, _MESSAGES.before(before)),
                _count(connection, decisions, _unpurged(before)),
            )
        if dry_run or counted == Purged(0, 0, 0):
            return counted
        # What was never sealed could not be verified without its text.
        self._chain.seal()
        with self._database.writing() as connection:
            self._chain.seal_purge(connection, before)
        # First the decisions: until one is marked as purged, its message has to show it.
        self._purge_decisions(before)
        for kept in (*_OTHERS, _MESSAGES):
            self._blank(kept, before)
        self._purge_conversations(before)
        self._database.scrub(*(table.name for table in _TOUCHED))
        return counted

    def claim(self, chore: str, not_since: datetime) -> bool:
        """Whether this process is the one to do a chore that was last done before that time."""
        with self._database.writing() as connection:
            taken = connection.execute(
                update(chores)
                .where(chores.c.name == chore, chores.c.done < not_since)
                .values(done=self._clock())
            )
            if taken.rowcount:
                return True
            known = select(chores.c.name).where(chores.c.name == chore)
            if connection.execute(known).first() is not None:
                return False
            try:
                with connection.begin_nested():
                    connection.execute(insert(chores).values(name=chore, done=self._clock()))
            except IntegrityError:
                return False
            return True

    def _purge_decisions(self, before: datetime) -> None:
        with self._database.reading() as connection:
            found = connection.execute(select(decisions.c.id).where(_unpurged(before)))
            ids = found.scalars().all()
        for some in _batches(ids):
            with self._database.writing() as connection:
                connection.execute(
                    update(decisions)
                    .where(decisions.c.id.in_(some))
                    .values(question="", answer="", purged=self._clock())
                )
                connection.execute(
                    update(sealed).where(sealed.c.decision.in_(some)).values(salt=None)
                )

    def _blank(self, kept: _Kept, before: datetime) -> None:
        key = kept.table.c[kept.key]
        with self._database.reading() as connection:
            ids = connection.execute(select(key).where(kept.before(before))).scalars().all()
        for some in _batches(ids):
            with self._database.writing() as connection:
                connection.execute(update(kept.table).where(key.in_(some)).values(**kept.blank))

    def _purge_conversations(self, before: datetime) -> None:
        blank = dict.fromkeys(_OF_A_CONVERSATION)
        with self._database.reading() as connection:
            ids = _idle(connection, before)
        for some in _batches(ids):
            with self._database.writing() as connection:
                # Somebody may have gone on with one of them in the meantime.
                connection.execute(
                    update(conversations)
                    .where(conversations.c.id.in_(some), ~_goes_on(before))
                    .values(**blank)
                )


def _unpurged(before: datetime) -> ColumnElement[bool]:
    old: ColumnElement[bool] = and_(decisions.c.at < before, decisions.c.purged.is_(None))
    return old


def _goes_on(before: datetime) -> Any:
    return (
        select(messages.c.id)
        .where(messages.c.conversation == conversations.c.id, messages.c.at >= before)
        .exists()
    )


def _idle(connection: Connection, before: datetime) -> Sequence[str]:
    """Conversations that remember something, and in which nothing was said since."""
    remembers = or_(*(conversations.c[name].is_not(None) for name in _OF_A_CONVERSATION))
    found = connection.execute(
        select(conversations.c.id).where(
            conversations.c.created < before, remembers, ~_goes_on(before)
        )
    )
    return list(found.scalars())


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return int(
        connection.execute(select(func.count()).select_from(table).where(which)).scalar_one()
    )


def _batches(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
