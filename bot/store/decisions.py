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
from bot.store.tables import decisions


@dataclass(frozen=True, slots=True)
class Decision:
    """`answer` in the shape of answer.schema.json; `version` is None where no policy was answered from."""

    id: str
    conversation: str
    message: str
    version: str | None
    question: str
    answer: dict[str, Any]
    model: str
    at: datetime


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
        question=row.question,
        answer=json.loads(row.answer),
        model=row.model,
        at=row.at,
    )
