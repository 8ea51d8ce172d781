"""How snippets of documents are read: each file in cases/ holds one matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.policy import coding, statements
from bot.policy.codes import contains
from bot.policy.dates import first_date
from bot.policy.header import facts_of
from bot.policy.history import changes_intent
from bot.policy.identity import identity
from bot.policy.lines import flat, lines_of
from bot.policy.model import Code, Criteria
from bot.policy.parser import parse
from bot.policy.section_names import kind_of

CASES = Path(__file__).parent / "cases"


def load(name: str) -> Any:
    return yaml.safe_load((CASES / f"{name}.yml").read_text("utf-8"))


@pytest.mark.parametrize(("head", "number", "title"), load("identity"))
def test_number_and_title(head: str, number: str, title: str) -> None:
    lines = lines_of(head)
    found = identity(head, lines, facts_of(flat(head), lines))
    assert [f and f.text for f in found] == [number, title]


@pytest.mark.parametrize(("line", "named"), load("members"))
def test_lines_of_business(line: str, named: list[str]) -> None:
    policy = parse(f"CAM 1\nKnee Braces\n{line}\n\nPolicy\nKnee braces are not covered.")
    assert list(policy.lines_of_business) == named


@pytest.mark.parametrize(("written", "meant"), load("dates"))
def test_date(written: str, meant: object) -> None:
    found = first_date(written)
    assert found is not None
    assert found.iso == (None if meant is None else str(meant))
    assert found.span.of(written) == written


@pytest.mark.parametrize(
    "written", ["no date", "97545-97546", "2019-20", "v1.2.3", "12345/2019", "CAM 80306"]
)
def test_no_date(written: str) -> None:
    assert first_date(written) is None


@pytest.mark.parametrize(
    ("kind", "heading"), [(k, h) for k, names in load("headings").items() for h in names]
)
def test_heading(kind: str, heading: str) -> None:
    assert (kind_of(heading) or "unknown") == kind


@pytest.mark.parametrize("case", load("statements"), ids=lambda case: case["text"][:60])
def test_statements(case: dict[str, Any]) -> None:
    text = case["text"]
    found = statements.read(flat(text), text, lines_of(text)).statements
    made = [[part.strip() for part in line.split("|")] for line in case["made"]]
    assert [s.determination for s in found] == [determination for determination, *_ in made]
    for statement, (_, subject, reason) in zip(found, made, strict=True):
        assert subject in (statement.subject or "")
        assert statement.reason == (None if reason == "-" else reason)
        assert statement.wording in statement.text
        assert statement.text == statement.span.of(text)


def plain(criteria: Criteria | None) -> Any:
    if criteria is None:
        return None
    return [
        criteria.logic,
        *(i.text if i.criteria is None else {i.text: plain(i.criteria)} for i in criteria.items),
    ]


@pytest.mark.parametrize("case", load("criteria"), ids=lambda case: case["text"][:60])
def test_criteria(case: dict[str, Any]) -> None:
    text = case["text"]
    first = statements.read(flat(text), text, lines_of(text)).statements[0]
    assert plain(first.criteria) == case["criteria"]


def row(code: Code) -> str:
    shown = f"{code.system}: {code.status}" if code.code is None else f"{code.system} {code.code}"
    shown += f"-{code.code_end}" if code.code_end else ""
    return shown + (f" = {code.determination}" if code.determination else "")


@pytest.mark.parametrize("case", load("codes"), ids=lambda case: case["lines"][:60])
def test_codes(case: dict[str, Any]) -> None:
    text = case["lines"]
    read = coding.read(flat(text), text, lines_of(text))
    assert [row(c) for c in read.codes] == case["rows"]
    assert len(read.findings) == case.get("findings", 0)


@pytest.mark.parametrize(
    ("told", "entry"), [(told, e) for told, entries in load("history").items() for e in entries]
)
def test_changes_intent(told: bool | None, entry: str) -> None:
    assert changes_intent(entry) is told


@pytest.mark.parametrize("case", load("entries"), ids=lambda case: case["lines"][:60])
def test_history_entries(case: dict[str, Any]) -> None:
    text = f"CAM 1\nKnee Braces\n\nPolicy History\n{case['lines']}"
    assert [[e.date, e.span.of(text)] for e in parse(text).history] == case["entries"]


@pytest.mark.parametrize(
    ("first", "last", "code", "inside"),
    [
        ("I70.0", "I70.92", "I70.0", True),
        ("I70.0", "I70.92", "I70.25", True),
        ("I70.0", "I70.92", "I70.92", True),
        ("I70.0", "I70.92", "I70.99", False),
        ("I70.0", "I70.92", "I71.0", False),
        ("M54.1", "M54.5", "M54.50", True),
        ("C00", "D49.9", "C50.911", True),
        ("C00", "D49.9", "D50.0", False),
        ("G47.30", "G47.39", "G47.33", True),
        ("E0650", "E0673", "E0655", True),
        ("E0650", "E0673", "E0674", False),
        ("E06.0", "E06.9", "E0650", False),
        ("97010", "97799", "97546", True),
        ("97010", "97799", "98000", False),
        ("97010", "97799", "9754T", False),
        ("0042T", "0050T", "0044T", True),
        ("0042T", "0050T", "0044U", False),
        ("E0673", "E0650", "E0655", False),
        ("E0673", "E0650", "E0650", True),
        ("S00.00X+", None, "S00.00XA", True),
        ("S00.00X+", None, "S00.01XA", False),
        ("S00.00X", None, "S00.00XD", True),
        ("M54.5-", None, "M54.59", True),
        ("M54.5", None, "M54.59", False),
        ("M54.5", None, "M54.5", True),
        ("97546", None, "97546", True),
        ("E065.0", None, "E0650", False),
        ("724.0", "724.9", "724.2", True),
        ("724.0", "724.9", "72420", False),
        ("4A02XM4", "4A02XM9", "4A02XM5", True),
        ("B20", None, "B20", True),
    ],
)
def test_code_inside_a_row(first: str, last: str | None, code: str, inside: bool) -> None:
    assert contains(first, last, code) is inside


@pytest.mark.parametrize("case", load("oversights"), ids=lambda case: case["text"][:60])
def test_what_was_not_read_is_told(case: dict[str, Any]) -> None:
    policy = parse(f"CAM 1\nScalp Cooling\n\nPolicy\n{case['text']}\n\nReferences\n1. None")
    assert [finding.line for finding in policy.warnings] == case["lines"]
