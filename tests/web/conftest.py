"""The gateway as a real server on a free port, over a real store, with an agent that only repeats."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.answer.linking import Linking
from bot.answer.payer import Contact
from bot.errors import Overloaded, StoreUnavailable
from bot.policy import wire
from bot.policy.model import Policy, Section, Span
from bot.store import Store, open_store
from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.reception import Reception
from bot.web.server import Server
from bot.web.staff.entrance import StaffEntrance
from bot.web.turns import Turns
from tests.vocabularies import Fixed

TEXT = "Policy 7\nÉlan Therapy 𝔊\nPolicy:\nÉlan therapy is considered investigational.\n"
SECRET = "123-45-6789"
OFFERED = '/need{"topics": "reason"}'


@dataclass(frozen=True, slots=True)
class Result:
    replies: tuple[Mapping[str, Any], ...]
    thread: Mapping[str, Any]
    understood: Mapping[str, Any] = field(default_factory=dict)


class Parrot:
    """Repeats what it hears, counts the turns of a conversation in its thread, and offers a button."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def respond(self, _: str, text: str, thread: Mapping[str, Any] | None) -> Result:
        self.heard.append(text)
        if text == "too much":
            raise Overloaded("Too many messages are waiting: try again in a few seconds.")
        if text == "no store":
            raise StoreUnavailable("The database sqlite:////secret.db cannot be used.")
        if text in ("a person", "a complaint"):
            need = text.removeprefix("a ")
            reply = {"text": "Over.", "buttons": [], "answer": {"kind": "handoff", "topics": []}}
            read = {"whole": {"needs": {need: 0.9}}, "clauses": []}
            return Result((reply,), thread or {}, {"understanding": read})
        if text == "fault":
            raise RuntimeError(f"a fault that repeats {text.upper()}")
        turn = (thread or {}).get("turn", 0) + 1
        reply = {
            "text": f"{turn}: {text}",
            "buttons": [{"title": "Why?", "payload": OFFERED}],
            "answer": {"kind": "conversation", "topics": []},
        }
        return Result((reply,), {"turn": turn})

    async def press(
        self, conversation_id: str, payload: str, thread: Mapping[str, Any] | None
    ) -> Result:
        return await self.respond(conversation_id, f"pressed {payload}", thread)


@pytest.fixture(scope="session")
def _filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables made and a policy on file, to copy from."""
    path = tmp_path_factory.mktemp("filed") / "bot.db"
    store = open_store(f"sqlite:///{path}")
    start = TEXT.index("Élan therapy is")
    section = Section("Policy", TEXT[start:-1], Span(start, len(TEXT) - 1))
    filing = store.policies.filing()
    filing.stage(Policy("Policy 7", "Élan Therapy", sections=(section,)), TEXT, "seven.txt")
    filing.publish()
    store.close()
    return path


@pytest.fixture
def store(_filed: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(_filed, tmp_path / "bot.db")
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    yield store
    store.close()


@pytest.fixture
def agent() -> Parrot:
    return Parrot()


@pytest.fixture
def turns(store: Store, agent: Parrot, desk: Desk) -> Turns:
    return Turns(
        conversations=store.conversations,
        agent=agent,
        redact=lambda text: text.replace(SECRET, "[SSN]"),
        model_id="parrot",
        is_open=desk,
    )


class Desk:
    """Whether people are there, until it is set otherwise."""

    def __init__(self) -> None:
        self.open: bool | None = None

    def __call__(self) -> bool | None:
        return self.open


@dataclass(frozen=True, slots=True)
class FakeReception(Reception):
    """Open or not as the test says, at any hour."""

    desk: Desk = field(default_factory=Desk)

    def is_open(self) -> bool | None:
        return self.desk()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def service(turns: Turns, store: Store, desk: Desk) -> Service:
    def policy(version: str) -> Mapping[str, Any]:
        found = store.policies.by_id(version)
        return wire.to_json(found.policy) | {"text": found.text}

    contact = Contact("a person", phone="1-800-555-0100", hours="Monday to Friday")
    reception = FakeReception(contact, desk=desk)
    staff = StaffEntrance(store, b"a secret of the tests")
    linking = Linking(store.policies, Fixed())
    return Service(turns, policy, store.handovers, store.feedback, reception, staff, linking)


@contextmanager
def _serving(gateway: Gateway) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(gateway, listener)
    server.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.stop()


@pytest.fixture
def connect() -> Iterator[Callable[[Gateway], httpx.Client]]:
    """Serves a gateway until the test ends, and gives a client of it."""
    open_ones: list[Any] = []

    def client_of(gateway: Gateway) -> httpx.Client:
        serving = _serving(gateway)
        client = httpx.Client(base_url=serving.__enter__())
        open_ones.extend((client, serving))
        return client

    yield client_of
    for each in open_ones:
        each.__exit__(None, None, None)


@pytest.fixture(scope="session")
def shared() -> Iterator[tuple[Gateway, str]]:
    gateway = Gateway(limits=None)
    with _serving(gateway) as address:
        yield gateway, address


@pytest.fixture
def client(service: Service, shared: tuple[Gateway, str]) -> Iterator[httpx.Client]:
    """Of a server that all tests share, with this test's service."""
    gateway, address = shared
    gateway.service = service
    with httpx.Client(base_url=address) as client:
        yield client


@dataclass(frozen=True, slots=True)
class Conversation:
    client: httpx.Client
    path: str
    headers: Mapping[str, str]

    def send(self, **body: Any) -> httpx.Response:
        return self.client.post(self.path, json=body, headers=self.headers)

    def said(self) -> list[tuple[str, str]]:
        messages = self.client.get(self.path, headers=self.headers).json()["messages"]
        return [(message["sender"], message["text"]) for message in messages]


@pytest.fixture
def begin() -> Callable[[httpx.Client], Conversation]:
    def new_one(client: httpx.Client) -> Conversation:
        made = client.post("/api/v1/conversations", json={}).json()
        return Conversation(
            client,
            f"/api/v1/conversations/{made['conversation_id']}/messages",
            {"Authorization": f"Bearer {made['token']}"},
        )

    return new_one


@pytest.fixture
def conversation(
    client: httpx.Client, begin: Callable[[httpx.Client], Conversation]
) -> Conversation:
    return begin(client)
