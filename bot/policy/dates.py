"""Dates as payers write them, in ISO 8601 with the precision of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.policy.model import Span

# A next review in such a year means that none is planned ("November 2999").
SENTINEL_YEAR: Final = 2099

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH: Final = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"

_DATE: Final = re.compile(
    rf"""
      (?<![\w./-])(?:
        (?P<m1>{_MONTH})\.?(?:[\s-]+|,\s*)(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+)|of\s+)?(?P<y1>\d{{4}})
      | (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<m2>{_MONTH})\.?,?[\s-]+(?P<y2>\d{{4}})
      | (?P<y3>\d{{4}})[-/](?P<m3>\d{{1,2}})[-/](?P<d3>\d{{1,2}})
      | (?P<m4>\d{{1,2}})\s?(?P<sep>[/.-])\s?(?P<d4>\d{{1,2}})\s?(?P=sep)\s?(?P<y4>\d{{4}}|\d{{2}})
      | (?P<m5>\d{{1,2}})\s?[/-]\s?(?P<y5>\d{{4}})
      | (?P<y6>\d{{4}})-(?P<m6>0[1-9]|1[0-2])
      )(?![\w/]|-\d|\.\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<![\w./-])(?:19|20|2[1-9]|99)\d\d(?![\w/-]|\.\d)")


_SHORT: Final = re.compile(r"(?<![\w./-])(0?[1-9]|1[0-2])[/.](\d{2})(?![\w/-]|\.\d)")


@dataclass(frozen=True, slots=True)
class DateFound:
    """`iso` is None where what stands there is no day of any calendar ("02/30/2019")."""

    iso: str | None
    span: Span

    @property
    def sentinel(self) -> bool:
        return self.iso is not None and int(self.iso[:4]) >= SENTINEL_YEAR


def dates_in(text: str, offset: int = 0) -> Iterator[DateFound]:
    """The dates in a text, in order; a year alone is none. Spans are moved by `offset`."""
    for match in _DATE.finditer(text):
        yield DateFound(_iso(match), Span(match.start() + offset, match.end() + offset))


def first_date(text: str, offset: int = 0) -> DateFound | None:
    """The first date in a text, or else the first year that stands alone."""
    found = next(dates_in(text, offset), None)
    if found is None and (year := _YEAR.search(text)):
        return DateFound(year[0], Span(year.start() + offset, year.end() + offset))
    return found


def leading_date(text: str, offset: int = 0) -> DateFound | None:
    """The date, or year alone, with which a text begins."""
    match = _DATE.match(text)
    if match is not None:
        return DateFound(_iso(match), Span(match.start() + offset, match.end() + offset))
    year = _YEAR.match(text)
    return DateFound(year[0], Span(offset, year.end() + offset)) if year else None


def short_date(text: str, offset: int = 0) -> DateFound | None:
    """The month and year of two digits ("12/94") with which a text begins.

    Only where a date must stand: elsewhere the same is a fraction, a score or a day without a year.
    """
    match = _SHORT.match(text)
    if match is None:
        return None
    year = _full_year(match[2])
    return DateFound(f"{year:04}-{int(match[1]):02}", Span(offset, match.end() + offset))


def _full_year(shown: str) -> int:
    """Medical policies were written from the 1960s on; two digits mean the nearest such year."""
    year = int(shown)
    return year if len(shown) == 4 else year + (2000 if year < 60 else 1900)


def _iso(match: re.Match[str]) -> str | None:
    found = {name[0]: value for name, value in match.groupdict().items() if value and name != "sep"}
    year = _full_year(found["y"])
    month = _MONTHS.get(found["m"].lower()) or (int(found["m"]) if found["m"].isdigit() else 0)
    day = int(found["d"]) if "d" in found else None
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    if year < 1900:
        return None
    return f"{year:04}-{month:02}" + (f"-{day:02}" if day is not None else "")
