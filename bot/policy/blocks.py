"""The paragraphs and list items of a section, and the sentences in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy.lines import Line, is_row
from bot.policy.model import Span
from bot.policy.verbs import is_sentence

_BULLETS: Final = "-–—•▪◦●○■□*·➢►✓✔❖§☐¨>"
_MARKER: Final = re.compile(
    rf"(?P<bullet>[{_BULLETS}]|[=-]{{1,2}}>|o(?=\s+\w)|x(?=\s{{2,}}\w)|\uf0b7|\uf0a7)\s+"
    r"|(?P<point>(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,3})\.?\s+(?=[A-Z](?:[a-z]|\s|[A-Z]))"
    r"|\[(?P<key>[A-Z]?\d{1,2}|[a-z])\]\s+"
    r"|\(?(?P<label>\d{1,2}(?:\.\d{1,2})*[a-z]?|[A-Za-z]|[ivxIVX]{2,5})(?P<sign>[.)]|\s?[-–]\s)\)?\s*(?=\S)"
)
_CONNECTIVE: Final = re.compile(r"[-–—*\s(]*(and|or|and/or)[-–—*\s):.,]*", re.IGNORECASE)
_ENDS: Final = (".", ":", ";", "!", "?")
_FULL_WIDTH: Final = 60
_SHORT: Final = 70  # characters of a heading, and its words
_FEW: Final = 9
_FEWEST: Final = 3
_LONGEST: Final = 20_000  # characters of one paragraph; no document means more by it

_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|dr|mr|mrs|ms|no|nos|inc|co|corp|fig|ref|refs|al|approx|dept|st|u\.s|cf|sec|ch|vol|pp?|ed|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|[a-z]\.[a-z])|\b[A-Z])\.$",
    re.IGNORECASE,
)
_NUMBERS: Final = ("no.", "nos.")
_INITIAL: Final = 2  # characters: a capital and its full stop
_OPENER: Final = re.compile(
    r"(?:For|The|This|These|It|In|If|When|A|An|No|All|Any|To|At|On|After|Each|Such|They|There|Other)\b"
)
_STOP: Final = re.compile(r"[.!?][\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list item; `body` leaves the item's marker out.

    `marker` is None for a paragraph, else the bullet or the enumerator ("1.", "(a)"). `connective` is
    "and" or "or" for a line that says nothing else. `gap` tells whether a blank line stands before it,
    `head` whether it is a heading inside its section.
    """

    span: Span
    body: Span
    line: int
    indent: int
    marker: str | None = None
    connective: str | None = None
    gap: bool = False
    head: bool = False


def blocks_of(flat: str, lines: Sequence[Line], heads: frozenset[int] = frozenset()) -> list[Block]:
    """The blocks of a section in order; wrapped lines are put together.

    `heads` are the numbers of lines that are known to be headings; others show by how they stand.
    """
    found: list[Block] = []
    gap = False
    previous: Line | None = None
    for line in lines:
        if line.blank:
            gap = True
            continue
        shown = flat[line.span.start : line.span.end]
        connective = _CONNECTIVE.fullmatch(shown)
        marker = None if connective else marker_of(shown)
        joined = (
            previous is not None
            and not gap
            and not connective
            and marker is None
            and not found[-1].connective
            and not found[-1].head
            and line.number not in heads
            and _runs_on(previous, line, found[-1])
        )
        if joined:
            last = found[-1]
            found[-1] = Block(
                Span(last.span.start, line.span.end),
                Span(last.body.start, line.span.end),
                last.line,
                last.indent,
                last.marker,
                None,
                last.gap,
            )
        else:
            first = len(found) == 1
            if previous is not None and _heads(found[-1], previous, line, gap, first):
                found[-1] = replace(found[-1], head=True)
            start = line.span.start + (len(marker[1]) if marker else 0)
            found.append(
                Block(
                    line.span,
                    Span(start, line.span.end),
                    line.number,
                    line.indent,
                    marker[0] if marker else None,
                    connective[1].lower() if connective else None,
                    gap,
                    line.number in heads,
                )
            )
        gap = False
        previous = line
    return found


def _heads(block: Block, line: Line, below: Line, gap: bool, first: bool) -> bool:
    """Whether a block is a short line of its own right over a paragraph, as a heading is."""
    if block.head or block.marker or block.connective or gap or block.span != line.span:
        return block.head
    if not (block.gap or first) or is_row(line.text) or is_row(below.text):
        return False
    shown = line.text
    return (
        len(shown) < _SHORT
        and len(shown.split()) <= _FEW
        and shown[0].isupper()
        and shown[-1] not in ".:;,"
        and (len(below.text) > len(shown) or below.indent > line.indent)
        and not below.text[0].islower()
        and marker_of(below.text) is None
        and not is_sentence(shown)
        and len(below.text.split()) > _FEWEST
    )


def marker_of(shown: str) -> tuple[str, str] | None:
    """The marker with which a list item begins: itself, and with the blanks behind it."""
    match = _MARKER.match(shown)
    if match is None or match.end() == len(shown):
        return None
    if match["label"]:
        label, sign = match["label"], match["sign"]
        bare = shown.startswith("(") or sign.strip() == ")"
        if sign.strip() in ("-", "–") and not label.isdigit():
            return None
        if not bare and match[0][-1:] not in (" ", "\t") and not shown[match.end() :][:1].isupper():
            return None
        if (
            sign == "."
            and label.isalpha()
            and len(label) == 1
            and re.match(r"[A-Z]\.", shown[match.end() :])
        ):
            return None
    return match[0].strip(), match[0]


def _runs_on(previous: Line, line: Line, block: Block) -> bool:
    before = previous.text
    opening = line.text[0]
    if is_row(before) or is_row(line.text):
        return False
    if opening.islower():
        return not before.endswith((":", ";"))
    if block.marker is not None and line.indent < block.indent:
        return False  # a paragraph that begins left of an item is none of it
    if before.endswith(_ENDS):
        return (
            block.marker is not None and line.indent > block.indent > 0 and not before.endswith(":")
        )
    if before.endswith((",", "-")) or opening in "(0123456789":
        return True
    return len(before) >= _FULL_WIDTH


def sentences(flat: str, span: Span) -> Iterator[Span]:
    """The sentences of a stretch of text, each without white space at its ends."""
    start = span.start
    span = Span(start, min(span.end, start + _LONGEST))
    for stop in _STOP.finditer(flat, span.start, span.end):
        point = stop.start() + 1
        if flat[stop.start()] == "." and _abbreviates(flat, max(start, point - 8), stop):
            continue
        yield Span(start, stop.start() + len(stop[0].rstrip()))
        start = stop.end()
    if start < span.end:
        yield Span(start, span.end)


def _abbreviates(flat: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a full stop belongs to the word before it; "against D. For" ends a sentence all the same."""
    point = stop.start() + 1
    found = _ABBREVIATION.search(flat, start, point)
    if found is not None and found[0].lower() in _NUMBERS and not flat[stop.end()].isdigit():
        return False  # "No. Cupping is not covered." answers; "No. 5" counts
    initial = found is not None and len(found[0]) == _INITIAL
    return found is not None and not (initial and _OPENER.match(flat, stop.end()))


def roman(number: int) -> str:
    """A number in lower-case Roman numerals."""
    shown = ""
    for value, sign in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        shown += sign * (number // value)
        number %= value
    return shown
