"""Of a policy with several positions: which of them a short question goes on about, and whose reason is said."""

from __future__ import annotations

import pytest

from bot.answer.desk import Desk, Turn
from bot.answer.thread import Pending, Thread
from bot.answer.understanding import Clause, Understanding
from tests.answer.desks import desk_over

BEDS = """FICTIONAL HEALTH PLAN

Policy Number: FHP 31
Title: Home Beds and Accessories

Policy
A semi-electric bed is considered medically necessary when the member cannot turn without help.

A total electric bed is considered not medically necessary, because the height adjustment serves the caregiver.

A massage mattress is considered investigational, because no trial has shown a benefit.
"""


@pytest.fixture
def desk() -> Desk:
    return desk_over(BEDS)


def ask(desk: Desk, text: str, need: str, thread: Thread, probability: float = 0.9) -> Turn:
    whole = Clause(text, 0, len(text), {need: probability})
    return desk.reply(Understanding(text, whole, (whole,)), thread)


def test_why_is_asked_of_what_was_spoken_of_last(desk: Desk) -> None:
    first = ask(desk, "is a total electric bed covered?", "coverage", Thread())
    kept = Thread.from_json(first.thread.to_json())
    answer = ask(desk, "and why?", "reason", kept).replies[0].answer
    assert answer.determination is not None
    assert answer.determination.status == "not_medically_necessary"
    assert answer.reasoning is not None
    assert "serves the caregiver" in answer.reasoning


def test_each_reason_is_told_with_its_position(desk: Desk) -> None:
    reply = ask(desk, "why does FHP 31 say no", "reason", Thread()).replies[0]
    lines = [line for line in reply.text.splitlines() if line.startswith("- ")]
    reasons = {("caregiver" in line, "no trial" in line) for line in lines}
    assert reasons == {(True, False), (False, True)}
    assert reply.answer.reasoning is None


def test_the_only_policy_that_was_offered_is_taken_as_meant_and_said_so(desk: Desk) -> None:
    asked = Thread(pending=Pending("policy", ("coverage",), ("FHP 31",)))
    reply = ask(desk, "which codes", "codes", asked).replies[0]
    assert reply.answer.policy is not None
    assert reply.answer.policy.number == "FHP 31"
    assert "I take it that you mean policy FHP 31" in reply.text


@pytest.mark.parametrize(("probability", "kind"), [(0.4, "clarification"), (0.9, "handoff")])
def test_a_guess_puts_nobody_into_the_queue(desk: Desk, probability: float, kind: str) -> None:
    said = ask(desk, "needs it", "complaint", Thread(), probability).replies[0]
    assert said.answer.kind == kind
