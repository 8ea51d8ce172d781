"""The day, month or year that a message speaks of."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FULL = re.compile(r"\b(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?((?:19|20)\d\d|\d\d)\b")
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_NAMED = re.compile(
    rf"\b({_MONTH})\.?\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?((?:19|20)\d\d)\b", re.I
)
_MONTH_YEAR = re.compile(r"\b(\d{1,2})/((?:19|20)\d\d)\b")
_YEAR = re.compile(r"(?<![\d./$#-])((?:19|20)\d\d)(?![\d/-]|\.\d)\b|(?<!\d)'(\d\d)\b")
_RELATIVE = re.compile(r"\b(last|this|next)\s+year\b|\b(\d{1,2})\s+years?\s+ago\b", re.I)


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included; `iso` in the precision that was written."""

    first: date
    last: date
    iso: str
    start: int
    end: int


def find(text: str, today: date) -> Period | None:
    """The first date in the text, or None; what looks like a date but is none (13/45/2019) is passed over."""
    for pattern, reading in _READINGS:
        for match in pattern.finditer(text):
            read = reading(match, today)
            if read:
                first, last, iso = read
                return Period(first, last, iso, match.start(), match.end())
    return None


def bounds(iso: str) -> tuple[date, date]:
    """First and last day of an ISO date of any precision; raises ValueError where it is none."""
    parts = [int(part) for part in iso.split("-")]
    read = (_year, _month, _day)[len(parts) - 1](*parts)
    if read is None:
        raise ValueError(iso)
    return read[0], read[1]


_Bounds = tuple[date, date, str]


def _year(year: int) -> _Bounds | None:
    return (date(year, 1, 1), date(year, 12, 31), f"{year:04}") if 1 <= year <= 9999 else None


def _month(year: int, month: int) -> _Bounds | None:
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    return (
        date(year, month, 1),
        date(year, month, calendar.monthrange(year, month)[1]),
        f"{year:04}-{month:02}",
    )


def _day(year: int, month: int, day: int) -> _Bounds | None:
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return only, only, only.isoformat()


def _named(match: re.Match[str]) -> _Bounds | None:
    month = _MONTHS[match[1].lower()]
    return _day(int(match[3]), month, int(match[2])) if match[2] else _month(int(match[3]), month)


def _century(written: str, today: date) -> int:
    """Two digits mean the century in which the year lies in the past, or at most ten years ahead."""
    if len(written) == 4:
        return int(written)
    year = today.year // 100 * 100 + int(written)
    return year - 100 if year > today.year + 10 else year


def _relative(match: re.Match[str], today: date) -> int:
    if match[2]:
        return today.year - int(match[2])
    return today.year + {"last": -1, "this": 0, "next": 1}[match[1].lower()]


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], _Bounds | None]], ...] = (
    (_ISO, lambda m, _: _day(int(m[1]), int(m[2]), int(m[3]))),
    (_FULL, lambda m, today: _day(_century(m[3], today), int(m[1]), int(m[2]))),
    (_NAMED, lambda m, _: _named(m)),
    (_MONTH_YEAR, lambda m, _: _month(int(m[2]), int(m[1]))),
    (_RELATIVE, lambda m, today: _year(_relative(m, today))),
    (_YEAR, lambda m, today: _year(int(m[1]) if m[1] else _century(m[2], today))),
)
