"""Whole documents in the styles of many payers, all fictional, are read as a careful person reads them.

documents/expected.yml says what that person would write down of each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.policy.document import read
from bot.policy.model import Criteria, Policy
from bot.policy.parser import parse, placed

DOCUMENTS = Path(__file__).parent / "documents"
EXPECTED: dict[str, Any] = yaml.safe_load((DOCUMENTS / "expected.yml").read_text("utf-8"))


def outline(policy: Policy) -> dict[str, Any]:
    """What is compared; of long texts the beginning, of codes one short line."""
    header = {
        name: value
        for name in (
            "number",
            "title",
            "category",
            "departments",
            "original_date",
            "last_reviewed",
            "next_review",
            "no_further_review",
            "effective_from",
            "effective_to",
            "lines_of_business",
            "type_of_service",
            "place_of_service",
        )
        if (value := getattr(policy, name))
    }
    return {
        **{k: list(v) if isinstance(v, tuple) else v for k, v in header.items()},
        "sections": [s.name for s in policy.sections],
        "statements": [
            {
                "determination": s.determination,
                "subject": s.subject,
                **({"reason": s.reason} if s.reason else {}),
                **({"criteria": criteria(s.criteria)} if s.criteria else {}),
            }
            for s in policy.statements
        ],
        "codes": [
            " ".join(
                filter(
                    None,
                    (
                        c.system,
                        c.code or c.status,
                        f"to {c.code_end}" if c.code_end else None,
                        f"= {c.determination}" if c.determination else None,
                    ),
                )
            )
            for c in policy.codes
        ],
        "benefit": [n.heading for n in policy.benefit_application],
        "references": [r.text[:30] for r in policy.references],
        "history": [[h.date, h.changes_intent, h.text[:40]] for h in policy.history],
        "warnings": len(policy.warnings),
    }


def criteria(made: Criteria) -> list[Any]:
    items = [i.text if i.criteria is None else {i.text: criteria(i.criteria)} for i in made.items]
    return [made.logic, *items]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_document(name: str) -> None:
    text = read(DOCUMENTS / name)
    policy = parse(text)
    assert outline(policy) == EXPECTED[name]
    assert placed(policy, text) > 0.6


def test_every_document_has_its_expectation() -> None:
    on_file = {p.name for p in DOCUMENTS.iterdir() if p.suffix in (".txt", ".html")}
    assert on_file == set(EXPECTED)
