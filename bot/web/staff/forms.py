"""The forms of who has no session yet: told from those that another site made by a cookie of their own."""

from __future__ import annotations

import hmac
import re
from secrets import token_urlsafe
from typing import Any, Final, Literal

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.web.staff.pages import page
from bot.web.staff.sessions import FIELD, is_tls, staff_entrance

HOME: Final = "/panel"
KEPT_S: Final = 600
# Of pages that were left open over lunch, and of flows that never came back.
STALE: Final = "This page was open for too long, or cookies are off: please try again."

_COOKIE: Final = "sign-in-form"
_LOCAL: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20]{0,2000}")


def form_page(request: Request, template: str, status: int, **shown: Any) -> Response:
    held = request.cookies.get(_COOKIE) or token_urlsafe(32)
    csrf = staff_entrance(request).signature("form", held)
    response = page(request, template, status, **{**shown, FIELD: csrf})
    keep(request, response, _COOKIE, held, "strict")
    return response


def is_own(request: Request, form: FormData) -> bool:
    """Whether it is one of our own forms that was sent."""
    held = request.cookies.get(_COOKIE, "")
    expected = staff_entrance(request).signature("form", held)
    return bool(held) and hmac.compare_digest(text(form, FIELD).encode(), expected.encode())


def said(request: Request, status: int, heading: str, words: str) -> Response:
    return page(request, "said.html", status, heading=heading, said=words)


def keep(
    request: Request, response: Response, name: str, value: str, same_site: Literal["lax", "strict"]
) -> None:
    """Gives the browser something to hold while it signs in."""
    response.set_cookie(
        name,
        value,
        max_age=KEPT_S,
        path="/sign-in",
        httponly=True,
        secure=is_tls(request),
        samesite=same_site,
    )


def local(wanted: str | None) -> str:
    """An address of our own to go to; no other site's, whatever the link said."""
    return wanted if wanted and _LOCAL.fullmatch(wanted) else HOME


def text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
