"""The routes of signing in and out: by a password, by a one-time link, or at an identity provider."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.routes import route
from bot.web.staff import password, provider
from bot.web.staff.forms import local
from bot.web.staff.roles import Role, for_roles
from bot.web.staff.sessions import end, signed_in, staff_entrance


def routes() -> list[Route]:
    return [
        route("/sign-in", GET=_page, POST=password.enter),
        route("/sign-in/link/{token}", GET=password.link, POST=password.accept),
        route("/sign-in/oidc", GET=provider.depart),
        route("/sign-in/oidc/return", GET=provider.arrive),
        route("/sign-out", POST=for_roles(*Role)(_leave)),
    ]


async def _page(request: Request) -> Response:
    wanted, out = local(request.query_params.get("next")), "out" in request.query_params
    openid = staff_entrance(request).openid
    if await run_in_threadpool(signed_in, request):
        return RedirectResponse(wanted, 303)
    if openid is not None:
        return provider.provider_page(request, openid, wanted, out)
    return password.sign_in_page(request, wanted, out=out)


async def _leave(request: Request) -> Response:
    response = RedirectResponse("/sign-in?out", 303)
    await end(request, response)
    return response
