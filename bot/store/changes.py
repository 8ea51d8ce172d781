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
    yield from _criteria(name, list(_leaves(before.criteria)), list(_leaves(after.criteria)))
    if before.determination == after.determination and _sentence(before) != _sentence(after):
        yield Change("statement", name, _sentence(before), _sentence(after))


def _sentence(statement: Statement) -> str:
    """A statement without its criteria, which are compared one by one."""
    end = statement.criteria.items[0].span.start if statement.criteria else statement.span.end
    return _even(statement.text[: end - statement.span.start])


def _criteria(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    added = [line for line in new if line not in old]
    for before in (line for line in old if line not in new):
        after = max(added, key=lambda line: fuzz.ratio(before, line), default=None)
        if after is None or fuzz.ratio(before, after) < _SAME_STATEMENT:
            yield Change("criteria", name, before, None)
        else:
            added.remove(after)
            yield Change("criteria", name, before, after)
    for after in added:
        yield Change("criteria", name, None, after)


def _leaves(criteria: Criteria | None, above: str = "") -> Iterator[str]:
    """Each criterion on a line, behind those that it is nested in."""
    if criteria is None:
        return
    for item in criteria.items:
        line = f"{above}{criteria.logic} of: {_even(item.text)}"
        if item.criteria is None:
            yield line
        else:
            yield from _leaves(item.criteria, f"{line} › ")


def _code(code: Code) -> tuple[str, str]:
    """The row's name, and what is said of it."""
    said = [code.status, code.determination] if code.code is None else [code.determination]
    held = [code.code, code.code_end] if code.code_end else [code.code]
    name = " ".join([code.system, "–".join(filter(None, held))]).rstrip()
    return name, ", ".join(word.replace("_", " ") for word in said if word) or "listed"


def _sections(old: Sequence[Section], new: Sequence[Section]) -> Iterator[Change]:
    """The lines of a section that differ; its whole text where it came or went."""
    before = {section.name: _lines(section.text) for section in old}
    after = {section.name: _lines(section.text) for section in new}
    for name in dict.fromkeys([*before, *after]):
        gone, come = before.get(name, []), after.get(name, [])
        removed = "\n".join(line for line in gone if line not in come)
        added = "\n".join(line for line in come if line not in gone)
        if removed or added:
            yield Change("section", name, removed or None, added or None)


def _lines(text: str) -> list[str]:
    return [line for line in map(_even, text.splitlines()) if line]


def _even(text: str) -> str:
    return " ".join(text.split())


def _sets(
    what: What, old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]
) -> Iterator[Change]:
    """Pairs of a name and what is said of it: gone, come, or, under the same name, said otherwise."""
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    come = [pair for pair in after if pair not in before]
    for name, value in (pair for pair in before if pair not in after):
        now = next((pair for pair in come if pair[0] == name), None)
        if now is not None:
            come.remove(now)
        yield Change(what, name, value, now and now[1])
    for name, value in come:
        yield Change(what, name, None, value)
