"""How often a conversation and an address may ask: token buckets, in memory."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one each `seconds`."""

    burst: int
    seconds: float


# An office shares one address, so that its limit is wide; a person does not type faster than the other.
PER_CONVERSATION = Rate(burst=15, seconds=2.0)
PER_ADDRESS = Rate(burst=120, seconds=0.25)
STARTS_PER_ADDRESS = Rate(burst=30, seconds=4.0)


class Limiter:
    """Counts by key; what has had time to fill up again is forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        # When the bucket of a key will be full again: all that has to be known of it.
        self._full_at: dict[str, float] = {}
        self._swept = clock()

    def take(self, key: str) -> int:
        """0 when the request may pass, else the whole seconds to wait."""
        now = self._clock()
        self._sweep(now)
        full_at = max(self._full_at.get(key, now), now) + self._rate.seconds
        wait = full_at - now - self._rate.burst * self._rate.seconds
        if wait > 1e-9:
            return math.ceil(wait)
        self._full_at[key] = full_at
        return 0

    def __len__(self) -> int:
        return len(self._full_at)

    def _sweep(self, now: float) -> None:
        if now - self._swept < self._rate.burst * self._rate.seconds:
            return
        self._swept = now
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
