"""How lines stand out as headings: by the number before them, by capitals, by a rule under them, by indent.

Names of sections are the payer's own; the marks by which a reader sees a heading are the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.policy.lines import Line
from bot.policy.section_names import EDGE, Kind, kind_of

_OPENING: Final = re.compile(
    r"(?P<word>(?i:section|part|chapter|article|art\.|sec\.|no\.|item|topic)\s+|§+\s*)?"
    r"(?P<left>[\[(]?)(?P<label>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z])(?P<right>[\])]?[.:)]?)"
    r"(?P<gap>\s*[-–—:]\s+|\s+)(?=[\"“(]?[A-Z0-9])"
)
_ROMAN: Final = {
    shown: number
    for number, shown in enumerate(
        [
            "I",
            "II",
            "III",
            "IV",
            "V",
            "VI",
            "VII",
            "VIII",
            "IX",
            "X",
            "XI",
            "XII",
            "XIII",
            "XIV",
            "XV",
            "XVI",
            "XVII",
            "XVIII",
            "XIX",
            "XX",
        ],
        1,
    )
}
_ANNOUNCES: Final = re.compile(
    r"\b(?:following|criteria|met|when|if|and|or|either|both|all|any|these|below|that|for|of|with|is|are)\W*$",
    re.I,
)
_CELLS: Final = re.compile(r"\t|\S\s{3,}\S|\S \| \S")
_LONGEST: Final = 110
_SENTENCE: Final = 60
_MOST_WORDS: Final = 16
_SAME_INDENT: Final = 2
_SKIPPED: Final = 1  # numbers that a count may leave out
_SHARE: Final = 0.75  # of a count that must read like headings
_FEWEST: Final = 2
_FEW_WORDS: Final = 7
_PARAGRAPH: Final = 8
_SEVERAL: Final = 3
_NESTED: Final = 3  # counts of one shape that can be open at once


@dataclass(frozen=True, slots=True)
class Form:
    """What makes a line stand out: the shape of its number ("" for none), capitals, a rule under it, indent."""

    number: str
    loud: bool
    ruled: bool
    indent: int

    @property
    def certain(self) -> bool:
        return bool(self.number) or self.loud or self.ruled

    def holds(self, other: Form, takes_numbers: bool) -> bool:
        """Whether a heading of this form can hold one of the other under it, by the look of both.

        `takes_numbers` says that numbered headings may begin under one without a number.
        """
        if other.indent > self.indent + _SAME_INDENT:
            return True
        if self.number and other.number.startswith(f"{self.number}."):
            return True
        if (self.loud, self.ruled) != (other.loud, other.ruled):
            return self.loud >= other.loud and self.ruled >= other.ruled
        if self.number and not other.number:
            return True
        if other.number and other.number != self.number:
            return takes_numbers
        return False


@dataclass(slots=True)
class _Count:
    """Lines that count on from one another, in one shape."""

    shape: str
    indent: int
    last: int
    at: list[int] = field(default_factory=list)


def form_of(lines: Sequence[Line], at: int, number: str = "") -> Form:
    """The form of a line; `number` is the shape of the number that it has in a count of headings."""
    line = lines[at]
    bare = line.text.strip(EDGE)
    letters = [c for c in bare if c.isalpha()]
    loud = len(letters) > 2 and bare.upper() == bare
    ruled = at + 1 < len(lines) and lines[at + 1].rule
    return Form(number, loud, ruled, line.indent)


def chapters(lines: Sequence[Line]) -> dict[int, str]:
    """The lines that are numbered headings, with the shape of their number.

    A count of lines ("1 SCOPE", "2 COVERAGE"; "PART I. ..."; "A. ...") is one of headings where nearly all
    of it reads like headings, and text stands under each; a list of criteria does not.
    """
    made: dict[int, str] = {}
    for count in _counts(lines):
        if _of_headings(lines, count):
            made.update(dict.fromkeys(count.at, count.shape))
    return made


def alone(lines: Sequence[Line]) -> frozenset[int]:
    """The short lines between blank ones, each over a paragraph: headings, where a document has several.

    One such line may be anything; three of them are how the document marks its sections.
    """
    found = [at for at in range(1, len(lines) - 2) if _alone(lines, at)]
    return frozenset(found) if len(found) >= _SEVERAL else frozenset()


def _alone(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    if not line.text or line.furniture or not (lines[at - 1].blank and lines[at + 1].blank):
        return False
    shown = line.text
    if not shown[0].isupper() or shown[-1] in ".;,:?!" or len(shown.split()) > _FEW_WORDS:
        return False
    if _CELLS.search(shown) or any(c.isdigit() for c in shown) or _ANNOUNCES.search(shown):
        return False
    if ": " in shown:
        return False
    below = next((o.text for o in lines[at + 2 : at + 5] if o.text), "")
    prose = below[:1].isdigit() or (below.endswith((".", ":")) and below[:1].isupper())
    return prose or len(below.split()) >= _PARAGRAPH


def _counts(lines: Sequence[Line]) -> list[_Count]:
    found: list[_Count] = []
    running: dict[str, list[_Count]] = {}
    for at, line in enumerate(lines):
        if line.blank or line.furniture:
            continue
        marks = _marks(line.text)
        goes_on = next(
            (
                (count, number)
                for shape, number in marks
                for count in reversed(running.get(shape, []))
                if abs(line.indent - count.indent) <= _SAME_INDENT
                and count.last < number <= count.last + 1 + _SKIPPED
            ),
            None,
        )
        if goes_on:
            goes_on[0].last = goes_on[1]
            goes_on[0].at.append(at)
        elif first := next((shape for shape, number in marks if number == 1), None):
            fresh = _Count(first, line.indent, 1, [at])
            found.append(fresh)
            running[first] = [*running.get(first, [])[-_NESTED:], fresh]
    return found


def _marks(shown: str) -> list[tuple[str, int]]:
    """What the number of a line can be: its shape and its place in a count."""
    match = _OPENING.match(shown)
    if match is None:
        return []
    word = (match["word"] or "").strip().lower()
    label, gap = match["label"], match["gap"]
    plain = not (word or match["left"] or match["right"] or gap.strip())
    around = f"{word} {match['left']}%{match['right']}{gap.strip()}"
    if label[0].isdigit():
        parts = label.split(".")
        if len(parts) == 2 and parts[1] == "0":
            return [(f"{around} {parts[0]}"[: len(around)] + " n.0", int(parts[0]))]
        if len(parts) == 1:
            return [(f"{around} n", int(label))]
        return [(f"{around} n.{'.'.join(parts[:-1])}.", int(parts[-1]))]
    if plain and len(gap) < 2:
        return []  # "A second look" and "I am" are words
    made = []
    if label in _ROMAN:
        made.append((f"{around} I", _ROMAN[label]))
    if len(label) == 1:
        made.append((f"{around} A", ord(label) - 64))
    return made


def _of_headings(lines: Sequence[Line], count: _Count) -> bool:
    if len(count.at) < _FEWEST:
        return False
    members = set(count.at)
    like = [_like_heading(lines, at, members) for at in count.at]
    if sum(like) < _SHARE * len(like):
        return False
    known = sum(_kind(lines[at].text) is not None for at in count.at)
    loud = all(form_of(lines, at).loud for at in count.at)
    spaced = sum(_stands(lines, at) for at in count.at[1:]) >= _SHARE * (len(count.at) - 1)
    above = next((lines[at] for at in range(count.at[0] - 1, -1, -1) if lines[at].text), None)
    if above is not None and above.text.endswith(":") and len(above.text) > _SENTENCE:
        return False  # "... is covered when the following criteria are met:" announces a list
    announced = above is not None and above.text.endswith((":", ",", ";"))
    return known >= _FEWEST or loud or (spaced and not announced)


def _like_heading(lines: Sequence[Line], at: int, members: set[int]) -> bool:
    """Whether a numbered line reads like a heading, with text of its own under it."""
    shown = lines[at].text
    rest = unnumbered(shown)
    if len(shown) > _LONGEST or len(rest.split()) > _MOST_WORDS or _CELLS.search(rest):
        return False
    known = _kind(shown) is not None
    if not known and (shown[-1] in ".;," or _ANNOUNCES.search(rest)):
        return False
    below = next((o for o in range(at + 1, min(len(lines), at + 5)) if lines[o].text), None)
    return below is not None and below not in members and not lines[below].text[0].islower()


def unnumbered(shown: str) -> str:
    """A heading without the number before it."""
    match = _OPENING.match(shown)
    return shown[match.end() :] if match else shown


def _kind(shown: str) -> Kind | None:
    return kind_of(shown) or kind_of(unnumbered(shown))


def _stands(lines: Sequence[Line], at: int) -> bool:
    return at == 0 or lines[at - 1].blank or lines[at - 1].furniture
