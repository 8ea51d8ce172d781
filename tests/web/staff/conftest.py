"""Staff of each role, over a store whose clock stands until it is moved."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.store import Store, open_store
from bot.store.accounts import Account, Role, digest
from bot.store.audit import Actor
from bot.web.entrance import Service
from tests.store.conftest import Clock

TESTER = Actor(None, "the tests")
PASSWORD = "four words of a river"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(_filed: Path, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    shutil.copy(_filed, tmp_path / "bot.db")
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}", clock)
    yield store
    store.close()


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff at a browser, signed in."""

    account: Account
    client: httpx.Client
    csrf: str

    def send(self, method: str, path: str) -> httpx.Response:
        return self.client.request(method, path, headers={"X-CSRF-Token": self.csrf})


@pytest.fixture
def person(client: httpx.Client, service: Service) -> Iterator[Callable[[str], Person]]:
    """Makes one of a role, with a session and without the work of a password."""
    browsers: list[httpx.Client] = []
    store = service.staff.store

    def of(role: str) -> Person:
        account = store.accounts.add(f"{role} {len(browsers)}", Role(role), None, TESTER)
        token = store.sessions.begin(account)
        browsers.append(httpx.Client(base_url=client.base_url))
        browsers[-1].cookies.set("staff", token, domain="127.0.0.1")
        csrf = service.staff.signature("csrf", digest(token))
        return Person(account, browsers[-1], csrf)

    yield of
    for browser in browsers:
        browser.close()


@pytest.fixture
def browser(client: httpx.Client) -> Iterator[httpx.Client]:
    """One without a session."""
    with httpx.Client(base_url=client.base_url) as fresh:
        yield fresh


def fill_in(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Opens a page, and sends its form with these fields as a browser would."""
    page = browser.get(path)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    return browser.post(action[1] if action else path, data=hidden | fields)


def sign_in(browser: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return fill_in(browser, "/sign-in", name=name, password=password)
