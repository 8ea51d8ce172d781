"""How a conversation stands, and who has it, over the interface; and the feed that tells of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.store import Store
from bot.store.clock import utc_now
from bot.store.handover import Handovers, Person
from bot.store.standing import Standing
from bot.web import limits
from bot.web.api import Gateway
from bot.web.app import application
from bot.web.bell import ring_queue
from bot.web.entrance import Service
from tests.web.test_api import refused

DANA = Person("u1", "Dana")
AS_IT_BEGINS = {
    "state": "bot",
    "reason": None,
    "place": None,
    "call_back": False,
    "person": None,
    "outcome": None,
    "open": None,
    "hours": "Monday to Friday",
    "phone": "1-800-555-0100",
    "circumstances": {"member_kind": None, "date_of_service": None},
    "feedback": {},
}


def of(conversation: Any, what: str = "") -> str:
    return str(conversation.path.removesuffix("/messages") + what)


def id_of(conversation: Any) -> str:
    return str(of(conversation).rpartition("/")[2])


def call(conversation: Any, method: str, what: str = "", **body: Any) -> httpx.Response:
    sent = {"json": body} if method in ("POST", "PUT") else {}
    return conversation.client.request(  # type: ignore[no-any-return]
        method, of(conversation, what), headers=conversation.headers, **sent
    )


def status(conversation: Any) -> dict[str, Any]:
    found = call(conversation, "GET").json()["status"]
    assert isinstance(found, dict)
    return found


def changed(conversation: Any, method: str, what: str, **body: Any) -> dict[str, Any]:
    """What a call changed of the status as it begins."""
    response = call(conversation, method, what, **body)
    assert response.status_code == 200, response.text
    told = response.json()["status"]
    assert told == status(conversation)
    return {key: value for key, value in told.items() if value != AS_IT_BEGINS[key]}


class TestStatus:
    def test_of_a_new_conversation(self, conversation: Any) -> None:
        assert call(conversation, "GET").json() == {"status": AS_IT_BEGINS, "last_event": 0}

    def test_comes_with_every_reply(self, conversation: Any) -> None:
        said = conversation.send(text="hello").json()
        read = call(conversation, "GET", "/messages").json()
        assert said["status"] == read["status"] == AS_IT_BEGINS
        assert said["last_event"] == read["last_event"] > 0

    @pytest.mark.parametrize(
        ("method", "what"),
        [
            ("GET", ""),
            ("GET", "/events"),
            ("POST", "/person"),
            ("DELETE", "/person"),
            ("POST", "/feedback"),
            ("PUT", "/circumstances"),
        ],
    )
    def test_is_for_the_token_only(
        self, client: httpx.Client, conversation: Any, begin: Any, method: str, what: str
    ) -> None:
        path = of(conversation, what)
        refused(client.request(method, path), 401)
        refused(client.request(method, path, headers=begin(client).headers), 404)


class TestMessagesAfter:
    def test_are_those_that_came_later(self, conversation: Any) -> None:
        for text in ("one", "two"):
            conversation.send(text=text)
        later = call(conversation, "GET", "/messages?after=2").json()["messages"]
        assert [(m["seq"], m["text"]) for m in later] == [(3, "two"), (4, "2: two")]
        assert call(conversation, "GET", "/messages?after=4").json()["messages"] == []

    @pytest.mark.parametrize("after", ["-1", "x", "1e3", "²", "99999999999", "1 OR 1=1"])
    def test_what_is_no_number_is_refused(self, conversation: Any, after: str) -> None:
        for what in ("/messages", "/events"):
            response = conversation.client.get(
                of(conversation, what), params={"after": after}, headers=conversation.headers
            )
            assert "after" in refused(response, 422)


class TestPerson:
    def test_is_asked_for_and_left_again(self, conversation: Any) -> None:
        asked = changed(conversation, "POST", "/person", reason="three denials")
        assert asked == {"state": "waiting", "reason": "asked", "place": 1}
        assert changed(conversation, "DELETE", "/person") == {}

    def test_why_is_kept_without_personal_details(self, conversation: Any, store: Store) -> None:
        changed(conversation, "POST", "/person", reason="member 123-45-6789 was denied")
        (event,) = store.events.after(0)
        assert event.detail["said"] == "member [SSN] was denied"

    @pytest.mark.parametrize("text", ["a person", "a complaint"])
    def test_by_words(self, conversation: Any, text: str) -> None:
        assert conversation.send(text=text).json()["status"]["state"] == "waiting"
        reason = {"a person": "asked", "a complaint": "complaint"}[text]
        assert status(conversation)["reason"] == reason

    def test_the_bot_goes_on_while_it_waits(self, conversation: Any) -> None:
        call(conversation, "POST", "/person")
        assert conversation.send(text="hello").json()["messages"][0]["text"] == "1: hello"

    def test_the_bot_is_silent_while_a_person_has_it(self, conversation: Any, store: Store) -> None:
        call(conversation, "POST", "/person")
        store.handovers.take(id_of(conversation), DANA)
        reply = conversation.send(text="hello", client_id="c1").json()
        assert reply["messages"] == []
        assert (reply["status"]["state"], reply["status"]["person"]) == ("with_person", "Dana")
        store.handovers.say(id_of(conversation), DANA, "Hello, this is Dana.")
        (said,) = call(conversation, "GET", "/messages?after=1").json()["messages"]
        assert (said["sender"], said["name"], said["answer"]) == ("agent", "Dana", None)
        assert conversation.send(text="hello", client_id="c1").json()["messages"] == []
        assert len(conversation.said()) == 2

    def test_the_provider_ends_it(self, conversation: Any, store: Store) -> None:
        store.handovers.take(id_of(conversation), DANA)
        ended = changed(conversation, "DELETE", "/person")
        assert ended == {"state": "closed", "outcome": "provider_left"}
        assert conversation.send(text="hello").json()["status"]["state"] == "bot"

    def test_places_in_the_queue(self, client: httpx.Client, begin: Any) -> None:
        several = [begin(client) for _ in range(3)]
        for each in several:
            call(each, "POST", "/person")
        assert [status(each)["place"] for each in several] == [1, 2, 3]
        call(several[0], "DELETE", "/person")
        assert [status(each)["place"] for each in several] == [None, 1, 2]

    @pytest.mark.parametrize("number", ["555-0100", "+1 (800) 555-0100 ext. 12", "8005550100 x7"])
    def test_calls_back(self, conversation: Any, store: Store, number: str) -> None:
        asked = changed(conversation, "POST", "/person", call_back=number)
        assert asked == {"state": "waiting", "reason": "call_back", "place": 1, "call_back": True}
        assert store.handovers.queue()[0].call_back == number

    @pytest.mark.parametrize(
        "body",
        [
            {"call_back": "call me"},
            {"call_back": "555"},
            {"call_back": "-------"},
            {"call_back": "5" * 41},
            {"call_back": 5550100},
            {"reason": ""},
            {"reason": "x" * 501},
            {"priority": 1},
        ],
        ids=str,
    )
    def test_another_shape_is_refused(self, conversation: Any, body: Any) -> None:
        refused(call(conversation, "POST", "/person", **body), 422)
        assert status(conversation) == AS_IT_BEGINS


class TestOutsideHours:
    @pytest.fixture(autouse=True)
    def _closed(self, desk: Any) -> None:
        desk.open = False

    def test_a_wish_is_answered_with_hours_and_phone(self, conversation: Any) -> None:
        assert changed(conversation, "POST", "/person") == {"open": False}
        assert conversation.send(text="a person").json()["status"]["state"] == "bot"

    def test_a_call_back_waits(self, conversation: Any) -> None:
        asked = changed(conversation, "POST", "/person", call_back="555-0100")
        assert (asked["state"], asked["reason"]) == ("waiting", "call_back")

    def test_a_complaint_waits_until_somebody_comes(self, conversation: Any) -> None:
        conversation.send(text="a complaint")
        assert status(conversation)["reason"] == "complaint"


class TestFeedback:
    def test_is_kept_by_message(self, conversation: Any) -> None:
        (reply,) = conversation.send(text="hello").json()["messages"]
        told = changed(conversation, "POST", "/feedback", message_id=reply["id"], helpful=False)
        assert told == {"feedback": {reply["id"]: False}}
        told = changed(conversation, "POST", "/feedback", message_id=reply["id"], helpful=True)
        assert told == {"feedback": {reply["id"]: True}}

    def test_brings_a_person_when_asked(self, conversation: Any, store: Store) -> None:
        (reply,) = conversation.send(text="hello").json()["messages"]
        said = {"message_id": reply["id"], "helpful": False, "reason": "123-45-6789 is missing"}
        told = changed(conversation, "POST", "/feedback", **said, person=True)
        assert (told["state"], told["reason"]) == ("waiting", "feedback")
        assert "123-45-6789" not in str(store.events.after(0))

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"helpful": True},
            {"message_id": "m", "helpful": "yes"},
            {"message_id": "m", "helpful": 1},
            {"message_id": "m", "helpful": None},
            {"message_id": "unknown", "helpful": True},
            {"message_id": "m", "helpful": True, "person": "no"},
            {"message_id": "m", "helpful": True, "stars": 5},
        ],
        ids=str,
    )
    def test_another_shape_is_refused(self, conversation: Any, body: Any) -> None:
        conversation.send(text="hello")
        refused(call(conversation, "POST", "/feedback", **body), 422)

    def test_what_the_provider_said_has_none(self, conversation: Any) -> None:
        conversation.send(text="hello")
        asked = call(conversation, "GET", "/messages").json()["messages"][0]
        refused(call(conversation, "POST", "/feedback", message_id=asked["id"], helpful=True), 422)


class TestCircumstances:
    def test_are_kept_and_taken_back_one_by_one(self, conversation: Any, store: Store) -> None:
        changed(conversation, "PUT", "/circumstances", member_kind="federal_program")
        told = changed(conversation, "PUT", "/circumstances", date_of_service="2026-02-03")
        both = {"member_kind": "federal_program", "date_of_service": "2026-02-03"}
        assert told == {"circumstances": both}
        thread = store.conversations.before_turn(id_of(conversation), None).thread
        assert thread == {"program": "Federal Employee Program", "date_of_service": "2026-02-03"}
        changed(conversation, "PUT", "/circumstances", member_kind=None)
        assert changed(conversation, "PUT", "/circumstances", date_of_service=None) == {}
        assert store.conversations.before_turn(id_of(conversation), None).thread == {}

    @pytest.mark.parametrize(
        "body",
        [
            {"member_kind": "mine"},
            {"member_kind": 1},
            {"member_kind": ["ours"]},
            {"date_of_service": "03/02/2026"},
            {"date_of_service": "2026-02-30"},
            {"date_of_service": "20260203"},
            {"date_of_service": "٢٠٢٦-٠٢-٠٣"},
            {"date_of_service": 20260203},
            {"place_of_service": "11"},
        ],
        ids=str,
    )
    def test_another_shape_is_refused(self, conversation: Any, body: Any) -> None:
        refused(call(conversation, "PUT", "/circumstances", **body), 422)


Event = tuple[str, str, Any]


@contextmanager
def listening(conversation: Any, after: int = 0, **headers: str) -> Iterator[Iterator[Event]]:
    """The events of the feed as they come: id, name and data."""
    path = of(conversation, f"/events?after={after}")
    sent = {**conversation.headers, **headers}
    with conversation.client.stream("GET", path, headers=sent, timeout=10) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield _events(response)


def _events(response: httpx.Response) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield fields["id"], fields["event"], json.loads(fields["data"])
            fields = {}


@pytest.fixture
def ring(service: Service) -> Callable[[Any], None]:
    """Rings for a conversation as the panel does, from another thread than the server's."""
    return lambda conversation: asyncio.run(service.bell.ring(id_of(conversation)))


class TestFeed:
    def test_begins_with_the_state_and_tells_every_message(self, conversation: Any) -> None:
        with listening(conversation) as events:
            assert next(events) == ("0", "state", AS_IT_BEGINS)
            conversation.send(text="hello")
            asked, said = next(events), next(events)
        assert [e[1] for e in (asked, said)] == ["message", "message"]
        assert [e[2]["text"] for e in (asked, said)] == ["hello", "1: hello"]
        assert [e[2] for e in (asked, said)] == call(conversation, "GET", "/messages").json()[
            "messages"
        ]

    @pytest.mark.parametrize("by", ["header", "query"])
    def test_resumes_after_any_event(self, conversation: Any, by: str) -> None:
        for text in ("one", "two"):
            conversation.send(text=text)
        with listening(conversation) as events:
            everything = [next(events) for _ in range(5)][1:]
        for place, (number, _, _) in enumerate(everything[:-1]):
            resumed = (
                listening(conversation, **{"Last-Event-ID": number})
                if by == "header"
                else listening(conversation, int(number))
            )
            with resumed as events:
                assert next(events)[1] == "state"
                assert next(events) == everything[place + 1]

    def test_a_number_that_no_event_has_had_is_told_everything(self, conversation: Any) -> None:
        conversation.send(text="one")
        with listening(conversation, 2_000_000_000) as events:
            assert next(events)[:2] == ("0", "state")
            assert [next(events)[2]["text"] for _ in range(2)] == ["one", "1: one"]

    def test_goes_on_from_what_a_reply_said(self, conversation: Any) -> None:
        last = conversation.send(text="one").json()["last_event"]
        with listening(conversation, last) as events:
            next(events)
            conversation.send(text="two")
            assert next(events)[2]["text"] == "two"

    def test_tells_every_change_of_the_state(
        self, conversation: Any, store: Store, ring: Callable[[Any], None]
    ) -> None:
        with listening(conversation) as events:
            next(events)
            call(conversation, "POST", "/person")
            assert next(events)[2]["state"] == "waiting"
            store.handovers.take(id_of(conversation), DANA)
            store.handovers.say(id_of(conversation), DANA, "Hello.")
            ring(conversation)
            _, name, message = next(events)
            assert (name, message["text"], message["name"]) == ("message", "Hello.", "Dana")
            assert next(events)[2]["person"] == "Dana"
            call(conversation, "DELETE", "/person")
            assert next(events)[2]["state"] == "closed"

    @pytest.mark.parametrize("by", ["provider", "person"])
    def test_a_place_that_got_free_is_told_at_once(
        self, client: httpx.Client, begin: Any, store: Store, service: Service, by: str
    ) -> None:
        first, second = begin(client), begin(client)
        for each in (first, second):
            call(each, "POST", "/person")
        with listening(second) as events:
            assert next(events)[2]["place"] == 2
            if by == "provider":
                call(first, "DELETE", "/person")
            else:
                store.handovers.take(id_of(first), DANA)
                asyncio.run(ring_queue(service.bell, store.handovers))
            # Sooner than a feed looks by itself.
            assert next(events)[2]["place"] == 1

    def test_is_the_conversations_own(self, client: httpx.Client, begin: Any) -> None:
        one, other = begin(client), begin(client)
        with listening(one) as events:
            next(events)
            other.send(text="elsewhere")
            one.send(text="here")
            assert next(events)[2]["text"] == "here"

    def test_several_hear_the_same(self, conversation: Any) -> None:
        with listening(conversation) as one, listening(conversation) as other:
            next(one), next(other)
            conversation.send(text="hello")
            assert [next(one) for _ in range(2)] == [next(other) for _ in range(2)]

    def test_a_line_feed_stays_within_its_event(self, conversation: Any) -> None:
        text = "a\n\nevent: state\ndata: {}\r\n\u2028id: 9"
        with listening(conversation) as events:
            next(events)
            conversation.send(text=text)
            assert next(events)[2]["text"] == text

    def test_too_many_of_a_conversation_are_refused(self, conversation: Any) -> None:
        with ExitStack() as held:
            number = limits.STREAMS_PER_CONVERSATION
            feeds = [held.enter_context(listening(conversation)) for _ in range(number)]
            assert {next(events)[1] for events in feeds} == {"state"}
            response = call(conversation, "GET", "/events")
            assert "live connections" in refused(response, 429)
            assert int(response.headers["retry-after"]) > 0

    def test_ends_when_the_server_does(
        self, service: Service, connect: Callable[[Gateway], httpx.Client], begin: Any
    ) -> None:
        gateway = Gateway(limits=None)
        gateway.service = replace(service)
        conversation = begin(connect(gateway))
        with listening(conversation) as events:
            next(events)
            service.bell.close()
            assert list(events) == []


class Talkative(Handovers):
    """Of conversations in which a person writes just before and just after anybody looks."""

    def standing(self, conversation: str) -> Standing:
        self.say(conversation, DANA, "before")
        standing = super().standing(conversation)
        self.say(conversation, DANA, "after")
        return standing


def test_nothing_falls_between_the_reading_and_the_feed(
    service: Service, store: Store, connect: Callable[[Gateway], httpx.Client], begin: Any
) -> None:
    gateway = Gateway(limits=None)
    gateway.service = replace(service, handovers=Talkative(store.database, utc_now))
    conversation = begin(connect(gateway))
    store.handovers.take(id_of(conversation), DANA)
    read = call(conversation, "GET", "/messages").json()
    known = {message["seq"] for message in read["messages"]}
    with listening(conversation, read["last_event"]) as events:
        next(events)
        known.add(next(events)[2]["seq"])
    assert known == {1, 2}


def test_no_place_and_no_ear_is_kept_of_a_feed_that_ended(service: Service, store: Store) -> None:
    gateway = Gateway(limits=None)
    gateway.service = service
    conversation, token = store.conversations.start()
    streams, heard = gateway.entrance.streams, []

    async def listen_once() -> None:
        begun = asyncio.Event()

        async def receive() -> dict[str, str]:
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if b"event: state" in message.get("body", b""):
                heard.append((len(streams.conversation), len(service.bell)))  # type: ignore[arg-type]
                begun.set()

        scope = {
            "type": "http",
            "method": "GET",
            "path": f"/api/v1/conversations/{conversation}/events",
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {token}".encode())],
            "client": ("192.0.2.1", 5000),
            "asgi": {"spec_version": "2.3"},
        }
        await application(gateway)(scope, receive, send)

    asyncio.run(listen_once())
    assert heard == [(1, 1)]
    left = (streams.everybody, streams.address, streams.conversation, service.bell)
    assert [len(each) for each in left] == [0, 0, 0, 0]  # type: ignore[arg-type]
