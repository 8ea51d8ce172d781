"""How a fact is said: short, plain, and never as a ruling of ours.

No sentence here claims anything about a policy; it puts stored facts into words.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from bot.answer.model import Status
from bot.answer.payer import Contact
from bot.policy.model import Criteria, Determination

LABELS: dict[Status, str] = {
    "medically_necessary": "medically necessary",
    "not_medically_necessary": "not medically necessary",
    "investigational": "investigational",
    "conditional": "medically necessary only under conditions",
    "not_covered": "not a covered benefit",
    "no_determination": "no position stated",
}

_NECESSARY = re.compile(r"\bnecess", re.I)

NO_DECISION = "That is the policy's position, not a decision about a member. The member's contract governs benefits."
NO_PROMISE = "An authorization, or none being needed, is not a promise of payment."
NO_BILLING_ADVICE = "We can't advise on which code to bill."
REMOVED = "I removed details that identify a member from your message. They are not needed here, and were not kept."


def day(iso: str) -> str:
    """An ISO date of any precision as people read it: November 20, 2019; November 2019; 2019."""
    parts = [int(part) for part in iso.split("-")]
    if len(parts) == 1:
        return f"{parts[0]:04}"
    month = calendar.month_name[parts[1]]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{month} {parts[2]}, {parts[0]}"


def listed(items: Sequence[str], joint: str = "and") -> str:
    """a; a and b; a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"


def lower_first(text: str) -> str:
    """Without the capital of a sentence's beginning; an acronym or a name with inner capitals keeps it."""
    first = text.split(" ", 1)[0]
    named = first != "A" and (len(first) < 2 or first[1:] != first[1:].lower())
    return text if named else text[:1].lower() + text[1:]


def considers(determination: Determination, subject: str, wording: str) -> str:
    """What a policy holds of a subject; its own words where it does not speak of medical necessity itself.

    An exclusion from the benefit is only ever quoted.
    """
    if determination == "not_covered":
        return f"lists {subject} as {quoted(wording)}"
    if determination == "medically_necessary" and not _NECESSARY.search(wording):
        return f"says of {subject}: {quoted(wording)}"
    return f"considers {subject} {LABELS[determination]}"


def bullets(criteria: Criteria, depth: int = 0) -> str:
    """Criteria as a nested list, each level saying whether all or any of it must be met."""
    lines = []
    for item in criteria.items:
        lines.append(f"{'  ' * depth}- {' '.join(item.text.split())}")
        if item.criteria:
            lines[-1] += f" ({how_many(item.criteria)})"
            lines.append(bullets(item.criteria, depth + 1))
    return "\n".join(lines)


def how_many(criteria: Criteria) -> str:
    if len(criteria.items) == 1:
        return "this must be met"
    return "all of these must be met" if criteria.logic == "all" else "any one of these must be met"


def reach(contact: Contact) -> str:
    """Who it is and, as far as the directory says, how to reach them."""
    ways = [
        *([f"phone {contact.phone}"] if contact.phone else []),
        *([contact.hours] if contact.hours else []),
        *([contact.link] if contact.link else []),
        *([contact.address] if contact.address else []),
    ]
    return f"{contact.role} ({'; '.join(ways)})" if ways else contact.role
