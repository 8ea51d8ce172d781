"""The real gateway over a real store with a bot that knows its lines (script.py): every state within a second.

    python stage.py HOME FILENO ORIGIN

It serves the listening socket of that number. Beside the gateway, /stage lets a test act as the staff: see
`Backstage`; and /claims is a page of a portal that embeds the widget, as pages of ORIGIN may.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from script import STORED, reply
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from bot.answer.linking import Linking
from bot.answer.payer import Contact
from bot.store import Store, open_store
from bot.store.handover import Person
from bot.web.api import Gateway
from bot.web.app import application
from bot.web.entrance import Service
from bot.web.reception import Reception
from bot.web.settings import WebSettings
from bot.web.staff.entrance import StaffEntrance
from bot.web.turns import Turns
from tests.vocabularies import Fixed

SITE_KEY = "portal-of-the-stage"
SECRET = "123-45-6789"
CONTACT = Contact(
    "a person", phone="1-800-555-0100", hours="Monday to Friday, 8 a.m. to 5 p.m. Central Time"
)


@dataclass(frozen=True, slots=True)
class Result:
    replies: tuple[Mapping[str, Any], ...]
    thread: Mapping[str, Any] = field(default_factory=dict)
    understood: Mapping[str, Any] = field(default_factory=dict)


class Actor:
    async def respond(self, _: str, text: str, __: Mapping[str, Any] | None) -> Result:
        return Result((reply(text),))

    async def press(self, _: str, payload: str, __: Mapping[str, Any] | None) -> Result:
        return Result((reply(payload),))


@dataclass(frozen=True, slots=True)
class Desk(Reception):
    """Closed while there is a file `closed` in the home."""

    home: Path = Path()

    def is_open(self) -> bool | None:
        return not (self.home / "closed").exists()


@dataclass(frozen=True, slots=True)
class Backstage:
    """What the staff does: `{"take": NAME, "say": TEXT, "give_back": true, "close": OUTCOME, "queue": N}`."""

    store: Store
    service: Service

    async def act(self, request: Request) -> Response:
        conversation = request.path_params["id"]
        deed = await request.json()
        handovers = self.store.handovers
        person = Person("1", deed.get("name", "Dana R."))
        if "queue" in deed:
            for _ in range(deed["queue"]):
                other, _token = self.store.conversations.start()
                handovers.ask(other, "asked")
        if "take" in deed:
            handovers.take(conversation, person)
        if "say" in deed:
            handovers.say(conversation, person, deed["say"])
        if "give_back" in deed:
            handovers.return_to_bot(conversation, person)
        if "close" in deed:
            handovers.close(conversation, person, deed["close"])
        await self.service.bell.ring(conversation)
        return JSONResponse({"waiting": len(handovers.queue())})


async def claims(request: Request) -> Response:
    """A page that asks its browser for as much strictness as it can, with the query as the widget's attributes."""
    gateway = f"http://127.0.0.1:{request.url.port}"
    attributes = " ".join(f'{name}="{value}"' for name, value in request.query_params.items())
    page = f"""<!doctype html>
<html lang="en">
  <title>A portal</title>
  <script type="module" src="{gateway}/static/policy-assistant.js"></script>
  <main><h1>Claims</h1><policy-assistant open {attributes}></policy-assistant></main>
</html>"""
    policy = (
        f"default-src 'none'; script-src {gateway}; style-src {gateway}; connect-src {gateway}; "
        "base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def main(home: Path, listener: socket.socket, origin: str) -> None:
    store = open_store(f"sqlite:///{home / 'stage.db'}")
    desk = Desk(CONTACT, home=home)
    turns = Turns(
        store.conversations,
        Actor(),
        lambda text: text.replace(SECRET, "[SSN]"),
        "stage",
        desk.is_open,
    )
    staff = StaffEntrance(store, b"a secret of the stage")
    linking = Linking(store.policies, Fixed())
    service = Service(
        turns, lambda _: STORED, store.handovers, store.feedback, desk, staff, linking
    )
    settings = WebSettings(allowed_origins=frozenset({origin}), site_keys=frozenset({SITE_KEY}))
    gateway = Gateway(None, settings)
    gateway.service = service
    backstage = Backstage(store, service)
    app = Starlette(
        routes=[
            Route("/stage/{id}", backstage.act, methods=["POST"]),
            Route("/claims", claims),
            Mount("/", application(gateway)),
        ]
    )
    config = uvicorn.Config(app, ws="none", log_level="warning", lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])), sys.argv[3])
