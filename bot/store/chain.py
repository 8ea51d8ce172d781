"""The chain over the decisions: seals that show whether a record was changed, removed or put in.

A decision is written with its turn, and sealed some seconds later, in a batch, by any process: no turn
waits for the chain. A record's digest covers its facts and a salted digest of its text; a seal's digest
covers the seal before it and the digests of its records. When a purge takes a text, its salt goes too,
and the digests stay, so that the chain verifies as before while nothing can be guessed from them.

The chain shows what was changed by anybody who cannot write all of it anew. Against one who can, note the
head elsewhere from time to time, and give it to `verify`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.tables import decisions, sealed, seals

# So many take some milliseconds, which is as long as a turn on SQLite may have to wait for a seal.
BATCH: Final = 200
_FACTS: Final = (
    decisions.c.id,
    decisions.c.conversation,
    decisions.c.message,
    decisions.c.number_key,
    decisions.c.version,
    decisions.c.model,
    decisions.c.at,
)


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of the chain; one of a purge says before when texts may be gone."""

    number: int
    at: datetime
    count: int
    purged_before: datetime | None
    digest: str


class Chain:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def seal(self) -> int:
        """Seals what is not sealed yet; how many decisions this call has sealed."""
        count = 0
        while batch := self._prepared():
            with self._database.writing() as connection:
                count += self._append(connection, batch)
        return count

    def seal_purge(self, connection: Connection, before: datetime) -> None:
        """Notes in the chain that texts from before a time are taken away from now on."""
        lock(connection)
        self._link(connection, (), before)

    def head(self) -> Seal | None:
        with self._database.reading() as connection:
            return last_seal(connection)

    def _prepared(self) -> list[dict[str, Any]]:
        """The next records to seal with their digests, worked out before anything is locked."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(*_FACTS, decisions.c.question, decisions.c.answer)
                .where(decisions.c.seal.is_(None))
                .order_by(decisions.c.at)
                .limit(BATCH)
            ).all()
        return [_sealed_row(row, secrets.token_hex(16)) for row in rows]

    def _append(self, connection: Connection, batch: Sequence[dict[str, Any]]) -> int:
        lock(connection)
        # Another process may have sealed some of them in the meantime.
        ids = [row["decision"] for row in batch]
        left = set(
            connection.execute(
                select(decisions.c.id).where(decisions.c.id.in_(ids), decisions.c.seal.is_(None))
            ).scalars()
        )
        fresh = [row for row in batch if row["decision"] in left]
        if fresh:
            number = self._link(connection, [row["digest"] for row in fresh], None)
            connection.execute(
                insert(sealed),
                [row | {"seal": number, "place": place} for place, row in enumerate(fresh)],
            )
            connection.execute(
                update(decisions).where(decisions.c.id.in_(left)).values(seal=number)
            )
        return len(fresh)

    def _link(
        self, connection: Connection, digests: Sequence[str], purged_before: datetime | None
    ) -> int:
        last = last_seal(connection)
        number, now = (last.number + 1 if last else 1), self._clock()
        connection.execute(
            insert(seals).values(
                number=number,
                at=now,
                count=len(digests),
                purged_before=purged_before,
                digest=seal_digest(
                    number, now, purged_before, last.digest if last else "", digests
                ),
            )
        )
        return number


def lock(connection: Connection) -> None:
    """Lets only one process at a time add to the chain (SQLite has one writer as it is)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(0x7365616C)))


def last_seal(connection: Connection) -> Seal | None:
    row = connection.execute(select(seals).order_by(seals.c.number.desc()).limit(1)).first()
    return None if row is None else Seal(**row._mapping)


def chained(connection: Connection) -> Iterator[Seal]:
    for row in connection.execute(select(seals).order_by(seals.c.number)):
        yield Seal(**row._mapping)


def text_digest(salt: str, question: str, answer: str) -> str:
    return _digest([salt, question, answer])


def record_digest(row: Any, text: str) -> str:
    """Over the facts of a decision, and the digest of its text."""
    facts = [getattr(row, column.name) for column in _FACTS[:-1]]
    return _digest([*facts, _moment(row.at), text])


def seal_digest(
    number: int,
    at: datetime,
    purged_before: datetime | None,
    previous: str,
    digests: Sequence[str],
) -> str:
    return _digest(
        [number, _moment(at), purged_before and _moment(purged_before), previous, *digests]
    )


def _sealed_row(row: Any, salt: str) -> dict[str, Any]:
    text = text_digest(salt, row.question, row.answer)
    return {
        "decision": row.id,
        "salt": salt,
        "text_digest": text,
        "digest": record_digest(row, text),
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _digest(parts: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()
