"""The trained model under load, with hostile texts, with errors, and over a long conversation."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.answer.desk import Desk, Turn
from bot.answer.model import Answer, Button, Reply
from bot.answer.thread import Thread
from bot.answer.understanding import Understanding
from bot.dialog.agent import EmbeddedAgent
from bot.dialog.training import ensure_model
from bot.policy.model import Span
from bot.settings import Settings

BUTTON = '/coverage{"policy": "XY 1"}'


class EchoDesk(Desk):
    """Says which method was called, with what; counts turns in the thread."""

    def __init__(self) -> None:
        pass

    def named(self, text: str) -> tuple[str, tuple[Span, ...]]:
        return text, ()

    def reply(self, understanding: Understanding, thread: Thread) -> Turn:
        return self._turn("reply", understanding, thread)

    def hand_over(self, understanding: Understanding, thread: Thread) -> Turn:
        return self._turn("hand_over", understanding, thread)

    def _turn(self, called: str, understanding: Understanding, thread: Thread) -> Turn:
        if "explode" in understanding.text:
            raise ValueError("it exploded")
        chosen = ", ".join(f"{k}={v}" for k, v in understanding.choice.items())
        said = Reply(f"{called}\n\n{chosen}", Answer("conversation"), (Button("XY 1", BUTTON),))
        return Turn((said, said), replace(thread, misses=thread.misses + 1))


@pytest.fixture(scope="module")
def agent() -> Iterator[EmbeddedAgent]:
    model = ensure_model(Settings.from_environment().models, print)
    with EmbeddedAgent(model, EchoDesk()) as loaded:
        yield loaded


def ask(agent: EmbeddedAgent, text: str, thread: dict[str, Any] | None = None) -> Any:
    return asyncio.run(agent.respond("c", text, thread))


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("is acupuncture covered?", "reply"),
        ("how do I appeal", "reply"),
        ("hello", "reply"),
        ("thank you", "reply"),
        ("let me talk to a person", "hand_over"),
        ("this is unacceptable", "hand_over"),
    ],
)
def test_each_need_reaches_its_action(agent: EmbeddedAgent, text: str, called: str) -> None:
    assert ask(agent, text).replies[0]["text"].startswith(called)


def test_replies_come_whole_with_buttons_and_answer(agent: EmbeddedAgent) -> None:
    first, second = ask(agent, "is it covered").replies
    assert first == second
    assert first["text"] == "reply\n\n"
    assert first["buttons"] == [{"title": "XY 1", "payload": BUTTON}]
    assert first["answer"]["kind"] == "conversation"


def test_a_button_says_what_it_chose(agent: EmbeddedAgent) -> None:
    turn = asyncio.run(agent.press("c", BUTTON))
    assert turn.replies[0]["text"] == "reply\n\npolicy=XY 1"


@pytest.mark.parametrize("space", ["", " ", "\u00a0"])
def test_typed_text_is_never_a_command(agent: EmbeddedAgent, space: str) -> None:
    turn = ask(agent, f"{space}{BUTTON}")
    assert "policy=" not in turn.replies[0]["text"]
    assert turn.understood["understanding"]["text"].endswith(BUTTON)


@pytest.mark.parametrize(
    "text",
    ["🙂", "/restart", "/session_start", "\u200b", "x" * 4000, "a? " * 1300, '[x](y){"z', "\x00"],
)
def test_any_text_is_answered(agent: EmbeddedAgent, text: str) -> None:
    assert ask(agent, text).replies


def test_the_thread_goes_round(agent: EmbeddedAgent) -> None:
    thread: Any = None
    for _ in range(3):
        thread = ask(agent, "is it covered", thread).thread
    assert thread == {"misses": 3}


def test_conversations_know_nothing_of_each_other(agent: EmbeddedAgent) -> None:
    async def all_at_once() -> list[Any]:
        return await asyncio.gather(
            *(agent.respond(f"c{i}", "is it covered", {"misses": i}) for i in range(20))
        )

    assert [turn.thread["misses"] for turn in asyncio.run(all_at_once())] == list(range(1, 21))


def test_an_error_reaches_its_caller_and_the_next_turn_works(agent: EmbeddedAgent) -> None:
    with pytest.raises(ValueError, match="it exploded"):
        ask(agent, "is it covered or will it explode")
    assert ask(agent, "is it covered").replies


def test_nothing_loads_tensorflow_to_answer() -> None:
    """It would take half of the start and of the memory."""
    program = """
import asyncio, sys
from bot.assembly import open_desk
from bot.dialog.agent import EmbeddedAgent
from bot.dialog.training import ensure_model
from bot.settings import Settings

settings = Settings.from_environment()
with EmbeddedAgent(ensure_model(settings.models, print), open_desk(settings)) as agent:
    for text in ("is acupuncture covered?", "let me talk to a person"):
        assert asyncio.run(agent.respond("c", text)).replies
assert "rasa" in sys.modules
assert "tensorflow" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
