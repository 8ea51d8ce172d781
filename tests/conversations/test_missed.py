"""The lists of what is known to be missed name cases that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversations.suite import MISSED, collect
from bot.settings import ROOT


@pytest.mark.parametrize("folder", ["conversations", "questions"])
def test_each_line_names_a_case(folder: str) -> None:
    path = ROOT / "tests" / folder
    listed = (path / MISSED).read_text(encoding="utf-8").splitlines()
    known = [f"{Path(case.source).name}: {case.name}" for case in collect([path]) if case.known]
    assert sorted(known) == sorted(listed)
