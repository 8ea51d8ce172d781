"""What the side panel keeps: calls, notes, notices, reviews, proposals, who is there, and how it is found again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import NotOnFile
from bot.store import Store
from bot.store.archive import Wanted
from bot.store.calls import as_reference
from bot.store.handover import Person
from bot.store.presence import GONE
from tests.store.conftest import Clock
from tests.store.made import file, policy

DANA = Person("u1", "Dana")
RAY = Person("u2", "Ray")
ANSWER = {
    "topics": ["coverage"],
    "kind": "answer",
    "decision_id": "4KDM-92XT-CR7H",
    "policy": {"number": "ABC 101", "version": "abc-101-1"},
}
UNKNOWN = {"topics": [], "kind": "no_policy"}


def said(store: Store, text: str, answer: dict[str, Any] | None = None, **more: Any) -> str:
    conversation = more.pop("conversation", None) or store.conversations.start()[0]
    replies = [{"text": f"re: {text}", "buttons": [], "answer": answer}]
    store.conversations.record_turn(conversation, None, text, replies, {}, "m", {"seen": text})
    return conversation


def reply_of(store: Store, conversation: str) -> str:
    return next(m["id"] for m in store.conversations.messages(conversation) if m["sender"] == "bot")


class TestCalls:
    def test_each_has_a_number_that_can_be_said_over_the_phone(self, store: Store) -> None:
        numbers = [store.calls.begin(DANA).reference for _ in range(20)]
        assert len(set(numbers)) == 20
        assert not set("".join(numbers)) & set("AEIOU01258BDGLNPQSTVZCJ")

    def test_is_ones_own(self, store: Store) -> None:
        call = store.calls.begin(DANA)
        assert store.calls.own(call.conversation, DANA) == call
        with pytest.raises(NotOnFile):
            store.calls.own(call.conversation, RAY)
        with pytest.raises(NotOnFile):
            store.calls.own(said(store, "no call"), DANA)

    @pytest.mark.parametrize("written", ["k4m7rx", "K4M 7RX", "k4m-7rx", " K4M.7RX "])
    def test_is_understood_in_any_shape(self, written: str) -> None:
        assert as_reference(written) == "K4M-7RX"


class TestSearch:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({"words": "HARDENING pay"}, ["does it pay for hardening"]),
            ({"words": "50%"}, []),
            ({"kind": "no_policy"}, ["is a zither covered"]),
            ({"policy": "abc101"}, ["does it pay for hardening"]),
            ({"reference": "4kdm-92xt-cr7h"}, ["does it pay for hardening"]),
            ({"person": "ray"}, ["is a zither covered"]),
            ({"person": "dana"}, ["for a caller"]),
            ({"person": "nobody"}, []),
        ],
    )
    def test_finds(self, store: Store, wanted: dict[str, str], found: list[str]) -> None:
        said(store, "does it pay for hardening", ANSWER)
        other = said(store, "is a zither covered", UNKNOWN)
        store.handovers.take(other, RAY)
        store.handovers.say(other, RAY, "It is not on file.")
        said(store, "for a caller", conversation=store.calls.begin(DANA).conversation)
        asked = [one.asked for one in store.archive.search(Wanted(**wanted))]
        assert asked == found

    def test_finds_a_call_by_its_number_and_days(self, store: Store, clock: Clock) -> None:
        call = store.calls.begin(DANA)
        said(store, "for a caller", conversation=call.conversation)
        today = clock.now.date()
        by_number = Wanted(reference=call.reference.lower().replace("-", " "))
        assert [one.reference for one in store.archive.search(by_number)] == [call.reference]
        assert store.archive.search(Wanted(since=today, until=today))
        assert not store.archive.search(Wanted(since=today + timedelta(days=1)))
        assert not store.archive.search(Wanted(until=today - timedelta(days=1)))

    def test_a_row_tells_what_was_understood(self, store: Store) -> None:
        row = store.archive.turns(said(store, "covered?", ANSWER))
        assert row["kinds"] == ["answer"]
        assert row["decisions"] == ["4KDM-92XT-CR7H"]
        assert [m["understood"] for m in row["messages"]] == [{"seen": "covered?"}, None]
        with pytest.raises(NotOnFile):
            store.archive.turns("none")


def test_notes_stay_among_the_staff_and_are_purged(store: Store, clock: Clock) -> None:
    conversation = said(store, "covered?")
    store.notes.add(conversation, DANA, "Called twice.")
    assert [(note.text, note.name) for note in store.notes.of(conversation)] == [
        ("Called twice.", "Dana")
    ]
    assert [m["text"] for m in store.conversations.messages(conversation)] == [
        "covered?",
        "re: covered?",
    ]
    store.retention.purge(clock.forward(days=1))
    assert store.notes.of(conversation) == []


def test_notices_are_pinned_to_a_policy_or_to_all(store: Store) -> None:
    store.notices.pin("Portal down.", RAY)
    store.notices.pin("Under review.", RAY, "ABC 101")
    assert [n.text for n in store.notices.on("ABC 101")] == ["Portal down.", "Under review."]
    assert [n.text for n in store.notices.on("ABC 102")] == ["Portal down."]
    assert [n.text for n in store.notices.on(None)] == ["Portal down."]
    store.notices.end(store.notices.pinned()[0].id, DANA)
    assert [n.text for n in store.notices.pinned()] == ["Under review."]


def test_a_wrong_reply_is_listed_until_it_is_dealt_with(store: Store) -> None:
    conversation = said(store, "covered?", ANSWER)
    reply = reply_of(store, conversation)
    store.reviews.mark(reply, "It names criteria.", DANA)
    store.reviews.mark(reply, "It names two criteria.", RAY)
    (review,) = store.reviews.listed()
    assert (review.asked, review.right, review.name) == (
        "covered?",
        "It names two criteria.",
        "Ray",
    )
    store.reviews.settle(reply, DANA)
    assert store.reviews.listed() == []
    assert len(store.reviews.listed(conversation)) == 1
    with pytest.raises(NotOnFile):
        store.reviews.mark("none", "right", DANA)


class TestPresence:
    def test_who_is_gone_gives_back_what_they_have(self, store: Store, clock: Clock) -> None:
        conversation = said(store, "covered?")
        store.presence.alive("panel 1", DANA)
        store.handovers.take(conversation, DANA)
        assert store.presence.gone() == []
        clock.now += GONE
        store.presence.alive("panel 1", DANA)
        assert store.presence.gone() == []
        clock.now += GONE + timedelta(seconds=1)
        assert store.presence.gone() == ["u1"]

    def test_says_who_looks_at_what(self, store: Store, clock: Clock) -> None:
        store.presence.look("panel 1", DANA, "c1")
        store.presence.look("panel 2", RAY, "c1")
        store.presence.alive("panel 1", DANA)
        assert store.presence.present().viewing == {"c1": ["Dana", "Ray"]}
        store.presence.look("panel 2", RAY, None)
        assert store.presence.present().viewing == {"c1": ["Dana"]}
        clock.now += 11 * GONE
        store.presence.forget()
        assert store.presence.present().people == []


class TestProposals:
    def test_counts_when_it_is_approved(self, store: Store) -> None:
        proposed = store.proposals.propose(policy(), "the text", "new.txt", DANA)
        assert store.policies.listed() == []
        version = store.proposals.approve(proposed, RAY)
        assert store.policies.by_id(version).text == "the text"
        (one,) = store.proposals.listed()
        assert (one.state, one.decided_by, one.version) == ("approved", "Ray", version)

    def test_is_decided_once(self, store: Store) -> None:
        proposed = store.proposals.propose(policy(), "the text", "new.txt", DANA)
        store.proposals.refuse(proposed, RAY, "An old copy.")
        with pytest.raises(NotOnFile, match="decided on already"):
            store.proposals.approve(proposed, RAY)
        assert store.policies.listed() == []
        assert store.proposals.get(proposed)[0].why == "An old copy."

    def test_what_is_on_file_already_changes_nothing(self, store: Store) -> None:
        file(store, policy())
        (on_file,) = store.policies.versions(policy().number)
        proposed = store.proposals.propose(on_file.policy, on_file.text, "again.txt", DANA)
        assert store.proposals.approve(proposed, RAY) == on_file.id
        assert len(store.policies.versions(policy().number)) == 1


def test_the_floor_tells_who_waits_and_what_could_be_said(store: Store, clock: Clock) -> None:
    first, second = said(store, "one"), said(store, "two")
    store.handovers.ask(second, "asked", "three denials")
    clock.forward(seconds=1)
    store.handovers.ask(first, "complaint")
    assert [chat.said for chat in store.floor.chats()] == ["two", "one"]
    assert store.floor.whole(second).wish == "three denials"
    store.handovers.take(second, DANA)
    said(store, "and now?", conversation=second)
    whole = store.floor.whole(second)
    assert (whole.chat.agent, whole.chat.unanswered) == ("u1", True)
    assert [reply["text"] for reply in whole.suggested] == ["re: and now?"]
    store.handovers.say(second, DANA, "This.")
    assert store.floor.whole(second).suggested == ()


def test_figures_of_the_last_days(store: Store, clock: Clock) -> None:
    said(store, "long ago", ANSWER)
    clock.forward(days=40)
    said(store, "covered?", {"topics": ["coverage"], "kind": "answer"})
    for words in ("is a zither covered", "Is a zither covered?"):
        waited = said(store, words, UNKNOWN)
    store.handovers.ask(waited, "asked")
    clock.forward(minutes=3)
    store.handovers.take(waited, DANA)
    figures = store.statistics.of_days(30)
    assert (figures.questions, figures.conversations) == (3, 3)
    assert dict(figures.kinds) == {"answer": 1, "no_policy": 2}
    assert [(gap.kind, gap.times) for gap in figures.gaps] == [("no_policy", 2)]
    assert figures.waited == timedelta(minutes=3)
    assert figures.handed_over == pytest.approx(1 / 3)
    assert len(figures.days) == 30
