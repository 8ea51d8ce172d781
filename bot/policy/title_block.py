"""How far the title block of a document reaches: the lines with its name, its number and its dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy.header import DATES, facts_of
from bot.policy.lines import Line
from bot.policy.number_shapes import ALONE, is_number, split_line

_LINES: Final = 60  # with text; no title block is longer
_LONGEST: Final = 250  # characters of a line of it
_REACH: Final = 10  # lines in which a block goes on
_PROSE: Final = re.compile(r".{60,}[.:]$|.{150,}", re.DOTALL)


class TitleBlock:
    """Which of the first lines belong to it; made once for a document."""

    def __init__(self, smooth: str, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._full = [at for at, line in enumerate(lines) if line.text][:_LINES]
        first = [lines[at] for at in self._full if len(lines[at].text) < _LONGEST]
        facts = facts_of(smooth, first, dated=True)
        naming = {fact.line for fact in facts if fact.field in ("number", "title")}
        dating = {fact.line for fact in facts if fact.field in DATES}
        self._named = {at for at in self._full if lines[at].number in naming}
        self._labelled = {at for at in self._full if lines[at].number in naming | dating}
        self._facts = self._labelled | {at for at in self._full if _numbers(lines[at].text)}

    def goes_on(self, at: int) -> bool:
        """Whether facts follow below a line before any prose does, or its name or number behind one line of it."""
        told = False
        for other in [other for other in self._full if other > at][:_REACH]:
            if other in self._named or (other in self._facts and not told):
                return True
            if _PROSE.fullmatch(self._lines[other].text):
                if told:
                    return False
                told = True
        return False

    def began(self, at: int) -> bool:
        """Whether one of its facts stands above a line."""
        return any(other < at for other in self._facts)

    def boxes(self, at: int) -> bool:
        """Whether a line heads a box of facts: the first line under it is a labelled one."""
        below = next((other for other in self._full if other > at), None)
        return below in self._labelled


def _numbers(shown: str) -> bool:
    """Whether a line is a policy number, or one with a title beside it."""
    alone = ALONE.fullmatch(shown)
    if alone and is_number(alone[1]):
        return True
    return len(shown) < 160 and split_line(shown) is not None
