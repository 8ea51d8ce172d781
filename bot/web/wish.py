"""Why a turn calls for a person, read from what was understood and what was replied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.store.standing import Reason

Json = Mapping[str, Any]

# So many messages in a row that were not understood make a wish for a person the bot's own failure.
_MISSES: Final = 2


def wanted(replies: Sequence[Json], understood: Json, thread: Json | None) -> Reason | None:
    """None unless a reply hands over; `thread` is what the turn began with."""
    if not any((reply["answer"] or {}).get("kind") == "handoff" for reply in replies):
        return None
    needs = list(_needs(understood))
    if _likely(needs, "complaint") > _likely(needs, "person"):
        return "complaint"
    return "not_understood" if (thread or {}).get("misses", 0) >= _MISSES else "asked"


def _needs(understood: Json) -> Iterator[Mapping[str, float]]:
    read = understood.get("understanding")
    if read:
        yield read["whole"]["needs"]
        yield from (clause["needs"] for clause in read["clauses"])
    elif understood.get("intent"):
        yield {understood["intent"]["name"]: 1.0}


def _likely(needs: Sequence[Mapping[str, float]], need: str) -> float:
    return max((each.get(need, 0.0) for each in needs), default=0.0)
