"""The gateway as an ASGI application: the interface, the pages, and what every response carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.web.api import Gateway
from bot.web.faults import Faults
from bot.web.headers import SecurityHeaders
from bot.web.problems import REFUSED, refuse

_HERE = Path(__file__).parent


def application(gateway: Gateway) -> ASGIApp:
    """All routes; the gateway's service may be set later."""
    app = Starlette(
        routes=[
            *gateway.routes(),
            Route("/", _page("portal.html")),
            Route("/panel", _page("panel.html", status=401)),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[Middleware(Faults)],
        exception_handlers=dict.fromkeys(REFUSED, refuse),
    )
    app.router.redirect_slashes = False
    return SecurityHeaders(app)


def _page(name: str, status: int = 200) -> Callable[[Request], Awaitable[Response]]:
    async def page(_: Request) -> Response:
        return FileResponse(_HERE / "templates" / name, status)

    return page
