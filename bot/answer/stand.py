"""Where a policy stands on a question: which of its statements speak for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.answer.coded import CodeMention
from bot.answer.model import Status
from bot.answer.parts import Circumstances
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
_LONGEST_SHORT = 5
# What may take the case out of a statement again.
_EXCEPTS = re.compile(r"\b(?:except|unless)\b", re.I)
# What a statement makes its position depend on, where no list of criteria follows.
_DEPENDS = re.compile(r"\b(?:when|if|provided|only|unless|until|after|once|as\s+long\s+as)\b", re.I)
# What stands between the things that a statement lists.
_ITEMS = re.compile(r"[,;:.()\n•]+|\b(?:and|or|including|such as|limited to)\b", re.I)


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
    every = set(range(len(statements)))
    signs = [held for told in _signs(policy, circumstances) for held in told]
    common = every.intersection(*signs)
    if not common:
        common = _outweighing(policy, circumstances, signs)
    # Signs that contradict one another settle nothing.
    if not common or common == every:
        return Stand(statements, status_of(statements))
    chosen = tuple(s for i, s in enumerate(statements) if i in common)
    return Stand(chosen, _settled(chosen), settled=True)


def _signs(policy: Policy, circumstances: Circumstances) -> Iterator[list[set[int]]]:
    """The statements that each thing said speaks for, by kinds of sign."""
    every = len(policy.statements)
    written = [c for c in circumstances.codes if not c.named]
    taken_for = [c for c in circumstances.codes if c.named]
    spoken_of = list(_by_indications(policy, circumstances.indications))
    for found in (
        [
            *_by_codes(policy, written),
            *_by_code_in_text(policy, written),
            *_by_items(policy, circumstances.said),
        ],
        spoken_of,
        _by_indications(policy, [circumstances.called]),
        # A code that was only taken for a name says no more than a statement that has the name.
        [] if spoken_of else _by_codes(policy, taken_for),
    ):
        told: list[set[int]] = [held for held in found if len(held) < every]
        if told:
            yield told


def _outweighing(
    policy: Policy, circumstances: Circumstances, signs: Iterable[set[int]]
) -> set[int]:
    """What a code that was written in a statement's own words speaks for, where something else does too."""
    written = [c for c in circumstances.codes if not c.named]
    told = list(_by_code_in_text(policy, written))
    common = told[0].intersection(*told) if told else set()
    agreeing = [held for held in signs if common <= held and held not in told]
    return common if agreeing else set()


def _by_codes(policy: Policy, named: Iterable[CodeMention]) -> Iterator[set[int]]:
    """For each code, the statements about what its row describes, and those that its row stands under.

    Of what is not covered, statements and headings of codes often use different words: what the statement says of
    the very thing counts.
    """
    for code in named:
        rows = [
            row
            for row in policy.codes
            if row.system == code.system
            and row.code
            and contains(row.code, row.code_end, code.code)
        ]
        under = {row.determination for row in rows if row.determination}
        held = {i for i, s in enumerate(policy.statements) if s.determination in under}
        about = {i for row in rows for i in _about(policy, row)}
        said = {policy.statements[i].determination for i in about} | under
        if about:
            yield about
        if len(under) == 1 and held and not (about and "medically_necessary" not in said):
            yield held


def _about(policy: Policy, row: Code) -> Iterator[int]:
    """The statements whose subject holds what a row calls its code, in two words or more."""
    words = _content(row.description or "")
    if len(words) > 1:
        for i, statement in enumerate(policy.statements):
            if set(words) <= set(_content(statement.subject or "")):
                yield i


def _by_code_in_text(policy: Policy, named: Iterable[CodeMention]) -> Iterator[set[int]]:
    """For each code that statements have in their own words, those statements."""
    for code in named:
        written = re.compile(rf"(?<![\w.]){re.escape(code.code)}(?![\w.]*\w)", re.I)
        held = {i for i, s in enumerate(policy.statements) if written.search(s.text)}
        if held:
            yield held


def _by_indications(policy: Policy, indications: Iterable[tuple[str, ...]]) -> Iterator[set[int]]:
    """For each indication that the policy speaks of, the statements that do."""
    for words in indications:
        alternatives = _phrases(policy, words)
        shorts = {w.lower() for w in words if w.isalpha() and 2 <= len(w) <= _LONGEST_SHORT}
        held = {i for i, s in enumerate(policy.statements) if _speaks_of(s, alternatives, shorts)}
        if held:
            yield held


def _by_items(policy: Policy, said: frozenset[str]) -> Iterator[set[int]]:
    """For each thing that a statement lists and the question says in full, the statements that list it."""
    titled = {*stems(policy.title), *_SMALL}
    found: dict[tuple[str, ...], set[int]] = {}
    for i, statement in enumerate(policy.statements):
        listed = [tuple(stems(one)) for one in (statement.subject or "").split(";")]
        for item in _ITEMS.split(statement.text):
            words = tuple(w for w in stems(item) if w not in titled)
            # One word is enough where it is all that is listed: hippotherapy.
            telling = len(words) > 1 or (len(listed) > 1 and words in listed)
            if telling and words and set(words) <= said:
                found.setdefault(words, set()).add(i)
    yield from found.values()


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
    only = held[0].determination
    if only == "medically_necessary" and any(_DEPENDS.search(s.text) for s in held):
        return "conditional"
    return only


def _settled(statements: tuple[Statement, ...]) -> Status:
    """The status where the question names what the statements list: a list of what is excluded needs no
    more to be met, a list of what is necessary still does."""
    kinds = {s.determination for s in statements}
    only = next(iter(kinds))
    if any(_EXCEPTS.search(s.text) for s in statements):
        return "conditional"
    return only if len(kinds) == 1 and only != "medically_necessary" else status_of(statements)


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
        tuple(w for w in stems(phrase) if w not in _SMALL and len(w) > 1 and not _titled(w, title))
        for phrase in words
    ]
    return [phrase for phrase in read if phrase]


def _titled(word: str, title: Collection[str]) -> bool:
    """Whether a title has a word, in this form or in a longer one: to screen, screening."""
    return word in title or (len(word) >= _LONGEST_SHORT and any(t.startswith(word) for t in title))


def _speaks_of(
    statement: Statement, alternatives: Iterable[tuple[str, ...]], shorts: Collection[str]
) -> bool:
    """Whether a statement names the indication: all of its words in one of the things
    that it lists, or the kind of which it is one.

    A tension headache is a headache; carbon dioxide poisoning is no carbon monoxide poisoning, for that
    has a word of its own that was not said. `shorts` are words that may be short for what is listed.
    """
    items = [
        _content(item) for item in _ITEMS.split(f"{statement.subject or ''}\n{statement.text}")
    ]
    # "At work" is no kind of anything.
    kinds = [
        _content(item.rsplit(" for ", 1)[-1])
        for item in _ITEMS.split(statement.text)
        if not _SMALL & set(stems(item)[:1])
    ]
    if any(_is_short_for(short, item) for short in shorts for item in items):
        return True
    for said in alternatives:
        if any(all(_in(word, set(item)) for word in said) for item in items):
            return True
        if any(kind and kind[-1] == said[-1] and set(kind) <= set(said) for kind in kinds):
            return True
    return False


def _is_short_for(word: str, item: tuple[str, ...]) -> bool:
    """Whether a word is the first letters of an item, or of its end: MS, multiple sclerosis."""
    letters = "".join(w[0] for w in item)
    return word == letters if len(word) == 2 else letters.endswith(word)


def _content(text: str) -> tuple[str, ...]:
    return tuple(w for w in stems(text) if w not in _SMALL)


def _in(word: str, words: set[str]) -> bool:
    return word in words or any(related(word, w) for w in words)


def described(code: str) -> str:
    """What the code set calls a diagnosis; empty where it does not know it."""
    entry = icd10cm().lookup(code)
    return entry.description if entry else ""
