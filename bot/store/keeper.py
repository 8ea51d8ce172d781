"""What a server does for its store beside the turns: it seals decisions, and purges once a day."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreUnavailable
from bot.store.chain import Chain
from bot.store.clock import Clock
from bot.store.retention import Retention

_log = structlog.get_logger(__name__)

# A decision that is seconds old is all that a stolen moment could change without a trace.
_EVERY_S: Final = 3.0
_DAY: Final = timedelta(days=1)
_PURGE: Final = "purge"


class Keeper:
    """Works on a thread of its own from `start` until `stop`; several servers do each other no harm."""

    def __init__(
        self,
        chain: Chain,
        retention: Retention,
        keep_for: timedelta | None,
        clock: Clock,
        every_s: float = _EVERY_S,
    ) -> None:
        self._chain = chain
        self._retention = retention
        self._keep_for = keep_for
        self._clock = clock
        self._every_s = every_s
        self._ending = threading.Event()
        self._away = False
        self._looked: datetime | None = None
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when what was decided is sealed."""
        self._ending.set()
        self._thread.join()
        self.round()

    def round(self) -> None:
        """Seals what there is, and purges if it is time; a database that is away is tried again."""
        try:
            self._chain.seal()
            self._purge_daily()
        except (StoreUnavailable, SQLAlchemyError) as error:
            if not self._away:
                _log.warning("record_not_sealed", reason=str(error))
            self._away = True
        else:
            self._away = False

    def _run(self) -> None:
        while not self._ending.wait(self._every_s):
            self.round()

    def _purge_daily(self) -> None:
        now = self._clock()
        if self._keep_for is None or (self._looked and _hour(now) == _hour(self._looked)):
            return
        if self._retention.claim(_PURGE, now - _DAY):
            purged = self._retention.purge(now - self._keep_for)
            _log.info("purged", messages=purged.messages, decisions=purged.decisions)
        self._looked = now


def _hour(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0)
