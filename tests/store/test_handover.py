"""The hand-over: the queue, who has a conversation, what is told of it, and what both databases keep."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from bot.errors import HeldByAnother, NotHeld, NotOnFile
from bot.store import Store, open_store
from bot.store.database import Database
from bot.store.handover import Person
from bot.store.migrations import downgrade, upgrade
from tests.store.conftest import Clock

DANA = Person("u1", "Dana")
RAY = Person("u2", "Ray")


def begun(store: Store) -> str:
    return store.conversations.start()[0]


def turn(store: Store, conversation: str, said: str = "covered?", **more: Any) -> list[Any]:
    replies = [{"text": f"re: {said}", "buttons": [], "answer": None}]
    kept = store.conversations.record_turn(conversation, None, said, replies, {}, "m", **more)
    return kept.replies


def kinds(store: Store, conversation: str) -> list[str]:
    return [event.kind for event in store.events.after(0, conversation)]


def test_it_waits_in_the_order_of_asking(store: Store, clock: Clock) -> None:
    first, second, third = (begun(store) for _ in range(3))
    for conversation in (second, first, third):
        store.handovers.ask(conversation, "asked")
        clock.forward(minutes=1)
    assert [w.conversation for w in store.handovers.queue()] == [second, first, third]
    assert [store.handovers.standing(c).place for c in (first, second, third)] == [2, 1, 3]
    store.handovers.take(second, DANA)
    assert [store.handovers.standing(c).place for c in (first, second, third)] == [1, None, 2]


def test_who_asks_at_the_same_moment_has_a_place_of_their_own(store: Store) -> None:
    asked = [begun(store) for _ in range(4)]
    for conversation in asked:
        store.handovers.ask(conversation, "asked")
    assert sorted(store.handovers.standing(c).place or 0 for c in asked) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("first", "then", "reason"),
    [
        ({"reason": "asked"}, {"reason": "asked"}, "asked"),
        ({"reason": "asked"}, {"reason": "complaint"}, "complaint"),
        ({"reason": "complaint"}, {"reason": "asked"}, "complaint"),
        ({"reason": "complaint"}, {"reason": "call_back", "call_back": "555-0100"}, "complaint"),
        ({"reason": "asked"}, {"reason": "call_back", "call_back": "555-0100"}, "call_back"),
        ({"reason": "not_understood"}, {"reason": "feedback"}, "not_understood"),
    ],
)
def test_who_asks_again_keeps_the_place(
    store: Store, clock: Clock, first: dict[str, str], then: dict[str, str], reason: str
) -> None:
    conversation = begun(store)
    since = clock()
    store.handovers.ask(conversation, **first)  # type: ignore[arg-type]
    clock.forward(minutes=5)
    standing = store.handovers.ask(conversation, **then)  # type: ignore[arg-type]
    assert (standing.state, standing.reason) == ("waiting", reason)
    assert standing.call_back == ("call_back" in then)
    assert store.handovers.queue()[0].since == since


def test_asking_the_same_again_tells_nothing_new(store: Store) -> None:
    conversation = begun(store)
    for _ in range(3):
        store.handovers.ask(conversation, "asked")
    assert kinds(store, conversation) == ["waiting"]


def test_of_many_who_take_it_at_once_one_has_it(opened: Callable[[], Store]) -> None:
    stores = [opened() for _ in range(4)]
    conversation = begun(stores[0])
    stores[0].handovers.ask(conversation, "asked")

    def take(number: int) -> bool:
        try:
            stores[number].handovers.take(conversation, Person(f"u{number}", f"Agent {number}"))
        except HeldByAnother:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]
    assert kinds(stores[0], conversation) == ["waiting", "taken"]


def test_the_bot_is_silent_while_a_person_has_it(store: Store) -> None:
    conversation = begun(store)
    store.handovers.take(conversation, DANA)
    assert turn(store, conversation, "and inpatient?") == []
    said = store.handovers.say(conversation, DANA, "Let me look.")
    assert (said["sender"], said["name"], said["answer"], said["seq"]) == (
        *("agent", "Dana", None),
        2,
    )
    told = [(m["sender"], m["text"]) for m in store.conversations.messages(conversation)]
    assert told == [("provider", "and inpatient?"), ("agent", "Let me look.")]
    (suggested,) = (e for e in store.events.after(0, conversation) if e.kind == "suggested")
    assert suggested.detail["seq"] == 1
    assert suggested.detail["replies"][0]["text"] == "re: and inpatient?"
    store.handovers.return_to_bot(conversation, DANA)
    assert [m["text"] for m in turn(store, conversation, "why?")] == ["re: why?"]


def test_what_is_only_suggested_is_no_decision(store: Store) -> None:
    conversation = begun(store)
    store.handovers.take(conversation, DANA)
    answer = {"kind": "answer", "topics": [], "decision_id": "D-1"}
    reply = {"text": "It is.", "buttons": [], "answer": answer}
    store.conversations.record_turn(conversation, None, "covered?", [reply], {}, "m")
    with pytest.raises(NotOnFile):
        store.decisions.get("D-1")


@pytest.mark.parametrize("step", ["say", "transfer", "return_to_bot", "close"])
def test_only_who_has_it_acts_on_it(store: Store, step: str) -> None:
    conversation = begun(store)
    store.handovers.take(conversation, DANA)
    more = {"say": ("Hello.",), "transfer": (RAY,), "close": ("answered",)}.get(step, ())
    with pytest.raises(NotHeld):
        getattr(store.handovers, step)(conversation, RAY, *more)
    assert kinds(store, conversation) == ["taken"]
    getattr(store.handovers, step)(conversation, DANA, *more)
    assert len(kinds(store, conversation)) == 2


def test_a_transfer_gives_it_to_another(store: Store) -> None:
    conversation = begun(store)
    store.handovers.take(conversation, DANA)
    store.handovers.transfer(conversation, DANA, RAY)
    assert store.handovers.standing(conversation).person == "Ray"
    assert (store.handovers.held("u1"), store.handovers.held("u2")) == ([], [conversation])


def test_a_closed_one_is_the_bots_again_when_the_provider_writes(store: Store) -> None:
    conversation = begun(store)
    store.handovers.ask(conversation, "call_back", call_back="555-0100")
    store.handovers.take(conversation, DANA)
    store.handovers.close(conversation, DANA, "call_back")
    closed = store.handovers.standing(conversation)
    assert (closed.state, closed.outcome, closed.person) == ("closed", "call_back", None)
    assert [m["text"] for m in turn(store, conversation, "one more")] == ["re: one more"]
    again = store.handovers.standing(conversation)
    assert (again.state, again.outcome) == ("bot", None)


@pytest.mark.parametrize("ended", ["close", "return_to_bot"])
def test_the_number_to_call_is_kept_for_the_call_only(store: Store, ended: str) -> None:
    conversation = begun(store)
    store.handovers.ask(conversation, "call_back", call_back="555-0100")
    assert store.handovers.queue()[0].call_back == "555-0100"
    store.handovers.take(conversation, DANA)
    getattr(store.handovers, ended)(
        conversation, DANA, *(("answered",) if ended == "close" else ())
    )
    store.handovers.ask(conversation, "asked")
    assert store.handovers.queue()[0].call_back is None
    assert "555-0100" not in str(store.events.after(0))


def test_what_an_agent_had_who_left_goes_back_where_it_was(store: Store, clock: Clock) -> None:
    first, second = begun(store), begun(store)
    store.handovers.ask(first, "complaint")
    clock.forward(minutes=1)
    store.handovers.ask(second, "asked")
    store.handovers.take(first, DANA)
    clock.forward(minutes=9)
    assert store.handovers.release("u1") == [first]
    assert [(w.conversation, w.reason) for w in store.handovers.queue()] == [
        (first, "complaint"),
        (second, "asked"),
    ]
    assert store.handovers.release("u1") == []
    store.handovers.take(first, RAY)


def test_the_provider_leaves_the_queue_or_the_person(store: Store) -> None:
    conversation = begun(store)
    assert store.handovers.leave(conversation).state == "bot"
    store.handovers.ask(conversation, "asked")
    assert store.handovers.leave(conversation).state == "bot"
    assert store.handovers.queue() == []
    store.handovers.take(conversation, DANA)
    left = store.handovers.leave(conversation)
    assert (left.state, left.outcome) == ("closed", "provider_left")
    assert store.handovers.held("u1") == []
    assert kinds(store, conversation) == ["waiting", "returned", "taken", "closed"]


def test_a_turn_that_wants_a_person_waits_with_its_reason(store: Store) -> None:
    conversation = begun(store)
    turn(store, conversation, "I dispute this", wanted="complaint")
    assert store.handovers.standing(conversation).reason == "complaint"
    assert kinds(store, conversation) == ["message", "message", "waiting"]
    assert turn(store, conversation, "still there?") != []


def test_events_are_told_after_any_of_them(store: Store) -> None:
    one, other = begun(store), begun(store)
    for conversation in (one, other, one):
        turn(store, conversation)
    told = store.events.after(0)
    assert [e.id for e in told] == sorted(e.id for e in told)
    assert [e.conversation for e in told] == [one, one, other, other, one, one]
    assert store.events.after(told[3].id) == told[4:]
    assert store.events.after(told[-1].id, one) == []
    assert store.events.last() == told[-1].id


def test_the_news_of_a_conversation_resume_after_any_event(store: Store) -> None:
    conversation = begun(store)
    turn(store, conversation, "one")
    turn(store, conversation, "two")
    everything = store.conversations.news(conversation, 0).messages
    assert [m["text"] for _, m in everything] == ["one", "re: one", "two", "re: two"]
    for place, (event, _) in enumerate(everything):
        assert store.conversations.news(conversation, event).messages == everything[place + 1 :]
    assert store.conversations.news(conversation, 0).standing.last_event == everything[-1][0]


def test_ids_that_many_draw_at_once_are_seen_in_their_order(opened: Callable[[], Store]) -> None:
    stores = [opened() for _ in range(4)]
    seen: list[int] = []

    def write(store: Store) -> None:
        conversation = begun(store)
        for _ in range(10):
            turn(store, conversation)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, store) for store in stores[1:]]
        while not all(done.done() for done in writing):
            seen += [e.id for e in stores[0].events.after(seen[-1] if seen else 0)]
        seen += [e.id for e in stores[0].events.after(seen[-1] if seen else 0)]
    assert seen == [e.id for e in stores[0].events.after(0)]
    assert len(seen) == 60


class TestFeedback:
    def test_the_last_word_on_a_reply_counts(self, store: Store) -> None:
        conversation = begun(store)
        (reply,) = turn(store, conversation)
        store.feedback.give(conversation, reply["id"], False, "no code")
        standing = store.feedback.give(conversation, reply["id"], True)
        assert standing.feedback == {reply["id"]: True}
        assert standing.state == "bot"

    def test_a_person_looks_at_it_only_when_asked_to(self, store: Store) -> None:
        conversation = begun(store)
        (reply,) = turn(store, conversation)
        assert store.feedback.give(conversation, reply["id"], False).state == "bot"
        assert store.feedback.give(conversation, reply["id"], False, "x", True).reason == "feedback"

    def test_of_what_is_no_reply_of_the_bot_here(self, store: Store) -> None:
        one, other = begun(store), begun(store)
        (elsewhere,) = turn(store, other)
        turn(store, one)
        asked = store.conversations.messages(one)[0]
        for message in ("none", elsewhere["id"], asked["id"]):
            with pytest.raises(NotOnFile, match="no message of the bot"):
                store.feedback.give(one, message, True)


def test_circumstances_are_kept_and_remembered(store: Store) -> None:
    conversation = begun(store)
    store.conversations.set_circumstances(
        conversation, {"member_kind": "other_blue_plan"}, {"program": "BlueCard"}
    )
    day = date(2026, 2, 3)
    standing = store.conversations.set_circumstances(
        conversation, {"date_of_service": day}, {"date_of_service": "2026-02-03"}
    )
    assert (standing.member_kind, standing.date_of_service) == ("other_blue_plan", day)
    remembered = store.conversations.before_turn(conversation, None).thread
    assert remembered == {"program": "BlueCard", "date_of_service": "2026-02-03"}
    standing = store.conversations.set_circumstances(
        conversation, {"member_kind": None}, {"program": None}
    )
    assert (standing.member_kind, standing.date_of_service) == (None, day)
    remembered = store.conversations.before_turn(conversation, None).thread
    assert remembered == {"date_of_service": "2026-02-03"}


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.handovers.ask("nobody", "asked"),
        lambda s: s.handovers.take("nobody", DANA),
        lambda s: s.handovers.standing("nobody"),
        lambda s: s.conversations.news("nobody", 0),
        lambda s: s.conversations.set_circumstances("nobody", {}, {}),
        lambda s: s.feedback.give("nobody", "m", True),
    ],
)
def test_a_conversation_that_is_gone(store: Store, call: Callable[[Store], object]) -> None:
    with pytest.raises(NotOnFile, match="No conversation nobody"):
        call(store)


def test_what_was_said_before_there_were_events_is_told_too(empty_url: str) -> None:
    database = Database(empty_url)
    with database.writing() as connection:
        downgrade(connection, "0002")
        connection.execute(
            text(
                "INSERT INTO conversations (id, token_digest, created) VALUES ('c', 'd', '2026-03-02 09:30:00.000000')"
            )
        )
        for seq, sender in ((1, "provider"), (2, "bot")):
            connection.execute(
                text(
                    "INSERT INTO messages (id, conversation, seq, turn, sender, text, at) VALUES"
                    f" ('m{seq}', 'c', {seq}, 1, '{sender}', 'said {seq}', '2026-03-02 09:30:00.000000')"
                )
            )
    with database.writing() as connection:
        upgrade(connection)
    database.close()
    store = open_store(empty_url)
    news = store.conversations.news("c", 0)
    store.close()
    assert [m["text"] for _, m in news.messages] == ["said 1", "said 2"]
    assert news.standing.state == "bot"
