"""How often a conversation and an address may ask, and how much at once: counted in memory."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

# Live feeds. A conversation may be open in some tabs; an office shares one address.
STREAMS_PER_CONVERSATION = 8
STREAMS_PER_ADDRESS = 200
ALL_STREAMS = 2_000


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


class Places:
    """So many at once for each key."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._taken: dict[str, int] = {}

    @contextmanager
    def one(self, key: str) -> Iterator[bool]:
        """Whether there was a place; it is free again after the block."""
        if self._taken.get(key, 0) >= self._number:
            yield False
            return
        self._taken[key] = self._taken.get(key, 0) + 1
        try:
            yield True
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]

    def __len__(self) -> int:
        """How many are taken."""
        return sum(self._taken.values())
