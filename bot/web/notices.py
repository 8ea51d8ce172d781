"""What the staff pinned, said with the answers that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

# To be put into a queue or greeted, nobody needs it.
_ANSWERS: Final = ("answer", "no_policy", "not_in_policy", "member_specific")


def with_notices(
    replies: Sequence[Mapping[str, Any]], pinned: Callable[[str | None], Sequence[str]]
) -> list[Mapping[str, Any]]:
    """The replies, with the notices among the caveats and at the end of the words of those that answer."""
    return [_with(reply, pinned) for reply in replies]


def _with(
    reply: Mapping[str, Any], pinned: Callable[[str | None], Sequence[str]]
) -> Mapping[str, Any]:
    answer = reply["answer"]
    if answer is None or answer["kind"] not in _ANSWERS:
        return reply
    policy = answer.get("policy")
    said = list(pinned(policy["number"] if policy else None))
    if not said:
        return reply
    return {
        **reply,
        "text": "\n\n".join([reply["text"], *said]),
        "answer": {**answer, "caveats": [*answer.get("caveats", ()), *said]},
    }
