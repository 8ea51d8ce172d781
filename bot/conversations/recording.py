"""A conversation that took place, as a test: what was said, and what must hold from now on.

What is written down is what a reviewer can confirm at a glance: kind, topics, policy, position, where the
proof stands. Wording is left free.
"""

from __future__ import annotations

from typing import Any

import yaml

from bot.conversations.assistant import Message
from bot.conversations.past import Past, PastTurn


def to_yaml(past: Past, name: str) -> str:
    """A file with one case, which the reader of cases takes."""
    case = {"name": name, "turns": [_turn(turn) for turn in past.turns]}
    head = f"# Recorded from conversation {past.id}: read it, and correct what was wrong.\n\n"
    return head + yaml.safe_dump([case], sort_keys=False, allow_unicode=True, width=100)


def _turn(turn: PastTurn) -> dict[str, Any]:
    said = {"press" if turn.payload else "say": turn.words}
    if len(turn.replies) == 1:
        return said | _expected(turn.replies[0])
    return said | {"messages": [_expected(message) for message in turn.replies]}


def _expected(message: Message) -> dict[str, Any]:
    answer = message.answer or {}
    policy, position = answer.get("policy"), answer.get("determination")
    sections = [c["section"] for c in answer.get("citations") or () if c.get("section")]
    expected: dict[str, Any] = {"kind": answer.get("kind", "handoff")}
    expected["topics"] = list(answer.get("topics") or ())
    expected["policy"] = policy["number"] if policy else "none"
    expected["determination"] = position["status"] if position else "none"
    if answer.get("kind") == "answer" and sections:
        expected["citation"] = sections[0]
    return expected
