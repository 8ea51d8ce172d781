"""Reads a message: its needs as a whole and by its clauses, and the intent that leads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.answer.needs import ACTS, MATTERS, MEMBER_DATA, TOPICS
from bot.answer.understanding import Clause, Understanding
from bot.dialog.clauses import split
from bot.dialog.needs_model import NeedsModel, Prediction
from bot.dialog.shape import shape_of
from bot.policy.model import Span

WORTH = 0.05  # a need less probable than this is left out
PRONOUN = "it"
# Names and codes with nothing between them but what joins them: "it", "A99.9 it", "it for dx A99.9".
_CODE = r"(?:\b(?:dx|diagnosis|codes?|cpt|hcpcs|icd(?:-?10)?)\W*)?\b(?:99999|A9999|A99\.9|0AA99ZZ)"
_JOINS = r"(?:\W|\b(?:and|or|for|with|w|the)\b)*"
_ONLY_NAMES = re.compile(
    rf"{_JOINS}(?:(?:(?:policy\s+)?\b{PRONOUN}|{_CODE})\b{_JOINS})+", re.IGNORECASE
)
# A list of what is wanted, without a verb: "policy number, last review and place of service".
_ITEM = re.compile(r"[^,;/&+\n]+?(?=\s*(?:[,;/&+\n]|\b(?:and|plus|also)\b|$))", re.IGNORECASE)
_LONGEST_ITEM = 4  # words
_SURE_OF_ITEM = 0.5
SHOWN = 0.5  # a need at least this probable may lead
LOST = 0.3  # with every need less probable, and nothing familiar, a message is out of scope

# What people say while they think of what to say; it tells nothing of what they want.
_FILLER = re.compile(
    r"^(?:(?:just\s+wondering|quick\s+question|hey\s+so|u[hm]+|hmm+)\b[\s,:;.–-]*|so\s+(?=th(?:an)?(?:x|ks?)\b))+",
    re.IGNORECASE,
)

# What hands over, or is asked for, leads before what only moves the conversation along.
_ORDER = (("person", "complaint"), (*TOPICS, MEMBER_DATA, *MATTERS), ACTS)


def read(text: str, model: NeedsModel, named: Sequence[Span] = ()) -> Understanding:
    """`named` are the stretches that name something on file: the model sees a pronoun in their place.

    So a policy that was imported a minute ago is asked about in the words the model knows.
    """
    whole_span = Span(0, len(text))
    spans = split(text)
    pieces = [whole_span, *(spans if len(spans) > 1 else ())]
    written = [_unnamed(text, piece, named) for piece in pieces]
    items = [_items(piece) for piece in written]
    predicted = iter(_predict([*written, *(item for each in items for item in each)], model))
    found = [next(predicted) for _ in pieces]
    clauses = [
        _clause(text, piece, _with_items(own, [next(predicted) for _ in each]))
        for piece, own, each in zip(pieces, found, items, strict=True)
    ]
    return Understanding(text, clauses[0], tuple(clauses[1:] or clauses))


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
    # A guess hands nobody over.
    guessed = [need for need in best if need not in _ORDER[0]]
    need = max(guessed, key=lambda name: best[name], default="out_of_scope")
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
    return _FILLER.sub("", out) or out


def _predict(texts: Sequence[str], model: NeedsModel) -> list[Prediction]:
    """The model's predictions; a name alone, which says nothing else, informs."""
    predictions = model.predict(texts)
    return [
        Prediction({"inform": 1.0}, 1.0) if _ONLY_NAMES.fullmatch(shape_of(text)) else prediction
        for text, prediction in zip(texts, predictions, strict=True)
    ]


def _items(written: str) -> list[str]:
    """The items of a list of a few words each; none where the text is no such list."""
    items = [item.strip() for item in _ITEM.findall(written) if item.strip(" .?!")]
    return items if len(items) > 1 and all(len(i.split()) <= _LONGEST_ITEM for i in items) else []


def _with_items(prediction: Prediction, items: Sequence[Prediction]) -> Prediction:
    """What a list asks is also what its items surely ask of a policy."""
    needs = dict(prediction.needs)
    for item in items:
        for topic in TOPICS:
            if (probability := item.needs.get(topic, 0.0)) >= _SURE_OF_ITEM:
                needs[topic] = max(probability, needs.get(topic, 0.0))
    return Prediction(needs, prediction.familiar)


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
