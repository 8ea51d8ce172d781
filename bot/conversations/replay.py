"""Past conversations sent to a candidate: what it would answer otherwise, grouped by what changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.conversations.assistant import Conversation, Message, NoReply
from bot.conversations.past import Past, PastTurn

# From the gravest to the slightest; a changed turn stands under the first that fits it.
WHATS: Final = ("failed", "determination", "policy", "kind", "topics", "facts", "wording")
_WORDS: Final = 8  # shown of what was worded otherwise
_FACTS: Final = ("codes", "criteria", "reasoning", "about")


@dataclass(frozen=True, slots=True)
class Changed:
    """A turn that comes out otherwise: `what` of `WHATS`, before and now. `error` says why a turn failed."""

    conversation: str
    place: int
    turn: PastTurn
    what: tuple[str, ...]
    now: tuple[Message, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    turns: int
    changed: tuple[Changed, ...]


def replay(past: Past, conversation: Conversation) -> Replayed:
    """The whole conversation anew; after a failure the rest would be another conversation."""
    changed: list[Changed] = []
    for place, turn in enumerate(past.turns, 1):
        try:
            reply = (
                conversation.press(turn.payload) if turn.payload else conversation.send(turn.words)
            )
        except NoReply as error:
            changed.append(Changed(past.id, place, turn, ("failed",), error=str(error)))
            return Replayed(place, tuple(changed))
        if what := differences(turn.replies, reply.messages):
            changed.append(Changed(past.id, place, turn, what, reply.messages))
    return Replayed(len(past.turns), tuple(changed))


def differences(before: Sequence[Message], now: Sequence[Message]) -> tuple[str, ...]:
    """What is not the same, the gravest first; numbers and days that differ by nature do not count."""
    return tuple(what for what in WHATS if _side(what, before) != _side(what, now))


def _side(what: str, messages: Sequence[Message]) -> Any:
    answers = [message.answer or {} for message in messages]
    if what == "determination":
        return [(a.get("determination") or {}).get("status") for a in answers]
    if what == "policy":
        return [(a.get("policy") or {}).get("number") for a in answers]
    if what == "kind":
        return [a.get("kind") for a in answers]
    if what == "topics":
        return [sorted(a.get("topics") or ()) for a in answers]
    if what == "facts":
        return [json.dumps([a.get(key) for key in _FACTS], sort_keys=True) for a in answers]
    if what == "wording":
        return [message.text for message in messages]
    return None


def grouped(changed: Sequence[Changed]) -> dict[str, list[Changed]]:
    """By the gravest that changed, in the order of `WHATS`."""
    return {what: found for what in WHATS if (found := [c for c in changed if c.what[0] == what])}


def to_text(replayed: Replayed, shown: int = 5) -> str:
    """A few of each group; the page and the JSON hold all."""
    lines = [_summary(replayed)]
    for what, found in grouped(replayed.changed).items():
        lines.append(f"\n{_title(what)}: {len(found)}")
        kinds = Counter(_gist(what, c) for c in found)
        lines += [f"  {count:>5}  {gist}" for gist, count in kinds.most_common(shown)]
        lines += [line for c in found[:shown] for line in _example(c)]
    return "\n".join(lines)


def to_json(replayed: Replayed) -> Mapping[str, Any]:
    return {
        "turns": replayed.turns,
        "changed": len(replayed.changed),
        "groups": {what: len(found) for what, found in grouped(replayed.changed).items()},
        "changes": [
            {
                "conversation": c.conversation,
                "turn": c.place,
                "said": c.turn.words,
                "pressed": c.turn.payload is not None,
                "what": list(c.what),
                "before": [_plain(message) for message in c.turn.replies],
                "now": [_plain(message) for message in c.now],
                "error": c.error,
            }
            for c in replayed.changed
        ],
    }


def to_html(replayed: Replayed) -> str:
    from bot.conversations.page import render

    groups = {_title(what): found for what, found in grouped(replayed.changed).items()}
    return render("replay", replayed=replayed, groups=groups, summary=_summary(replayed))


def _summary(replayed: Replayed) -> str:
    same = replayed.turns - len(replayed.changed)
    return f"{replayed.turns} turns replayed: {same} as before, {len(replayed.changed)} otherwise."


def _title(what: str) -> str:
    return "wording only" if what == "wording" else what


def _gist(what: str, changed: Changed) -> str:
    """In a line, the same for what changed alike."""
    if what == "failed":
        return str(changed.error)
    if what == "wording":
        return _reworded(changed.turn.replies, changed.now)
    if what == "facts":
        answers = zip(changed.turn.replies, changed.now, strict=True)
        return ", ".join(sorted({key for pair in answers for key in _unlike(*pair)}))
    sides = (_side(what, changed.turn.replies), _side(what, changed.now))
    return " → ".join(" + ".join(_named(value) for value in side) for side in sides)


def _unlike(before: Message, now: Message) -> Iterator[str]:
    old, new = before.answer or {}, now.answer or {}
    return (key for key in _FACTS if old.get(key) != new.get(key))


def _reworded(before: Sequence[Message], now: Sequence[Message]) -> str:
    """The first words that are not the same."""
    old, new = (" ".join(message.text for message in side).split() for side in (before, now))
    if old == new:
        return "spaces and line breaks"
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    at = min(len(old), len(new)) if same is None else same
    return " → ".join(f"“{' '.join(words[at : at + _WORDS])}”" for words in (old, new))


def _named(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "none")


def _example(changed: Changed) -> Iterator[str]:
    yield f"    {changed.conversation}, turn {changed.place}: “{changed.turn.words[:90]}”"


def _plain(message: Message) -> Mapping[str, Any]:
    return {"text": message.text, "answer": message.answer}
