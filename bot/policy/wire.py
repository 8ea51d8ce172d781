"""A `Policy` as JSON and back, in the shape of `bot/schemas/policy.schema.json`.

Beside what the schema names, each item carries its `start` and `end`; `spans` holds those of the single
facts. The items of criteria are plain strings or nested objects in the schema, so their spans stand
beside them, in the same order, under `spans` of the criteria.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.policy.model import (
    BenefitNote,
    Code,
    Criteria,
    Criterion,
    Finding,
    HistoryEntry,
    Policy,
    Reference,
    Section,
    Span,
    Statement,
)

Json = dict[str, Any]

_PLAIN = (
    "number",
    "title",
    "category",
    "original_date",
    "last_reviewed",
    "next_review",
    "no_further_review",
    "effective_from",
    "effective_to",
    "source_url",
    "code_note",
    "type_of_service",
)
_LISTS = ("departments", "lines_of_business", "place_of_service")


def to_json(policy: Policy) -> Json:
    """A new dictionary of plain JSON values; `from_json` gives the same policy back."""
    return {
        **{name: getattr(policy, name) for name in _PLAIN},
        **{name: list(getattr(policy, name)) for name in _LISTS},
        "sections": [{"name": s.name, "text": s.text, **_span(s.span)} for s in policy.sections],
        "statements": [_statement(s) for s in policy.statements],
        "codes": [code_to_json(c) for c in policy.codes],
        "benefit_application": [
            {"heading": n.heading, "text": n.text, **_span(n.span)}
            for n in policy.benefit_application
        ],
        "references": [
            {"number": r.number, "text": r.text, **_span(r.span)} for r in policy.references
        ],
        "history": [
            {
                "date": h.date,
                "text": h.text,
                "changes_intent": h.changes_intent,
                **_span(h.span),
            }
            for h in policy.history
        ],
        "warnings": [{"line": w.line, "message": w.message} for w in policy.warnings],
        "spans": {name: _span(span) for name, span in policy.spans.items()},
    }


def code_to_json(code: Code) -> Json:
    return {
        "system": code.system,
        "code": code.code,
        "code_end": code.code_end,
        "description": code.description,
        "status": code.status,
        "determination": code.determination,
        **_span(code.span),
    }


def criteria_to_json(criteria: Criteria) -> Json:
    return {
        "logic": criteria.logic,
        "items": [
            item.text
            if item.criteria is None
            else {"text": item.text, "criteria": criteria_to_json(item.criteria)}
            for item in criteria.items
        ],
        "spans": [_span(item.span) for item in criteria.items],
    }


def from_json(data: Mapping[str, Any]) -> Policy:
    """The policy that `to_json` was given.

    A key that is missing raises KeyError: this reads what we wrote ourselves, never a stranger's JSON.
    """
    return Policy(
        number=data["number"],
        title=data["title"],
        category=data["category"],
        departments=tuple(data["departments"]),
        original_date=data["original_date"],
        last_reviewed=data["last_reviewed"],
        next_review=data["next_review"],
        no_further_review=data["no_further_review"],
        effective_from=data["effective_from"],
        effective_to=data["effective_to"],
        lines_of_business=tuple(data["lines_of_business"]),
        source_url=data["source_url"],
        code_note=data["code_note"],
        type_of_service=data["type_of_service"],
        place_of_service=tuple(data["place_of_service"]),
        sections=tuple(Section(s["name"], s["text"], _to_span(s)) for s in data["sections"]),
        statements=tuple(_to_statement(s) for s in data["statements"]),
        codes=tuple(code_from_json(c) for c in data["codes"]),
        benefit_application=tuple(
            BenefitNote(text=n["text"], span=_to_span(n), heading=n["heading"])
            for n in data["benefit_application"]
        ),
        references=tuple(
            Reference(r["number"], r["text"], _to_span(r)) for r in data["references"]
        ),
        history=tuple(
            HistoryEntry(h["date"], h["text"], _to_span(h), h["changes_intent"])
            for h in data["history"]
        ),
        warnings=tuple(Finding(w["line"], w["message"]) for w in data["warnings"]),
        spans=MappingProxyType({name: _to_span(s) for name, s in data["spans"].items()}),
    )


def _span(span: Span) -> Json:
    return {"start": span.start, "end": span.end}


def _to_span(data: Mapping[str, Any]) -> Span:
    return Span(data["start"], data["end"])


def _statement(statement: Statement) -> Json:
    return {
        "determination": statement.determination,
        "wording": statement.wording,
        "text": statement.text,
        "subject": statement.subject,
        "criteria": None if statement.criteria is None else criteria_to_json(statement.criteria),
        "reason": statement.reason,
        **_span(statement.span),
    }


def _to_statement(data: Mapping[str, Any]) -> Statement:
    criteria = data["criteria"]
    return Statement(
        determination=data["determination"],
        wording=data["wording"],
        text=data["text"],
        span=_to_span(data),
        subject=data["subject"],
        criteria=None if criteria is None else _to_criteria(criteria),
        reason=data["reason"],
    )


def _to_criteria(data: Mapping[str, Any]) -> Criteria:
    return Criteria(
        data["logic"],
        tuple(
            Criterion(item, _to_span(span))
            if isinstance(item, str)
            else Criterion(item["text"], _to_span(span), _to_criteria(item["criteria"]))
            for item, span in zip(data["items"], data["spans"], strict=True)
        ),
    )


def code_from_json(data: Mapping[str, Any]) -> Code:
    return Code(
        system=data["system"],
        status=data["status"],
        span=_to_span(data),
        code=data["code"],
        code_end=data["code_end"],
        description=data["description"],
        determination=data["determination"],
    )
