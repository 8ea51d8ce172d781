"""Decisions at rest: each answer as it was given, under its id."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.errors import NotOnFile
from bot.policy.number import key
from bot.store.database import Database
from bot.store.tables import decisions, messages


@dataclass(frozen=True, slots=True)
class Decision:
    """`answer` in the shape of answer.schema.json; `version` is None where no policy was answered from.

    `seal` is None while it is not sealed. When a purge took its text, `purged` says when, and `question`
    and `answer` are None.
    """

    id: str
    conversation: str
    message: str
    version: str | None
    question: str | None
    answer: dict[str, Any] | None
    model: str
    at: datetime
    seal: int | None
    purged: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a turn, in the words that are kept of it."""

    sender: str
    text: str


class Decisions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, decision: str) -> Decision:
        """Raises `NotOnFile`."""
        with self._database.reading() as connection:
            row = connection.execute(select(decisions).where(decisions.c.id == decision)).first()
        if row is None:
            raise NotOnFile(f"No decision {decision} is on file.")
        return _decision(row)

    def turn(self, decision: Decision) -> Sequence[Said]:
        """The turn of the conversation in which a decision was given; empty after a purge."""
        mine = select(messages.c.turn).where(messages.c.id == decision.message).scalar_subquery()
        with self._database.reading() as connection:
            found = connection.execute(
                select(messages.c.sender, messages.c.text)
                .where(
                    messages.c.conversation == decision.conversation,
                    messages.c.turn == mine,
                    messages.c.text != "",
                )
                .order_by(messages.c.seq)
            )
            return [Said(row.sender, row.text) for row in found]

    def received(self, number: str, version: str | None = None) -> Sequence[Decision]:
        """All that was answered from a policy, or from one version of it, the earliest first."""
        chosen = decisions.c.number_key == key(number)
        if version is not None:
            chosen &= decisions.c.version == version
        with self._database.reading() as connection:
            found = connection.execute(select(decisions).where(chosen).order_by(decisions.c.at))
            return [_decision(row) for row in found]


def _decision(row: Any) -> Decision:
    return Decision(
        id=row.id,
        conversation=row.conversation,
        message=row.message,
        version=row.version,
        question=None if row.purged else row.question,
        answer=None if row.purged else json.loads(row.answer),
        model=row.model,
        at=row.at,
        seal=row.seal,
        purged=row.purged,
    )
