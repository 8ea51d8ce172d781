"""What changed between two versions of a policy: facts, determinations, criteria, codes, sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz

from bot.policy.model import Code, Criteria, Policy, Section, Statement

What = Literal[
    "fact", "statement", "determination", "reason", "criteria", "code", "section", "history"
]

_FACTS: Final = (
    "number",
    "title",
    "category",
    "departments",
    "original_date",
    "last_reviewed",
    "next_review",
    "effective_from",
    "effective_to",
    "lines_of_business",
    "type_of_service",
    "place_of_service",
)
# Two sentences are the same statement, changed, when they agree at least so far (of 100).
_SAME_STATEMENT: Final = 60


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None for what was added, `after` for what was removed; `name` says of what it is."""

    what: What
    name: str
    before: str | None
    after: str | None


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """All differences in what was read; none where only the wording of other parts differs."""
    return (
        *_facts(old, new),
        *_statements(old.statements, new.statements),
        *_sets("code", map(_code, old.codes), map(_code, new.codes)),
        *_sections(old.sections, new.sections),
        *_sets(
            "history",
            ((entry.date, entry.text) for entry in old.history),
            ((entry.date, entry.text) for entry in new.history),
        ),
    )


def _facts(old: Policy, new: Policy) -> Iterator[Change]:
    for name in _FACTS:
        before, after = _plain(getattr(old, name)), _plain(getattr(new, name))
        if before != after:
            yield Change("fact", name.replace("_", " "), before, after)


def _plain(value: str | tuple[str, ...] | None) -> str | None:
    return ", ".join(value) or None if isinstance(value, tuple) else value


def _statements(old: Sequence[Statement], new: Sequence[Statement]) -> Iterator[Change]:
    left = list(new)
    for before in old:
        after = max(left, key=lambda other: _likeness(before, other), default=None)
        if after is None or _likeness(before, after) < _SAME_STATEMENT:
            yield Change("statement", before.subject or "policy", before.text, None)
            continue
        left.remove(after)
        yield from _statement(before, after)
    for after in left:
        yield Change("statement", after.subject or "policy", None, after.text)


def _likeness(one: Statement, other: Statement) -> float:
    return max(
        fuzz.token_set_ratio(one.text, other.text),
        100.0 if one.subject and one.subject == other.subject else 0.0,
    ) + (one.determination == other.determination)


def _statement(before: Statement, after: Statement) -> Iterator[Change]:
    name = after.subject or before.subject or "policy"
    if before.determination != after.determination:
        yield Change("determination", name, before.wording, after.wording)
    if before.reason != after.reason:
        yield Change("reason", name, before.reason, after.reason)
    old, new = list(_criteria(before.criteria)), list(_criteria(after.criteria))
    yield from _sets("criteria", ((name, line) for line in old), ((name, line) for line in new))
    if before.determination == after.determination and _sentence(before) != _sentence(after):
        yield Change("statement", name, _sentence(before), _sentence(after))


def _sentence(statement: Statement) -> str:
    """A statement without its criteria, which are compared one by one."""
    end = statement.criteria.items[0].span.start if statement.criteria else statement.span.end
    return " ".join(statement.text[: end - statement.span.start].split())


def _criteria(criteria: Criteria | None, depth: str = "") -> Iterator[str]:
    if criteria is None:
        return
    for item in criteria.items:
        place = f"{depth}{criteria.logic} of: "
        yield place + " ".join(item.text.split())
        yield from _criteria(item.criteria, f"{place}{item.text} ")


def _code(code: Code) -> tuple[str, str]:
    written = code.code or code.status.replace("_", " ")
    if code.code_end:
        written += f"–{code.code_end}"
    return f"{code.system} {written}", (code.determination or "listed").replace("_", " ")


def _sections(old: Sequence[Section], new: Sequence[Section]) -> Iterator[Change]:
    before = {section.name: _even(section.text) for section in old}
    after = {section.name: _even(section.text) for section in new}
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield Change("section", name, before.get(name), after.get(name))


def _even(text: str) -> str:
    return " ".join(text.split())


def _sets(
    what: What, old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]
) -> Iterator[Change]:
    """Pairs of a name and what is said of it: added, removed, or said otherwise where names are unique."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    said = {name: value for name, value in after if (name, value) not in before}
    for name, value in before:
        if (name, value) in after:
            continue
        single = what == "code" and name in said
        yield Change(what, name, value, said.pop(name) if single else None)
    for name, value in after:
        if (name, value) not in before and (what != "code" or name in said):
            yield Change(what, name, None, value)
