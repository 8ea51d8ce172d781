"""The audit log: who looked at what, and who did what. It is only appended to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.rows import to_text
from bot.store.tables import audit

_AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a user, or with the id None somebody at the command line."""

    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """`name` is the actor's as it was then; `object` says what it is about: `decision D-7F3K-92QM`."""

    id: int
    at: datetime
    by: str | None
    name: str
    action: str
    object: str | None
    detail: Mapping[str, Any]


class Audit:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def write(
        self, by: Actor, action: str, about: str | None, detail: Mapping[str, Any] | None = None
    ) -> None:
        """`detail` is JSON without secrets and without texts of conversations; `about` is an entry's `object`."""
        with self._database.writing() as connection:
            append(connection, self._clock(), by, action, about, detail)

    def read(
        self, since: datetime | None = None, by: str | None = None, after: int = 0
    ) -> Iterator[Entry]:
        """The entries in their order; those of one user by the id."""
        while True:
            found = self._some(since, by, after)
            yield from found
            if len(found) < _AT_A_TIME:
                return
            after = found[-1].id

    def _some(self, since: datetime | None, by: str | None, after: int) -> list[Entry]:
        wanted = select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(_AT_A_TIME)
        if since is not None:
            wanted = wanted.where(audit.c.at >= since)
        if by is not None:
            wanted = wanted.where(audit.c.by == by)
        with self._database.reading() as connection:
            return [
                Entry(
                    row.id, row.at, row.by, row.name, row.action, row.object, json.loads(row.detail)
                )
                for row in connection.execute(wanted)
            ]


def append(
    connection: Connection,
    at: datetime,
    by: Actor,
    action: str,
    about: str | None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Within the transaction of what it tells of."""
    connection.execute(
        insert(audit).values(
            at=at,
            by=by.id,
            name=by.name,
            action=action,
            object=about,
            detail=to_text(detail or {}),
        )
    )
