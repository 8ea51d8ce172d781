"""Calls: conversations that somebody of the staff holds with the bot while a caller is on the phone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from bot.errors import NotOnFile
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.handover import Person
from bot.store.panel_tables import calls
from bot.store.tables import conversations

# Said over the phone and written by hand: nothing that looks or sounds like another, and no vowel, so that
# no word comes about.
_ALPHABET: Final = "FHKMRWXY34679"
_TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Call:
    """`reference` is one number for all that was answered in the call, such as K4M-7RX."""

    conversation: str
    reference: str
    by: Person
    at: datetime


def reference_number() -> str:
    """13^6, about five million; a store draws again where one is taken."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return f"{drawn[:3]}-{drawn[3:]}"


def as_reference(written: str) -> str:
    """A reference number as it is kept, from one in any shape: `k4m 7rx`."""
    bare = "".join(letter for letter in written.upper() if letter.isalnum())
    return f"{bare[:3]}-{bare[3:]}"


class Calls:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, by: Person) -> Call:
        """A new conversation for a call; it has no token, so that no provider can come in."""
        conversation, now = str(uuid4()), self._clock()
        with self._database.writing() as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation, token_digest=secrets.token_hex(32), created=now
                )
            )
            for _ in range(_TRIES):
                call = Call(conversation, reference_number(), by, now)
                try:
                    with connection.begin_nested():
                        connection.execute(
                            insert(calls).values(
                                conversation=conversation,
                                reference=call.reference,
                                by=by.id,
                                name=by.name,
                                at=now,
                            )
                        )
                except IntegrityError:
                    continue
                return call
            raise RuntimeError("No reference number is free.")

    def own(self, conversation: str, by: Person) -> Call:
        """A call of this person. Raises `NotOnFile` for another's as for none."""
        found = self._one(calls.c.conversation == conversation)
        if found is None or found.by.id != by.id:
            raise NotOnFile("You have no call of this number: begin a new one.")
        return found

    def of(self, conversation: str) -> Call | None:
        return self._one(calls.c.conversation == conversation)

    def _one(self, which: Any) -> Call | None:
        with self._database.reading() as connection:
            row = connection.execute(select(calls).where(which)).first()
        return row and Call(row.conversation, row.reference, Person(row.by, row.name), row.at)
