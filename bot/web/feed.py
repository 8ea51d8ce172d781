"""The live feed of a conversation as server-sent events.

It reads what was kept after an event of a given number, again and again: so nothing is lost between two
connections, and a server that was started anew goes on where the other ended.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from bot.errors import BotError
from bot.store.conversations import News
from bot.web.entrance import Service

RETRY_MS: Final = 2_000
BEAT_S: Final = 15.0


async def feed(service: Service, conversation: str, after: int) -> AsyncIterator[bytes]:
    """The events behind `after`, without end; it ends when the server does, or the record cannot be read."""
    yield f"retry: {RETRY_MS}\n\n".encode()
    told: dict[str, Any] | None = None
    with service.bell.listen(conversation) as ear:
        while not service.bell.closed:
            await ear.heard(BEAT_S)
            try:
                after, news = await _news(service, conversation, after)
            except BotError:
                return
            last = news.standing.last_event
            status = service.reception.status(news.standing)
            if told is None:
                # The state comes first, with the number from which to resume: nothing was told yet.
                yield _event("state", told := status, after)
            for number, message in news.messages:
                yield _event("message", message, number)
            if status != told:
                yield _event("state", status, last)
            if not news.messages and status == told:
                yield b": still here\n\n"
            told, after = status, max(after, last)


async def _news(service: Service, conversation: str, after: int) -> tuple[int, News]:
    """What came after an event, or all, where none has had that number: the store was set back, or it is made up."""
    read = service.turns.conversations.news
    news = await run_in_threadpool(read, conversation, after)
    if after <= news.standing.last_event:
        return after, news
    return 0, await run_in_threadpool(read, conversation, 0)


def _event(name: str, data: Any, number: int) -> bytes:
    # In ASCII: some clients take U+2028 and others for the end of a line.
    written = json.dumps(data, separators=(",", ":"))
    return f"id: {number}\nevent: {name}\ndata: {written}\n\n".encode()
