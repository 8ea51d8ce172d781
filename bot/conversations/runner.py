"""Plays conversations against an assistant, and says what did not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.conversations.assistant import Assistant, Conversation, NoReply, Reply
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


def play(case: Case, assistant: Assistant) -> Result:
    """One conversation from its beginning, in order, as far as all holds."""
    conversation = assistant.begin()
    played: list[Played] = []
    said: list[str] = []
    for turn in case.turns:
        try:
            reply = _turn(turn, conversation, played)
        except NoReply as error:
            reply = Fault(f"reply to “{turn.words}”", "a message", str(error))
        if isinstance(reply, Fault):
            return Result(case, tuple(played), (reply,))
        played.append(Played(turn, reply))
        said.append(turn.words)
        faults = [*judge(turn, reply.messages), *_unproven(reply, said, assistant.document)]
        if faults:
            return Result(case, tuple(played), tuple(faults))
    return Result(case, tuple(played))


def play_all(cases: Iterable[Case], assistant: Callable[[Case], Assistant]) -> Iterator[Result]:
    """Each conversation with the assistant that is meant for it."""
    for case in cases:
        yield play(case, assistant(case))


def _turn(turn: Turn, conversation: Conversation, played: list[Played]) -> Reply | Fault:
    if not turn.pressed:
        return conversation.send(turn.words)
    messages = played[-1].reply.messages if played else ()
    buttons = [button for message in messages for button in message.buttons]
    wanted = turn.words.casefold()
    fitting = [b for b in buttons if b.title.casefold() == wanted] or [
        b for b in buttons if wanted in b.title.casefold()
    ]
    if len({button.payload for button in fitting}) != 1:
        titles = ", ".join(button.title for button in buttons) or "no buttons"
        return Fault("button", turn.words, titles)
    return conversation.press(fitting[0].payload)


def _unproven(
    reply: Reply, said: list[str], documents: Callable[[str], str | None]
) -> Iterator[Fault]:
    if not reply.messages:
        yield Fault("reply", "a message", "nothing")
    for message in reply.messages:
        for sentence in broken(message, said, documents):
            yield Fault("proof", "all that is said stands in a record", sentence)
