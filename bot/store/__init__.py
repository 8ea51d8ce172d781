"""Policies, lists, conversations and decisions at rest, in SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store.chain import Chain
from bot.store.clock import Clock, utc_now
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.decisions import Decisions
from bot.store.events import Events
from bot.store.feedback import Feedback
from bot.store.handover import Handovers
from bot.store.lists import Lists
from bot.store.policies import Policies
from bot.store.retention import Retention
from bot.store.search import PostgreSQLIndex, SQLiteIndex

if TYPE_CHECKING:
    from bot.store.keeper import Keeper


@dataclass(frozen=True, slots=True)
class Store:
    """All that is kept; its parts may be used from several threads and processes at once."""

    policies: Policies
    lists: Lists
    conversations: Conversations
    handovers: Handovers
    events: Events
    feedback: Feedback
    decisions: Decisions
    chain: Chain
    retention: Retention
    database: Database
    clock: Clock

    def keeper(self, keep_for: timedelta | None) -> Keeper:
        """What a server starts beside its turns; texts are kept for ever where no time is given."""
        from bot.store.keeper import Keeper

        return Keeper(self.chain, self.retention, keep_for, self.clock)

    def close(self) -> None:
        self.database.close()


def open_store(url: str, clock: Clock = utc_now) -> Store:
    """Opens the database at an SQLAlchemy address, and makes or migrates its tables where needed.

    Raises `BadSetting` for an address that is none, `StoreUnavailable` for a database that does not answer.
    """
    database = Database(url)
    chain = Chain(database, clock)
    lists = Lists(database, clock)
    index = SQLiteIndex() if database.is_sqlite else PostgreSQLIndex()
    return Store(
        policies=Policies(database, index, lists, clock),
        lists=lists,
        conversations=Conversations(database, clock),
        handovers=Handovers(database, clock),
        events=Events(database),
        feedback=Feedback(database, clock),
        decisions=Decisions(database),
        chain=chain,
        retention=Retention(database, chain, clock),
        database=database,
        clock=clock,
    )
