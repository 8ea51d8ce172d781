"""Plays conversations against an assistant, and says what did not hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from bot.conversations.assistant import (
    Assistant,
    Conversation,
    Message,
    NoReply,
    Reply,
    Scene,
    Stored,
)
from bot.conversations.case import Case, Turn
from bot.conversations.invariant import broken
from bot.conversations.judge import Fault, judge


@dataclass(frozen=True, slots=True)
class Played:
    turn: Turn
    reply: Reply


@dataclass(frozen=True, slots=True)
class Result:
    """The turns up to the first in which something did not hold; `faults` are of the last of them."""

    case: Case
    played: tuple[Played, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.faults

    @property
    def careful(self) -> bool:
        """Whether it holds, or was missed without a word that could mislead or that tells on a person."""
        return all(_careful(fault) for fault in self.faults)

    @property
    def accepted(self) -> bool:
        """Whether it holds, or was known to be missed and was missed with care."""
        return self.passed or (self.case.known and self.careful)


def play(case: Case, assistant: Assistant) -> Result:
    """One case from its beginning, in order, as far as all holds."""
    with closing(assistant.scene(case)) as scene:
        return _play(case, scene)


def _play(case: Case, scene: Scene) -> Result:
    providers: dict[str, _Provider] = {}
    played: list[Played] = []
    for turn in case.turns:
        try:
            for change in turn.changes:
                scene.change(change)
            if turn.provider not in providers:
                providers[turn.provider] = _Provider(scene.conversation())
            provider = providers[turn.provider]
            reply = provider.take(turn)
        except NoReply as error:
            reply = Fault(f"reply to “{turn.words}”", "a message", str(error))
        if isinstance(reply, Fault):
            return Result(case, tuple(played), (reply,))
        played.append(Played(turn, reply))
        faults = [
            *judge(turn, reply),
            *_unproven(reply, provider.said, scene.document),
            *_told(reply, case.secret),
        ]
        if faults:
            return Result(case, tuple(played), tuple(faults))
    return Result(case, tuple(played))


class _Provider:
    """One of those who talk, with what was said so far and the buttons in front of them."""

    def __init__(self, conversation: Conversation) -> None:
        self.said: list[str] = []
        self._conversation = conversation
        self._shown: list[tuple[Message, ...]] = []

    def take(self, turn: Turn) -> Reply | Fault:
        earlier = [self._conversation.send(words) for words in turn.before]
        reply = self._press(turn.words) if turn.pressed else self._conversation.send(turn.words)
        if isinstance(reply, Fault):
            return reply
        self.said += [*turn.before, turn.words]
        messages = tuple(m for one in (*earlier, reply) for m in one.messages)
        events = tuple(e for one in (*earlier, reply) for e in one.events)
        self._shown.append(messages)
        return replace(reply, messages=messages, events=events)

    def _press(self, title: str) -> Reply | Fault:
        """Of the last reply that offers it: a button stays on the screen."""
        wanted = title.casefold()
        for messages in reversed(self._shown):
            buttons = [button for message in messages for button in message.buttons]
            fitting = [b for b in buttons if b.title.casefold() == wanted] or [
                b for b in buttons if wanted in b.title.casefold()
            ]
            if len({button.payload for button in fitting}) == 1:
                return self._conversation.press(fitting[0].payload)
        last = self._shown[-1] if self._shown else ()
        titles = ", ".join(button.title for message in last for button in message.buttons)
        return Fault("button", title, titles or "no buttons")


def _unproven(
    reply: Reply, said: Sequence[str], documents: Callable[[str], Stored | None]
) -> Iterator[Fault]:
    if not reply.messages:
        yield Fault("reply", "a message", "nothing")
    for message in reply.messages:
        for sentence in broken(message, said, documents):
            yield Fault("proof", "all that is said stands in a record", sentence)


def _told(reply: Reply, secret: Sequence[str]) -> Iterator[Fault]:
    """What the case calls secret, in the words or the data of a reply, or in what is kept of the turn."""
    data = [[m.text, m.answer, [b.title for b in m.buttons]] for m in reply.messages]
    said = json.dumps([data, reply.thread, reply.understood], ensure_ascii=False).casefold()
    for word in secret:
        if word.casefold() in said:
            yield Fault("secret", f"no “{word}”", "it comes back, or is kept")


def _careful(fault: Fault) -> bool:
    what = fault.what.rsplit(", ", 1)[-1]
    if what in ("proof", "policy", "text absent", "secret"):
        return False
    if what == "kind":
        # An answer where nothing could be answered speaks for a policy that was not asked about.
        expected, came = set(fault.expected.split(" or ")), fault.came.split(", ")
        return "answer" not in came or bool(expected & {"answer", "not_in_policy"})
    return what != "determination" or fault.came in ("none", "conditional")
