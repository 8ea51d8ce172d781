"""Whether turns can be kept just now: the database takes a write, durably and in time."""

from __future__ import annotations

import time
from typing import Final

from anyio import CapacityLimiter, to_thread

from bot.errors import StoreUnavailable
from bot.store.database import Database

_PATIENCE_S: Final = 1.0
# Machines ask, some often; the database is tried no more often than that.
_AGAIN_S: Final = 1.0


class Readiness:
    """Works on a thread of its own, as all others may be waiting for the same database."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(1)
        self._tried = -_AGAIN_S
        self._refused: StoreUnavailable | None = None

    async def hold(self, database: Database) -> None:
        """Raises `StoreUnavailable` where turns cannot be kept."""
        await to_thread.run_sync(self._try, database, limiter=self._limiter)
        if self._refused:
            raise self._refused

    def _try(self, database: Database) -> None:
        if time.monotonic() - self._tried < _AGAIN_S:
            return
        began = time.monotonic()
        try:
            database.check(_PATIENCE_S)
            self._refused = None
        except StoreUnavailable as error:
            self._refused = error
        self._tried = time.monotonic()
        if self._refused is None and self._tried - began > _PATIENCE_S:
            # Of a slow line, or a slow disk at the commit, the database itself knows nothing.
            self._refused = StoreUnavailable("The database takes too long for a write.")
