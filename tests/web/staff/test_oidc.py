"""Signing in at an identity provider: a real one, served beside the gateway."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.errors import BadAccount, BadSetting
from bot.store import Store
from bot.store.accounts import Role
from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.staff.entrance import StaffEntrance
from bot.web.staff.oidc import values
from bot.web.staff.settings import Provider, StaffSettings
from tests.web.staff.conftest import TESTER
from tests.web.staff.identity import CLIENT, SECRET, IdentityProvider, new_key, serving

ROLES = (("Leads, all", Role.supervisor), ("Phone", Role.agent))


@pytest.fixture
def identity() -> Iterator[IdentityProvider]:
    provider = IdentityProvider(claims={"realm": {"groups": ["Phone", "Parking"]}})
    with serving(provider):
        yield provider


@pytest.fixture
def staffed(
    identity: IdentityProvider,
    store: Store,
    service: Service,
    connect: Callable[[Gateway], httpx.Client],
) -> httpx.Client:
    settings = StaffSettings(
        provider=Provider(identity.issuer, CLIENT, SECRET, "realm.groups", ROLES)
    )
    gateway = Gateway(None)
    gateway.service = replace(service, staff=StaffEntrance(store, b"secret", settings))
    return connect(gateway)


def go(client: httpx.Client, path: str = "/sign-in/oidc") -> httpx.Response:
    """Follows the way there and back as a browser does, up to our answer."""
    got = client.get(path)
    while got.is_redirect and "/sign-in/oidc/return" not in str(got.url):
        got = client.get(got.headers["location"])
    return got


def test_who_signed_in_there_comes_in_here(staffed: httpx.Client, store: Store) -> None:
    done = go(staffed, "/sign-in/oidc?next=/panel/policies")
    assert (done.status_code, done.headers["location"]) == (303, "/panel/policies")
    assert staffed.get("/api/v1/decisions/none").status_code == 404
    cookie = next(c for c in done.headers.get_list("set-cookie") if c.startswith("staff="))
    assert "samesite=lax" in cookie.lower()
    (dana,) = store.accounts.all()
    assert (dana.name, dana.role, dana.has_password) == ("Dana Ortiz", Role.agent, False)
    assert [entry.action for entry in store.audit.read()] == ["account_added", "signed_in"]


def test_the_next_time_it_is_the_same_account_in_the_role_of_then(
    staffed: httpx.Client, store: Store, identity: IdentityProvider
) -> None:
    go(staffed)
    (first,) = store.accounts.all()
    identity.claims |= {"name": "Dana Ortiz-Lee", "realm": {"groups": ["Leads, all", "Phone"]}}
    go(staffed)
    (again,) = store.accounts.all()
    assert (again.id, again.role) == (first.id, Role.supervisor)
    with pytest.raises(BadAccount, match="change it there"):
        store.accounts.change_role("Dana Ortiz", Role.admin, TESTER)


def test_a_name_that_somebody_else_has(
    staffed: httpx.Client, store: Store, identity: IdentityProvider
) -> None:
    local = store.accounts.add("dana ortiz", Role.admin, None, TESTER)
    go(staffed)
    identity.claims["sub"] = "0043"
    go(staffed)
    assert [(one.name, one.role) for one in store.accounts.all()] == [
        ("dana ortiz", Role.admin),
        ("Dana Ortiz (2)", Role.agent),
        ("Dana Ortiz (3)", Role.agent),
    ]
    assert store.accounts.called("dana ortiz").sessions == local.sessions == 0


@pytest.mark.parametrize(
    "groups", [None, [], ["Parking"], "Parking", {"Phone": True}, 7, ["phone"]]
)
def test_without_a_role_nobody_comes_in(
    staffed: httpx.Client, store: Store, identity: IdentityProvider, groups: Any
) -> None:
    identity.claims["realm"] = {"groups": groups}
    done = go(staffed)
    assert (done.status_code, "has no role here" in done.text) == (403, True)
    assert "staff" not in staffed.cookies
    assert not store.accounts.all()
    assert [entry.action for entry in store.audit.read()] == ["sign_in_refused"]


def test_who_was_disabled_here_does_not_come_in(staffed: httpx.Client, store: Store) -> None:
    go(staffed)
    store.accounts.disable("Dana Ortiz", TESTER)
    done = go(staffed)
    assert (done.status_code, "is disabled here" in done.text) == (403, True)


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example"},
        {"aud": "another client"},
        {"aud": ["another", "and another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"exp": NOW - 600},
        {"exp": None},
        {"iat": NOW + 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"iss": None},
        {"aud": None},
    ],
    ids=lambda claims: " ".join(
        f"{k}={'time' if k in ('exp', 'iat') and v else v}" for k, v in claims.items()
    ),
)
def test_an_identity_token_that_does_not_hold(
    staffed: httpx.Client, store: Store, identity: IdentityProvider, claims: dict[str, Any]
) -> None:
    identity.claims |= claims
    refused(staffed, store)


@pytest.mark.parametrize(
    "fault",
    [
        "no discovery",
        "another issuer",
        "no TLS",
        "refused",
        "no identity token",
        "signed with the client's secret",
        "not signed",
        "another key",
    ],
)
def test_a_provider_at_fault(
    staffed: httpx.Client, store: Store, identity: IdentityProvider, fault: str
) -> None:
    identity.fault = fault
    refused(staffed, store)
    identity.fault = ""
    assert go(staffed).status_code == 303, "and then it works again"


def refused(client: httpx.Client, store: Store) -> None:
    done = go(client)
    assert (done.status_code, "did not work" in done.text) == (502, True)
    assert "staff" not in client.cookies
    assert not store.accounts.all()


def test_a_provider_that_does_not_answer(
    store: Store, service: Service, connect: Callable[[Gateway], httpx.Client]
) -> None:
    settings = StaffSettings(provider=Provider("http://127.0.0.1:9", CLIENT, SECRET))
    gateway = Gateway(None)
    gateway.service = replace(service, staff=StaffEntrance(store, b"secret", settings))
    refused(connect(gateway), store)


def test_a_new_key_of_the_provider_is_fetched(
    staffed: httpx.Client, identity: IdentityProvider
) -> None:
    go(staffed)
    go(staffed)
    assert identity.fetched == ["discovery", "keys"], "once is enough"
    identity.key = new_key()
    assert go(staffed).status_code == 303
    assert identity.fetched == ["discovery", "keys", "keys"]


def test_only_the_browser_that_left_may_come_back(
    staffed: httpx.Client, identity: IdentityProvider
) -> None:
    left = staffed.get("/sign-in/oidc")
    back = staffed.get(left.headers["location"]).headers["location"]
    with httpx.Client(base_url=staffed.base_url) as other:
        assert other.get(back).status_code == 403
        go(other)
        assert other.get(back).status_code == 403, "a state of its own is no help"
    for broken in ("&state=", "&state=é"):
        assert staffed.get(back.partition("&state=")[0] + broken).status_code == 403
    assert staffed.get(back).status_code == 303
    assert staffed.get(back).status_code == 403, "the flow is over"
    assert len(identity.asked) == 0


def test_a_code_works_once(staffed: httpx.Client) -> None:
    left = staffed.get("/sign-in/oidc")
    flow = staffed.cookies["sign-in-flow"]
    back = staffed.get(left.headers["location"]).headers["location"]
    assert staffed.get(back).status_code == 303
    staffed.cookies.set("sign-in-flow", flow)
    assert staffed.get(back).status_code == 502


@pytest.mark.parametrize(
    ("claims", "name", "found"),
    [
        ({"roles": ["a", "b", 3]}, "roles", {"a", "b"}),
        ({"roles": "a"}, "roles", {"a"}),
        ({"realm": {"roles": ["a"]}}, "realm.roles", {"a"}),
        ({"https://x.example/roles": ["a"]}, "https://x.example/roles", {"a"}),
        ({"realm": ["a"]}, "realm.roles", set()),
        ({}, "roles", set()),
    ],
)
def test_where_the_roles_stand(claims: dict[str, Any], name: str, found: set[str]) -> None:
    assert values(claims, name) == found


GIVEN = {
    "BOT_OIDC_ISSUER": "https://id.example/realms/plan",
    "BOT_OIDC_CLIENT_ID": "panel",
    "BOT_OIDC_CLIENT_SECRET": "s",
}


def test_the_settings() -> None:
    assert StaffSettings.from_environment({}) == StaffSettings()
    read = StaffSettings.from_environment(
        GIVEN
        | {
            "BOT_SESSION_IDLE": "90s",
            "BOT_OIDC_ROLE_CLAIM": "realm.groups",
            "BOT_OIDC_ROLES": "PA phone=agent, cn=leads=supervisor",
            "BOT_OIDC_SCOPE": "openid, groups",
        }
    )
    assert read.idle == timedelta(seconds=90)
    provider = read.provider
    assert provider is not None
    assert provider.role_claim == "realm.groups"
    assert provider.roles == (("PA phone", Role.agent), ("cn=leads", Role.supervisor))
    assert provider.scope == "openid groups"
    assert "'s'" not in repr(read)
    usual = StaffSettings.from_environment(GIVEN).provider
    assert usual is not None
    assert dict(usual.roles) == {role.value: role for role in Role}


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"BOT_SESSION_IDLE": "0m"}, "BOT_SESSION_IDLE is '0m'"),
        ({"BOT_SESSION_IDLE": "30"}, "BOT_SESSION_IDLE is '30'"),
        ({"BOT_SESSION_IDLE": "13h"}, "up to 12 h"),
        (
            {"BOT_OIDC_ISSUER": "https://id.example"},
            "BOT_OIDC_CLIENT_ID and BOT_OIDC_CLIENT_SECRET",
        ),
        (GIVEN | {"BOT_OIDC_ISSUER": "http://id.example"}, "BOT_OIDC_ISSUER is"),
        (GIVEN | {"BOT_OIDC_ROLES": "Phone=boss"}, "holds 'Phone=boss'"),
        (GIVEN | {"BOT_OIDC_ROLES": "agent"}, "holds 'agent'"),
        (GIVEN | {"BOT_OIDC_SCOPE": "profile"}, "BOT_OIDC_SCOPE"),
    ],
)
def test_a_setting_that_cannot_be_used(environment: dict[str, str], says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        StaffSettings.from_environment(environment)
