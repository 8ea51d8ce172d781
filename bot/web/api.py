"""The HTTP interface under /api/v1, and what tells whether the server is alive and ready."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import Overloaded
from bot.web.body import read_object, what_was_said
from bot.web.limits import PER_ADDRESS, PER_CONVERSATION, STARTS_PER_ADDRESS, Limiter
from bot.web.problems import Problem
from bot.web.turns import Turns

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,128}")
_STARTING_S = 3
_BUSY_S = 5


@dataclass(frozen=True, slots=True)
class Service:
    """What answers, once it is loaded. `policy` gives a stored version's JSON by its id, or raises `NotOnFile`."""

    turns: Turns
    policy: Callable[[str], Mapping[str, Any]]


@dataclass(slots=True)
class Limits:
    """How often; None of them where the setting lifts them."""

    conversation: Limiter = field(default_factory=lambda: Limiter(PER_CONVERSATION))
    address: Limiter = field(default_factory=lambda: Limiter(PER_ADDRESS))
    starts: Limiter = field(default_factory=lambda: Limiter(STARTS_PER_ADDRESS))


class Gateway:
    """Listens before the service is there, and says so until it is."""

    def __init__(self, limits: Limits | None) -> None:
        self.service: Service | None = None
        self._limits = limits

    def routes(self) -> list[Route]:
        return [
            Route("/api/v1/conversations", self.start, methods=["POST"]),
            Route("/api/v1/conversations/{id}/messages", self.history, methods=["GET"]),
            Route("/api/v1/conversations/{id}/messages", self.message, methods=["POST"]),
            Route("/api/v1/policies/{version}", self.policy, methods=["GET"]),
            Route("/api/v1/decisions/{id}", self.decision, methods=["GET"]),
            Route("/healthz", self.health, methods=["GET"]),
            Route("/readyz", self.readiness, methods=["GET"]),
        ]

    async def start(self, request: Request) -> Response:
        service = self._admit(request)
        if self._limits:
            _hold(self._limits.starts.take(_address(request)))
        if await read_object(request):
            raise Problem(422, "Start a conversation with an empty object.")
        conversation_id, token = await run_in_threadpool(service.turns.conversations.start)
        return JSONResponse({"conversation_id": conversation_id, "token": token}, 201)

    async def history(self, request: Request) -> Response:
        service = self._admit(request)
        conversation_id = await _own(service, request)
        messages = await run_in_threadpool(service.turns.conversations.messages, conversation_id)
        return JSONResponse({"messages": list(messages)})

    async def message(self, request: Request) -> Response:
        service = self._admit(request)
        conversation_id = await _own(service, request)
        if self._limits:
            _hold(self._limits.conversation.take(conversation_id))
        said = what_was_said(await read_object(request))
        try:
            taken = await service.turns.take(conversation_id, said)
        except Overloaded as error:
            raise Problem(503, str(error), {"Retry-After": str(_BUSY_S)}) from None
        return JSONResponse({"messages": list(taken.replies), "received": taken.received})

    async def policy(self, request: Request) -> Response:
        service = self._admit(request)
        version = request.path_params["version"]
        if not _NAME.fullmatch(version):
            raise Problem(404, "No policy version has a name like this.")
        found = await run_in_threadpool(service.policy, version)
        # What a version says never changes; a correction is another version.
        return JSONResponse(found, headers={"Cache-Control": "public, max-age=3600"})

    async def decision(self, request: Request) -> Response:  # noqa: ARG002
        raise Problem(401, "Decisions are for staff who have signed in, and no sign-in is set up.")

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse({"status": "alive"})

    async def readiness(self, request: Request) -> Response:  # noqa: ARG002
        self._ready()
        return JSONResponse({"status": "ready"})

    def _admit(self, request: Request) -> Service:
        service = self._ready()
        if self._limits:
            _hold(self._limits.address.take(_address(request)))
        return service

    def _ready(self) -> Service:
        if self.service is None:
            raise Problem(
                503, "The assistant is still starting.", {"Retry-After": str(_STARTING_S)}
            )
        return self.service


async def _own(service: Service, request: Request) -> str:
    """The id of the conversation, which the request's token must be the key to."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token.strip()):
        raise Problem(
            401,
            "Send the conversation's token, in the header Authorization: Bearer TOKEN.",
            {"WWW-Authenticate": "Bearer"},
        )
    conversation_id: str = request.path_params["id"]
    if not _NAME.fullmatch(conversation_id) or not await run_in_threadpool(
        service.turns.conversations.holds, conversation_id, token.strip()
    ):
        raise Problem(404, "There is no such conversation for this token.")
    return conversation_id


def _hold(wait: int) -> None:
    if wait:
        raise Problem(429, f"Too many requests: try again in {wait} s.", {"Retry-After": str(wait)})


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
