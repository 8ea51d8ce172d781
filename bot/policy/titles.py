"""The title of a policy where no label names it: the line that stands like one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.policy.dates import leading_date
from bot.policy.header import Fact, cells_of, label_field
from bot.policy.lines import Line, is_row
from bot.policy.model import Span
from bot.policy.number_shapes import ALONE, Found, found_at, split_line
from bot.policy.section_names import kind_of

GENERIC: Final = re.compile(
    r"(?:(?:corporate|commercial|active|archived|retired|administrative|evidence-based|clinical|medical|coverage|payment|reimbursement|pharmacy|drug|um|utilization|management|affairs|the|health|services?|local|national|determination|bulletin|policy|policies|guidelines?|manual|document|lcd|ncd|cpb|statement|standard|benefit|plan|technology|technologies|assessments?|position|paper|criteria|reference|protocol|directive|\(|\)|and|&|/|[-–—:])\s*)+",
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
    r"(?:[\w&/,®™'’-]+\s+){0,6}(?:policy|policies|guidelines?|manual|bulletins?|criteria|protocols?|handbook|standards?|position papers?|assessments?|coverage rules|grid|schedule|summary|bulletin board)",
    re.I,
)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z-]{3,}|[A-Z]{3,}")
_MOST_CELLS: Final = 3
_STEM: Final = 6  # letters of a word that its other forms share
_ENOUGH: Final = 4  # times; more make a word no more telling
_RECURS: Final = 1.4  # times that the words of a title stand in the text, on average
_FIRST_LINES: Final = 200
_ORGANISATION: Final = re.compile(
    r"cooperative|trust|group|alliance|partners|company|insurance|assurance|mutual|health|care|plans?|community"
    r"|benefits?|association|administrators|employers|state|valley|county|services",
    re.I,
)
_UNFINISHED: Final = re.compile(
    r"(?:\b(?:of|for|and|the|in|with|to|or|by|on|from|using|versus|vs\.?)|[,–—/&-])$", re.I
)


def standing_title(
    text: str,
    lines: Sequence[Line],
    facts: Sequence[Fact],
    at: int | None,
    number: Found | None,
    document: Sequence[Line] = (),
) -> Found | None:
    """The line that stands like a title: first behind the number, then anywhere above the sections.

    Of those that may be one, a line whose words recur in the `document` is it.
    """
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
            and kind_of(shown) is None
            and not _BREADCRUMB.match(shown)
            and not ((parts := split_line(shown)) and GENERIC.fullmatch(parts[2]))
            and not (_STATUS.match(shown) and len(shown.split()) < 4)
        )

    start = at if at is not None else 0
    ordered = (*lines[start : start + 6], *reversed(lines[:start]), *lines[start:])
    known = {f.line for f in facts if f.field}
    told = _Recurrence(lines, document)
    best: Line | None = None
    for strict in (True, False):
        for plain in (True, False):
            for whole in ordered:
                for line in _candidates(text, whole, facts, number):
                    kind = _KIND_OF_DOCUMENT.fullmatch(line.text) is not None
                    recurs = not kind and told.often(line.text)
                    whole_line = line.span == whole.span and line.number in taken
                    if whole_line and (line.number in known or ((plain or strict) and not recurs)):
                        continue
                    if (plain and kind) or not fits(line, strict):
                        continue
                    if recurs:
                        return _whole_title(text, line, lines)
                    best = best or line
    return _whole_title(text, best, lines) if best else None


def _candidates(text: str, line: Line, facts: Sequence[Fact], number: Found | None) -> list[Line]:
    """A line, or the parts of it beside its labels or the number, that may be a title."""
    cells = cells_of(text, line.span)
    if len(cells) > _MOST_CELLS or any(kind_of(cell.of(text)) for cell in cells):
        return []
    if len(cells) < 2:
        return [line]
    if is_row(line.text) and not any(f.field for f in facts if f.line == line.number):
        return []
    if all(
        is_kind_of_document(cell.of(text)) or GENERIC.fullmatch(cell.of(text)) for cell in cells
    ):
        return []
    beside = [
        replace(line, text=cell.of(text), span=cell)
        for cell in cells
        if ":" not in cell.of(text)
        and not label_field(cell.of(text))
        and not (number and _meet(cell, number.span))
        and not any(
            f.field and cell.start <= f.value.start < cell.end
            for f in facts
            if f.line == line.number
        )
    ]
    labelled = any(f.field for f in facts if f.line == line.number)
    numbered = number is not None and _meet(line.span, number.span)
    if not labelled and not numbered:
        return [line]
    if numbered and not labelled:
        return beside
    return beside[:1] if beside and beside[0].span.start == line.span.start else []


class _Recurrence:
    """How often the words of the first lines stand in the text under them: those of a service's name do."""

    def __init__(self, head: Sequence[Line], document: Sequence[Line]) -> None:
        last = head[-1].number if head else 0
        below = [line.text for line in document if line.number > last]
        self._count = Counter(
            word[:_STEM].lower() for shown in below for word in _WORD.findall(shown)
        )
        self._below = " ".join(below[:_FIRST_LINES])

    def often(self, shown: str) -> bool:
        """Whether most of the words that name something recur, and no payer is named."""
        words = {
            w.lower()
            for w in _WORD.findall(shown)
            if not GENERIC.fullmatch(w) and not _ORGANISATION.fullmatch(w)
        }
        counts = [min(self._count[word[:_STEM]], _ENOUGH) for word in words]
        if not counts or sum(count > 0 for count in counts) * 2 < len(counts):
            return False
        return sum(counts) / len(counts) >= _RECURS and not self._acts(shown)

    def _acts(self, shown: str) -> bool:
        """Whether a line names one who considers, covers or has members: a payer."""
        name = " ".join(shown.split()[:2])
        verbs = r"(?:['’]s?|considers?|covers?|members|contracts?|will|does|has|health|uses)\b"
        return (
            re.search(rf"\b{re.escape(name)}(?:\s+\w+)?\s*{verbs}", self._below, re.I) is not None
        )


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
