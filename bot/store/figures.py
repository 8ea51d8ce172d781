"""Figures of the last days: how much was asked, what came of it, and what could not be answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.panel_tables import calls
from bot.store.tables import decisions, events, feedback, messages, versions

# The kind stands among the first keys of an answer; the whole may be long.
_HEAD: Final = 600
_KIND: Final = re.compile(r'"kind":"(\w+)"')
_UNANSWERED: Final = ("no_policy", "not_in_policy", "out_of_scope")
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that had the same words and got no answer from a policy."""

    kind: str
    words: str
    times: int
    conversation: str


@dataclass(frozen=True, slots=True)
class OfPolicy:
    """How often a policy was answered from, and what was thought of that."""

    number: str
    times: int
    helpful: int
    not_helpful: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`days` counts the questions of each day, `waited` is the median time until a person came."""

    since: date
    days: Sequence[tuple[date, int]]
    questions: int
    conversations: int
    calls: int
    kinds: Sequence[tuple[str, int]]
    policies: Sequence[OfPolicy]
    waiting: int
    taken: int
    waited: timedelta | None
    helpful: int
    not_helpful: int
    gaps: Sequence[Gap]

    @property
    def handed_over(self) -> float:
        """The share of conversations for which a person was wanted."""
        return self.waiting / self.conversations if self.conversations else 0.0


class Statistics:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of_days(self, number: int) -> Figures:
        today = self._clock().date()
        first = today - timedelta(days=number - 1)
        since = self._clock().replace(hour=0, minute=0, second=0, microsecond=0)
        since -= timedelta(days=number - 1)
        with self._database.snapshot() as connection:
            asked = connection.execute(
                select(messages.c.conversation, messages.c.turn, messages.c.text, messages.c.at)
                .where(messages.c.sender == "provider", messages.c.at >= since)
                .order_by(messages.c.at)
            ).all()
            per_day = Counter(row.at.date() for row in asked)
            kinds = _kinds(connection, since)
            waiting, taken, waited = _waits(connection, since)
            thought = dict(
                connection.execute(
                    select(feedback.c.helpful, func.count())
                    .where(feedback.c.at >= since)
                    .group_by(feedback.c.helpful)
                ).all()
            )
            policies = _policies(connection, since)
            phoned = connection.execute(
                select(func.count()).select_from(calls).where(calls.c.at >= since)
            ).scalar_one()
        each_day = [first + timedelta(days=day) for day in range(number)]
        return Figures(
            since=first,
            days=[(day, per_day[day]) for day in each_day],
            questions=len(asked),
            conversations=len({row.conversation for row in asked}),
            calls=phoned,
            kinds=Counter(kinds.values()).most_common(),
            policies=policies,
            waiting=waiting,
            taken=taken,
            waited=waited,
            helpful=thought.get(True, 0),
            not_helpful=thought.get(False, 0),
            gaps=_gaps(asked, kinds),
        )


def _kinds(connection: Connection, since: datetime) -> Mapping[tuple[str, int], str]:
    """Of what kind the first reply of each turn was."""
    found = connection.execute(
        select(messages.c.conversation, messages.c.turn, func.substr(messages.c.answer, 1, _HEAD))
        .where(messages.c.sender == "bot", messages.c.at >= since, messages.c.answer.is_not(None))
        .order_by(messages.c.seq.desc())
    )
    return {
        (conversation, turn): kind[1]
        for conversation, turn, head in found
        if (kind := _KIND.search(head))
    }


def _policies(connection: Connection, since: datetime) -> Sequence[OfPolicy]:
    """Those that were answered from most often."""
    helped = func.count().filter(feedback.c.helpful)
    did_not = func.count().filter(~feedback.c.helpful)
    number = (
        select(versions.c.number)
        .where(versions.c.key == decisions.c.number_key)
        .limit(1)
        .scalar_subquery()
    )
    found = connection.execute(
        select(number, func.count(), helped, did_not)
        .select_from(decisions.outerjoin(feedback, feedback.c.message == decisions.c.message))
        .where(decisions.c.at >= since, decisions.c.number_key.is_not(None))
        .group_by(decisions.c.number_key)
        .order_by(func.count().desc(), decisions.c.number_key)
        .limit(_MOST)
    )
    return [OfPolicy(*row) for row in found]


def _waits(connection: Connection, since: datetime) -> tuple[int, int, timedelta | None]:
    """How many conversations waited, how many of them somebody took, and for how long in between."""
    came: dict[str, datetime] = {}
    took: dict[str, timedelta] = {}
    found = connection.execute(
        select(events.c.conversation, events.c.kind, events.c.at)
        .where(events.c.kind.in_(("waiting", "taken")), events.c.at >= since)
        .order_by(events.c.id)
    )
    for conversation, kind, at in found:
        if kind == "waiting":
            came.setdefault(conversation, at)
        elif conversation in came:
            took.setdefault(conversation, at - came[conversation])
    seconds = [wait.total_seconds() for wait in took.values()]
    return len(came), len(took), timedelta(seconds=median(seconds)) if seconds else None


def _gaps(asked: Sequence[Any], kinds: Mapping[tuple[str, int], str]) -> Sequence[Gap]:
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in asked:
        kind = kinds.get((row.conversation, row.turn))
        if kind in _UNANSWERED and row.text:
            same = " ".join(re.findall(r"[a-z0-9.]+", row.text.lower()))
            groups.setdefault((kind, same), []).append(row)
    gaps = [
        Gap(kind, rows[-1].text, len(rows), rows[-1].conversation)
        for (kind, _), rows in groups.items()
    ]
    return sorted(gaps, key=lambda gap: (-gap.times, gap.words))[:_MOST]
