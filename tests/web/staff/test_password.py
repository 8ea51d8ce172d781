"""Signing in with a password and by a one-time link, as a browser does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from bot.store import Store
from bot.store.accounts import Role
from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.settings import WebSettings
from bot.web.staff.entrance import StaffEntrance
from bot.web.staff.settings import Provider, StaffSettings
from tests.store.conftest import Clock
from tests.web.staff.conftest import PASSWORD, TESTER, fill_in, sign_in

OTHER = "another row of words"


@pytest.fixture
def dana(store: Store) -> str:
    return store.accounts.add("Dana Ortiz", Role.agent, PASSWORD, TESTER).id


def actions(store: Store) -> list[tuple[str, str, str | None]]:
    return [(entry.action, entry.name, entry.object) for entry in store.audit.read()]


@pytest.mark.parametrize("name", ["Dana Ortiz", "dana ortiz", "  DANA  ORTIZ ", "Ｄana Ortiz"])
@pytest.mark.usefixtures("dana")
def test_who_has_the_password_comes_in(browser: httpx.Client, store: Store, name: str) -> None:
    done = sign_in(browser, name)
    assert (done.status_code, done.headers["location"]) == (303, "/panel")
    assert browser.get("/api/v1/decisions/none").status_code == 404
    entry = list(store.audit.read())[-1]
    assert (entry.action, entry.name, entry.detail) == (
        "signed_in",
        "Dana Ortiz",
        {"address": "127.0.0.1"},
    )


@pytest.mark.usefixtures("dana")
def test_unknown_wrong_disabled_and_without_a_password_look_the_same(
    browser: httpx.Client, store: Store, dana: str
) -> None:
    gone = store.accounts.add("gone", Role.agent, PASSWORD, TESTER)
    store.accounts.disable("gone", TESTER)
    new = store.accounts.add("new", Role.agent, None, TESTER)
    before = len(actions(store))
    pages = []
    for name, password in (
        ("Dana Ortiz", OTHER),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("new", ""),
        ("", ""),
        ("Dana Ortiz", PASSWORD + "\0"),
        ("Dana Ortiz", PASSWORD * 40),
    ):
        refused = sign_in(browser, name, password)
        assert refused.status_code == 401
        assert "staff" not in browser.cookies
        pages.append(refused.text.replace(f'value="{name}"', 'value=""').replace(" autofocus", ""))
    assert len(set(pages)) == 1
    assert "The name or the password is not right." in pages[0]
    told = actions(store)[before:]
    assert told == [
        ("sign_in_refused", "somebody", about and f"account {about}")
        for about in (dana, None, gone.id, new.id, None, dana, dana)
    ]


def test_the_same_work_is_done_for_a_name_that_is_not_there(
    store: Store, dana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes the time is the verification: it is done once for each, with the same parameters."""
    from argon2 import PasswordHasher

    seen: list[str] = []
    verify = PasswordHasher.verify

    def told(self: PasswordHasher, kept: str, password: str) -> bool:
        seen.append(kept.rpartition("$")[0].rpartition("$")[0])
        return bool(verify(self, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", told)
    store.accounts.disable(store.accounts.add("gone", Role.agent, PASSWORD, TESTER).name, TESTER)
    store.accounts.add("new", Role.agent, None, TESTER)
    for name in ("Dana Ortiz", "nobody", "gone", "new", ""):
        assert store.accounts.check(name, OTHER) is None
    assert dana
    assert len(seen) == 5
    assert len(set(seen)) == 1


@pytest.mark.usefixtures("dana")
def test_attempts_are_limited_for_the_account_from_an_address(
    browser: httpx.Client, store: Store, clock: Clock
) -> None:
    store.accounts.add("Kim", Role.agent, PASSWORD, TESTER)
    got = [sign_in(browser, "dana ortiz", OTHER).status_code for _ in range(5)]
    assert got == [401] * 5
    refused = sign_in(browser, "DANA ORTIZ")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert "try again in 30 s" in refused.text
    assert sign_in(browser, "Kim").status_code == 303, "another one may"
    clock.forward(seconds=30)
    browser.cookies.delete("staff")
    assert sign_in(browser, "dana ortiz").status_code == 303


def test_attempts_are_limited_for_an_account_from_everywhere_and_for_an_address(
    store: Store, connect: Callable[[Gateway], httpx.Client], service: Service
) -> None:
    gateway = Gateway(None)
    gateway.service = service
    client = connect(gateway)
    statuses = []
    for number in range(21):
        client.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        statuses.append(sign_in(client, "nobody").status_code)
    assert statuses == [401] * 20 + [429]
    assert not any(entry.object for entry in store.audit.read())


@pytest.mark.usefixtures("dana")
def test_who_signs_in_well_is_never_told_to_wait(browser: httpx.Client) -> None:
    for _ in range(7):
        assert sign_in(browser, "Dana Ortiz").status_code == 303
        browser.cookies.delete("staff")


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/panel/phone?ask=a%20b", "/panel/phone?ask=a%20b"),
        ("https://evil.example/", "/panel"),
        ("//evil.example/", "/panel"),
        ("/\\evil.example", "/panel"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("/\t/evil.example", "/panel"),
        ("javascript:alert(1)", "/panel"),
        ("panel", "/panel"),
        ("", "/panel"),
    ],
)
@pytest.mark.usefixtures("dana")
def test_the_way_on_leads_nowhere_else(browser: httpx.Client, wanted: str, goes_to: str) -> None:
    path = str(httpx.URL("/sign-in", params={"next": wanted}))
    done = fill_in(browser, path, name="dana ortiz", password=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, goes_to)
    assert browser.get(path).headers["location"] == goes_to


@pytest.mark.usefixtures("dana")
def test_another_sites_form_is_refused(browser: httpx.Client) -> None:
    fields = {"name": "dana ortiz", "password": PASSWORD}
    assert browser.post("/sign-in", data=fields).status_code == 403
    browser.get("/sign-in")
    for csrf in ("", "0" * 64, "é"):
        assert browser.post("/sign-in", data=fields | {"csrf": csrf}).status_code == 403
    assert "staff" not in browser.cookies


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"name=a", {}, 415),
        (b'{"name": "a"}', {"Content-Type": "application/json"}, 415),
        (b"a" * 70_000, {"Content-Type": "application/x-www-form-urlencoded"}, 413),
        (iter([b"name=a"]), {"Content-Type": "application/x-www-form-urlencoded"}, 411),
        (b"%ff=%00&&&=", {"Content-Type": "application/x-www-form-urlencoded"}, 403),
    ],
)
def test_what_is_no_form(
    browser: httpx.Client, content: Any, headers: Mapping[str, str], status: int
) -> None:
    assert browser.post("/sign-in", content=content, headers=headers).status_code == status


def test_the_first_link_makes_an_admin_once(browser: httpx.Client, store: Store) -> None:
    token = store.accounts.first_link()
    path = f"/sign-in/link/{token}"
    assert "Make the first account" in browser.get(path).text
    for fields, problem in (
        ({"name": "", "password": PASSWORD, "again": PASSWORD}, "A name has"),
        ({"name": "root", "password": "short", "again": "short"}, "12 to 200 characters"),
        ({"name": "root", "password": PASSWORD, "again": OTHER}, "not the same"),
        ({"name": "river", "password": PASSWORD, "again": PASSWORD}, "neither holds the name"),
    ):
        refused = fill_in(browser, path, **fields)
        assert (refused.status_code, problem in refused.text) == (422, True)
    done = fill_in(browser, path, name="root", password=PASSWORD, again=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, "/panel")
    (admin,) = store.accounts.all()
    assert (admin.name, admin.role, admin.sessions) == ("root", Role.admin, 1)
    again = fill_in(browser, path, name="second", password=PASSWORD, again=PASSWORD)
    assert (again.status_code, "ended" in again.text) == (404, True)
    assert store.accounts.first_link() is None


def test_a_link_sets_a_new_password_and_ends_all_sessions(
    browser: httpx.Client, store: Store, dana: str
) -> None:
    session = store.sessions.begin(store.accounts.called("dana ortiz"))
    older = store.accounts.link("dana ortiz", TESTER)
    newer = store.accounts.link("dana ortiz", TESTER)
    assert browser.get(f"/sign-in/link/{older}").status_code == 404
    for _ in range(2):
        assert browser.get(f"/sign-in/link/{newer}").status_code == 200, "opening it uses nothing"
    done = fill_in(browser, f"/sign-in/link/{newer}", password=OTHER, again=OTHER)
    assert done.status_code == 303
    assert store.sessions.account(session, StaffSettings().idle) is None
    assert store.accounts.check("dana ortiz", PASSWORD) is None
    found = store.accounts.check("dana ortiz", OTHER)
    assert found is not None
    assert found.id == dana
    assert actions(store)[-2:] == [
        ("password_set", "Dana Ortiz", f"account {dana}"),
        ("signed_in", "Dana Ortiz", None),
    ]


@pytest.mark.usefixtures("dana")
def test_a_link_ends_after_a_day_and_with_the_account(
    browser: httpx.Client, store: Store, clock: Clock
) -> None:
    first = store.accounts.link("dana ortiz", TESTER)
    clock.forward(hours=24)
    assert browser.get(f"/sign-in/link/{first}").status_code == 404
    second = store.accounts.link("dana ortiz", TESTER)
    store.accounts.disable("dana ortiz", TESTER)
    assert browser.get(f"/sign-in/link/{second}").status_code == 404


@pytest.mark.usefixtures("dana")
def test_a_stale_link_page_is_refused_before_its_link_is_used(
    browser: httpx.Client, store: Store
) -> None:
    path = f"/sign-in/link/{store.accounts.link('dana ortiz', TESTER)}"
    fields = {"password": OTHER, "again": OTHER}
    assert browser.post(path, data=fields).status_code == 403
    assert fill_in(browser, path, **fields).status_code == 303


def test_with_an_identity_provider_there_are_no_passwords(
    store: Store, service: Service, connect: Callable[[Gateway], httpx.Client], dana: str
) -> None:
    from dataclasses import replace

    provider = Provider("https://id.example", "client", "secret")
    entrance = StaffEntrance(store, b"secret", StaffSettings(provider=provider))
    gateway = Gateway(None, WebSettings())
    gateway.service = replace(service, staff=entrance)
    client = connect(gateway)
    page = client.get("/sign-in?next=/panel/phone").text
    assert "Continue at id.example" in page
    assert 'href="/sign-in/oidc?next=/panel/phone"' in page
    assert "<form" not in page
    link = f"/sign-in/link/{store.accounts.link('dana ortiz', TESTER)}"
    for method, path in (("POST", "/sign-in"), ("GET", link), ("POST", link)):
        assert client.request(method, path).status_code == 404
    assert dana


def test_without_one_there_is_no_way_to_it(browser: httpx.Client) -> None:
    for path in ("/sign-in/oidc", "/sign-in/oidc/return?code=a&state=b"):
        assert browser.get(path).status_code == 404


def test_the_pages_may_be_framed_by_none_and_send_forms_here_alone(browser: httpx.Client) -> None:
    headers = browser.get("/sign-in").headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    cookie = headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/sign-in"))
