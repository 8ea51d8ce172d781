"""Whom the runner talks to: an assistant that begins conversations, near or far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.conversations.case import Case, Change

Json = Mapping[str, Any]


class NoReply(Exception):
    """A message that the assistant could not answer; its text says what went wrong."""


@dataclass(frozen=True, slots=True)
class Button:
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Message:
    """What came, as the contract has it; `answer` is None for a person's message."""

    text: str
    answer: Json | None = None
    buttons: tuple[Button, ...] = ()

    @classmethod
    def of(cls, data: Json) -> Message:
        """From the JSON of a message."""
        return cls(
            text=data.get("text") or "",
            answer=data.get("answer"),
            buttons=tuple(Button(b["title"], b["payload"]) for b in data.get("buttons") or ()),
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """The messages of one turn.

    `understood` says what was made of the words, `thread` what is kept for the next turn and `events`
    what Rasa did, in its order, where those can be seen.
    """

    messages: tuple[Message, ...]
    understood: Json = field(default_factory=dict)
    thread: Json | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A policy version as it is kept: its raw text, and the days on which it came on and off file (ISO)."""

    text: str
    days: tuple[str, ...] = ()


class Conversation(Protocol):
    """One provider's. Its calls raise `NoReply` where the assistant fails."""

    def send(self, text: str) -> Reply: ...

    def press(self, payload: str) -> Reply: ...


class Scene(Protocol):
    """What one case plays in: the conversations of its providers, over one store."""

    def conversation(self) -> Conversation:
        """A new conversation, which knows nothing of any other."""

    def change(self, change: Change) -> None:
        """Raises `NoReply` where the store cannot be changed so."""

    def document(self, version: str) -> Stored | None:
        """None where there is no such version."""

    def close(self) -> None: ...


class Assistant(Protocol):
    def scene(self, case: Case) -> Scene: ...

    def close(self) -> None: ...
