"""Where a policy stands on a question: which of its statements speak for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.answer.model import Status
from bot.answer.resolution import Circumstances
from bot.answer.tokens import related, stems
from bot.policy.codes import contains
from bot.policy.codeset import icd10cm
from bot.policy.model import Code, Policy, Statement

_ALL_OTHER = re.compile(
    r"\b(?:all|any)\s+other\b|\bother\s+than\s+(?:those|the)\b|\bnot\s+(?:listed|specified|mentioned)\b"
    r"|\bfor\s+other\s+(?:indications|conditions|uses)\b|\bnot\s+meet(?:ing)?\b.*\bcriteria\b",
    re.I | re.S,
)
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "due",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "with",
        "without",
    ]
)
_WORD_IN_FULL = 5


@dataclass(frozen=True, slots=True)
class Stand:
    """`statements` speak for the question; `settled` where it told them from the others of the policy.

    `outside` is set where what was named is none of what the policy lists, so that its statement about
    all other situations speaks.
    """

    statements: tuple[Statement, ...]
    status: Status
    settled: bool = False
    outside: bool = False


def stand(policy: Policy, circumstances: Circumstances) -> Stand:
    """The position on a question, never narrower than what the question settles.

    A single statement needs a full match: each telling word of the indication stands in it, or a code that
    was named stands in a row under its determination. Anything less leaves all of them standing.
    """
    statements = policy.statements
    if len(statements) < 2:
        return Stand(statements, status_of(statements))
    by_code = {row.determination for row in _rows(policy, circumstances) if row.determination}
    if len(by_code) == 1:
        chosen = tuple(s for s in statements if s.determination in by_code)
        if chosen:
            return Stand(chosen, status_of(chosen), settled=len(chosen) < len(statements))
    telling = _telling(policy, circumstances.indication)
    if not telling:
        return Stand(statements, status_of(statements))
    shared = {id(s): _covered(telling, _own_words(s)) for s in statements}
    full = tuple(s for s in statements if shared[id(s)] == len(telling))
    if full and len(full) < len(statements):
        return Stand(full, status_of(full), settled=True)
    others = tuple(s for s in statements if _ALL_OTHER.search(s.text))
    spelled_out = all(len(word) >= _WORD_IN_FULL for word in telling)
    if others and spelled_out and not any(shared.values()):
        return Stand(others, status_of(others), settled=True, outside=True)
    return Stand(statements, status_of(statements))


def status_of(statements: Iterable[Statement]) -> Status:
    """One word for what the statements hold together; conditional where it depends."""
    held = tuple(statements)
    if not held:
        return "no_determination"
    kinds = {s.determination for s in held}
    if len(kinds) > 1:
        return "conditional"
    if any(s.criteria for s in held):
        return "conditional"
    return held[0].determination


def _rows(policy: Policy, circumstances: Circumstances) -> list[Code]:
    return [
        row
        for row in policy.codes
        for named in circumstances.codes
        if row.system == named.system and row.code and contains(row.code, row.code_end, named.code)
    ]


def rows_of(policy: Policy, system: str, code: str) -> list[Code]:
    """The rows that speak of a code: those that hold it, and those about all diagnoses of its system."""
    return [
        row
        for row in policy.codes
        if row.system == system
        and (
            row.status == "all_diagnoses"
            or bool(row.code and contains(row.code, row.code_end, code))
        )
    ]


def _telling(policy: Policy, indication: str) -> set[str]:
    """The words of an indication that are not those of the policy's service."""
    title = set(stems(policy.title))
    return {w for w in stems(indication) if w not in _SMALL and w not in title and len(w) > 1}


def _own_words(statement: Statement) -> set[str]:
    return set(stems(f"{statement.subject or ''} {statement.text}"))


def _covered(telling: set[str], words: set[str]) -> int:
    return sum(1 for t in telling if t in words or any(related(t, w) for w in words))


def described(code: str) -> str:
    """What the code set calls a diagnosis; empty where it does not know it."""
    entry = icd10cm().lookup(code)
    return entry.description if entry else ""
