"""Whether the record is as it was given: what was changed, removed or put in, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from bot.store.chain import Seal, chained, record_digest, seal_digest, text_digest
from bot.store.database import Database
from bot.store.tables import decisions, messages, sealed

_AT_A_TIME: Final = 1000
_NAMES_A_DECISION: Final = '%"decision_id":"%'


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults` are sentences, one for each thing that is not as it was given; empty when all is."""

    decisions: int
    purged: int
    unsealed: int
    seals: int
    head: str | None
    purges: tuple[Seal, ...]
    faults: tuple[str, ...]


def verify(database: Database, head: str | None = None) -> Verdict:
    """Reads the whole record as it stands at one moment.

    `head` is a digest of a seal that was noted elsewhere: it must be in the chain. What is not sealed yet
    is held against the messages, as what is sealed is.
    """
    with database.snapshot() as connection:
        chain = list(chained(connection))
        purges = tuple(seal for seal in chain if seal.purged_before is not None)
        faults = [
            *_links(connection, chain),
            *_head(chain, head),
            *_records(connection, [seal.purged_before for seal in chain if seal.purged_before]),
            *_put_in(connection),
            *_not_shown(connection),
            *_not_kept(connection),
        ]
        return Verdict(
            decisions=_count(connection),
            purged=_count(connection, decisions.c.purged.is_not(None)),
            unsealed=_count(connection, decisions.c.seal.is_(None)),
            seals=len(chain),
            head=chain[-1].digest if chain else None,
            purges=purges,
            faults=tuple(faults),
        )


def _count(connection: Connection, *which: Any) -> int:
    return int(
        connection.execute(select(func.count()).select_from(decisions).where(*which)).scalar_one()
    )


def _links(connection: Connection, chain: list[Seal]) -> Iterator[str]:
    """Each seal follows from the one before it and from the digests that it holds."""
    held = iter(
        groupby(
            connection.execute(
                select(sealed.c.seal, sealed.c.place, sealed.c.digest).order_by(
                    sealed.c.seal, sealed.c.place
                ),
                execution_options={"yield_per": _AT_A_TIME},
            ),
            key=lambda row: row.seal,
        )
    )
    number, rows = next(held, (None, iter(())))
    previous, expected = "", 1
    for seal in chain:
        while number is not None and number < seal.number:
            yield f"Records are kept under seal {number}, which is not in the chain."
            number, rows = next(held, (None, iter(())))
        digests: list[str] = []
        if number == seal.number:
            digests = [row.digest for row in rows]
            number, rows = next(held, (None, iter(())))
        if seal.number != expected:
            yield f"Seal {expected} was removed: seal {seal.number} comes in its place."
        elif len(digests) != seal.count:
            yield f"Seal {seal.number} was made over {seal.count} decisions, and holds {len(digests)}."
        elif seal.digest != seal_digest(
            seal.number, seal.at, seal.purged_before, previous, digests
        ):
            yield f"Seal {seal.number} was changed, or one of the digests that it holds."
        previous, expected = seal.digest, seal.number + 1
    while number is not None:
        yield f"Seal {number} was removed: its records are there, and the chain ends before it."
        number, rows = next(held, (None, iter(())))


def _head(chain: list[Seal], head: str | None) -> Iterator[str]:
    if head is not None and all(seal.digest != head for seal in chain):
        yield f"The chain does not hold the head {head}: it was cut or written anew since that was noted."


def _records(connection: Connection, purges: list[datetime]) -> Iterator[str]:
    """Each sealed decision is there, and is what was sealed."""
    purged_before = max(purges, default=None)
    found = connection.execute(
        select(
            decisions,
            sealed.c.decision.label("sealed_id"),
            sealed.c.seal.label("sealed_in"),
            sealed.c.salt,
            sealed.c.text_digest,
            sealed.c.digest,
        )
        .select_from(sealed.outerjoin(decisions, decisions.c.id == sealed.c.decision))
        .order_by(sealed.c.seal, sealed.c.place),
        execution_options={"yield_per": _AT_A_TIME},
    )
    for row in found:
        if fault := _fault(row, purged_before):
            yield f"Decision {row.sealed_id} (seal {row.sealed_in}) {fault}."


def _fault(row: Any, purged_before: datetime | None) -> str | None:
    if row.id is None:
        return "was removed"
    if row.seal != row.sealed_in:
        return f"was changed: it names {'no seal' if row.seal is None else f'seal {row.seal}'}"
    if record_digest(row, row.text_digest) != row.digest:
        return "was changed after it was sealed"
    if row.purged is not None:
        taken = purged_before is not None and row.at < purged_before
        return None if taken else "has lost its text, and no purge has taken it"
    if text_digest(row.salt or "", row.question, row.answer) != row.text_digest:
        return "was changed after it was sealed: its question or its answer is another"
    return None


def _put_in(connection: Connection) -> Iterator[str]:
    """Decisions that claim a seal which does not hold them."""
    found = connection.execute(
        select(decisions.c.id, decisions.c.seal)
        .outerjoin(sealed, sealed.c.decision == decisions.c.id)
        .where(decisions.c.seal.is_not(None), sealed.c.decision.is_(None))
        .order_by(decisions.c.at)
    )
    for row in found:
        yield f"Decision {row.id} was put in: it names seal {row.seal}, which does not hold it."


def _not_shown(connection: Connection) -> Iterator[str]:
    """Decisions that are not what their message of the conversation shows."""
    shown = and_(
        messages.c.id == decisions.c.message,
        messages.c.conversation == decisions.c.conversation,
        messages.c.answer == decisions.c.answer,
    )
    found = connection.execute(
        select(decisions.c.id, decisions.c.seal)
        .outerjoin(messages, shown)
        .where(
            decisions.c.purged.is_(None),
            messages.c.id.is_(None)
            | decisions.c.answer.not_like('%"decision_id":"' + decisions.c.id + '"%'),
        )
        .order_by(decisions.c.at)
    )
    for row in found:
        place = "not sealed yet" if row.seal is None else f"seal {row.seal}"
        yield (
            f"Decision {row.id} ({place}) is not what its message shows: it was put in, or the message"
            " was changed."
        )


def _not_kept(connection: Connection) -> Iterator[str]:
    """Replies of the bot that name a decision which is not on record."""
    found = connection.execute(
        select(messages.c.id, messages.c.conversation)
        .outerjoin(decisions, decisions.c.message == messages.c.id)
        .where(messages.c.answer.like(_NAMES_A_DECISION), decisions.c.id.is_(None))
        .order_by(messages.c.at)
    )
    for row in found:
        yield (
            f"The decision that message {row.id} of conversation {row.conversation} shows was removed."
        )
