"""Who asks, by the cookie of a session; and the token that only our own pages can send along."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store.accounts import Account, Role
from bot.store.accounts import digest as digest_of
from bot.store.audit import Actor
from bot.web.body import BODY_S, MAX_BODY
from bot.web.entrance import Entrance, address_of
from bot.web.problems import Problem
from bot.web.staff.entrance import StaffEntrance

SAFE: Final = ("GET", "HEAD")
FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"

_COOKIE: Final = "staff"


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who has signed in; `name` is what providers may read."""

    id: str
    name: str
    role: Role

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.name)


def staff_entrance(request: Request) -> StaffEntrance:
    """Raises `Problem` 503 while the service is being loaded."""
    entrance: Entrance = request.app.state.entrance
    return entrance.ready().staff


def signed_in(request: Request, active: bool = True) -> Staff | None:
    """Who asks, None for strangers. What is not `active` does not keep the session from going idle.

    Under `for_roles` it is known already. Elsewhere this reads the database: call it on a thread there.
    """
    if not hasattr(request.state, "staff"):
        request.state.staff = _of_session(request, active)
    found: Staff | None = request.state.staff
    return found


async def still_signed_in(request: Request) -> bool:
    """Whether the session goes on, in the same role: for what lasts longer than a moment, as live feeds do."""
    return await run_in_threadpool(_of_session, request, False) == signed_in(request)


def csrf_token(request: Request) -> str:
    """What a form sends in the hidden field `csrf`, and fetch in the header X-CSRF-Token."""
    return staff_entrance(request).signature("csrf", digest_of(session_token(request)))


async def hold_csrf(request: Request) -> None:
    """Raises `Problem` 403 for what one of our own pages did not send.

    Only a form without files may carry the token in a field; all else has it in the header.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem(403, "Only the server's own pages may send this.")
    given = request.headers.get(HEADER)
    if given is None and _is_form(request):
        value = (await form_of(request)).get(FIELD)
        given = value if isinstance(value, str) else None
    if not hmac.compare_digest((given or "").encode(), csrf_token(request).encode()):
        raise Problem(
            403,
            "The token of the page is missing or out of date: load the page again, then repeat.",
        )


async def form_of(request: Request) -> FormData:
    """The fields of a form without files. Raises `Problem` 408, 411, 413, 415."""
    if not _is_form(request):
        raise Problem(415, "Send a form, as application/x-www-form-urlencoded.")
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal():
        raise Problem(411, "Say how long the body is, in the header Content-Length.")
    if int(declared) > MAX_BODY:
        raise Problem(413, f"The body is larger than {MAX_BODY // 1024} KiB.")
    try:
        return await asyncio.wait_for(request.form(), BODY_S)
    except asyncio.TimeoutError:
        raise Problem(408, "The body came too late.", {"Connection": "close"}) from None


async def audit(
    request: Request, action: str, about: str | None, detail: Mapping[str, Any] | None = None
) -> None:
    """Writes into the audit log what the signed-in one does: `audit(request, "decision_read", "decision D-1")`.

    `detail` is JSON without secrets and without texts of conversations.
    """
    staff = signed_in(request)
    assert staff is not None
    log = staff_entrance(request).store.audit
    await run_in_threadpool(log.write, staff.actor, action, about, detail)


async def begin(request: Request, account: Account, wanted: str) -> Response:
    """Begins a session, gives it to the browser and sends that on; one that it had ends."""
    store, before = staff_entrance(request).store, session_token(request)
    detail = {"address": address_of(request)}
    token = await run_in_threadpool(store.sessions.begin, account, detail, before)
    response = RedirectResponse(wanted, 303)
    response.set_cookie(
        _cookie(request),
        token,
        httponly=True,
        secure=is_tls(request),
        # Who comes from a provider's page would arrive without a strict one, and be sent there again.
        samesite="lax" if account.issuer else "strict",
    )
    return response


async def end(request: Request, response: Response) -> None:
    """Ends the session of a request under `for_roles`."""
    staff = signed_in(request)
    assert staff is not None
    store, token = staff_entrance(request).store, session_token(request)
    await run_in_threadpool(store.sessions.end, token, staff.actor)
    response.delete_cookie(_cookie(request), httponly=True, secure=is_tls(request))


def session_token(request: Request) -> str:
    """The token that the browser sent; empty without one."""
    return request.cookies.get(_cookie(request), "")


def is_tls(request: Request) -> bool:
    public = request.app.state.entrance.settings.public_url or ""
    return request.url.scheme == "https" or public.startswith("https:")


def _cookie(request: Request) -> str:
    # With this prefix, no other host of the domain can set it, and none of its pages without TLS.
    return f"__Host-{_COOKIE}" if is_tls(request) else _COOKIE


def _of_session(request: Request, active: bool) -> Staff | None:
    token = session_token(request)
    if not token:
        return None
    entrance = staff_entrance(request)
    account = entrance.store.sessions.account(token, entrance.settings.idle, active)
    return None if account is None else Staff(account.id, account.name, account.role)


def _is_form(request: Request) -> bool:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return content_type == "application/x-www-form-urlencoded"
