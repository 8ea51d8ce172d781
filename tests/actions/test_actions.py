"""The actions: from Rasa's tracker to the desk, and back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.hand_over import ActionHandOver
from actions.reply import ActionReply
from bot.answer.desk import Desk, Turn
from bot.answer.model import Answer, Button, Reply
from bot.answer.thread import Thread
from bot.answer.understanding import Clause, Understanding


class NotingDesk(Desk):
    """Notes how it was called, and has two replies."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Understanding, Thread]] = []

    def reply(self, understanding: Understanding, thread: Thread) -> Turn:
        return self._noted("reply", understanding, thread)

    def hand_over(self, understanding: Understanding, thread: Thread) -> Turn:
        return self._noted("hand_over", understanding, thread)

    def _noted(self, called: str, understanding: Understanding, thread: Thread) -> Turn:
        self.calls.append((called, understanding, thread))
        first = Reply("One\n\ntwo", Answer("answer", ("coverage",)), (Button("XY 1", "/coverage"),))
        return Turn((first, Reply("Three", Answer("conversation"))), Thread(policy="XY 2"))


READ = {"text": "covered?", "start": 0, "end": 8, "needs": {"coverage": 0.9}, "familiar": 0.7}
TYPED = {
    "text": "covered?",
    "intent": {"name": "coverage"},
    "entities": [],
    "understanding": {"text": "covered?", "whole": READ, "clauses": [READ]},
}
PRESSED = {
    "text": '/coverage{"policy": "XY 1"}',
    "intent": {"name": "coverage"},
    "entities": [{"entity": "policy", "value": "XY 1"}],
}


def run(action: Action, message: dict[str, Any], slots: dict[str, Any]) -> Any:
    executor = ActionExecutor()
    executor.register_action(action)
    tracker = {"sender_id": "c", "slots": slots, "latest_message": message, "events": []}
    return asyncio.run(executor.run({"next_action": action.name(), "tracker": tracker}))


def test_a_typed_message_reaches_the_desk_as_it_was_understood() -> None:
    desk = NotingDesk()
    run(ActionReply(desk), TYPED, {"thread": {"policy": "XY 1"}})
    clause = Clause("covered?", 0, 8, {"coverage": 0.9}, 0.7)
    assert desk.calls == [
        ("reply", Understanding("covered?", clause, (clause,)), Thread(policy="XY 1"))
    ]


def test_a_button_reaches_the_desk_as_a_choice() -> None:
    desk = NotingDesk()
    run(ActionReply(desk), PRESSED, {})
    _, understanding, thread = desk.calls[0]
    assert dict(understanding.choice) == {"policy": "XY 1"}
    assert dict(understanding.whole.needs) == {"coverage": 1.0}
    assert thread == Thread()


def test_each_reply_is_a_message_and_the_thread_is_kept() -> None:
    result = run(ActionReply(NotingDesk()), TYPED, {})
    first, second = result["responses"]
    assert (first["text"], second["text"]) == ("One\n\ntwo", "Three")
    assert first["buttons"] == [{"title": "XY 1", "payload": "/coverage"}]
    assert (first["custom"]["kind"], second["custom"]["kind"]) == ("answer", "conversation")
    assert [(e["name"], e["value"]) for e in result["events"]] == [("thread", {"policy": "XY 2"})]


@pytest.mark.parametrize(
    ("action", "called"),
    [(ActionReply, "reply"), (ActionHandOver, "hand_over")],
)
def test_each_action_asks_its_own_of_the_desk(action: type[Any], called: str) -> None:
    desk = NotingDesk()
    run(action(desk), TYPED, {})
    assert [call[0] for call in desk.calls] == [called]
