"""The HTTP interface under /api/v1, and what tells whether the server is alive and ready."""

from __future__ import annotations

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import Overloaded
from bot.web.body import read_object, what_was_said
from bot.web.entrance import NAME, Entrance, Limits, Service
from bot.web.live import Live
from bot.web.openapi import document
from bot.web.problems import Problem
from bot.web.query import number_of
from bot.web.readiness import Readiness
from bot.web.routes import route
from bot.web.settings import WebSettings
from bot.web.staff.roles import Role, audit, for_roles

_BUSY_S: Final = 5
_READERS: Final = (Role.agent, Role.supervisor, Role.auditor, Role.admin)


class Gateway:
    """Listens before the service is there, and says so until it is."""

    def __init__(self, limits: Limits | None, settings: WebSettings | None = None) -> None:
        self.settings = settings or WebSettings()
        self.entrance = Entrance(limits, self.settings)
        self._readiness = Readiness()

    @property
    def service(self) -> Service | None:
        return self.entrance.service

    @service.setter
    def service(self, service: Service) -> None:
        self.entrance.service = service

    def routes(self) -> list[Route]:
        return [
            route("/api/v1/conversations", POST=self.start),
            route("/api/v1/conversations/{id}/messages", GET=self.history, POST=self.message),
            *Live(self.entrance).routes(),
            route("/api/v1/policies/{version}", GET=self.policy),
            route("/api/v1/decisions/{id}", GET=for_roles(*_READERS)(self.decision)),
            route("/api/v1/openapi.json", GET=self.interface),
            route("/healthz", GET=self.health),
            route("/readyz", GET=self.readiness),
        ]

    async def start(self, request: Request) -> Response:
        service = self.entrance.admit_start(request)
        if await read_object(request):
            raise Problem(422, "Start a conversation with an empty object.")
        conversation_id, token = await run_in_threadpool(service.turns.conversations.start)
        return JSONResponse({"conversation_id": conversation_id, "token": token}, 201)

    async def history(self, request: Request) -> Response:
        service, conversation_id = await self.entrance.own(request)
        after = number_of(request, "after")
        # First how it stands: what comes meanwhile is told behind `last_event` once more, not left out.
        told = await _told(service, conversation_id)
        messages = await run_in_threadpool(
            service.turns.conversations.messages, conversation_id, after
        )
        return JSONResponse({"messages": messages, **told})

    async def message(self, request: Request) -> Response:
        service, conversation_id = await self.entrance.own(request)
        self.entrance.spend(conversation_id)
        said = what_was_said(await read_object(request))
        try:
            taken = await service.turns.take(conversation_id, said)
        except Overloaded as error:
            raise Problem(503, str(error), {"Retry-After": str(_BUSY_S)}) from None
        await service.bell.ring(conversation_id)
        return JSONResponse(
            {
                "messages": taken.replies,
                "received": taken.received,
                **service.reception.told(taken.standing),
            }
        )

    async def policy(self, request: Request) -> Response:
        service = self.entrance.admit(request)
        version = request.path_params["version"]
        if not NAME.fullmatch(version):
            raise Problem(404, "No policy version has a name like this.")
        found = await run_in_threadpool(service.policy, version)
        # What a version says never changes; a correction is another version.
        return JSONResponse(found, headers={"Cache-Control": "public, max-age=3600"})

    async def decision(self, request: Request) -> Response:
        decisions = self.entrance.ready().staff.store.decisions
        name = request.path_params["id"]
        if not NAME.fullmatch(name):
            raise Problem(404, "No decision has an id like this.")
        found = await run_in_threadpool(decisions.get, name)
        await audit(request, "decision_read", f"decision {name}")
        if found.answer is None:
            raise Problem(410, f"The text of decision {name} was taken away, as its time was over.")
        return JSONResponse(found.answer)

    async def interface(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(document())

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse({"status": "alive"})

    async def readiness(self, request: Request) -> Response:  # noqa: ARG002
        service = self.entrance.ready()
        await self._readiness.hold(service.staff.store.database)
        return JSONResponse({"status": "ready"})


async def _told(service: Service, conversation_id: str) -> dict[str, Any]:
    standing = await run_in_threadpool(service.handovers.standing, conversation_id)
    return service.reception.told(standing)
