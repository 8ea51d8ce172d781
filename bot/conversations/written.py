"""What a text holds, read from its raw words: dates, codes and quotations.

For the check of what must always hold, and so apart from the readers that make the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_MONTHS: Final = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_MONTH: Final = "(" + "|".join(rf"{m[:3]}(?:{m[3:]}|t)?\.?" for m in _MONTHS) + ")"
_DATES: Final = (
    (
        re.compile(r"\b(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})\b"),
        lambda m: (_year(m[4]), m[1], m[3]),
    ),
    (re.compile(r"\b(\d{1,2})[/-](\d{4})\b"), lambda m: (m[2], m[1], "")),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), lambda m: (m[1], m[2], m[3])),
    (re.compile(r"\b(\d{4})-(\d{2})\b(?!-)"), lambda m: (m[1], m[2], "")),
    (
        re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE),
        lambda m: (m[3], _month(m[1]), m[2]),
    ),
    (
        re.compile(rf"\b(\d{{1,2}}) {_MONTH},? (\d{{4}})\b", re.IGNORECASE),
        lambda m: (m[3], _month(m[2]), m[1]),
    ),
    (re.compile(rf"\b{_MONTH},? (\d{{4}})\b", re.IGNORECASE), lambda m: (m[2], _month(m[1]), "")),
    (re.compile(r"\b(19[5-9]\d|20\d\d|2999|9999)\b"), lambda m: (m[1], "", "")),
)
# Old documents write 4/89; in a reply it would be read where none is meant.
_OLD_DATE: Final = re.compile(r"(?<![\d/])(\d{1,2})/(\d{2})(?![\d/])")
_POLICY_NUMBER: Final = re.compile(r"\b(?!CPT|HCPCS|ICD|POS)[A-Z]{3,5}[ -]?\d{3,6}[A-Z]{0,2}\b")
_CODES: Final = (
    re.compile(r"(?<![\w.$#-])\d{4}[0-9FTU](?![\w]|[.,]\d|-\d{4}\b)"),  # CPT, not a ZIP+4
    re.compile(r"(?<![\w.])[A-V]\d{4}(?![\w])"),  # HCPCS
    re.compile(r"(?<![\w.])[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}(?![\w])"),  # ICD-10-CM
    re.compile(r"(?<![\w.$])\d{3}\.\d{1,2}(?![\w]|[.,]\d)"),  # ICD-9
)
_QUOTED: Final = re.compile(r"“([^”]+)”|(?<![\w\d])\"([^\"\n]+)\"")


def codes(text: str) -> list[str]:
    """What looks like a code of any system; the numbers of policies are none."""
    rest = without_policy_numbers(text)
    return [found for pattern in _CODES for found in pattern.findall(rest)]


def holds(records: Iterable[str], code: str) -> bool:
    """Whether the code stands by itself in one of the texts, as in the ranges that `codes` leaves out."""
    alone = re.compile(rf"(?<!\w){re.escape(code)}(?!\w)", re.IGNORECASE)
    return any(alone.search(record) for record in records)


def without_policy_numbers(text: str) -> str:
    return _POLICY_NUMBER.sub(" ", text)


def bare(text: str) -> str:
    return re.sub(r"[\s.]", "", text).upper()


def dates(text: str) -> list[tuple[str, str, str]]:
    """Year, month and day as far as they are written; what one form took no other form reads again."""
    found = []
    for pattern, parts in _DATES:
        for match in pattern.finditer(text):
            year, month, day = parts(match)
            found.append((year, month.zfill(2) if month else "", day.zfill(2) if day else ""))
        text = pattern.sub(" ", text)
    return found


def dates_of_record(text: str) -> list[tuple[str, str, str]]:
    old = [(_year(m[2]), m[1].zfill(2), "") for m in _OLD_DATE.finditer(text)]
    return dates(text) + old


def dated(date: str | None, known: Iterable[tuple[str, str, str]]) -> bool:
    """Whether a known date is this one, or more exact than it."""
    if not date:
        return True
    wanted = date.split("-")
    return any(list(parts)[: len(wanted)] == wanted for parts in known)


def _year(digits: str) -> str:
    return digits if len(digits) == 4 else ("19" if int(digits) > 60 else "20") + digits


def _month(name: str) -> str:
    return str(next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower())))


def quoted(text: str) -> list[str]:
    return [curly or straight for curly, straight in _QUOTED.findall(text)]


def unquoted(text: str) -> str:
    return _QUOTED.sub(" ", text)


def plain(text: str) -> str:
    """One form for what only looks different: spaces of all kinds, quotation marks, capitals."""
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return " ".join(straight.split()).casefold()
