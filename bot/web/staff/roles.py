"""Which roles a route is for, held before its handler is called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store.accounts import Role
from bot.web.headers import page_policy
from bot.web.problems import Problem
from bot.web.staff.pages import page
from bot.web.staff.sessions import (
    SAFE,
    Staff,
    audit,
    csrf_token,
    form_of,
    hold_csrf,
    signed_in,
    still_signed_in,
)

__all__ = [
    "Role",
    "Staff",
    "audit",
    "csrf_token",
    "for_roles",
    "form_of",
    "signed_in",
    "still_signed_in",
]

Handler = Callable[[Request], Awaitable[Response]]


def for_roles(*roles: Role, passive: bool = False) -> Callable[[Handler], Handler]:
    """Lets a request pass for these roles alone: `route("/panel", GET=for_roles(Role.agent)(page))`.

    Strangers who open a page are sent to sign in; others get 401. Who has another role gets 403, and so
    does a request that changes something without the token of `csrf_token`. What pages do by themselves
    (live feeds, looking again) is `passive`: it does not keep the session from going idle.
    """

    def guard(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request) -> Response:
            staff = await run_in_threadpool(signed_in, request, not passive)
            if staff is None:
                return _sign_in_first(request)
            if staff.role not in roles:
                return _not_for(request, staff)
            if request.method not in SAFE:
                await hold_csrf(request)
            response = await handler(request)
            response.headers.setdefault(
                "Content-Security-Policy", page_policy("'none'", form_action="'self'")
            )
            response.headers.setdefault("X-Frame-Options", "DENY")
            return response

        return guarded

    return guard


def _sign_in_first(request: Request) -> Response:
    if not _opens_a_page(request):
        raise Problem(401, "Sign in first, at /sign-in.")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted)}", 302)


def _not_for(request: Request, staff: Staff) -> Response:
    role = staff.role.value.replace("_", " ")
    if not _opens_a_page(request):
        raise Problem(403, f"This is not for the role {role}.")
    return page(request, "refused.html", 403, staff=staff, role=role)


def _opens_a_page(request: Request) -> bool:
    # Browsers say what for they ask; a page's own requests want to be told, not sent elsewhere.
    return (
        request.method in SAFE
        and "/api/" not in request.url.path
        and request.headers.get("sec-fetch-dest", "document") == "document"
        and "text/event-stream" not in request.headers.get("accept", "")
    )
