"""What is told of requests: one line of the log each, and figures for Prometheus.

Neither holds a text, a token or the id of a conversation: a request goes by the pattern of its address. The
log names the client's address only where the setting says so.
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.entrance import Entrance, address_of
from bot.web.problems import Problem

_LOG = logging.getLogger(__name__)
_LOOPBACK: Final = ("127.0.0.1", "::1")
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Asked for every few seconds by machines, or many at once with a page: not worth a line each.
_UNLOGGED: Final = ("/healthz", "/readyz", "/metrics", "/static", "/socket.io")
_OTHER: Final = "other"


class Figures:
    """What `/metrics` shows; each application has its own."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "bot_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "bot_request_seconds",
            "How long an answer took, but for live feeds.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._gauge("bot_ready", "Whether the service is loaded.", lambda: bool(entrance.service))
        self._gauge("bot_feeds", "Live feeds open.", lambda: len(entrance.streams.everybody))
        self._gauge("bot_turns", "Turns under way or waiting.", self._turns)
        self._waiting = Gauge(
            "bot_queue", "Conversations that wait for a person.", registry=self._registry
        )

    async def page(self, request: Request) -> Response:
        """The route. Raises `Problem` 401 without the token, 404 for strangers where none is set."""
        self._let_in(request)
        if service := self._entrance.service:
            self._waiting.set(len(await run_in_threadpool(service.handovers.queue)))
        return Response(
            generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    def _let_in(self, request: Request) -> None:
        token = self._entrance.settings.metrics_token
        if token:
            given = request.headers.get("authorization", "").partition(" ")[2].strip()
            if not hmac.compare_digest(given.encode(), token.encode()):
                raise Problem(
                    401,
                    "Send the token of BOT_METRICS_TOKEN, in the header Authorization: Bearer TOKEN.",
                    {"WWW-Authenticate": "Bearer"},
                )
        # What a proxy on this machine hands on is not from this machine, whatever it says of itself.
        elif address_of(request) not in _LOOPBACK or "x-forwarded-for" in request.headers:
            raise Problem(404, "There is nothing at this address.")

    def _gauge(self, name: str, says: str, value: Callable[[], float]) -> None:
        Gauge(name, says, registry=self._registry).set_function(value)

    def _turns(self) -> float:
        service = self._entrance.service
        return service.turns.order.waiting if service else 0


class Watch:
    """Middleware that counts and logs each request when its answer begins."""

    def __init__(self, app: ASGIApp, figures: Figures, entrance: Entrance) -> None:
        self._app = app
        self._figures = figures
        self._settings = entrance.settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._told(scope, int(message["status"]), time.monotonic() - begun)
            await send(message)

        await self._app(scope, receive, watched)

    def _told(self, scope: Scope, status: int, seconds: float) -> None:
        # What matches no route was made up by the client, and so may hold anything.
        route = getattr(scope.get("route"), "path", _OTHER)
        method = scope["method"] if route != _OTHER else _OTHER
        self._figures.requests.labels(method, route, str(status)).inc()
        self._figures.seconds.labels(route).observe(seconds)
        if not self._settings.log_requests or route in _UNLOGGED:
            return
        told: dict[str, object] = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        if self._settings.log_addresses:
            told["address"] = address_of(HTTPConnection(scope))
        _LOG.info("request", extra=told)
