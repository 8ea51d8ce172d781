"""Reads a message: its needs as a whole and by its clauses, and the intent that leads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.answer.needs import ACTS, MATTERS, MEMBER_DATA, TOPICS
from bot.answer.understanding import Clause, Understanding
from bot.dialog.clauses import split
from bot.dialog.needs_model import NeedsModel, Prediction
from bot.policy.model import Span

WORTH = 0.05  # a need less probable than this is left out
PRONOUN = "it"
_ONLY_NAMES = re.compile(rf"\W*{PRONOUN}(?:\W+{PRONOUN})*\W*")
SHOWN = 0.5  # a need at least this probable may lead
LOST = 0.3  # with every need less probable, and nothing familiar, a message is out of scope

# What hands over, or is asked for, leads before what only moves the conversation along.
_ORDER = (("person", "complaint"), (*TOPICS, MEMBER_DATA, *MATTERS), ACTS)


def read(text: str, model: NeedsModel, named: Sequence[Span] = ()) -> Understanding:
    """`named` are the stretches that name something on file: the model sees a pronoun in their place.

    So a policy that was imported a minute ago is asked about in the words the model knows.
    """
    spans = split(text)
    if len(spans) < 2:
        whole_span = Span(0, len(text))
        whole = _clause(text, whole_span, _predict([_unnamed(text, whole_span, named)], model)[0])
        return Understanding(text, whole, (whole,))
    pieces = [Span(0, len(text)), *spans]
    first, *others = _predict([_unnamed(text, piece, named) for piece in pieces], model)
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


def _unnamed(text: str, piece: Span, named: Sequence[Span]) -> str:
    out = piece.of(text)
    for name in sorted(named, key=lambda span: -span.start):
        if piece.start <= name.start and name.end <= piece.end:
            start, end = name.start - piece.start, name.end - piece.start
            out = f"{out[:start]}{PRONOUN}{out[end:]}"
    return out


def _predict(texts: Sequence[str], model: NeedsModel) -> list[Prediction]:
    """The model's predictions; a name alone, which says nothing else, informs."""
    predictions = model.predict(texts)
    return [
        Prediction({"inform": 1.0}, 1.0) if _ONLY_NAMES.fullmatch(text) else prediction
        for text, prediction in zip(texts, predictions, strict=True)
    ]


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
