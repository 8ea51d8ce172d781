"""What is said to have changed between two versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.policy.model import Criteria, Criterion, HistoryEntry, Policy, Section, Span, Statement
from bot.store.changes import changes
from tests.store.made import NOWHERE, code, policy

LIFT = "A seat lift is considered medically necessary when all of these are met:"


def criteria(logic: Any, *items: str | tuple[str, Criteria]) -> Criteria:
    span = Span(len(LIFT), len(LIFT))
    return Criteria(
        logic,
        tuple(
            Criterion(item, span) if isinstance(item, str) else Criterion(item[0], span, item[1])
            for item in items
        ),
    )


def lift(*items: str | tuple[str, Criteria], **more: Any) -> Statement:
    return replace(
        Statement(
            "medically_necessary",
            "considered medically necessary",
            LIFT,
            Span(0, len(LIFT)),
            "seat lift",
            criteria("all", *items) if items else None,
        ),
        **more,
    )


def section(text: str, name: str = "Background") -> Section:
    return Section(name, text, NOWHERE)


ARTHRITIS = "severe arthritis of the hip or knee"
BED = replace(lift(), subject="hospital bed", text="A hospital bed is medically necessary.")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({}, {}, [], id="nothing"),
        pytest.param(
            {"title": "Lifts"},
            {"title": "Seat Lifts"},
            [("fact", "title", "Lifts", "Seat Lifts")],
            id="a title",
        ),
        pytest.param(
            {},
            {"lines_of_business": ("Commercial", "Medicare"), "effective_from": "2024-01"},
            [
                ("fact", "effective from", None, "2024-01"),
                ("fact", "lines of business", None, "Commercial, Medicare"),
            ],
            id="facts that were not stated",
        ),
        pytest.param(
            {"statements": (lift(),)},
            {
                "statements": (
                    lift(determination="investigational", wording="considered investigational"),
                )
            },
            [
                (
                    "determination",
                    "seat lift",
                    "considered medically necessary",
                    "considered investigational",
                )
            ],
            id="a determination",
        ),
        pytest.param(
            {"statements": (lift(reason="it helps"),)},
            {"statements": (lift(reason="it heals"),)},
            [("reason", "seat lift", "it helps", "it heals")],
            id="a reason",
        ),
        pytest.param(
            {"statements": (lift(ARTHRITIS, "cannot stand up"),)},
            {"statements": (lift(f"{ARTHRITIS} or ankle", "lives alone"),)},
            [
                (
                    "criteria",
                    "seat lift",
                    f"all of: {ARTHRITIS}",
                    f"all of: {ARTHRITIS} or ankle",
                ),
                ("criteria", "seat lift", "all of: cannot stand up", None),
                ("criteria", "seat lift", None, "all of: lives alone"),
            ],
            id="criteria",
        ),
        pytest.param(
            {"statements": (lift(("one of these", criteria("any", "a", "b"))),)},
            {"statements": (lift(("one of these", criteria("all", "a", "b"))),)},
            [
                (
                    "criteria",
                    "seat lift",
                    f"all of: one of these › any of: {letter}",
                    f"all of: one of these › all of: {letter}",
                )
                for letter in "ab"
            ],
            id="any that became all",
        ),
        pytest.param(
            {"statements": (lift(), BED)},
            {"statements": (BED,)},
            [("statement", "seat lift", LIFT, None)],
            id="a statement that is gone",
        ),
        pytest.param(
            {"statements": (lift(),)},
            {"statements": (lift(), BED)},
            [("statement", "hospital bed", None, "A hospital bed is medically necessary.")],
            id="a statement that is new",
        ),
        pytest.param(
            {"codes": (code("HCPCS", "E0650", "E0673"), code("CPT", None, status="none_listed"))},
            {
                "codes": (
                    code("HCPCS", "E0650", "E0673", determination="not_covered"),
                    code("CPT", "97016"),
                )
            },
            [
                ("code", "HCPCS E0650–E0673", "listed", "not covered"),
                ("code", "CPT", "none listed", None),
                ("code", "CPT 97016", None, "listed"),
            ],
            id="codes",
        ),
        pytest.param(
            {"sections": (section("One.\nTwo.\nThree."), section("Gone.", "Rationale"))},
            {"sections": (section("One.\n\n  Two and a half.\nThree."),)},
            [
                ("section", "Background", "Two.", "Two and a half."),
                ("section", "Rationale", "Gone.", None),
            ],
            id="sections",
        ),
        pytest.param(
            {"history": (HistoryEntry("2019-11", "Annual review.", NOWHERE),)},
            {
                "history": (
                    HistoryEntry("2020-11", "Criteria changed.", NOWHERE),
                    HistoryEntry("2019-11", "Annual review.", NOWHERE),
                )
            },
            [("history", "2020-11", None, "Criteria changed.")],
            id="history",
        ),
    ],
)
def test_changes(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, ...]]
) -> None:
    old: Policy = policy(**{"title": "Seat Lifts", **before})
    new: Policy = policy(**{"title": "Seat Lifts", **after})
    assert [(c.what, c.name, c.before, c.after) for c in changes(old, new)] == expected
