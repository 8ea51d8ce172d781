"""How often a sign-in may fail: counted in the database, for all processes and beyond a new start."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.tables import attempts

_ORDER: Final = 0x617474


class Attempts:
    """Buckets by key: so many at once, then one in each length of time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, buckets: Mapping[str, tuple[int, timedelta]]) -> int:
        """0 where each bucket has one left, which is taken; else the whole seconds to wait, and none is."""
        now = self._clock()
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                # One at a time, as with SQLite: two that find no row would both add it.
                connection.execute(select(func.pg_advisory_xact_lock(_ORDER)))
            connection.execute(delete(attempts).where(attempts.c.full_at <= now))
            found = connection.execute(
                select(attempts.c.key, attempts.c.full_at).where(attempts.c.key.in_(list(buckets)))
            )
            held: dict[str, datetime] = {row.key: row.full_at for row in found}
            full = {name: held.get(name, now) + each for name, (_, each) in buckets.items()}
            wait = max(full[name] - now - burst * each for name, (burst, each) in buckets.items())
            if wait > timedelta():
                return math.ceil(wait.total_seconds())
            connection.execute(delete(attempts).where(attempts.c.key.in_(list(buckets))))
            rows = [{"key": name, "full_at": at} for name, at in sorted(full.items())]
            connection.execute(insert(attempts), rows)
        return 0

    def give_back(self, buckets: Mapping[str, tuple[int, timedelta]]) -> None:
        """Undoes one `take`: what it counted was no failure."""
        with self._database.writing() as connection:
            own = attempts.c.key.in_(list(buckets))
            # In one order, so that two transactions never wait for each other.
            found = connection.execute(
                select(attempts).where(own).order_by(attempts.c.key).with_for_update()
            )
            for row in list(found):
                _, each = buckets[row.key]
                connection.execute(
                    update(attempts)
                    .where(attempts.c.key == row.key)
                    .values(full_at=row.full_at - each)
                )
