"""The numbers before headings: whether one goes on with the count of those before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy.lines import Line
from bot.policy.section_names import kind_of

SUBPOINT: Final = re.compile(r"(?:[IVX]{1,4}|[A-H]|\d{1,2})[.)]\s")
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_LETTERS: Final = tuple("ABCDEFGH")
_DIGITS: Final = tuple(str(number) for number in range(1, 31))
_NUMERAL: Final = re.compile(r"[IVX]{1,5}\.\s+[A-Z]")
_FIRST: Final = re.compile(r"(I|1)\.\s+[A-Z]")
_NUMBERED: Final = re.compile(r"(\d{1,2})\.?\s+[A-Z]")


def goes_on_counting(line: Line, numbered: Sequence[str]) -> bool:
    """Whether the number of a line is the next after those of the headings before it."""
    before = [place for shown in numbered if (place := _place(shown, line.text))]
    own = _place(line.text, line.text)
    return bool(before) and own == before[-1] + 1


def _place(shown: str, like: str) -> int | None:
    """Which number a line has, where it is written as that of another line is."""
    for marks in (_ROMAN, _LETTERS, _DIGITS):
        if like.split(".")[0].split(")")[0] in marks:
            mark = shown.split(".")[0].split(")")[0]
            return marks.index(mark) + 1 if mark in marks else None
    return None


def numbered_alike(line: Line, numbered: Sequence[str]) -> bool:
    """Whether a line has a numeral as the headings before it have ("II. HCPCS CODES" after "I. CPT CODES")."""
    return _NUMERAL.match(line.text) is not None and any(_NUMERAL.match(o) for o in numbered)


def first_chapter(line: Line, lines: Sequence[Line], at: int) -> bool:
    """Whether a line is the first of numbered headings, the second of which has a name that we know."""
    first = _FIRST.match(line.text)
    if first is None or len(line.text) > 60 or line.text[-1] in ".;,:?!":
        return False
    second = re.compile(r"II\." if first[1] == "I" else r"2\.(?!\d)")
    below = [other for other in lines[at + 1 : at + 60] if other.text]
    place = next((p for p, other in enumerate(below) if second.match(other.text)), 0)
    return place > 0 and kind_of(below[place].text) is not None


def next_number(line: Line, lines: Sequence[Line], at: int, numbered: Sequence[str]) -> bool:
    """Whether a short line has the number that follows those of the headings before it."""
    own = _NUMBERED.match(line.text)
    stands = lines[at - 1].blank or lines[at - 1].furniture
    if own is None or not stands or len(line.text) > 80 or line.text[-1] in ".;,?!":
        return False
    before = [int(m[1]) for shown in numbered if (m := _NUMBERED.match(shown))]
    return len(before) >= 2 and before[-1] < int(own[1]) <= before[-1] + 3
