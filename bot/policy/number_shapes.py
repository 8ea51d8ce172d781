"""The shapes of policy numbers in a document, and a number and a title that share a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.policy.model import Span

# The shapes of numbers that are known without a label: CAM 80306, CAM 115HB, THE803.012, MP-021,
# CG-SURG-27, L33707, 00.01.24n, 10.01.VT204, A.2.04.141, 09-J0000-94, OCA 3.54, SURG.00032.
SHAPE: Final = (
    r"(?:[A-Z]{2,6}(?:[-_.][A-Z]{2,6})?[ \u00a0._#-]{0,2}\d[\dA-Za-z]*(?:[.:-][\dA-Za-z]+)*"
    r"|[A-Z]\d{5}"
    r"|[A-Z](?:\.\d+){2,}[A-Za-z]?"
    r"|\d{1,2}(?:\.\d{2,3})(?:\.(?:[A-Z]{2})?\d{1,4})[A-Za-z]?"
    r"|\d{2}-[A-Z]?\d{4,5}-\d{2})"
)
ALONE: Final = re.compile(
    rf"(?:(?:medical |clinical |coverage )*policy[ :#]*|FEP[ :#]+(?=[A-Z]\.))?({SHAPE})", re.I
)
_FIRST: Final = re.compile(
    rf"({SHAPE}|\d{{3,5}})\s*(?:[-–—|:]+\s+|\s[-–—|:]+\s*|\t\s*|\s\s+)(\S.*)"
)
_LAST: Final = re.compile(
    rf"(\S.*?)(?:\s*[-–—|:]+\s+|\s+[-–—|:]+\s*|\t\s*|\s*[(\[])(?:(?:policy|number|no\.?|#)[ :#.]*)*({SHAPE})[)\]]?",
    re.I,
)
_NOT_NUMBERS: Final = re.compile(
    r"(?:MANUAL|POLICY|PART|PAGES?|VOLUME|VOL|TITLE|REV|CFR|USC|NUMBER|DATE|SINCE|FROM|OF|IN)\b|(?:ICD|CPT|HCPCS|FDA|COVID|SARS|MS|HIV|CD|T|PAGE|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC|UB|Q)[- ]?\d",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    text: str
    span: Span


def found_at(shown: str, start: int) -> Found:
    """The text with single spaces, and where it stands."""
    lead = len(shown) - len(shown.lstrip())
    stripped = shown.strip()
    return Found(" ".join(stripped.split()), Span(start + lead, start + lead + len(stripped)))


def split_line(shown: str) -> tuple[str, int, str, int] | None:
    """ "CAM 188 — Title" or "Title - CAM 070" as number, its place, title, its place."""
    if (match := _FIRST.fullmatch(shown)) and is_number(match[1]):
        return match[1], match.start(1), match[2], match.start(2)
    if (match := _LAST.fullmatch(shown)) and is_number(match[2]):
        return match[2], match.start(2), match[1], match.start(1)
    return None


def is_number(shown: str) -> bool:
    return _NOT_NUMBERS.match(shown) is None and not re.fullmatch(
        r"[A-Za-z]+[ -]?(?:19|20)\d\d", shown
    )
