"""Rasa's socket.io channel: session_request and user_uttered in, session_confirm and bot_uttered out.

A connection hears all that the bot or a person says in the conversation that it has a session of, whoever
wrote to it: a second tab, and a person in the panel too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import socketio  # type: ignore[import-untyped]
from socketio.packet import BINARY_ACK, BINARY_EVENT, EVENT, Packet  # type: ignore[import-untyped]
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.routing import Mount
from starlette.types import Message as Sent
from starlette.types import Receive, Scope, Send

from bot.errors import BotError
from bot.store.transcript import Message
from bot.web.body import MAX_BODY, read_body
from bot.web.entrance import Entrance, Service, address_of
from bot.web.problems import Problem
from bot.web.rasa import buttons, conversation_of, session_of, take

PATH: Final = "socket.io"
_LOOK_S: Final = 15.0
_ASKED: Final = ("session_request", "user_uttered")

# The library writes of each packet that it cannot read, with what was in it.
_SILENT = logging.Logger("socket.io", logging.CRITICAL)
_SILENT.addHandler(logging.NullHandler())


class _Packet(Packet):  # type: ignore[misc]
    """Of the events that clients send only ours are taken.

    The library would take one called "connect" for a connection, with what the client says about it.
    """

    def decode(self, encoded_packet: str) -> int:
        attachments = super().decode(encoded_packet)
        event = self.data[0] if isinstance(self.data, list) and self.data else None
        if self.packet_type == EVENT and event not in _ASKED:
            raise ValueError("none of our events")
        if attachments or self.packet_type in (BINARY_EVENT, BINARY_ACK):
            raise ValueError("none of our events is binary")
        return 0


@dataclass(slots=True)
class _Session:
    """What a connection may do: write to its conversation, and hear of it."""

    connection: HTTPConnection
    places: ExitStack
    hearing: asyncio.Task[None]
    conversation: str | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RasaSocketIO:
    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._sessions: dict[str, _Session] = {}
        self._server = socketio.AsyncServer(
            async_mode="asgi",
            # Its own headers would double those of the application, which says who may read; the origin is
            # looked at when a client connects.
            cors_allowed_origins=[],
            max_http_buffer_size=MAX_BODY,
            serializer=_Packet,
            logger=_SILENT,
            engineio_logger=_SILENT,
        )
        self._engine = socketio.ASGIApp(self._server, socketio_path=PATH)
        for event in ("connect", "disconnect", *_ASKED):
            self._server.on(event, handler=getattr(self, f"_{event}"))

    def mount(self) -> Mount:
        return Mount(f"/{PATH}", app=self._serve)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The library's own work, but for what it does not do: to look at who comes before it keeps anything
        of them, to read no more than it may, and to say why not.

        Raises `Problem`: 403 for a page that may not, 429 and 503 as `admit` does, as `read_body` does, and for
        what the library refuses.
        """
        try:
            self._admit(HTTPConnection(scope))
        except Problem:
            if scope["type"] == "http":
                raise
            await send({"type": "websocket.close"})
            return
        if scope["type"] == "http" and scope["method"] == "POST":
            scope, receive = await _read(scope, receive)
        refused: list[int] = []

        async def told(sent: Sent) -> None:
            if sent["type"] == "http.response.start" and sent["status"] >= 400:
                refused.append(sent["status"])
            if not refused:
                await send(sent)

        await self._engine(scope, receive, told)
        if refused:
            raise Problem(refused[0], _NO_REQUEST)

    def _admit(self, connection: HTTPConnection) -> None:
        if "sid" in connection.query_params:
            return
        if not self._allowed(connection):
            raise Problem(403, _NO_PAGE)
        self._entrance.admit(connection)

    def _allowed(self, connection: HTTPConnection) -> bool:
        """Whether it is a page of ours, one of an allowed origin with its site key, or no page at all."""
        origin = connection.headers.get("origin")
        settings = self._entrance.settings
        if origin is None:
            return connection.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
        if origin == settings.public_url:
            return True
        if origin.partition("//")[2] == connection.headers.get("host"):
            return True
        return origin in settings.allowed_origins and self._entrance.has_site_key(connection)

    async def _connect(self, sid: str, environ: Mapping[str, Any], _auth: object = None) -> bool:
        connection = HTTPConnection(environ["asgi.scope"])
        streams = self._entrance.streams
        service = self._entrance.ready()
        with ExitStack() as places:
            if not places.enter_context(streams.everybody.one("")):
                return False
            if not places.enter_context(streams.address.one(address_of(connection))):
                return False
            waiting = asyncio.create_task(self._wait(sid, service))
            self._sessions[sid] = _Session(connection, places.pop_all(), waiting)
        return True

    async def _disconnect(self, sid: str, _reason: object = None) -> None:
        session = self._sessions.pop(sid, None)
        if session is None:
            return
        session.hearing.cancel()
        session.places.close()

    async def _session_request(self, sid: str, data: object = None) -> None:
        session = self._sessions[sid]
        asked = data.get("session_id") if isinstance(data, dict) else None
        try:
            confirmed = await self._join(sid, session, asked)
        except Problem as problem:
            await self._say(sid, problem.detail)
            return
        await self._server.emit("session_confirm", confirmed, to=sid)

    async def _user_uttered(self, sid: str, data: object = None) -> None:
        session = self._sessions[sid]
        body = data if isinstance(data, dict) else {}
        try:
            service = self._entrance.admit(session.connection)
            if session.conversation is None:
                await self._join(sid, session, body.get("session_id"))
            if session.conversation:
                await take(self._entrance, service, session.conversation, body)
        except (Problem, BotError) as refused:
            await self._say(sid, refused.detail if isinstance(refused, Problem) else _TRY_AGAIN)

    async def _join(self, sid: str, session: _Session, asked: object) -> str:
        """The session that is given out: the one asked for where it is a key, else a new one."""
        async with session.lock:
            service = self._entrance.ready()
            conversation = await conversation_of(self._entrance, service, asked)
            if conversation is None:
                self._entrance.admit_start(session.connection)
                made = await run_in_threadpool(service.turns.conversations.start)
                conversation, confirmed = made[0], session_of(*made)
            else:
                confirmed = str(asked)
            session.hearing.cancel()
            standing = await run_in_threadpool(service.handovers.standing, conversation)
            session.conversation = conversation
            session.hearing = asyncio.create_task(
                self._hear(sid, service, conversation, standing.last_event)
            )
            return confirmed

    async def _wait(self, sid: str, service: Service) -> None:
        """Of no conversation yet: until the server ends, which would wait for a poll that is open."""
        with service.bell.listen(f"{PATH} {sid}") as ear:
            while not service.bell.closed:
                await ear.heard(_LOOK_S)
        await self._server.disconnect(sid)

    async def _hear(self, sid: str, service: Service, conversation: str, after: int) -> None:
        with service.bell.listen(conversation) as ear:
            while not service.bell.closed:
                await ear.heard(_LOOK_S)
                try:
                    news = await run_in_threadpool(
                        service.turns.conversations.news, conversation, after
                    )
                except BotError:
                    break
                for number, message in news.messages:
                    after = number
                    if message["sender"] != "provider":
                        await self._utter(sid, message)
        await self._server.disconnect(sid)

    async def _utter(self, sid: str, message: Message) -> None:
        said: dict[str, Any] = {"text": message["text"]}
        offered = buttons(message)
        if offered:
            said["quick_replies"] = [{"content_type": "text", **button} for button in offered]
        await self._server.emit("bot_uttered", said, to=sid)

    async def _say(self, sid: str, text: str) -> None:
        await self._server.emit("bot_uttered", {"text": text}, to=sid)


async def _read(scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
    """A request that has come whole; the library looks at the length that is said."""
    body = await read_body(Request(scope, receive))
    whole = dict(scope, headers=list(scope["headers"]))
    MutableHeaders(scope=whole)["content-length"] = str(len(body))
    came: list[Sent] = [{"type": "http.request", "body": body}]

    async def again() -> Sent:
        return came.pop() if came else await receive()

    return whole, again


_NO_PAGE: Final = (
    "A page of this origin may not connect: BOT_ALLOWED_ORIGINS names those that may, with their ?site_key= where"
    " there are any."
)
_NO_REQUEST: Final = "This is nothing that a client of socket.io sends, or its connection has ended: connect once more, with EIO=4."
_TRY_AGAIN: Final = "Something went wrong on our side; please send it again."
