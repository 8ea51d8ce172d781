"""The gateway as an ASGI application: the interface, the pages, and what every response carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.web.api import Gateway
from bot.web.faults import Faults
from bot.web.headers import SecurityHeaders
from bot.web.panel import panel
from bot.web.problems import REFUSED, refuse
from bot.web.rasa_rest import RasaRest
from bot.web.settings import WebSettings
from bot.web.staff import signin
from bot.web.watch import Figures, Watch

_HERE = Path(__file__).parent


def application(gateway: Gateway) -> ASGIApp:
    """All routes; the gateway's service may be set later."""
    figures = Figures(gateway.entrance)
    settings = gateway.settings
    app = Starlette(
        routes=[
            *gateway.routes(),
            *panel.routes(gateway.entrance),
            *signin.routes(),
            *_rasa_channels(gateway),
            Route("/metrics", figures.page),
            Route("/", _portal(settings.examples)),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[
            Middleware(SecurityHeaders, settings),
            Middleware(Watch, figures, gateway.entrance),
            *([_other_origins(settings)] if settings.allowed_origins else []),
            Middleware(Faults),
        ],
        exception_handlers=dict.fromkeys(REFUSED, refuse),
    )
    app.router.redirect_slashes = False
    app.state.entrance = gateway.entrance
    return app


def _rasa_channels(gateway: Gateway) -> list[BaseRoute]:
    channels = gateway.settings.rasa_channels
    found: list[BaseRoute] = []
    if "rest" in channels:
        found += RasaRest(gateway.entrance).routes()
    if "socketio" in channels:
        from bot.web.rasa_socketio import RasaSocketIO

        found.append(RasaSocketIO(gateway.entrance).mount())
    return found


def _other_origins(settings: WebSettings) -> Middleware:
    # Without credentials: the staff's cookies are for the server's own pages.
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=("GET", "POST", "PUT", "DELETE"),
        allow_headers=("Authorization", "Content-Type", "Last-Event-ID", "X-Site-Key"),
        expose_headers=("Retry-After",),
    )


def _portal(examples: str) -> Callable[[Request], Awaitable[Response]]:
    template = (_HERE / "templates" / "portal.html").read_text("utf-8")
    html = template.replace("{{ examples }}", escape(examples))

    async def page(_: Request) -> Response:
        return HTMLResponse(html)

    return page
