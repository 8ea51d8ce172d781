"""The title of a policy where no label names it: the line that stands like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.policy.dates import leading_date
from bot.policy.header import Fact, cells_of, label_field
from bot.policy.lines import Line
from bot.policy.model import Span
from bot.policy.number_shapes import ALONE, Found, found_at, split_line

GENERIC: Final = re.compile(
    r"(?:(?:corporate|commercial|active|archived|retired|administrative|evidence-based|clinical|medical|coverage|payment|reimbursement|pharmacy|drug|um|utilization|management|affairs|the|health|services?|local|national|determination|bulletin|policy|policies|guidelines?|manual|document|lcd|ncd|cpb|statement|standard|benefit|plan|\(|\)|and|&|/|[-–—:])\s*)+",
    re.I,
)
_PAYER: Final = re.compile(
    r"\b(?:blue ?cross|blue ?shield|health ?plans?|healthcare|insurance|inc\.?|llc|corporation|hmo|medicaid|company|companies|licensee|mutual|assurance|health services|community plan|(?:health|medical|care) network|plan)\b",
    re.I,
)
_BREADCRUMB: Final = re.compile(
    r"(?:home\b.*[>|/»]|(?:medical|clinical|coverage) policies\s*[-–—>|:/])", re.I
)
_STATUS: Final = re.compile(
    r"\W*(?:archived|retired|inactive|draft|active|future|proposed)\b", re.I
)
_ASIDE: Final = re.compile(
    r"\b(?:fictional|fictitious|for test(?:s|ing)?|sample document|all rights reserved|confidential|copyright)\b|[©®]\s*\d{4}",
    re.I,
)


# A line that only names a kind of document ("Behavioral Health Policy") is a title where no other is.
_KIND_OF_DOCUMENT: Final = re.compile(
    r"(?:[\w&/,®™'’-]+\s+){0,6}(?:policy|policies|guidelines?|manual|bulletins?|criteria|protocols?|handbook|standards?)",
    re.I,
)
_UNFINISHED: Final = re.compile(
    r"(?:\b(?:of|for|and|the|in|with|to|or|by|on|from|using|versus|vs\.?)|[,–—/&-])$", re.I
)


def standing_title(
    text: str, lines: Sequence[Line], facts: Sequence[Fact], at: int | None, number: Found | None
) -> Found | None:
    """The line that stands like a title: first behind the number, then anywhere above the sections."""
    taken = {f.line for f in facts}

    def fits(line: Line, strict: bool) -> bool:
        shown = line.text
        return (
            len(shown) < 200
            and re.search(r"[A-Za-z]{3}", shown) is not None
            and not label_field(shown)
            and not shown.endswith((".", ";", ","))
            and not shown.startswith(("http", "www.", "©", "(", "*", "["))
            and not GENERIC.fullmatch(shown)
            and not (strict and _PAYER.search(shown))
            and not _ASIDE.search(shown)
            and not _is_field(text, line, lines)
            and not ALONE.fullmatch(shown)
            and not (number and _meet(line.span, number.span))
            and not _BREADCRUMB.match(shown)
            and not ((parts := split_line(shown)) and GENERIC.fullmatch(parts[2]))
            and not (_STATUS.match(shown) and len(shown.split()) < 4)
        )

    start = at if at is not None else 0
    ordered = (*lines[start : start + 6], *reversed(lines[:start]), *lines[start:])
    known = {f.line for f in facts if f.field}
    for strict in (True, False):
        for plain in (True, False):
            for line in ordered:
                if line.number in (taken if plain or not strict else known):
                    cell = _title_cell(text, line, facts)
                    if cell is None:
                        continue
                    line = cell
                if plain and _KIND_OF_DOCUMENT.fullmatch(line.text):
                    continue
                if fits(line, strict):
                    return _whole_title(text, line, lines)
    return None


def _is_field(text: str, line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line is a label with its value, known or not: with a date, or in a table of such rows."""
    cells = [cell.of(text) for cell in cells_of(text, line.span)]
    if len(cells) < 2:
        return False
    found = leading_date(cells[-1])
    if found is not None and found.span.end >= len(cells[-1]) - 1:
        return True
    beside = (other for other in lines if abs(other.number - line.number) == 1)
    return line.text.count("\t") == 1 and any(other.text.count("\t") == 1 for other in beside)


def _whole_title(text: str, line: Line, lines: Sequence[Line]) -> Found:
    """The title with the line in which it goes on."""
    start, end = line.span.start, line.span.end
    below = next((other for other in lines if other.number == line.number + 1), None)
    goes_on = _UNFINISHED.search(line.text) or (below and below.text[0].islower())
    if (
        below
        and goes_on
        and len(below.text) < 100
        and not label_field(below.text.partition(":")[0])
    ):
        end = below.span.end
    return found_at(text[start:end], start)


def is_kind_of_document(shown: str) -> bool:
    return bool(GENERIC.fullmatch(shown) or _KIND_OF_DOCUMENT.fullmatch(shown))


def without_kind(text: str, title: Found) -> Found:
    """A title without the kind of document before it ("Clinical Criteria: Light Therapy")."""
    shown = title.span.of(text)
    kind = re.match(r"([^:–—]{3,60}?)(?:\s*:\s+|\s+[–—-]\s+)(?=\S{3})", shown)
    labelled = kind is not None and kind[1].lower() in ("subject", "title", "topic")
    if kind is None or not (labelled or is_kind_of_document(kind[1])):
        return title
    return found_at(shown[kind.end() :], title.span.start + kind.end())


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _title_cell(text: str, line: Line, facts: Sequence[Fact]) -> Line | None:
    """What stands in a line before its labels, a wide gap away from them."""
    cells = cells_of(text, line.span)
    labelled = any(
        f.field and cells[0].start <= f.value.start < cells[0].end
        for f in facts
        if f.line == line.number
    )
    if len(cells) < 2 or labelled or ":" in cells[0].of(text) or label_field(cells[0].of(text)):
        return None
    return replace(line, text=cells[0].of(text), span=cells[0])
