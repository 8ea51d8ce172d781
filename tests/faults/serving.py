"""The real gateway over a real store, with an agent that only counts: a process that can be killed at any moment.

    python -m tests.faults.serving HOME FILENO [--url URL] [--redis URL] [--workers N] [--anew] [--slow S] [--most N]

It serves the listening socket of that number. With `--anew` a new process begins where one was killed, without
importing anything again, and each writes its number. The clock is ahead by the seconds in the file `ahead`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.answer.linking import Linking
from bot.answer.payer import Contact
from bot.store import open_store
from bot.store.clock import utc_now
from bot.web import shared
from bot.web.api import Gateway
from bot.web.bell import LocalBell
from bot.web.entrance import Limits, Service
from bot.web.limits import Rate
from bot.web.reception import Reception
from bot.web.server import Server, interruptible
from bot.web.staff.entrance import StaffEntrance
from bot.web.turns import Turns
from bot.web.workers import Workers
from tests.faults.harm import SECRET
from tests.vocabularies import Fixed

LIMIT = Rate(burst=10, seconds=60.0)


@dataclass(frozen=True, slots=True)
class Result:
    replies: tuple[Mapping[str, Any], ...]
    thread: Mapping[str, Any] = field(default_factory=dict)
    understood: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counter:
    """Says which turn of the conversation it is, by the thread, and who says so; takes its time."""

    slow: float

    async def respond(self, _: str, text: str, thread: Mapping[str, Any] | None) -> Result:
        turn = (thread or {}).get("turn", 0) + 1
        seconds = float(text.removeprefix("wait ")) if text.startswith("wait ") else 0.0
        await asyncio.sleep(seconds or random.uniform(0, self.slow))
        answer = {"kind": "answer", "topics": ["coverage"], "decision_id": f"D-{uuid4()}"}
        said = f"{turn}: {text} ({os.getpid()})"
        return Result(({"text": said, "buttons": [], "answer": answer},), {"turn": turn})

    async def press(self, name: str, payload: str, thread: Mapping[str, Any] | None) -> Result:
        return await self.respond(name, payload, thread)


def work(arguments: argparse.Namespace, listener: socket.socket, ready: Callable[[], None]) -> int:
    home = Path(arguments.home)

    def clock() -> datetime:
        ahead = home / "ahead"
        seconds = float(ahead.read_text()) if ahead.exists() else 0.0
        return utc_now() + timedelta(seconds=seconds)

    store = open_store(arguments.url or f"sqlite:///{home / 'bot.db'}?timeout=1", clock)
    redis = shared.connect(arguments.redis) if arguments.redis else None
    gateway = Gateway(None)
    if arguments.limits and redis:
        limiter = shared.SharedLimiter("conversation", LIMIT, redis)
        gateway = Gateway(Limits(conversation=limiter))
    gateway.service = Service(
        Turns(store.conversations, Counter(arguments.slow), str, "counter", most=arguments.most),
        lambda _: {},
        store.handovers,
        store.feedback,
        Reception(Contact("a person")),
        StaffEntrance(store, SECRET),
        Linking(store.policies, Fixed()),
        shared.SharedBell(redis) if redis else LocalBell(),
    )
    server = Server(gateway, listener)
    keeper = store.keeper(None)
    keeper.start()
    try:
        server.start()
        ready()
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
        keeper.stop()
        store.close()
    return 0


def anew(arguments: argparse.Namespace, listener: socket.socket) -> None:
    """The first process only starts others: no thread is there when it forks."""
    while True:
        number = os.fork()
        if not number:
            with interruptible():
                os._exit(work(arguments, listener, lambda: None))
        print(number, flush=True)
        os.waitpid(number, 0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home")
    parser.add_argument("fileno", type=int)
    parser.add_argument("--url")
    parser.add_argument("--redis")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--anew", action="store_true")
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--most", type=int, default=512)
    arguments = parser.parse_args()
    listener = socket.socket(fileno=arguments.fileno)
    if arguments.anew:
        anew(arguments, listener)
    with interruptible():
        if arguments.workers == 1:
            sys.exit(work(arguments, listener, lambda: print("ready", flush=True)))
        try:
            workers = Workers(listener, arguments.workers, partial(work, arguments))
            workers.run(lambda ready: print("ready", ready, flush=True))
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == "__main__":
    main()
