"""Conversations and decisions at rest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.errors import NotOnFile, Overtaken
from bot.store import Store
from tests.store.conftest import Clock


def reply(text: str, answer: dict[str, Any] | None = None, *payloads: str) -> dict[str, Any]:
    buttons = [{"title": payload.upper(), "payload": payload} for payload in payloads]
    return {"text": text, "buttons": buttons, "answer": answer}


def decided(decision: str, version: str = "abc-101-x", number: str = "ABC 101") -> dict[str, Any]:
    named = {"number": number, "title": "Pumps", "version": version}
    return {"kind": "answer", "topics": ["coverage"], "decision_id": decision, "policy": named}


def turn(store: Store, conversation: str, *replies: dict[str, Any], **more: Any) -> list[Any]:
    kept = store.conversations.record_turn(
        conversation,
        more.get("client_id"),
        more.get("text", "is it covered?"),
        replies or (reply("Yes."),),
        more.get("thread", {}),
        "model-1",
        {"intent": "coverage"},
    )
    return kept.replies


def test_only_the_token_of_a_conversation_opens_it(store: Store) -> None:
    one, token = store.conversations.start()
    other, other_token = store.conversations.start()
    assert store.conversations.holds(one, token)
    assert store.conversations.holds(other, other_token)
    assert not store.conversations.holds(one, other_token)
    assert not store.conversations.holds(one, "")
    assert not store.conversations.holds("no such conversation", token)


def test_a_turn_is_kept_with_all_that_was_said(store: Store, clock: Clock) -> None:
    conversation, _ = store.conversations.start()
    answer = decided("D-1")
    kept = turn(store, conversation, reply("It is.", answer, "/why"), reply("And more."))
    asked, first, second = store.conversations.messages(conversation)
    assert [first, second] == kept
    assert (asked["sender"], asked["text"], asked["answer"], asked["buttons"]) == (
        "provider",
        "is it covered?",
        None,
        [],
    )
    assert first | {"id": ""} == {
        "id": "",
        "seq": 2,
        "sender": "bot",
        "text": "It is.",
        "buttons": [{"title": "/WHY", "payload": "/why"}],
        "answer": answer,
        "at": clock().isoformat(),
    }
    assert len({message["id"] for message in (asked, first, second)}) == 3


def test_turns_stand_in_their_order(store: Store) -> None:
    conversation, _ = store.conversations.start()
    for number in range(3):
        turn(store, conversation, reply(f"a{number}"), reply(f"b{number}"), text=f"q{number}")
    assert [message["text"] for message in store.conversations.messages(conversation)] == [
        *("q0", "a0", "b0"),
        *("q1", "a1", "b1"),
        *("q2", "a2", "b2"),
    ]


def test_the_thread_is_carried_to_the_next_turn(store: Store) -> None:
    conversation, _ = store.conversations.start()
    assert store.conversations.before_turn(conversation, "c1") == (None, None, 0)
    turn(store, conversation, client_id="c1", thread={"policy": "ABC 101"})
    assert store.conversations.before_turn(conversation, "c2")[:2] == ({"policy": "ABC 101"}, None)


def test_the_same_client_id_never_makes_a_second_turn(store: Store) -> None:
    conversation, _ = store.conversations.start()
    first = turn(store, conversation, reply("First."), client_id="c1", thread={"turn": 1})
    turn(store, conversation, reply("Second."), client_id="c2", thread={"turn": 2})
    again = turn(store, conversation, reply("Never kept."), client_id="c1", thread={"turn": 3})
    assert again == first
    begun = store.conversations.before_turn(conversation, "c1")
    assert begun.thread == {"turn": 2}
    assert begun.earlier is not None
    assert (begun.earlier.received, begun.earlier.replies) == ("is it covered?", first)
    assert len(store.conversations.messages(conversation)) == 4


def test_a_client_id_belongs_to_its_conversation(store: Store) -> None:
    one, _ = store.conversations.start()
    other, _ = store.conversations.start()
    turn(store, one, reply("One."), client_id="c1")
    assert [m["text"] for m in turn(store, other, reply("Other."), client_id="c1")] == ["Other."]


def test_a_turn_recorded_by_many_at_once_is_kept_once(opened: Callable[[], Store]) -> None:
    stores = [opened() for _ in range(4)]
    conversation, _ = stores[0].conversations.start()
    with ThreadPoolExecutor(4) as pool:
        given = list(
            pool.map(
                lambda store: turn(store, conversation, reply("Once."), client_id="c1"), stores
            )
        )
    assert all(replies == given[0] for replies in given)
    assert len(stores[0].conversations.messages(conversation)) == 2


def test_turns_of_one_conversation_by_many_at_once_are_all_kept(
    opened: Callable[[], Store],
) -> None:
    stores = [opened() for _ in range(4)]
    conversation, _ = stores[0].conversations.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: turn(stores[n % 4], conversation, text=f"q{n}"), range(12)))
    said = [m["text"] for m in stores[0].conversations.messages(conversation)]
    assert sorted(said[::2]) == sorted(f"q{n}" for n in range(12))
    assert set(said[1::2]) == {"Yes."}


def test_a_button_can_be_pressed_as_long_as_it_was_shown_in_the_conversation(store: Store) -> None:
    one, _ = store.conversations.start()
    other, _ = store.conversations.start()
    turn(store, one, reply("Which?", None, "/a", "/b"))
    turn(store, one, reply("Go on.", None, "/c"))
    assert store.conversations.offered(one, "/b") == "/B"
    assert store.conversations.offered(one, "/c") == "/C"
    assert store.conversations.offered(one, "/d") is None
    assert store.conversations.offered(other, "/b") is None


def test_a_conversation_that_is_gone(store: Store) -> None:
    with pytest.raises(NotOnFile, match="No conversation nobody"):
        store.conversations.before_turn("nobody", None)
    with pytest.raises(NotOnFile, match="No conversation nobody"):
        turn(store, "nobody")


def test_an_answer_with_a_reference_number_is_kept_as_given(store: Store, clock: Clock) -> None:
    conversation, _ = store.conversations.start()
    answer = decided("D-1")
    (message,) = turn(store, conversation, reply("It is.", answer), text="covered?")
    decision = store.decisions.get("D-1")
    assert decision.answer == answer
    assert decision.question == "covered?"
    assert decision.version == "abc-101-x"
    assert decision.conversation == conversation
    assert decision.message == message["id"]
    assert (decision.model, decision.at) == ("model-1", clock())


def test_other_replies_are_no_decisions(store: Store) -> None:
    conversation, _ = store.conversations.start()
    turn(store, conversation, reply("Hello.", {"kind": "conversation", "topics": []}), reply("Hi."))
    assert store.decisions.received("ABC 101") == []
    with pytest.raises(NotOnFile, match="No decision D-2 is on file"):
        store.decisions.get("D-2")


def test_who_received_answers_from_a_policy_or_a_version(store: Store) -> None:
    one, _ = store.conversations.start()
    other, _ = store.conversations.start()
    turn(store, one, reply("1", decided("D-1", "abc-101-old")), reply("2", decided("D-2")))
    turn(store, other, reply("3", decided("D-3", "abc-102-x", "ABC 102")))
    turn(store, other, reply("4", decided("D-4", "abc-101-old")))
    assert {d.id for d in store.decisions.received("abc # 101")} == {"D-1", "D-2", "D-4"}
    recalled = store.decisions.received("ABC 101", "abc-101-old")
    assert {(d.id, d.conversation) for d in recalled} == {("D-1", one), ("D-4", other)}
    assert store.decisions.received("ABC 101", "abc-101-none") == []


def test_a_turn_that_cannot_be_kept_leaves_no_trace(store: Store) -> None:
    conversation, _ = store.conversations.start()
    turn(store, conversation, reply("It is.", decided("D-1")), thread={"turn": 1})
    with pytest.raises(Exception, match=r"(?i)unique"):
        turn(store, conversation, reply("Again.", decided("D-1")), thread={"turn": 2})
    assert len(store.conversations.messages(conversation)) == 2
    assert store.conversations.before_turn(conversation, None).thread == {"turn": 1}


def test_a_turn_that_was_overtaken_is_not_kept(store: Store) -> None:
    conversation, _ = store.conversations.start()
    begun = store.conversations.before_turn(conversation, None).last_event
    turn(store, conversation, reply("First."))
    kept = store.conversations.messages(conversation)
    with pytest.raises(Overtaken):
        store.conversations.record_turn(
            conversation, None, "late", [reply("Late.")], {}, "m", last_event=begun
        )
    assert store.conversations.messages(conversation) == kept
