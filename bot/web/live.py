"""The calls about how a conversation stands, a person, feedback and circumstances, and the live feed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import ExitStack

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.errors import NotOnFile
from bot.store.standing import Standing
from bot.web.bell import ring_queue
from bot.web.body import read_object, what_changed, what_is_thought, what_is_wished
from bot.web.entrance import Entrance, Service, address_of
from bot.web.feed import feed
from bot.web.problems import Problem
from bot.web.query import MAX_NUMBER, number_of
from bot.web.routes import route

_FULL_S = 10


class Live:
    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    def routes(self) -> list[Route]:
        path = "/api/v1/conversations/{id}"
        return [
            route(path, GET=self.status),
            route(f"{path}/events", GET=self.events),
            route(f"{path}/person", POST=self.person, DELETE=self.leave),
            route(f"{path}/feedback", POST=self.feedback),
            route(f"{path}/circumstances", PUT=self.circumstances),
        ]

    async def status(self, request: Request) -> Response:
        service, conversation = await self._entrance.own(request)
        standing = await run_in_threadpool(service.handovers.standing, conversation)
        return JSONResponse(service.reception.told(standing))

    async def events(self, request: Request) -> Response:
        service, conversation = await self._entrance.own(request)
        after = _resumed(request)
        places = self._places(request, conversation)
        return _Stream(feed(service, conversation, after), places)

    async def person(self, request: Request) -> Response:
        service, conversation = await self._entrance.own(request)
        self._entrance.spend(conversation)
        wish = what_is_wished(await read_object(request))
        if wish.call_back is None and service.reception.is_open() is False:
            standing = await run_in_threadpool(service.handovers.standing, conversation)
            return JSONResponse(service.reception.told(standing))
        said = wish.reason and await run_in_threadpool(service.turns.redact, wish.reason)
        standing = await run_in_threadpool(
            service.handovers.ask,
            conversation,
            "call_back" if wish.call_back else "asked",
            said,
            wish.call_back,
        )
        return await _changed(service, conversation, standing)

    async def leave(self, request: Request) -> Response:
        service, conversation = await self._entrance.own(request)
        self._entrance.spend(conversation)
        standing = await run_in_threadpool(service.handovers.leave, conversation)
        await ring_queue(service.bell, service.handovers)
        return await _changed(service, conversation, standing)

    async def feedback(self, request: Request) -> Response:
        service, conversation = await self._entrance.own(request)
        self._entrance.spend(conversation)
        thought = what_is_thought(await read_object(request))
        reason = thought.reason and await run_in_threadpool(service.turns.redact, thought.reason)
        try:
            standing = await run_in_threadpool(
                service.feedback.give,
                conversation,
                thought.message_id,
                thought.helpful,
                reason,
                thought.person,
            )
        except NotOnFile as error:
            raise Problem(422, str(error)) from None
        return await _changed(service, conversation, standing)

    async def circumstances(self, request: Request) -> Response:
        service, conversation = await self._entrance.own(request)
        self._entrance.spend(conversation)
        changed = what_changed(await read_object(request))
        standing = await service.turns.set_circumstances(conversation, changed)
        return await _changed(service, conversation, standing)

    def _places(self, request: Request, conversation: str) -> ExitStack:
        """A place for one more feed. Raises `Problem`: 429 when it has too many, 503 when all do."""
        streams = self._entrance.streams
        with ExitStack() as places:
            if not places.enter_context(streams.everybody.one("")):
                raise _too_many(503, "Too many live connections are open")
            if not places.enter_context(streams.conversation.one(conversation)):
                raise _too_many(429, "This conversation has too many live connections open")
            if not places.enter_context(streams.address.one(address_of(request))):
                raise _too_many(429, "Your address has too many live connections open")
            return places.pop_all()


class _Stream(StreamingResponse):
    """Server-sent events; the places that they take are free again at the end, however it comes."""

    def __init__(self, events: AsyncIterator[bytes], places: ExitStack) -> None:
        # Proxies that gather a response before they hand it on would hold the events back.
        super().__init__(
            events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._places:
            await super().__call__(scope, receive, send)


def _too_many(status: int, why: str) -> Problem:
    return Problem(
        status,
        f"{why}: read the messages every few seconds instead.",
        {"Retry-After": str(_FULL_S)},
    )


def _resumed(request: Request) -> int:
    """After which event the feed goes on; the header is what a browser sends by itself."""
    written = request.headers.get("last-event-id", "")
    if re.fullmatch(r"[0-9]{1,10}", written) and int(written) <= MAX_NUMBER:
        return int(written)
    return number_of(request, "after")


async def _changed(service: Service, conversation: str, standing: Standing) -> Response:
    await service.bell.ring(conversation)
    return JSONResponse(service.reception.told(standing))
