"""A policy survives the way through JSON, and the JSON has the published shape."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest

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
from bot.policy.wire import from_json, to_json

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "bot" / "schemas" / "policy.schema.json").read_text()
)

FULL = Policy(
    number="CAM 115HB",
    title="Light Boxes",
    category="Therapy",
    departments=("Medical Affairs", "Pharmacy"),
    original_date="1996-11",
    last_reviewed="2019-11-20",
    next_review="2999",
    no_further_review=True,
    effective_from="2020-01-01",
    lines_of_business=("commercial",),
    source_url="https://plan.example/policies/115HB",
    sections=(Section("Policy", "A light box …", Span(10, 23)),),
    statements=(
        Statement(
            "medically_necessary",
            "medically necessary",
            "A light box …",
            Span(10, 23),
            subject="A light box",
            criteria=Criteria(
                "all",
                (
                    Criterion("age 18", Span(11, 12)),
                    Criterion(
                        "one of",
                        Span(12, 20),
                        Criteria(
                            "any", (Criterion("a", Span(13, 14)), Criterion("b", Span(15, 16)))
                        ),
                    ),
                ),
            ),
            reason="it helps",
        ),
        Statement("investigational", "investigational", "x", Span(20, 21)),
    ),
    codes=(
        Code("CPT", "none_listed", Span(30, 31)),
        Code("HCPCS", "listed", Span(32, 40), "E0650", "E0673", "pumps", "medically_necessary"),
    ),
    code_note="a general reference",
    type_of_service="Therapy",
    place_of_service=("Outpatient",),
    benefit_application=(BenefitNote("text", Span(41, 45), "BlueCard"),),
    references=(Reference(1, "Someone 2001", Span(50, 62)),),
    history=(HistoryEntry("2019-11-20", "Annual review", Span(70, 83), False),),
    warnings=(Finding(None, "no statement"), Finding(3, "odd")),
    spans=MappingProxyType({"number": Span(0, 9)}),
)


@pytest.mark.parametrize("policy", [FULL, Policy("A.1", "T")], ids=["full", "least"])
def test_a_policy_comes_back_the_same_and_fits_the_schema(policy: Policy) -> None:
    wire = json.loads(json.dumps(to_json(policy)))
    jsonschema.validate(wire, SCHEMA)
    assert from_json(wire) == policy
