"""What a run found, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from bot.conversations.assistant import Message, Reply
from bot.conversations.case import NONE
from bot.conversations.judge import Fault
from bot.conversations.runner import Played, Result

_WIDTH = 96


def failure(result: Result) -> str:
    """The conversation up to the turn that failed, what was expected, what came, what was understood."""
    case = result.case
    return "\n".join(
        [
            f"{case.source}:{case.line}: {case.name}",
            *([f"  why it matters: {case.why}"] if case.why else []),
            *(line for played in result.played for line in _turn(played)),
            *(line for fault in result.faults for line in _fault(fault)),
            *(understood(result.played[-1].reply) if result.played else ()),
        ]
    )


def summary(results: Sequence[Result]) -> str:
    """How many held; a second line where `missed.txt` lists some of them."""
    failed = sum(not result.accepted for result in results)
    total = f"{len(results)} conversation{'' if len(results) == 1 else 's'}"
    missed = [result for result in results if result.accepted and not result.passed]
    if failed:
        lines = [f"{total}, {failed} failed."]
    elif missed:
        lines = [f"{total}: {len(results) - len(missed)} held."]
    else:
        lines = [f"{total}: all that was expected held."]
    if missed:
        lines.append(f"{len(missed)} missed with care, as missed.txt says (--html shows them).")
    if held := [result.case.name for result in results if result.case.known and result.passed]:
        lines.append(f"In missed.txt, but held: {'; '.join(held)}.")
    return "\n".join(lines)


def to_json(result: Result) -> Mapping[str, Any]:
    case = result.case
    return {
        "name": case.name,
        "file": case.source,
        "line": case.line,
        "passed": result.passed,
        "known": case.known,
        "turns": [
            {
                "press" if played.turn.pressed else "say": played.turn.words,
                "messages": [
                    {
                        "text": message.text,
                        "buttons": [button.title for button in message.buttons],
                        "answer": message.answer,
                    }
                    for message in played.reply.messages
                ],
                "understood": played.reply.understood,
                "thread": played.reply.thread,
                "events": played.reply.events,
            }
            for played in result.played
        ],
        "faults": [
            {"what": fault.what, "expected": fault.expected, "came": fault.came}
            for fault in result.faults
        ],
    }


def _turn(played: Played) -> Iterator[str]:
    turn = played.turn
    for change in turn.changes:
        yield f"  {change.what} {change.value}"
    who = f"provider {turn.provider}".rstrip()
    for words in turn.before:
        yield from _block(f"  {who}: ", words)
    yield from _block(f"  {who}{' presses' if turn.pressed else ''}: ", turn.words)
    for message in played.reply.messages:
        yield from _block(f"  bot ({_gist(message)}): ", message.text)
        if message.buttons:
            yield from _block("    buttons: ", " | ".join(b.title for b in message.buttons))


def _gist(message: Message) -> str:
    """Kind, topics, policy and position of an answer, in a line."""
    answer = message.answer
    if answer is None:
        return "a person"
    parts = [
        str(answer.get("kind")),
        ", ".join(answer.get("topics") or ()),
        (answer.get("policy") or {}).get("number") or "",
        (answer.get("determination") or {}).get("status") or "",
    ]
    return "; ".join(part for part in parts if part)


def _fault(fault: Fault) -> Iterator[str]:
    what = fault.what
    yield from _block(f"  expected {what}: ", fault.expected)
    if not what.endswith(("text contains", "text absent", "text matches")):
        yield from _block("    but came: ", fault.came)


def understood(reply: Reply) -> Iterator[str]:
    """In lines: the needs of the message and of its clauses with their probabilities, and what was linked."""
    reading = reply.understood.get("understanding") or {}
    clauses = reading.get("clauses") or ()
    for part in (reading.get("whole"), *(clauses if len(clauses) > 1 else ())):
        if part:
            needs = ", ".join(f"{need} {sure:.2f}" for need, sure in part["needs"].items())
            familiar = f"familiar {part['familiar']:.2f}"
            yield from _block(f"  understood “{part['text']}”: ", f"{needs or NONE}; {familiar}")
    for message in reply.messages:
        about = (message.answer or {}).get("about") or {}
        named = [about.get("service"), about.get("place_of_service"), about.get("as_of")]
        linked = [*named, *(code["code"] for code in about.get("codes") or ())]
        if any(linked):
            yield from _block("  linked: ", ", ".join(name for name in linked if name))


def _block(label: str, text: str) -> Iterator[str]:
    """In one line if it fits, else wrapped under its label."""
    if "\n" not in text and len(label) + len(text) <= _WIDTH:
        yield label + text
        return
    yield label.rstrip()
    for line in text.split("\n"):
        yield from (f"      {piece}" for piece in wrap(line, _WIDTH - 6))
