"""The clauses of a message, each with what it wants and what it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.answer.linker import Linker, Links
from bot.answer.needs import TOPICS
from bot.answer.understanding import Clause, Understanding

# A need counts when the model gives it at least this probability ...
SURE = 0.5
# ... or when it is the best of its clause and not much less; where the clause names something on file,
# the question is about that, and the best guess at what is asked of it may be weaker.
BEST = 0.28
BEST_OF_NAMED = 0.1
# Asked for in few words that the model knows well: a weak guess at one of these is a story misread.
_OF_RECORD = frozenset({"type_of_service", "review_dates", "policy_identity"})
# A year is asked about from this probability of "history" on, in so few words, or where it dates the service.
_OF_THE_PAST = 0.1
_BARE = 6
_SERVED = re.compile(r"\b(?:dos|d\.o\.s|dates?\s+of\s+service|service\s+dates?|effective)\b", re.I)
_DAY = 2  # hyphens in an ISO date that names a day


@dataclass(frozen=True, slots=True)
class Ask:
    """A clause with what it wants and what it names."""

    clause: Clause
    needs: tuple[str, ...]
    links: Links

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(need for need in TOPICS if need in self.needs)


def wanted(clause: Clause, names: bool = False) -> tuple[str, ...]:
    """The needs of a clause that count, best first; `names` where it names something on file."""
    ranked = sorted(clause.needs.items(), key=lambda item: -item[1])
    if names:
        ranked = [(need, probability) for need, probability in ranked if need != "out_of_scope"]
    sure = tuple(need for need, probability in ranked if probability >= SURE)
    if sure:
        return sure
    least = BEST_OF_NAMED if names else BEST
    best = tuple(need for need, probability in ranked[:1] if probability >= least)
    return ("coverage",) if names and not _OF_RECORD.isdisjoint(best) else best


def asks_of(understanding: Understanding, linker: Linker, today: date) -> list[Ask]:
    clauses = understanding.clauses or (understanding.whole,)
    if len(clauses) == 1:
        clauses = (understanding.whole,)
    linked = [(clause, linker.link(clause.text, today)) for clause in clauses]
    return [
        Ask(clause, wanted(clause, names_policy(links)), _dated(clause, links))
        for clause, links in linked
    ]


def _dated(clause: Clause, links: Links) -> Links:
    """The links without a month or year that only belongs to the story: a sleeve in 2018."""
    if links.period is None or links.period.iso.count("-") == _DAY:
        return links
    asked = clause.needs.get("history", 0.0) >= _OF_THE_PAST or _SERVED.search(clause.text)
    return links if asked or len(clause.text.split()) <= _BARE else replace(links, period=None)


def names_policy(links: Links) -> bool:
    """Whether a clause names a policy, be it one that is not on file."""
    return bool(links.numbers or named_numbers(links))


def named_numbers(links: Links) -> set[str]:
    by_number = {number for mention in links.numbers for number in mention.numbers}
    return by_number | {number for mention in links.mentions for number in mention.numbers}
