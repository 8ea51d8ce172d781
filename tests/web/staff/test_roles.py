"""Every route for every role, from one table; and what holds for all that is for staff."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.store import Store
from bot.store.accounts import Role
from bot.web.api import Gateway
from bot.web.app import application
from bot.web.entrance import Service
from tests.web.staff.conftest import TESTER, Person

TABLE = Path(__file__).with_name("routes.tsv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
WHO = ("anyone", *Role.__members__)


def each(rows: Iterable[Mapping[str, str]]) -> list[Any]:
    return [pytest.param(row, id=f"{row['method']} {row['path']}") for row in rows]


CHANGES = [row for row in ROWS if row["method"] != "GET" and row["anyone"] != "open"]


def test_the_table_names_every_route() -> None:
    app = application(Gateway(None))
    assert isinstance(app, Starlette)
    there = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {(row["method"], row["path"]) for row in ROWS} == there


def filled(path: str) -> str:
    return re.sub(r"\{\w+:int\}", "1", re.sub(r"\{\w+\}", "none", path))


@pytest.fixture
def ending(service: Service) -> None:
    """Live feeds end at once, as they do with the server."""
    service.bell.close()


def outcome(got: httpx.Response, expected: str) -> str:
    """The word of the table for what came, where nothing else is wrong with it."""
    if got.headers.get("location", "").startswith("/sign-in?next="):
        return "sign-in"
    if got.status_code >= 500:
        return f"{got.status_code} {got.text}"
    if expected == "open":
        return "open"
    if got.status_code == 403:
        return "no"
    if got.status_code in (401, 405):
        assert got.headers["content-type"] == "application/problem+json"
        return str(got.status_code)
    return "yes"


@pytest.mark.usefixtures("ending")
@pytest.mark.parametrize("row", each(ROWS))
def test_a_route_is_for_these_roles_alone(
    browser: httpx.Client, person: Callable[[str], Person], row: Mapping[str, str]
) -> None:
    method, path = row["method"], filled(row["path"])
    got = {"anyone": browser.request(method, path)}
    got |= {role: person(role).send(method, path) for role in Role.__members__}
    expected = {who: row[who] for who in WHO}
    assert {who: outcome(got[who], row[who]) for who in WHO} == expected


@pytest.mark.parametrize("row", each(CHANGES))
def test_nothing_changes_without_the_token_of_the_page(
    person: Callable[[str], Person], row: Mapping[str, str]
) -> None:
    one, other = person("admin"), person("admin")
    wrong = (
        {},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": "\N{LATIN SMALL LETTER E WITH ACUTE}"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"X-CSRF-Token": other.csrf},
        {"X-CSRF-Token": one.csrf, "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": one.csrf, "Sec-Fetch-Site": "same-site"},
    )
    for headers in wrong:
        encoded = {name: value.encode() for name, value in headers.items()}
        got = one.client.request(row["method"], filled(row["path"]), headers=encoded)
        assert got.status_code == 403, headers
    assert one.client.get("/sign-in").status_code == 303, "the session is still there"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Dest": "document"}, 302),
        ({}, 302),
        ({"Sec-Fetch-Dest": "empty"}, 401),
        ({"Accept": "text/event-stream"}, 401),
    ],
)
def test_only_who_opens_a_page_is_sent_to_sign_in(
    browser: httpx.Client, headers: dict[str, str], status: int
) -> None:
    assert browser.get("/panel", headers=headers).status_code == status


def test_the_way_back_is_remembered(browser: httpx.Client) -> None:
    got = browser.get("/panel/phone?ask=a%20b&c=ü")
    page = browser.get(got.headers["location"])
    assert 'name="next" value="/panel/phone?ask=a%20b&amp;c=%C3%BC"' in page.text


@pytest.mark.parametrize("broken", ["", "x", "é", "a" * 43, "a" * 4000])
def test_a_made_up_session_is_none(browser: httpx.Client, broken: str) -> None:
    cookie = f"staff={broken}".encode()
    got = browser.get("/api/v1/decisions/1", headers={"Cookie": cookie})
    assert (got.status_code, got.headers["content-type"]) == (401, "application/problem+json")


def test_another_role_and_a_disabled_account_count_from_the_next_request_on(
    person: Callable[[str], Person], store: Store
) -> None:
    one = person("agent")
    path = "/api/v1/decisions/none"
    assert one.client.get(path).status_code == 404
    store.accounts.change_role(one.account.name, Role.policy_editor, TESTER)
    assert one.client.get(path).status_code == 403
    store.accounts.disable(one.account.name, TESTER)
    assert one.client.get(path).status_code == 401
    store.accounts.enable(one.account.name, TESTER)
    assert one.client.get(path).status_code == 401, "its sessions have ended"


def test_before_the_service_is_there_strangers_are_told_the_same(
    connect: Callable[[Gateway], httpx.Client],
) -> None:
    client = connect(Gateway(None))
    assert client.get("/panel").status_code == 302
    assert client.get("/api/v1/decisions/1").status_code == 401
    client.cookies.set("staff", "x")
    for path in ("/panel", "/api/v1/decisions/1", "/sign-in"):
        got = client.get(path)
        assert (got.status_code, "retry-after" in got.headers) == (503, True)
