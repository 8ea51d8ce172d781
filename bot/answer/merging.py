"""One part for each policy and each kind: topics about one policy stand in one answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answer.needs import TOPICS
from bot.answer.parts import Act, Ambiguity, Circumstances, Part, Question, Unknown


def merged(parts: Sequence[Part]) -> Iterator[Part]:
    """One part for each policy and kind: topics about one policy stand in one answer."""
    held: dict[object, Part] = {}
    for part in parts:
        key = _key(part)
        before = held.get(key)
        if isinstance(before, Question) and isinstance(part, Question):
            held[key] = _joined(before, part)
        elif isinstance(before, Ambiguity | Unknown) and isinstance(part, Ambiguity | Unknown):
            held[key] = replace(before, topics=_topics(before.topics, part.topics))
        else:
            held.setdefault(key, part)
    acts = [p for p in held.values() if isinstance(p, Act)]
    answered = any(isinstance(p, Question | Unknown) for p in held.values())
    for part in held.values():
        if isinstance(part, Ambiguity) and not part.numbers and answered:
            continue
        if part not in acts:
            yield part
    yield from acts[:1]


def _key(part: Part) -> object:
    """What is the same for parts that are answered together."""
    if isinstance(part, Question):
        return part.number
    if isinstance(part, Ambiguity):
        return part.numbers
    if isinstance(part, Unknown):
        return ("unknown", part.written)
    return part


def _topics(*some: Sequence[str]) -> tuple[str, ...]:
    return tuple(topic for topic in TOPICS if any(topic in topics for topics in some))


def _joined(a: Question, b: Question) -> Question:
    x, y = a.circumstances, b.circumstances
    return Question(
        a.number,
        _topics(a.topics, b.topics),
        Circumstances(
            codes=tuple({(c.system, c.code): c for c in (*x.codes, *y.codes)}.values()),
            systems=tuple(dict.fromkeys((*x.systems, *y.systems))),
            place=x.place or y.place,
            programs=tuple(dict.fromkeys((*x.programs, *y.programs))),
            period=x.period or y.period,
            indications=tuple(dict.fromkeys((*x.indications, *y.indications))),
            case=x.case if y.case in x.case else f"{x.case} {y.case}".strip(),
            words=x.words | y.words,
        ),
        tuple(dict.fromkeys((*a.sought, *b.sought))),
        a.assumption or b.assumption,
        a.insists or b.insists,
        a.denied_claim or b.denied_claim,
    )
