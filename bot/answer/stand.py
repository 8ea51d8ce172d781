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
# What stands between the things that a statement lists, and between the parts of one of them.
_ITEMS = re.compile(r"[,;:.()\n•]+|\b(?:and|or|including|such as|limited to)\b", re.I)
_WITHIN = re.compile(r"\b(?:for|in|of|with|to|from|after|the)\b", re.I)


@dataclass(frozen=True, slots=True)
class Stand:
    """`statements` speak for the question; `settled` where it told them from the others of the policy."""

    statements: tuple[Statement, ...]
    status: Status
    settled: bool = False


def stand(policy: Policy, circumstances: Circumstances) -> Stand:
    """The position on a question, never narrower than what the question settles.

    A single statement needs that it names the indication, or that a code which was named stands in a row
    under its determination. Anything less leaves all of them standing: that a name is not found proves
    nothing, for the policy may call the same by another.
    """
    statements = policy.statements
    if len(statements) < 2:
        return Stand(statements, status_of(statements))
    by_code = {row.determination for row in _rows(policy, circumstances) if row.determination}
    if len(by_code) == 1:
        chosen = tuple(s for s in statements if s.determination in by_code)
        if chosen:
            return Stand(chosen, _settled(chosen), settled=len(chosen) < len(statements))
    named = [_phrases(policy, words) for words in circumstances.indications]
    named = [alternatives for alternatives in named if alternatives]
    if not named:
        return Stand(statements, status_of(statements))
    fitting = [
        {i for i, s in enumerate(statements) if _speaks_of(s, alternatives)}
        for alternatives in named
    ]
    told = [held for held in fitting if held and len(held) < len(statements)]
    if told:
        common = set.intersection(*told) or set.union(*told)
        chosen = tuple(s for i, s in enumerate(statements) if i in common)
        return Stand(chosen, _settled(chosen), settled=True)
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


def _settled(statements: tuple[Statement, ...]) -> Status:
    """The status where the question names what the statements list: a list of what is excluded needs no
    more to be met, a list of what is necessary still does."""
    kinds = {s.determination for s in statements}
    only = next(iter(kinds))
    return only if len(kinds) == 1 and only != "medically_necessary" else status_of(statements)


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


def _phrases(policy: Policy, words: Iterable[str]) -> list[tuple[str, ...]]:
    """An indication and what else it is called, each as its telling words: not those of the title."""
    title = set(stems(policy.title))
    read = [
        tuple(w for w in stems(phrase) if w not in _SMALL and w not in title and len(w) > 1)
        for phrase in words
    ]
    return [phrase for phrase in read if phrase]


def _speaks_of(statement: Statement, alternatives: Iterable[tuple[str, ...]]) -> bool:
    """Whether a statement names the indication: all of its words in one of the things
    that it lists, or the kind of which it is one.

    A tension headache is a headache; carbon dioxide poisoning is no carbon monoxide poisoning, for that
    has a word of its own that was not said.
    """
    items = [
        _content(item) for item in _ITEMS.split(f"{statement.subject or ''}\n{statement.text}")
    ]
    kinds = [
        _content(kind) for item in _ITEMS.split(statement.text) for kind in _WITHIN.split(item)
    ]
    for said in alternatives:
        if any(all(_in(word, set(item)) for word in said) for item in items):
            return True
        if any(kind and kind[-1] == said[-1] and set(kind) <= set(said) for kind in kinds):
            return True
    return False


def _content(text: str) -> tuple[str, ...]:
    return tuple(w for w in stems(text) if w not in _SMALL)


def _in(word: str, words: set[str]) -> bool:
    return word in words or any(related(word, w) for w in words)


def described(code: str) -> str:
    """What the code set calls a diagnosis; empty where it does not know it."""
    entry = icd10cm().lookup(code)
    return entry.description if entry else ""
