"""Signing in at the identity provider: the way there, and the way back."""

from __future__ import annotations

import hmac
import logging
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store.accounts import Account
from bot.store.audit import Actor
from bot.web.entrance import address_of
from bot.web.problems import Problem
from bot.web.staff.entrance import StaffEntrance
from bot.web.staff.forms import KEPT_S, STALE, keep, local, said
from bot.web.staff.oidc import Identity, OpenID, ProviderFault
from bot.web.staff.pages import page
from bot.web.staff.sessions import begin, is_tls, staff_entrance

_LOG = logging.getLogger(__name__)

_COOKIE: Final = "sign-in-flow"
_HEADING: Final = "You are not signed in"


def provider_page(request: Request, openid: OpenID, wanted: str, out: bool) -> Response:
    return page(request, "provider.html", host=openid.host, next=wanted, out=out)


async def depart(request: Request) -> Response:
    entrance, openid = _with_provider(request)
    try:
        departure = await openid.depart(_back(request))
    except ProviderFault as fault:
        return _no_answer(request, openid, fault)
    kept = {
        "state": departure.state,
        "nonce": departure.nonce,
        "verifier": departure.verifier,
        "next": local(request.query_params.get("next")),
    }
    response = RedirectResponse(departure.url, 302)
    keep(request, response, _COOKIE, _signer(entrance).dumps(kept), "lax")
    return response


async def arrive(request: Request) -> Response:
    entrance, openid = _with_provider(request)
    asked = request.query_params
    try:
        kept = _signer(entrance).loads(request.cookies.get(_COOKIE, ""), max_age=KEPT_S)
    except BadSignature:
        return said(request, 403, _HEADING, STALE)
    if not hmac.compare_digest(asked.get("state", "").encode(), kept["state"].encode()):
        return said(request, 403, _HEADING, STALE)
    try:
        if "code" not in asked:
            raise ProviderFault("no code came back")
        identity = await openid.arrive(
            asked["code"], _back(request), kept["nonce"], kept["verifier"]
        )
    except ProviderFault as fault:
        return _no_answer(request, openid, fault)
    account = await run_in_threadpool(_account, entrance, identity, address_of(request))
    if account is None:
        why = "is disabled" if identity.role else "has no role"
        words = f"Your account at {openid.host} {why} here. Ask an admin."
        return said(request, 403, _HEADING, words)
    response = await begin(request, account, kept["next"])
    response.delete_cookie(_COOKIE, path="/sign-in", httponly=True, secure=is_tls(request))
    return response


def _account(entrance: StaffEntrance, identity: Identity, address: str) -> Account | None:
    account = None
    if identity.role is not None:
        account = entrance.store.accounts.of_provider(
            identity.issuer, identity.subject, identity.name, identity.role
        )
    if account is None:
        detail = {"issuer": identity.issuer, "subject": identity.subject, "address": address}
        entrance.store.audit.write(Actor(None, identity.name), "sign_in_refused", None, detail)
    return account


def _no_answer(request: Request, openid: OpenID, fault: ProviderFault) -> Response:
    _LOG.warning("The identity provider %s: %s.", openid.host, fault)
    words = f"Signing in at {openid.host} did not work. Try again in a moment."
    return said(request, 502, _HEADING, words)


def _with_provider(request: Request) -> tuple[StaffEntrance, OpenID]:
    entrance = staff_entrance(request)
    if entrance.openid is None:
        raise Problem(404, "No identity provider is set up: sign in with your password.")
    return entrance, entrance.openid


def _back(request: Request) -> str:
    public: str | None = request.app.state.entrance.settings.public_url
    return f"{public or str(request.base_url).rstrip('/')}/sign-in/oidc/return"


def _signer(entrance: StaffEntrance) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(entrance.signature("flow", _COOKIE))
