"""Whatever is done to a document, reading it ends, and every span holds what it says."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UnreadableDocument
from bot.policy.dates import first_date, short_date
from bot.policy.document import read
from bot.policy.model import Criteria, HistoryEntry, Policy, Section, Span
from bot.policy.parser import parse, placed
from bot.policy.wire import from_json, to_json

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "data" / "policies" / "cam_80306_work_hardening.txt"
DOCUMENTS = [SEED, *sorted((HERE / "documents").glob("*.*"))]
TEXTS = [read(path) for path in DOCUMENTS]
SCHEMA: dict[str, Any] = json.loads(
    (HERE.parents[1] / "bot" / "schemas" / "policy.schema.json").read_text()
)
JUNK = [
    "\n",
    "\n\n",
    ":",
    ";",
    "\t",
    "•",
    "1. ",
    "AND",
    "OR",
    "not ",
    "\u00a0",
    "(",
    "Policy\n",
    "\f",
    "97010-",
    "is considered ",
]


def criteria_spans(criteria: Criteria | None) -> Iterator[tuple[str, Span]]:
    for item in criteria.items if criteria else ():
        yield item.text, item.span
        yield from criteria_spans(item.criteria)


def check(policy: Policy, text: str) -> None:
    for item in (
        *policy.sections,
        *policy.statements,
        *policy.references,
        *policy.history,
        *policy.benefit_application,
    ):
        shown = item.span.of(text)
        if isinstance(item, HistoryEntry):
            assert item.text in shown
            assert first_date(shown) or short_date(shown)
        else:
            assert item.text == shown
        assert item.text or isinstance(item, Section)
    for statement in policy.statements:
        assert statement.reason is None or statement.reason in text
        assert statement.wording in text
        for shown, span in criteria_spans(statement.criteria):
            assert shown == span.of(text)
    for code in policy.codes:
        assert 0 <= code.span.start < code.span.end <= len(text)
    for span in policy.spans.values():
        assert 0 <= span.start < span.end <= len(text)
    last = text.count("\n") + 1
    assert all(w.line is None or 1 <= w.line <= last for w in policy.warnings)
    assert [h.date for h in policy.history] == sorted(
        (h.date for h in policy.history), key=lambda d: (d + "-99-99")[:10], reverse=True
    )
    assert 0.0 <= placed(policy, text) <= 1.0
    wire = json.loads(json.dumps(to_json(policy)))
    jsonschema.validate(wire, SCHEMA)
    assert from_json(wire) == policy


@pytest.mark.parametrize("text", TEXTS, ids=[p.stem for p in DOCUMENTS])
def test_documents_hold_what_was_read_of_them(text: str) -> None:
    check(parse(text), text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(which=st.integers(0, len(TEXTS) - 1), seed=st.integers(0, 2**32), times=st.integers(1, 30))
def test_mutated_documents(which: int, seed: int, times: int) -> None:
    dice = random.Random(seed)
    text = TEXTS[which]
    for _ in range(times):
        at = dice.randrange(len(text) + 1)
        to = min(len(text), at + dice.choice([0, 0, 1, 3, 20, 200]))
        text = text[:at] + dice.choice([*JUNK, "", ""]) + text[to:]
        lines = text.split("\n")
        if dice.random() < 0.2:
            dice.shuffle(lines)
        text = "\n".join(lines)
    try:
        policy = parse(text)
    except UnreadableDocument:
        return
    check(policy, text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    whole = (
        f"CAM 1\nTitle\n\nPolicy\n{text}\n\nCoding\n{text}\n\nReferences\n{text}\n\nHistory\n{text}"
    )
    check(parse(whole), whole)


@pytest.mark.parametrize(
    "body",
    [
        "X is considered" + " " * 4_000 + "investigational.",
        "X is " + "not " * 5_000 + "investigational.",
        "(" * 20_000,
        "X is not covered unless " * 300,
        "X is considered medically necessary when one of " * 150,
        "X is considered medically necessary when all are met:\n" + "a thing:\n\n" * 2_000,
        "X is considered medically necessary when all are met:\n"
        + "".join(f"{' ' * i}1. thing:\n" for i in range(300)),
        "Coding\nCPT: " + "code: 97545 " * 1_500,
        "Coding\nCPT: " + "97545 " * 3_000,
        "Effective Date " * 1_500,
    ],
    ids=lambda body: body[:30],
)
def test_what_no_one_writes_is_read_to_its_end(body: str) -> None:
    whole = f"CAM 1\nTitle\n\nPolicy\n{body}\n"
    check(parse(whole), whole)
