"""What sounds like a policy on file and is something else, and what a policy takes a position on under its own name."""

from __future__ import annotations

import pytest

from bot.answer.desk import Desk
from bot.answer.model import Answer
from bot.answer.thread import Thread
from bot.answer.understanding import Clause, Understanding
from tests.answer.desks import desk_over

POLICIES = (
    """FICTIONAL HEALTH PLAN

Policy Number: FHP 41
Title: Thermography of the Breast

Policy
Thermography of the breast is considered investigational for all indications, such as screening.
""",
    """FICTIONAL HEALTH PLAN

Policy Number: FHP 42
Title: Vagus Nerve Stimulation

Description
A vagus nerve stimulator with an infected lead is taken out.

Policy
Vagus nerve stimulation is considered medically necessary for epilepsy.

Vagus nerve stimulation is considered investigational for all other indications.
""",
    """FICTIONAL HEALTH PLAN

Policy Number: FHP 43
Title: Nutrition by Tube

Policy
Nutrition by tube is considered medically necessary when the member cannot swallow.

Digestive enzyme cartridges are considered investigational.

The following are not covered:
- Food thickeners
- Standard infant formula
- Smoothies

Codes
HCPCS codes covered if criteria are met:
B4034   daily tube feeding kit
HCPCS codes not covered:
B4100   food thickener
B4105   digestive enzyme cartridge
""",
)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return desk_over(*POLICIES)


def answer(desk: Desk, text: str) -> Answer:
    whole = Clause(text, 0, len(text), {"coverage": 0.9})
    return desk.reply(Understanding(text, whole, (whole,)), Thread()).replies[0].answer


@pytest.mark.parametrize(
    "text",
    [
        # Limited to another thing than the title has.
        "thermography of the feet",
        "is thermography of the knees covered",
        "vagus nerve stimulation of goats",
        # Another word stands where the name has one of its own.
        "sacral nerve stimulator",
        "phrenic nerve stimulation for breathing",
    ],
)
def test_a_near_miss_gets_no_position(desk: Desk, text: str) -> None:
    found = answer(desk, text)
    assert found.kind in ("no_policy", "clarification")
    assert found.determination is None


@pytest.mark.parametrize(
    ("text", "policy", "position"),
    [
        ("thermography", "FHP 41", "investigational"),
        ("thermography of the breast", "FHP 41", "investigational"),
        ("thermography of the left breast", "FHP 41", "investigational"),
        ("infected vagus nerve stimulator", "FHP 42", "conditional"),
        # However it is spelt, a word for the kind of thing adds nothing.
        ("vagus nerve stimulation prgm", "FHP 42", "conditional"),
        # Each thing of a list is one that a position is taken on.
        ("food thickeners", "FHP 43", "not_covered"),
        ("standard infant formula", "FHP 43", "not_covered"),
    ],
)
def test_the_service_itself_gets_its_position(
    desk: Desk, text: str, policy: str, position: str
) -> None:
    found = answer(desk, text)
    assert found.policy is not None
    assert found.determination is not None
    assert (found.policy.number, found.determination.status) == (policy, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        # The statement about the very thing goes before the heading that its code stands under.
        ("is B4105 covered", "investigational"),
        ("is B4100 covered", "not_covered"),
    ],
)
def test_a_code_is_told_by_what_its_row_describes(desk: Desk, text: str, position: str) -> None:
    found = answer(desk, text)
    assert found.determination is not None
    assert found.determination.status == position


def test_the_end_of_another_code_does_not_get_the_position_of_the_last(desk: Desk) -> None:
    first = "is B4105 covered"
    whole = Clause(first, 0, len(first), {"coverage": 0.9})
    thread = desk.reply(Understanding(first, whole, (whole,)), Thread()).thread
    then = "and 34"
    whole = Clause(then, 0, len(then), {"coverage": 0.9})
    found = desk.reply(Understanding(then, whole, (whole,)), thread).replies[0].answer
    assert found.determination is None or found.determination.status == "conditional"
