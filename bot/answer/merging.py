"""One part for each policy and each kind: topics about one policy stand in one answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answer.needs import TOPICS
from bot.answer.parts import Act, Ambiguity, Circumstances, Part, Question, Unknown


def merged(parts: Sequence[Part]) -> Iterator[Part]:
    """One part for each policy and kind: topics about one policy stand in one answer."""
    questions: dict[str, Question] = {}
    order: list[Part | str] = []
    for part in parts:
        if isinstance(part, Question):
            if part.number in questions:
                questions[part.number] = _joined(questions[part.number], part)
            else:
                questions[part.number] = part
                order.append(part.number)
        elif part not in order:
            order.append(part)
    unknowns = [p for p in order if isinstance(p, Unknown)]
    last = [p for p in order if isinstance(p, Act)]
    for item in order:
        if isinstance(item, str):
            yield questions[item]
        elif isinstance(item, Ambiguity) and not item.numbers and (questions or unknowns):
            continue
        elif item not in last:
            yield item
    yield from last[:1]


def _joined(a: Question, b: Question) -> Question:
    x, y = a.circumstances, b.circumstances
    return Question(
        a.number,
        tuple(t for t in TOPICS if t in a.topics or t in b.topics),
        Circumstances(
            codes=tuple({(c.system, c.code): c for c in (*x.codes, *y.codes)}.values()),
            systems=tuple(dict.fromkeys((*x.systems, *y.systems))),
            place=x.place or y.place,
            programs=tuple(dict.fromkeys((*x.programs, *y.programs))),
            period=x.period or y.period,
            indications=tuple(dict.fromkeys((*x.indications, *y.indications))),
            called=tuple(dict.fromkeys((*x.called, *y.called))),
            said=x.said | y.said,
        ),
        tuple(dict.fromkeys((*a.sought, *b.sought))),
        a.assumption or b.assumption,
        a.insists or b.insists,
        a.denied_claim or b.denied_claim,
    )
