"""What must hold at the least, without a dialog model: quick enough to be played in a broken copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.conversations import report
from bot.conversations.case import Case
from bot.conversations.format import load
from bot.conversations.runner import play

from .quick import Quick


@pytest.fixture(scope="module")
def quick() -> Iterator[Quick]:
    with closing(Quick()) as assistant:
        yield assistant


@pytest.mark.parametrize(
    "case", load(Path(__file__).with_name("held.yml")), ids=lambda case: case.name
)
def test_held(case: Case, quick: Quick) -> None:
    result = play(case, quick)
    if not result.passed:
        pytest.fail(report.failure(result), pytrace=False)
