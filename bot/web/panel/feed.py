"""What happens in the chats, live in every open panel, and who has a panel open.

As long as its feed is open, a panel counts as open; who has none open any more gives their chats back.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.errors import BotError
from bot.store.presence import Present
from bot.web.body import read_object
from bot.web.panel.door import EVERYBODY, Doorway, Who
from bot.web.panel.office import Office
from bot.web.problems import Problem
from bot.web.staff.roles import still_signed_in

# Another process may have written what no bell rang for here.
_LOOK_S: Final = 1.5
_BEAT_S: Final = 15.0
_RETRY_MS: Final = 1_500
_PANEL: Final = re.compile(r"[0-9a-f-]{36}")


class Feed:
    def __init__(self) -> None:
        self._ending: set[asyncio.Task[None]] = set()

    def routes(self, doorway: Doorway) -> list[Route]:
        return [
            doorway.route("/events", EVERYBODY, passive=True, GET=self.events),
            doorway.route("/viewing", EVERYBODY, passive=True, POST=self.viewing),
        ]

    async def events(self, request: Request, who: Who, office: Office) -> Response:
        panel = _panel(request.query_params.get("panel"))
        # The whole state is read anew after a connection: only what comes from now on matters.
        last = await run_in_threadpool(office.store.events.last)
        return StreamingResponse(
            self._told(request, office, who, panel, last),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def viewing(self, request: Request, who: Who, office: Office) -> Response:
        body = await read_object(request)
        looked = body.get("conversation")
        if looked is not None and not (isinstance(looked, str) and _PANEL.fullmatch(looked)):
            raise Problem(422, "The field conversation must be an id or null.")
        panel = _panel(body.get("panel"))
        await run_in_threadpool(office.store.presence.look, panel, who.person, looked)
        if looked is not None:
            subject = f"conversation {looked}"
            await run_in_threadpool(office.store.audit.write, who.actor, "chat_looked_at", subject)
        await office.changed("")
        return JSONResponse({"done": "viewing"})

    async def _told(
        self, request: Request, office: Office, who: Who, panel: str, after: int
    ) -> AsyncIterator[bytes]:
        yield f"retry: {_RETRY_MS}\n\n".encode()
        store, before, silent = office.store, None, 0.0
        try:
            with office.bell.listen(None) as ear:
                while not office.bell.closed and await still_signed_in(request):
                    rung = await ear.heard(_LOOK_S)
                    silent = 0.0 if rung else silent + _LOOK_S
                    await run_in_threadpool(store.presence.alive, panel, who.person)
                    await office.give_back()
                    news = await run_in_threadpool(store.events.after, after)
                    present = await run_in_threadpool(store.presence.present)
                    if news or present != before:
                        after = news[-1].id if news else after
                        changed = sorted({event.conversation for event in news})
                        yield _event({"conversations": changed, **_people(present)})
                        before = present
                    elif silent >= _BEAT_S:
                        yield b": still here\n\n"
                        silent = 0.0
        except BotError:
            return
        finally:
            self._end(office)

    def _end(self, office: Office) -> None:
        """Where it was the last open panel, nobody else sees that its chats have to be given back."""
        task = asyncio.create_task(_given_back(office))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _given_back(office: Office) -> None:
    await asyncio.sleep(office.store.presence.gone_after.total_seconds() + _LOOK_S)
    try:
        await office.give_back()
        await run_in_threadpool(office.store.presence.forget)
    except BotError:
        return


def _people(present: Present) -> dict[str, Any]:
    return {
        "people": [{"id": person.id, "name": person.name} for person in present.people],
        "viewing": {conversation: list(names) for conversation, names in present.viewing.items()},
    }


def _event(data: dict[str, Any]) -> bytes:
    return f"event: change\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def _panel(value: object) -> str:
    if not isinstance(value, str) or not _PANEL.fullmatch(value):
        raise Problem(422, "Say which panel it is.")
    return value
