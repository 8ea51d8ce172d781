"""Clients that speak Rasa's formats: its REST messages and its socket.io protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from bot.store import Store
from bot.store.handover import Person
from bot.web.api import Gateway
from bot.web.body import MAX_BODY
from bot.web.entrance import Limits, Service
from bot.web.limits import Limiter, Rate
from bot.web.settings import WebSettings
from tests.web.conftest import OFFERED
from tests.web.test_api import refused

WEBHOOK = "/webhooks/rest/webhook"
PATIENCE_S = 20
DANA = Person("u1", "Dana")


@pytest.fixture
def rasa(service: Service, connect: Callable[[Gateway], httpx.Client]) -> httpx.Client:
    """A client of a server that has both channels on."""
    environment = {
        "BOT_RASA_CHANNELS": "rest,socketio",
        "BOT_ALLOWED_ORIGINS": "https://portal.example",
    }
    gateway = Gateway(None, WebSettings.from_environment(environment))
    gateway.service = service
    return connect(gateway)


@pytest.fixture
def session(rasa: httpx.Client) -> str:
    made = rasa.post("/api/v1/conversations").json()
    return f"{made['conversation_id']}.{made['token']}"


def test_both_are_off_by_default(client: httpx.Client) -> None:
    refused(client.post(WEBHOOK, json={"sender": "me", "message": "hi"}), 404)
    refused(client.get("/socket.io/?EIO=4&transport=polling"), 404)


class TestRest:
    def test_says_and_is_answered(self, rasa: httpx.Client, session: str) -> None:
        assert rasa.get("/webhooks/rest/").json() == {"status": "ok"}
        reply = rasa.post(WEBHOOK, json={"sender": session, "message": "hello", "metadata": {}})
        assert reply.json() == [
            {
                "recipient_id": session,
                "text": "1: hello",
                "buttons": [{"title": "Why?", "payload": OFFERED}],
            }
        ]

    def test_the_token_may_come_in_the_header(self, rasa: httpx.Client, session: str) -> None:
        conversation, _, token = session.partition(".")
        reply = rasa.post(
            WEBHOOK,
            json={"sender": conversation, "message": "hello"},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert reply.json()[0]["recipient_id"] == conversation

    def test_a_button_that_was_offered_is_pressed_and_no_other(
        self, rasa: httpx.Client, session: str
    ) -> None:
        def said(message: str) -> str:
            reply = rasa.post(WEBHOOK, json={"sender": session, "message": message})
            return str(reply.json()[0]["text"])

        assert said(OFFERED) == f"1: {OFFERED}"
        assert said(OFFERED) == f"2: pressed {OFFERED}"
        assert said("/restart") == "3: /restart"

    @pytest.mark.parametrize(
        "sender",
        ["default", "", None, 5, ".", "a.b", ["x"], {"id": 1}, "x" * 9000],
        ids=lambda sender: str(sender)[:20],
    )
    def test_nobody_chooses_the_sender(self, rasa: httpx.Client, agent: Any, sender: Any) -> None:
        refused(rasa.post(WEBHOOK, json={"sender": sender, "message": "hi"}), 401)
        assert agent.heard == []

    def test_anothers_token_opens_nothing(self, rasa: httpx.Client, session: str) -> None:
        other = rasa.post("/api/v1/conversations").json()
        mixed = f"{session.partition('.')[0]}.{other['token']}"
        refused(rasa.post(WEBHOOK, json={"sender": mixed, "message": "hi"}), 401)

    @pytest.mark.parametrize(
        "body",
        [{}, {"message": ""}, {"message": 1}, {"message": "a\0"}, {"message": "a" * 4001}],
        ids=lambda body: str(body)[:20],
    )
    def test_another_shape_is_refused(self, rasa: httpx.Client, session: str, body: Any) -> None:
        assert "message" in refused(rasa.post(WEBHOOK, json={"sender": session, **body}), 422)


class Widget:
    """A client of socket.io by long polling, in the protocol's own packets."""

    def __init__(self, client: httpx.Client, query: str = "", **headers: str) -> None:
        """Raises ConnectionRefusedError where the gateway does not take it."""
        self._client = client
        self.query = {"EIO": "4", "transport": "polling", **dict(parse_qsl(query))}
        self._headers = headers
        self._came: list[str] = []
        opened = self._client.get("/socket.io/", params=self.query, headers=headers)
        if opened.status_code == 403:
            refused(opened, 403)
            raise ConnectionRefusedError
        self.query["sid"] = json.loads(opened.text.removeprefix("0"))["sid"]
        self.send("40")
        if not self._packet().startswith("40"):
            raise ConnectionRefusedError

    def emit(self, event: str, data: Any) -> None:
        self.send(f"42{json.dumps([event, data])}")

    def session(self, asked: Any = None) -> Any:
        self.emit("session_request", {"session_id": asked})
        return self.hears("session_confirm")

    def say(self, message: Any, **more: Any) -> None:
        self.emit("user_uttered", {"message": message, **more})

    def hears(self, event: str = "bot_uttered") -> Any:
        """The data of the next event, which must be of this name."""
        heard, data = json.loads(self._packet().removeprefix("42"))
        assert heard == event
        return data

    def send(self, packet: str) -> None:
        sent = self._client.post("/socket.io/", params=self.query, content=packet)
        assert sent.text == "OK"

    def _packet(self) -> str:
        while not self._came:
            polled = self._client.get(
                "/socket.io/", params=self.query, headers=self._headers, timeout=PATIENCE_S
            )
            self._came = [packet for packet in polled.text.split("\x1e") if packet != "2"]
        return self._came.pop(0)


class TestSocketIO:
    def test_says_and_is_answered(self, rasa: httpx.Client) -> None:
        widget = Widget(rasa)
        session = widget.session()
        widget.say("hello", session_id=session, customData={"language": "en"})
        assert widget.hears() == {
            "text": "1: hello",
            "quick_replies": [{"content_type": "text", "title": "Why?", "payload": OFFERED}],
        }
        widget.say(OFFERED, session_id=session)
        assert (widget.hears())["text"] == f"2: pressed {OFFERED}"

    def test_a_session_is_resumed_by_its_token_alone(self, rasa: httpx.Client) -> None:
        one, other = Widget(rasa), Widget(rasa)
        session = one.session()
        conversation = session.partition(".")[0]
        one.say("hello")
        one.hears()
        assert other.session(session) == session
        other.say("again")
        assert (other.hears())["text"] == "2: again"
        assert (one.hears())["text"] == "2: again"
        for guess in (conversation, f"{conversation}.{'x' * 43}", "default", 5, {"a": 1}):
            assert not (other.session(guess)).startswith(conversation)

    def test_a_session_named_in_a_message_changes_nothing(self, rasa: httpx.Client) -> None:
        one, other = Widget(rasa), Widget(rasa)
        mine, theirs = one.session(), other.session()
        one.say("hello", session_id=theirs)
        assert (one.hears())["text"] == "1: hello"
        conversation, _, token = mine.partition(".")
        path = f"/api/v1/conversations/{conversation}/messages"
        kept = rasa.get(path, headers={"Authorization": f"Bearer {token}"}).json()["messages"]
        assert [m["text"] for m in kept] == ["hello", "1: hello"]

    def test_who_asks_for_no_session_has_one_too(self, rasa: httpx.Client) -> None:
        widget = Widget(rasa)
        widget.say("hello")
        assert (widget.hears())["text"] == "1: hello"
        widget.say("again")
        assert (widget.hears())["text"] == "2: again"

    def test_a_person_is_heard_while_the_bot_is_silent(
        self, rasa: httpx.Client, service: Service, store: Store
    ) -> None:
        widget = Widget(rasa)
        conversation = (widget.session()).partition(".")[0]
        store.handovers.take(conversation, DANA)
        widget.say("hello")
        store.handovers.say(conversation, DANA, "Hello, this is Dana.")
        asyncio.run(service.bell.ring(conversation))
        assert widget.hears() == {"text": "Hello, this is Dana."}

    @pytest.mark.parametrize(
        "message",
        ["", " ", 5, None, "a\0b", "a" * 4001, {"text": "hi"}],
        ids=lambda message: ascii(message)[:20],
    )
    def test_what_is_no_text_is_told_so(self, rasa: httpx.Client, agent: Any, message: Any) -> None:
        widget = Widget(rasa)
        widget.session()
        widget.say(message)
        assert "message" in (widget.hears())["text"]

        assert agent.heard == []

    @pytest.mark.parametrize("data", [None, 5, "x", [], [{}]], ids=str)
    def test_what_is_no_object_ends_nothing(self, rasa: httpx.Client, data: Any) -> None:
        widget = Widget(rasa)
        widget.emit("session_request", data)
        widget.emit("user_uttered", data)
        widget.hears("session_confirm")
        assert "message" in (widget.hears())["text"]
        widget.say("hello")
        assert (widget.hears())["text"] == "1: hello"

    @pytest.mark.parametrize(
        "packet",
        [
            '42["connect",{"asgi.scope":{"type":"http","headers":[],"client":["192.0.2.9",1]}}]',
            '42["disconnect","client"]',
            '42["user_uttered",' + "[" * 20_000 + "]" * 20_000 + "]",
            "42[nope",
            "42[]",
            "42[5]",
            '42{"a":1}',
            '451-["user_uttered",{"_placeholder":true,"num":0}]',
            '4599999999-["user_uttered",{}]',
            "42" + "9" * 5000 + '["user_uttered",{}]',
            "bAAAA",
        ],
        ids=lambda packet: packet[:24],
    )
    def test_any_other_packet_is_passed_over(
        self,
        service: Service,
        connect: Callable[[Gateway], httpx.Client],
        capsys: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
        packet: str,
    ) -> None:
        gateway = Gateway(None, WebSettings.from_environment({"BOT_RASA_CHANNELS": "socketio"}))
        gateway.service = service
        widget = Widget(connect(gateway))
        widget.session()
        taken = len(gateway.entrance.streams.everybody)
        widget.send(packet)
        widget.say("hello")
        assert widget.hears()["text"] == "1: hello"
        assert len(gateway.entrance.streams.everybody) == taken == 1
        assert "Traceback" not in capsys.readouterr().err + caplog.text

    @pytest.mark.parametrize("chunked", [False, True])
    @pytest.mark.parametrize("known", [False, True])
    def test_a_body_that_is_too_large_is_refused_and_ends_nothing(
        self, rasa: httpx.Client, known: bool, chunked: bool
    ) -> None:
        widget = Widget(rasa)
        widget.session()
        said = b'42["user_uttered",{"message":"' + b"a" * MAX_BODY + b'"}]'
        sid = widget.query["sid"] if known else "nobody"
        sent = rasa.post(
            "/socket.io/",
            params=widget.query | {"sid": sid},
            content=iter([said[:9], said[9:]]) if chunked else said,
        )
        assert "64 KiB" in refused(sent, 413)
        widget.say("hello")
        assert widget.hears()["text"] == "1: hello"

    def test_a_body_may_come_in_pieces(self, rasa: httpx.Client) -> None:
        widget = Widget(rasa)
        widget.session()
        said = b'42["user_uttered",{"message":"hello"}]'
        rasa.post("/socket.io/", params=widget.query, content=iter([said[:9], said[9:]]))
        assert widget.hears()["text"] == "1: hello"

    @pytest.mark.parametrize(
        ("method", "query", "status"),
        [
            ("GET", "", 400),
            ("GET", "?EIO=3&transport=polling", 400),
            ("GET", "?EIO=4&transport=carrier-pigeon", 400),
            ("GET", "?EIO=4&transport=websocket", 400),
            ("GET", "?EIO=4&transport=polling&sid=<script>", 400),
            ("POST", "?EIO=4&transport=polling", 400),
            ("PUT", "?EIO=4&transport=polling", 405),
        ],
    )
    def test_what_is_no_request_of_a_client_is_refused(
        self, rasa: httpx.Client, method: str, query: str, status: int
    ) -> None:
        refused(rasa.request(method, f"/socket.io/{query}"), status)

    @pytest.mark.parametrize("origin", ["https://portal.example", "own"])
    def test_pages_of_allowed_origins_connect(self, rasa: httpx.Client, origin: str) -> None:
        address = str(rasa.base_url)
        headers = {"Origin": address if origin == "own" else origin}
        Widget(rasa, **headers)

    @pytest.mark.parametrize(
        "page",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            # A script is asked for without an origin, and this answer can be had as one.
            {"Sec-Fetch-Site": "cross-site"},
        ],
        ids=str,
    )
    def test_other_pages_do_not(self, rasa: httpx.Client, page: dict[str, str]) -> None:
        with pytest.raises(ConnectionRefusedError):
            Widget(rasa, **page)

    @pytest.mark.parametrize(
        ("query", "taken"),
        [("", False), ("site_key=wrong-key-1", False), ("site_key=site-one-1", True)],
    )
    def test_pages_of_other_sites_have_their_key(
        self,
        service: Service,
        connect: Callable[[Gateway], httpx.Client],
        query: str,
        taken: bool,
    ) -> None:
        environment = {
            "BOT_RASA_CHANNELS": "socketio",
            "BOT_ALLOWED_ORIGINS": "https://portal.example",
            "BOT_SITE_KEYS": "site-one-1",
        }
        gateway = Gateway(None, WebSettings.from_environment(environment))
        gateway.service = service
        client = connect(gateway)
        page = {"Origin": "https://portal.example", "Sec-Fetch-Site": "cross-site"}
        if not taken:
            with pytest.raises(ConnectionRefusedError):
                Widget(client, query, **page)
            return
        widget = Widget(client, query, **page)
        widget.session()
        widget.say("hello")
        assert widget.hears()["text"] == "1: hello"

    def test_its_polls_carry_one_answer_about_their_origin(self, rasa: httpx.Client) -> None:
        path = "/socket.io/?EIO=4&transport=polling"
        for origin, told in (("https://portal.example",) * 2, ("https://evil.example", None)):
            opened = rasa.get(path, headers={"Origin": origin})
            assert opened.headers.get("access-control-allow-origin") == told

    def test_who_connects_too_often_is_refused_before_anything_is_kept(
        self, service: Service, connect: Callable[[Gateway], httpx.Client]
    ) -> None:
        limits = Limits(address=Limiter(Rate(burst=2, seconds=60)))
        gateway = Gateway(limits, WebSettings.from_environment({"BOT_RASA_CHANNELS": "socketio"}))
        gateway.service = service
        client = connect(gateway)
        path = "/socket.io/?EIO=4&transport=polling"
        assert [client.get(path).status_code for _ in range(2)] == [200, 200]
        response = client.get(path)
        refused(response, 429)
        assert int(response.headers["retry-after"]) > 0

    def test_a_websocket_of_another_page_is_not_opened(self, rasa: httpx.Client) -> None:
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Origin": "https://evil.example",
        }
        path = "/socket.io/?EIO=4&transport=websocket"
        assert rasa.get(path, headers=upgrade).status_code == 403
