"""Reads a message: its needs as a whole and by its clauses, and the intent that leads it."""

from __future__ import annotations

from typing import Any

from bot.answer.needs import ACTS, MATTERS, MEMBER_DATA, TOPICS
from bot.answer.understanding import Clause, Understanding
from bot.dialog.clauses import split
from bot.dialog.needs_model import NeedsModel, Prediction
from bot.policy.model import Span

WORTH = 0.05  # a need less probable than this is left out
SHOWN = 0.5  # a need at least this probable may lead
LOST = 0.3  # with every need less probable, and nothing familiar, a message is out of scope

# What hands over, or is asked for, leads before what only moves the conversation along.
_ORDER = (("person", "complaint"), (*TOPICS, MEMBER_DATA, *MATTERS), ACTS)


def read(text: str, model: NeedsModel) -> Understanding:
    spans = split(text)
    if len(spans) < 2:
        whole = _clause(text, Span(0, len(text)), model.predict([text])[0])
        return Understanding(text, whole, (whole,))
    first, *others = model.predict([text, *(span.of(text) for span in spans)])
    return Understanding(
        text,
        _clause(text, Span(0, len(text)), first),
        tuple(_clause(text, span, other) for span, other in zip(spans, others, strict=True)),
    )


def leading(understanding: Understanding) -> tuple[str, float]:
    """The need that leads the message, with its probability: the message's intent."""
    best: dict[str, float] = {}
    for clause in (understanding.whole, *understanding.clauses):
        for need, probability in clause.needs.items():
            best[need] = max(probability, best.get(need, 0.0))
    for family in _ORDER:
        need = max(family, key=lambda name: best.get(name, 0.0))
        if best.get(need, 0.0) >= SHOWN:
            return need, best[need]
    need = max(best, key=lambda name: best[name], default="out_of_scope")
    if best.get(need, 0.0) < LOST and understanding.whole.familiar < LOST:
        return "out_of_scope", 1 - best.get(need, 0.0)
    return need, best.get(need, 0.0)


def to_json(understanding: Understanding) -> dict[str, Any]:
    return {
        "text": understanding.text,
        "whole": _clause_json(understanding.whole),
        "clauses": [_clause_json(clause) for clause in understanding.clauses],
    }


def _clause(text: str, span: Span, prediction: Prediction) -> Clause:
    ranked = sorted(prediction.needs.items(), key=lambda item: -item[1])
    return Clause(
        text=span.of(text),
        start=span.start,
        end=span.end,
        needs={need: round(probability, 4) for need, probability in ranked if probability >= WORTH},
        familiar=round(prediction.familiar, 4),
    )


def _clause_json(clause: Clause) -> dict[str, Any]:
    return {
        "text": clause.text,
        "start": clause.start,
        "end": clause.end,
        "needs": dict(clause.needs),
        "familiar": clause.familiar,
    }
