"""Policies, lists, conversations and decisions at rest, in SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store.accounts import Accounts
from bot.store.archive import Archive
from bot.store.attempts import Attempts
from bot.store.audit import Audit
from bot.store.calls import Calls
from bot.store.chain import Chain
from bot.store.clock import Clock, utc_now
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.decisions import Decisions
from bot.store.events import Events
from bot.store.feedback import Feedback
from bot.store.figures import Statistics
from bot.store.floor import Floor
from bot.store.handover import Handovers
from bot.store.lists import Lists
from bot.store.notes import Notes
from bot.store.notices import Notices
from bot.store.policies import Policies
from bot.store.presence import Presence
from bot.store.proposals import Proposals
from bot.store.retention import Retention
from bot.store.reviews import Reviews
from bot.store.search import PostgreSQLIndex, SQLiteIndex
from bot.store.sessions import Sessions
from bot.store.wordings import Wordings

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
    calls: Calls
    floor: Floor
    notes: Notes
    notices: Notices
    reviews: Reviews
    presence: Presence
    proposals: Proposals
    wordings: Wordings
    archive: Archive
    statistics: Statistics
    accounts: Accounts
    sessions: Sessions
    attempts: Attempts
    audit: Audit
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
    policies = Policies(database, index, lists, clock)
    return Store(
        policies=policies,
        lists=lists,
        conversations=Conversations(database, clock),
        handovers=Handovers(database, clock),
        events=Events(database),
        feedback=Feedback(database, clock),
        decisions=Decisions(database),
        chain=chain,
        retention=Retention(database, chain, clock),
        calls=Calls(database, clock),
        floor=Floor(database),
        notes=Notes(database, clock),
        notices=Notices(database, clock),
        reviews=Reviews(database, clock),
        presence=Presence(database, clock),
        proposals=Proposals(database, policies, clock),
        wordings=Wordings(database, clock),
        archive=Archive(database),
        statistics=Statistics(database, clock),
        accounts=Accounts(database, clock),
        sessions=Sessions(database, clock),
        attempts=Attempts(database, clock),
        audit=Audit(database, clock),
        database=database,
        clock=clock,
    )
