"""Signing in by a password: on the page for it, or on the one of a one-time link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import BadAccount, NotOnFile
from bot.store import passwords
from bot.store.accounts import digest, key
from bot.store.audit import Actor
from bot.web.entrance import address_of
from bot.web.problems import Problem
from bot.web.staff.entrance import StaffEntrance
from bot.web.staff.forms import HOME, STALE, form_page, is_own, local, said, text
from bot.web.staff.sessions import begin, form_of, staff_entrance

Result = TypeVar("Result")

# Failures in a row, then one in each length of time. An office shares one address; whoever guesses one
# account's password from many addresses comes up against the account's own bucket.
_HERE: Final = (5, timedelta(seconds=30))
_ACCOUNT: Final = (20, timedelta(seconds=60))
_ADDRESS: Final = (100, timedelta(seconds=6))

# Each check takes 64 MiB and a core for a moment, so that no more than two run at once.
_CHECKING: Final = ThreadPoolExecutor(2, "passwords")

_WRONG: Final = "The name or the password is not right."
_ENDED: Final = "This link has ended"
_ASK: Final = "It was used already, or its time is over. Ask an admin for a new one."


def sign_in_page(
    request: Request,
    wanted: str,
    status: int = 200,
    problem: str = "",
    name: str = "",
    out: bool = False,
) -> Response:
    shown = {"next": wanted, "problem": problem, "name": name, "out": out}
    return form_page(request, "sign-in.html", status, **shown)


async def enter(request: Request) -> Response:
    entrance = _with_passwords(request)
    form = await form_of(request)
    wanted, name = local(text(form, "next")), text(form, "name")
    if not is_own(request, form):
        return sign_in_page(request, wanted, 403, STALE, name)
    attempts, buckets = entrance.store.attempts, _buckets(request, name)
    wait = await run_in_threadpool(attempts.take, buckets)
    if wait:
        refused = sign_in_page(
            request, wanted, 429, f"Too many attempts: try again in {wait} s.", name
        )
        refused.headers["Retry-After"] = str(wait)
        return refused
    password = text(form, "password")
    account = await _slowly(lambda: entrance.store.accounts.check(name, password))
    if account is None:
        await run_in_threadpool(_tell_refused, entrance, request, name)
        return sign_in_page(request, wanted, 401, _WRONG, name)
    await run_in_threadpool(attempts.give_back, buckets)
    return await begin(request, account, wanted)


async def link(request: Request) -> Response:
    accounts = _with_passwords(request).store.accounts
    invitation = await run_in_threadpool(accounts.invitation, request.path_params["token"])
    if invitation is None:
        return said(request, 404, _ENDED, _ASK)
    return _link_page(request, invitation.name)


async def accept(request: Request) -> Response:
    accounts, token = _with_passwords(request).store.accounts, request.path_params["token"]
    form = await form_of(request)
    invitation = await run_in_threadpool(accounts.invitation, token)
    if invitation is None:
        return said(request, 404, _ENDED, _ASK)
    name, password = text(form, "name"), text(form, "password")
    again = partial(_link_page, request, invitation.name, name)
    if not is_own(request, form):
        return again(403, STALE)
    if password != text(form, "again"):
        return again(422, "The two passwords are not the same.")
    try:
        account = await _slowly(lambda: accounts.accept(token, password, name))
    except BadAccount as error:
        return again(422, str(error))
    except NotOnFile:
        return said(request, 404, _ENDED, _ASK)
    return await begin(request, account, HOME)


def _link_page(
    request: Request, account: str | None, name: str = "", status: int = 200, problem: str = ""
) -> Response:
    shown = {"account": account, "problem": problem, "name": name, "fewest": passwords.FEWEST}
    return form_page(request, "link.html", status, **shown)


def _tell_refused(entrance: StaffEntrance, request: Request, name: str) -> None:
    # The name itself is not kept where it is none of ours: some type the password there.
    try:
        about = f"account {entrance.store.accounts.called(name).id}"
    except NotOnFile:
        about = None
    detail = {"address": address_of(request)}
    entrance.store.audit.write(Actor(None, "somebody"), "sign_in_refused", about, detail)


def _with_passwords(request: Request) -> StaffEntrance:
    entrance = staff_entrance(request)
    if entrance.openid is not None:
        raise Problem(404, f"Sign in at {entrance.openid.host}: there are no passwords here.")
    return entrance


def _buckets(request: Request, name: str) -> dict[str, tuple[int, timedelta]]:
    account, address = digest(key(name)), address_of(request)
    return {
        f"here {account} {address}": _HERE,
        f"account {account}": _ACCOUNT,
        f"address {address}": _ADDRESS,
    }


async def _slowly(work: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_CHECKING, work)
