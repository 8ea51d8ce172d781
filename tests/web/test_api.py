"""What the HTTP interface does, and how it refuses what it does not do."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.policy.wire import from_json
from bot.web.api import Gateway
from bot.web.entrance import Limits, Service
from bot.web.limits import Limiter, Rate

MESSAGES = "/api/v1/conversations/{}/messages"
GOOD = "k" * 43


def refused(response: httpx.Response, status: int) -> str:
    """The sentence of a refusal, which must be a problem document of one clear sentence."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"][0].isupper()
    assert problem["detail"].endswith(".")
    return str(problem["detail"])


class TestConversation:
    def test_is_answered_and_kept_in_order(self, conversation: Any) -> None:
        reply = conversation.send(text="hello")
        assert reply.status_code == 200
        (message,) = reply.json()["messages"]
        assert message["text"] == "1: hello"
        assert message["sender"] == "bot"
        assert message["answer"] == {"kind": "conversation", "topics": []}
        assert set(message) == {"id", "sender", "seq", "text", "buttons", "answer", "at"}
        conversation.send(text="and then?")
        assert conversation.said() == [
            ("provider", "hello"),
            ("bot", "1: hello"),
            ("provider", "and then?"),
            ("bot", "2: and then?"),
        ]

    @pytest.mark.parametrize("sent", [{"json": {}}, {"content": b""}, {}], ids=str)
    def test_starts_with_an_empty_object_or_nothing(self, client: httpx.Client, sent: Any) -> None:
        made = client.post("/api/v1/conversations", **sent)
        assert made.status_code == 201
        assert set(made.json()) == {"conversation_id", "token"}

    def test_is_started_with_nothing_else(self, client: httpx.Client) -> None:
        refused(client.post("/api/v1/conversations", json={"sender": "me"}), 422)

    @pytest.mark.parametrize(
        "text",
        [
            "x",
            "/restart",
            '/ask_coverage{"policy": "CAM 80306"}',
            "<script>alert(1)</script>",
            "𝔊" * 4000,
            "אם זה מכוסה?",
            "e\u0301\u200d\u202e\u2066",
            "a\u00a0b\r\n\tc\x1b[0m",
            "'; DROP TABLE messages; --",
        ],
        ids=ascii,
    )
    def test_takes_text_of_any_kind(self, conversation: Any, text: str) -> None:
        reply = conversation.send(text=text)
        assert reply.status_code == 200
        assert reply.json()["messages"][0]["text"] == f"1: {text}"

    def test_nothing_sees_what_must_not_be_kept(self, conversation: Any, agent: Any) -> None:
        reply = conversation.send(text="the member is 123-45-6789")
        assert agent.heard == ["the member is [SSN]"]
        assert reply.json()["received"] == "the member is [SSN]"
        assert "123-45-6789" not in str(conversation.said())


class TestButtons:
    def test_an_offered_one_is_pressed_and_shown_by_its_title(self, conversation: Any) -> None:
        (message,) = conversation.send(text="hello").json()["messages"]
        payload = message["buttons"][0]["payload"]
        reply = conversation.send(payload=payload)
        assert reply.json()["messages"][0]["text"] == f"2: pressed {payload}"
        assert conversation.said()[2] == ("provider", "Why?")

    def test_one_that_was_never_offered_is_refused(self, conversation: Any, agent: Any) -> None:
        refused(conversation.send(payload="/ask_coverage"), 422)
        assert agent.heard == []
        assert conversation.said() == []

    def test_one_that_another_conversation_was_offered_is_refused(
        self, client: httpx.Client, conversation: Any, begin: Any
    ) -> None:
        (message,) = conversation.send(text="hello").json()["messages"]
        refused(begin(client).send(payload=message["buttons"][0]["payload"]), 422)


class TestClientId:
    @pytest.mark.parametrize("body", [{"text": "hello"}, {"payload": '/need{"topics": "reason"}'}])
    def test_the_same_one_has_one_turn(self, conversation: Any, body: dict[str, str]) -> None:
        conversation.send(text="first")
        once = conversation.send(**body, client_id="a1")
        again = conversation.send(**body, client_id="a1")
        assert once.status_code == 200
        assert again.json() == once.json()
        assert len(conversation.said()) == 4

    def test_with_other_words_it_tells_what_was_kept(self, conversation: Any) -> None:
        once = conversation.send(text="hello", client_id="a1")
        again = conversation.send(text="something else", client_id="a1")
        assert once.json()["received"] == again.json()["received"] == "hello"
        assert conversation.said() == [("provider", "hello"), ("bot", "1: hello")]

    def test_is_the_conversations_own(
        self, client: httpx.Client, conversation: Any, begin: Any
    ) -> None:
        conversation.send(text="mine", client_id="a1")
        other = begin(client)
        assert other.send(text="other", client_id="a1").json()["messages"][0]["text"] == "1: other"


class TestKeys:
    @pytest.mark.parametrize(
        "header",
        [{}, *({"Authorization": v} for v in ("", "Bearer", "Bearer x", f"Basic {GOOD}", GOOD))],
        ids=str,
    )
    def test_without_a_token_or_with_a_broken_one(self, conversation: Any, header: Any) -> None:
        for method in ("GET", "POST"):
            response = conversation.client.request(method, conversation.path, headers=header)
            refused(response, 401)
            assert response.headers["www-authenticate"] == "Bearer"

    def test_anothers_conversation_looks_like_none(
        self, client: httpx.Client, conversation: Any, begin: Any
    ) -> None:
        stranger = begin(client).headers
        paths = [conversation.path, *(MESSAGES.format(x) for x in ("0", "a" * 32, "%00", "é" * 9))]
        details = {
            refused(client.request(method, path, headers=stranger, json=body), 404)
            for path in paths
            for method, body in (("GET", None), ("POST", {"text": "hi"}))
        }
        assert len(details) == 1

    def test_no_decision_is_shown_before_there_is_a_sign_in(self, client: httpx.Client) -> None:
        refused(client.get("/api/v1/decisions/1"), 401)


BODIES = {
    "no JSON": (400, b"{"),
    "nothing but a word": (400, b"hello"),
    "another encoding": (400, '{"text": "é"}'.encode("latin-1")),
    "a constant that JSON lacks": (400, b'{"text": NaN}'),
    "deep nesting": (400, b"[" * 60_000),
    "a number of 60,000 digits": (400, b'{"text": ' + b"9" * 60_000 + b"}"),
    "a list": (422, b'["text"]'),
    "null": (422, b"null"),
    "an empty object": (422, b"{}"),
    "a number for text": (422, b'{"text": 5}'),
    "null for text": (422, b'{"text": null}'),
    "an object for text": (422, b'{"text": {"a": "b"}}'),
    "a number for payload": (422, b'{"payload": 5}'),
    "a number for client_id": (422, b'{"text": "hi", "client_id": 5}'),
    "a blank client_id": (422, b'{"text": "hi", "client_id": ""}'),
    "a long client_id": (422, json.dumps({"text": "hi", "client_id": "a" * 201}).encode()),
    "text and payload": (422, b'{"text": "hi", "payload": "/x"}'),
    "a sender": (422, b'{"text": "hi", "sender": "someone"}'),
    "metadata": (422, b'{"text": "hi", "metadata": {}}'),
    "an empty text": (422, b'{"text": ""}'),
    "a blank text": (422, b'{"text": " \\n\\u00a0\\u2003"}'),
    "a NUL": (422, b'{"text": "a\\u0000b"}'),
    "half a surrogate pair": (422, b'{"text": "a\\ud800b"}'),
    "half a pair in client_id": (422, b'{"text": "a", "client_id": "\\udfff"}'),
    "half a pair in a name": (422, b'{"text": "a", "\\udfff": "x"}'),
    "4,001 characters": (422, json.dumps({"text": "a" * 4001}).encode()),
    "over 64 KiB": (413, json.dumps({"text": "a" * 65_536}).encode()),
    "1 MB of one letter": (413, json.dumps({"text": "a" * 1_000_000}).encode()),
}


class TestBodies:
    @pytest.mark.parametrize(("status", "body"), BODIES.values(), ids=BODIES)
    def test_refused(self, conversation: Any, agent: Any, status: int, body: bytes) -> None:
        headers = {**conversation.headers, "Content-Type": "application/json"}
        response = conversation.client.post(conversation.path, content=body, headers=headers)
        refused(response, status)
        assert agent.heard == []
        assert conversation.send(text="still there").status_code == 200

    def test_refused_when_its_length_is_not_declared(self, conversation: Any) -> None:
        pieces = (b"a" * 1000 for _ in range(70))
        headers = {**conversation.headers, "Content-Type": "application/json"}
        refused(conversation.client.post(conversation.path, content=pieces, headers=headers), 413)

    @pytest.mark.parametrize("kind", ["text/plain", "application/jsonx", "multipart/form-data", ""])
    def test_of_another_type(self, conversation: Any, kind: str) -> None:
        headers = {**conversation.headers, "Content-Type": kind}
        response = conversation.client.post(
            conversation.path, content=b'{"text": "hi"}', headers=headers
        )
        refused(response, 415)

    @pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
    def test_of_the_right_type_in_other_words(self, conversation: Any, kind: str) -> None:
        headers = {**conversation.headers, "Content-Type": kind}
        response = conversation.client.post(
            conversation.path, content=b'{"text": "hi"}', headers=headers
        )
        assert response.status_code == 200


class TestPolicies:
    def test_a_version_with_the_text_of_its_spans(self, client: httpx.Client, store: Any) -> None:
        version = store.policies.version("Policy 7")
        found = client.get(f"/api/v1/policies/{version.id}")
        assert found.status_code == 200
        shown = found.json()
        section = shown["sections"][0]
        assert shown["text"][section["start"] : section["end"]] == section["text"]
        assert from_json(shown) == version.policy

    @pytest.mark.parametrize("name", ["nothing", "%00", "é", "a" * 500, "..%2f..%2fetc"])
    def test_none_of_that_name(self, client: httpx.Client, name: str) -> None:
        refused(client.get(f"/api/v1/policies/{name}"), 404)


class TestTrouble:
    @pytest.mark.parametrize("trouble", ["too much", "no store"])
    def test_that_passes_is_worth_another_try(self, conversation: Any, trouble: str) -> None:
        response = conversation.send(text=trouble)
        sentence = refused(response, 503)
        assert "few seconds" in sentence
        assert "secret" not in sentence
        assert int(response.headers["retry-after"]) > 0

    def test_a_fault_repeats_nothing_of_the_text_and_keeps_nothing(
        self, conversation: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = conversation.send(text="fault", client_id="a1")
        assert "fault" not in refused(response, 500)
        assert "RuntimeError" in caplog.text
        assert "FAULT" not in caplog.text
        assert conversation.said() == []
        assert conversation.send(text="again").status_code == 200

    def test_before_the_service_is_there(self, connect: Any, service: Service) -> None:
        gateway = Gateway(limits=None)
        client = connect(gateway)
        assert client.get("/healthz").status_code == 200
        for method, path in [
            ("GET", "/readyz"),
            ("POST", "/api/v1/conversations"),
            ("GET", MESSAGES.format("1")),
            ("POST", MESSAGES.format("1")),
            ("GET", "/api/v1/policies/1"),
        ]:
            response = client.request(method, path)
            refused(response, 503)
            assert int(response.headers["retry-after"]) > 0
        gateway.service = service
        assert client.get("/readyz").status_code == 200
        assert client.post("/api/v1/conversations").status_code == 201

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/api/v1/nothing", 404),
            ("GET", "/static/nothing.js", 404),
            ("GET", "/static/../api.py", 404),
            ("GET", "/static/%2e%2e/api.py", 404),
            ("POST", "/healthz", 405),
            ("GET", "/api/v1/conversations", 405),
            ("DELETE", MESSAGES.format("1"), 405),
        ],
    )
    def test_no_such_call(self, client: httpx.Client, method: str, path: str, status: int) -> None:
        refused(client.request(method, path), status)


class TestLimits:
    WIDE = Rate(burst=1000, seconds=1)

    def gateway(self, service: Service, **narrow: Rate) -> Gateway:
        rates = {"conversation": self.WIDE, "address": self.WIDE, "starts": self.WIDE} | narrow
        gateway = Gateway(Limits(**{name: Limiter(rate) for name, rate in rates.items()}))
        gateway.service = service
        return gateway

    def test_of_a_conversation(self, service: Service, connect: Any, begin: Any) -> None:
        client = connect(self.gateway(service, conversation=Rate(burst=2, seconds=60)))
        one, other = begin(client), begin(client)
        assert [one.send(text="hi").status_code for _ in range(2)] == [200, 200]
        response = one.send(text="hi")
        refused(response, 429)
        assert 0 < int(response.headers["retry-after"]) <= 60
        assert other.send(text="hi").status_code == 200
        assert len(one.said()) == 4

    def test_of_an_address(self, service: Service, connect: Any, begin: Any) -> None:
        client = connect(self.gateway(service, address=Rate(burst=3, seconds=60)))
        one = begin(client)
        assert [one.send(text="hi").status_code for _ in range(2)] == [200, 200]
        refused(one.send(text="hi"), 429)
        refused(client.post("/api/v1/conversations"), 429)
        assert client.get("/readyz").status_code == 200

    def test_of_new_conversations(self, service: Service, connect: Any, begin: Any) -> None:
        client = connect(self.gateway(service, starts=Rate(burst=1, seconds=60)))
        one = begin(client)
        refused(client.post("/api/v1/conversations"), 429)
        assert one.send(text="hi").status_code == 200
