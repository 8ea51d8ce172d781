"""The number and the title of a policy, in the shapes that payers give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy.header import Fact, cells_of, label_field
from bot.policy.lines import Line
from bot.policy.model import Span

# The shapes of numbers that are known without a label: CAM 80306, CAM 115HB, THE803.012, MP-021,
# CG-SURG-27, L33707, 00.01.24n, 10.01.VT204, A.2.04.141, 09-J0000-94, OCA 3.54, SURG.00032.
_SHAPE: Final = (
    r"(?:[A-Z]{2,6}(?:[-_.][A-Z]{2,6})?[ \u00a0._#-]{0,2}\d[\dA-Za-z]*(?:[.:-][\dA-Za-z]+)*"
    r"|[A-Z]\d{5}"
    r"|[A-Z](?:\.\d+){2,}[A-Za-z]?"
    r"|\d{1,2}(?:\.\d{2,3})(?:\.(?:[A-Z]{2})?\d{1,4})[A-Za-z]?"
    r"|\d{2}-[A-Z]?\d{4,5}-\d{2})"
)
_ALONE: Final = re.compile(rf"(?:(?:medical |clinical |coverage )*policy[ :#]*)?({_SHAPE})", re.I)
_FIRST: Final = re.compile(rf"({_SHAPE}|\d{{3,5}})\s*(?:[-–—|:]+\s+|\s[-–—|:]+\s*|\t\s*)(\S.*)")
_LAST: Final = re.compile(
    rf"(\S.*?)(?:\s*[-–—|:]+\s+|\s+[-–—|:]+\s*|\t\s*|\s*[(\[])(?:(?:policy|number|no\.?|#)[ :#.]*)*({_SHAPE})[)\]]?",
    re.I,
)
_BESIDE: Final = r"[A-Z]{2,6}[ \u00a0._-]{0,2}\d[\dA-Za-z]*(?:[.-]\d[\dA-Za-z]*)*|\d{1,2}\.\d{2,3}\.\d{1,4}[a-z]?"
_BESIDE_FIRST: Final = re.compile(rf"({_BESIDE})\s+([A-Z][A-Za-z].+)")
_BESIDE_LAST: Final = re.compile(rf"([A-Z][A-Za-z].+?)\s+({_BESIDE})")
_LABELLED: Final = re.compile(r"\w[\w.:/#-]*(?:[ \u00a0]+\w[\w.:/-]*)*")
_NOT_NUMBERS: Final = re.compile(
    r"(?:ICD|CPT|HCPCS|FDA|COVID|SARS|MS|HIV|CD|T|PAGE|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC|UB|Q)[- ]?\d",
    re.I,
)
_GENERIC: Final = re.compile(
    r"(?:(?:corporate|commercial|active|archived|retired|administrative|evidence-based|clinical|medical|coverage|payment|reimbursement|pharmacy|drug|um|utilization|management|affairs|the|health|services?|local|national|determination|bulletin|policy|policies|guidelines?|manual|document|lcd|ncd|cpb|statement|standard|benefit|plan|\(|\)|and|&|/|[-–—:])\s*)+",
    re.I,
)
_PAYER: Final = re.compile(
    r"\b(?:blue ?cross|blue ?shield|health ?plans?|healthcare|insurance|inc\.?|llc|corporation|hmo|medicaid|company|companies|independent licensee|mutual|assurance|health services|community plan|(?:health|medical|care) network|plan)\b",
    re.I,
)
# Labels behind which some payers write the number and others the title.
_VAGUE_LABELS: Final = {
    "policy",
    "medical policy",
    "coverage policy",
    "medical coverage policy",
    "clinical policy",
    "guideline",
    "document",
}
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


@dataclass(frozen=True, slots=True)
class Found:
    text: str
    span: Span


def identity(
    text: str, head: Sequence[Line], facts: Sequence[Fact]
) -> tuple[Found | None, Found | None]:
    """Number and title, each with its span; None for what the head of the document does not show."""
    number = _labelled_number(text, facts)
    title = _labelled_title(text, facts)
    lines = [line for line in head if line.text and not line.furniture]
    at: int | None = None
    for place, line in enumerate(lines[:40]):
        if number and title:
            break
        if len(line.text) > 200 or label_field(line.text):
            continue
        shown = line.span.of(text)
        if (match := _ALONE.fullmatch(shown)) and _is_number(match[1]):
            number = number or _found(match[1], line.span.start + match.start(1))
            at = place if at is None else at
            continue
        if any(f.field and line.span.start <= f.value.start < line.span.end for f in facts):
            continue
        split = _split(shown)
        if split and (number is None or _key(split[0]) == _key(number.text)):
            written, n_at, rest, t_at = split
            number = number or _found(written, line.span.start + n_at)
            at = place if at is None else at
            if not title and not _GENERIC.fullmatch(rest.strip()):
                title = _found(rest, line.span.start + t_at)
    if number is None:
        number, beside = _beside(text, lines)
        title = title or beside
    if number is None:
        number = next(
            (
                _found(f.value.of(text), f.value.start)
                for f in facts
                if f.field == "ends" and f.label.lower() == "file name" and f.value.of(text).strip()
            ),
            None,
        )
    return number, title or _standing_title(text, lines, facts, at)


def _beside(text: str, lines: Sequence[Line]) -> tuple[Found | None, Found | None]:
    """A number that only blanks part from the title ("CAM 901 Knee Braces"), in the first lines."""
    for line in lines[:8]:
        shown = line.span.of(text)
        for match, number, title in (
            (_BESIDE_FIRST.fullmatch(shown), 1, 2),
            (_BESIDE_LAST.fullmatch(shown), 2, 1),
        ):
            if match and len(shown) < 160 and _is_number(match[number]):
                found = _found(match[number], line.span.start + match.start(number))
                named = _found(match[title], line.span.start + match.start(title))
                return found, None if _GENERIC.fullmatch(match[title]) else named
    return None, None


def _key(number: str) -> str:
    return re.sub(r"\W", "", number).upper()


def _labelled_number(text: str, facts: Sequence[Fact]) -> Found | None:
    for fact in facts:
        if fact.field != "number":
            continue
        value = fact.value.of(text)
        value = re.split(r"[(\[,;\t]|\s{2,}|\s[-–—]\s", value, maxsplit=1)[0]
        match = _LABELLED.match(value.lstrip("# :"))
        if match is None or not re.search(r"\d", match[0]):
            continue
        lead = len(value) - len(value.lstrip("# :"))
        words = re.split(r"[ \u00a0]+", match[0])
        kept = 1 + next(i for i, word in enumerate(words) if re.search(r"\d", word))
        vague = fact.label.lower() in _VAGUE_LABELS
        if kept > 4 or (vague and not re.match(rf"{_SHAPE}|\d{{3,5}}\b", match[0], re.I)):
            continue
        if kept < len(words) and re.fullmatch(r"[A-Z]{1,3}|[A-Z]?\d[\w.]*", words[kept]):
            kept += 1
        end = 0
        for word in words[:kept]:
            end = match[0].index(word, end) + len(word)
        return _found(match[0][:end], fact.value.start + lead)
    return None


def _labelled_title(text: str, facts: Sequence[Fact]) -> Found | None:
    for fact in facts:
        if fact.field == "title" and re.search(r"[A-Za-z]{3}", fact.value.of(text)):
            value = fact.value.of(text)
            split = _split(value)
            if split and not _GENERIC.fullmatch(split[2]):
                return _found(split[2], fact.value.start + split[3])
            return _found(value, fact.value.start)
    for fact in facts:
        value = fact.value.of(text).strip()
        if (
            fact.field == "number"
            and fact.label.lower() in _VAGUE_LABELS
            and not re.search(r"\d", value)
            and len(value) > 8
        ):
            return _found(value, fact.value.start)
    return None


def _split(shown: str) -> tuple[str, int, str, int] | None:
    """ "CAM 188 — Title" or "Title - CAM 070" as number, its place, title, its place."""
    if (match := _FIRST.fullmatch(shown)) and _is_number(match[1]):
        return match[1], match.start(1), match[2], match.start(2)
    if (match := _LAST.fullmatch(shown)) and _is_number(match[2]):
        return match[2], match.start(2), match[1], match.start(1)
    return None


def _is_number(shown: str) -> bool:
    return _NOT_NUMBERS.match(shown) is None and not re.fullmatch(
        r"[A-Za-z]+[ -]?(?:19|20)\d\d", shown
    )


def _standing_title(
    text: str, lines: Sequence[Line], facts: Sequence[Fact], at: int | None
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
            and not _GENERIC.fullmatch(shown)
            and not (strict and _PAYER.search(shown))
            and not _ASIDE.search(shown)
            and not _ALONE.fullmatch(shown)
            and not _BREADCRUMB.match(shown)
            and not ((split := _split(shown)) and _GENERIC.fullmatch(split[2]))
            and not (_STATUS.match(shown) and len(shown.split()) < 4)
        )

    start = at if at is not None else 0
    ordered = (*lines[start : start + 6], *reversed(lines[:start]), *lines[start:])
    for strict, line in ((strict, line) for strict in (True, False) for line in ordered):
        if line.number in taken and (cell := _title_cell(text, line, facts)):
            line = cell
        elif line.number in taken:
            continue
        if fits(line, strict):
            shown = line.span.of(text)
            stripped = re.sub(
                r"^(?:(?:corporate |clinical )?(?:medical|clinical|coverage) (?:coverage )?(?:policy|guideline)(?: bulletin)?|clinical policy bulletin|subject|title)\s*[:–—-]\s+",
                "",
                shown,
                flags=re.I,
            )
            return _found(stripped, line.span.end - len(stripped))
    return None


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


def _found(shown: str, start: int) -> Found:
    """The text with single spaces, and where it stands."""
    lead = len(shown) - len(shown.lstrip())
    stripped = shown.strip()
    return Found(" ".join(stripped.split()), Span(start + lead, start + lead + len(stripped)))
