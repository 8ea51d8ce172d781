"""Wakes the feeds of a conversation when something new of it was kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol

from starlette.concurrency import run_in_threadpool

from bot.store.handover import Handovers


class Ear(Protocol):
    """What a feed listens with, from before it reads until after: no ring falls between."""

    async def heard(self, patience: float) -> bool:
        """Waits for a ring since the last call, at most so many seconds; whether there was one."""
        ...


class Bell(Protocol):
    async def ring(self, conversation: str) -> None:
        """Call it when the transaction has ended."""
        ...

    def listen(self, conversation: str | None) -> AbstractContextManager[Ear]:
        """Hears the rings of a conversation, or of all; True at the first call."""
        ...

    def close(self) -> None:
        """From now on nobody waits any more. Safe to call from any thread."""
        ...

    @property
    def closed(self) -> bool: ...


async def ring_queue(bell: Bell, handovers: Handovers) -> None:
    """For all that wait: their places changed with what happened in another conversation."""
    for waiting in await run_in_threadpool(handovers.queue):
        await bell.ring(waiting.conversation)


class LocalBell:
    """Rings within this process, from any of its threads."""

    def __init__(self) -> None:
        self._ears: dict[str | None, set[_LocalEar]] = {}
        self._closed = False

    async def ring(self, conversation: str) -> None:
        self.ring_here(conversation)

    def ring_here(self, conversation: str) -> None:
        for key in (conversation, None):
            for ear in list(self._ears.get(key, ())):
                ear.ring()

    def ring_all(self) -> None:
        """For when nobody knows what may have been missed."""
        for ears in list(self._ears.values()):
            for ear in list(ears):
                ear.ring()

    @contextmanager
    def listen(self, conversation: str | None) -> Iterator[Ear]:
        ear = _LocalEar(asyncio.get_running_loop())
        ears = self._ears.setdefault(conversation, set())
        ears.add(ear)
        try:
            yield ear
        finally:
            ears.discard(ear)
            if not ears:
                self._ears.pop(conversation, None)

    def close(self) -> None:
        self._closed = True
        self.ring_all()

    @property
    def closed(self) -> bool:
        return self._closed

    def __len__(self) -> int:
        """How many listen."""
        return sum(map(len, self._ears.values()))


class _LocalEar:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._rung = asyncio.Event()
        self._rung.set()

    def ring(self) -> None:
        # Its loop may have ended with the server.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._rung.set)

    async def heard(self, patience: float) -> bool:
        try:
            await asyncio.wait_for(self._rung.wait(), patience)
        except asyncio.TimeoutError:
            return False
        self._rung.clear()
        return True
