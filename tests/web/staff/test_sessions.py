"""Sessions end when they should, and only then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from bot.store import Store
from bot.store.accounts import Role
from bot.store.sessions import LONGEST
from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.settings import WebSettings
from tests.store.conftest import Clock
from tests.web.staff.conftest import PASSWORD, TESTER, Person, fill_in, sign_in

ASKED = "/api/v1/decisions/none"
IDLE = timedelta(minutes=30)


def is_in(client: httpx.Client) -> bool:
    status = client.get(ASKED).status_code
    assert status in (401, 404)
    return status == 404


def test_a_session_goes_on_while_something_is_done(
    person: Callable[[str], Person], clock: Clock
) -> None:
    one = person("agent")
    for _ in range(10):
        clock.forward(minutes=29)
        assert is_in(one.client)


def test_a_session_ends_when_idle(person: Callable[[str], Person], clock: Clock) -> None:
    one = person("agent")
    clock.forward(minutes=30)
    assert not is_in(one.client)
    clock.now -= timedelta(minutes=1)
    assert is_in(one.client), "up to the last minute"


def test_a_session_ends_in_the_evening_however_busy(
    person: Callable[[str], Person], clock: Clock
) -> None:
    one, begun = person("agent"), clock.now
    while clock.now < begun + LONGEST - IDLE:
        clock.forward(minutes=20)
        assert is_in(one.client)
    clock.now = begun + LONGEST
    assert not is_in(one.client)


def test_what_pages_do_by_themselves_does_not_keep_a_session(
    person: Callable[[str], Person], clock: Clock, service: Service
) -> None:
    one = person("agent")
    one.client.headers["Sec-Fetch-Dest"] = "empty"
    service.bell.close()
    for _ in range(2):
        clock.forward(minutes=14)
        assert one.client.get("/panel/chats.json").status_code == 200
    clock.forward(minutes=2)
    assert one.client.get("/panel/chats.json").status_code == 401


def test_an_admin_ends_the_sessions_of_one_account(
    person: Callable[[str], Person], store: Store
) -> None:
    one, other = person("agent"), person("agent")
    assert store.sessions.end_all(one.account, TESTER) == 1
    assert (is_in(one.client), is_in(other.client)) == (False, True)


def test_signing_out_ends_the_session_itself_and_takes_the_cookie(
    person: Callable[[str], Person],
) -> None:
    one = person("agent")
    token = one.client.cookies["staff"]
    out = one.send("POST", "/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?out")
    assert "staff" not in one.client.cookies
    assert "You have signed out" in one.client.get("/sign-in?out").text
    one.client.cookies.set("staff", token)
    assert not is_in(one.client)


def test_signing_in_again_ends_the_session_before(browser: httpx.Client, store: Store) -> None:
    dana = store.accounts.add("dana", Role.agent, PASSWORD, TESTER)
    sign_in(browser, "dana")
    first = browser.cookies["staff"]
    store.sessions.end_all(dana, TESTER)
    second = store.sessions.begin(dana)
    browser.cookies.set("staff", first, domain="127.0.0.1")
    sign_in(browser, "dana")
    assert browser.cookies["staff"] not in (first, second)
    assert [account.sessions for account in store.accounts.all()] == [2]


def test_only_digests_are_kept(browser: httpx.Client, store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    store.accounts.add("dana", Role.agent, PASSWORD, TESTER)
    link = store.accounts.link("dana", TESTER)
    sign_in(browser, "dana")
    held = b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))
    assert b"$argon2id$" in held
    for secret in (PASSWORD, link, browser.cookies["staff"]):
        assert secret.encode() not in held


@pytest.mark.parametrize(
    ("public_url", "headers", "name", "secure"),
    [
        (None, {}, "staff", False),
        ("https://bot.example", {}, "__Host-staff", True),
        (None, {"X-Forwarded-Proto": "https"}, "__Host-staff", True),
    ],
)
def test_the_cookie(
    service: Service,
    store: Store,
    connect: Callable[[Gateway], httpx.Client],
    public_url: str | None,
    headers: dict[str, str],
    name: str,
    secure: bool,
) -> None:
    store.accounts.add("dana", Role.agent, PASSWORD, TESTER)
    gateway = Gateway(None, WebSettings(public_url=public_url))
    gateway.service = service
    client = connect(gateway)
    client.headers.update(headers)
    # A browser would not send a cookie for TLS alone without it; here the proxy stands between.
    form = client.get("/sign-in").headers["set-cookie"].partition(";")[0]
    client.headers["Cookie"] = form
    got = fill_in(client, "/sign-in", name="dana", password=PASSWORD)
    cookie = next(c for c in got.headers.get_list("set-cookie") if "staff=" in c)
    parts = [part.strip().lower() for part in cookie.split(";")]
    assert cookie.startswith(f"{name}=")
    assert {"httponly", "samesite=strict", "path=/"} < set(parts)
    assert ("secure" in parts) == secure
    assert not any(part.startswith(("max-age", "expires", "domain")) for part in parts)
