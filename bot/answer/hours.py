"""Opening hours, read from the words in which people write them.

Monday to Friday, 8 a.m. to 5 p.m. Central Time
Mon-Thu 08:00-18:00, Fri 8 am - noon; Sat 9-12 a.m. America/Chicago
at any hour; 24/7; weekdays 9 to 5:30 p.m. ET
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What people in the United States call the zones; "Eastern Standard Time" in July means the clock on the wall.
_ZONES: Final = {
    "eastern": "America/New_York",
    "e": "America/New_York",
    "central": "America/Chicago",
    "c": "America/Chicago",
    "mountain": "America/Denver",
    "m": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "p": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "ak": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "h": "Pacific/Honolulu",
    "atlantic": "America/Puerto_Rico",
}
_ALWAYS = re.compile(
    r"(?:at )?any (?:hour|time)|around the clock|always|24[ -]?/[ -]?7"
    r"|24 hours(?:,? (?:a|per) day)?(?:,? (?:7|seven) days(?: (?:a|per) week)?)?",
)
_ZONE = re.compile(
    r"\(?\b(?:(?P<iana>[a-z]+/[a-z_]+(?:/[a-z_]+)?)|utc|gmt"
    r"|(?P<name>eastern|central|mountain|arizona|pacific|alaska|hawaii|atlantic)"
    r"(?: (?:standard|daylight))?(?: time)?|(?P<short>ak|[ecmph])[sd]?t)\b\)?"
)
_DAY = (
    r"(?:mon(?:days?)?|tue(?:s|sdays?)?|wed(?:s|nesdays?)?|thu(?:r|rs|rsdays?)?|fri(?:days?)?"
    r"|sat(?:urdays?)?|sun(?:days?)?)\b"
)
_RANGE = r"(?:to|through|thru|until|till|[-–—])"
_DAY_PART = rf"{_DAY}(?: ?{_RANGE} ?{_DAY})?"
_DAYS_WRITTEN = re.compile(
    rf"(?P<every>daily|every ?day|7 days a week)|(?P<week>weekdays|business days|working days)"
    rf"|(?P<end>weekends)|(?P<list>{_DAY_PART}(?: ?(?:,|&|and|, and) ?{_DAY_PART})*)"
)
_TIME = r"(?:noon|midnight|\d{1,2}(?::\d{2})?(?: ?[ap]m\b)?)"
_TIMES = re.compile(
    rf"(?:from |between )?(?P<opens>{_TIME}) ?(?:{_RANGE}|and) ?(?P<closes>{_TIME})"
)
_FILLER = re.compile(r"[\s,;:]*(?:and\b|local time\b)?[\s,;:]*")


@dataclass(frozen=True, slots=True)
class Span:
    """Open on these days (0 is Monday) from `opens` until `closes`; midnight closes at the day's end."""

    days: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """`spans` are on the clock of `zone`."""

    spans: tuple[Span, ...]
    zone: ZoneInfo

    def open_at(self, moment: datetime) -> bool:
        """Whether somebody is there at an aware time."""
        local = moment.astimezone(self.zone)
        return any(
            local.weekday() in span.days
            and span.opens <= local.time()
            and (span.closes == time(0) or local.time() < span.closes)
            for span in self.spans
        )


def read(written: str) -> Hours | None:
    """The hours that a text states; None where anything in it is not understood, or the zone is not said."""
    plain = " ".join(written.lower().split())
    text = re.sub(r"(?<=[a-z])\.", "", re.sub(r"\b([ap])\.? ?m\b", r"\1m", plain))
    if _ALWAYS.match(text):
        # What stands behind ("automated") says nothing against it, unless it names times.
        return None if re.search(r"\d", _ALWAYS.sub("", text, 1)) else _ALL_WEEK
    zones = {_zone(found) for found in _ZONE.finditer(text)}
    if len(zones) != 1 or None in zones:
        return None
    (zone,) = zones
    spans = _spans(_ZONE.sub(" ", text))
    return Hours(spans, zone) if spans and zone else None


_ALL_WEEK: Final = Hours((Span(frozenset(range(7)), time(0), time(0)),), ZoneInfo("UTC"))


def _zone(found: re.Match[str]) -> ZoneInfo | None:
    if not found["iana"]:
        return ZoneInfo(_ZONES.get(found["name"] or found["short"] or "", "UTC"))
    name = "/".join("_".join(w.title() for w in part.split("_")) for part in found[0].split("/"))
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError):
        return None


def _spans(text: str) -> tuple[Span, ...]:
    """Days, then their times, again and again; empty where something else stands between."""
    spans: list[Span] = []
    place = _FILLER.match(text).end()  # type: ignore[union-attr]
    while place < len(text):
        days = _DAYS_WRITTEN.match(text, place)
        if not days:
            return ()
        place = _skip(text, days.end())
        times = _TIMES.match(text, place)
        if not times:
            return ()
        while times:
            opened = _times(times["opens"], times["closes"])
            if opened is None:
                return ()
            spans.append(Span(_days(days), *opened))
            place = _skip(text, times.end())
            times = _TIMES.match(text, place)
    return tuple(spans)


def _skip(text: str, place: int) -> int:
    found = _FILLER.match(text, place)
    return found.end() if found else place


def _days(found: re.Match[str]) -> frozenset[int]:
    if found["every"]:
        return frozenset(range(7))
    if found["week"]:
        return frozenset(range(5))
    if found["end"]:
        return frozenset((5, 6))
    days: set[int] = set()
    for part in re.finditer(_DAY_PART, found["list"]):
        first, *rest = (_DAYS.index(day[:3]) for day in re.findall(_DAY, part[0]))
        last = rest[0] if rest else first
        days |= {day % 7 for day in range(first, last + (7 if last < first else 0) + 1)}
    return frozenset(days)


def _times(opens: str, closes: str) -> tuple[time, time] | None:
    """None where the day would end before it began, or a time is none."""
    end = _clock(closes, "")
    half = closes[-2:] if closes[-2:] in ("am", "pm") else ""
    start = _clock(opens, "am" if half == "pm" and _hour(opens) > _hour(closes) % 12 else half)
    if start is None or end is None or (end != time(0) and end <= start):
        return None
    return start, end


def _hour(written: str) -> int:
    found = re.match(r"\d+", written)
    return int(found[0]) % 12 if found else 0


def _clock(written: str, half: str) -> time | None:
    if written in ("noon", "midnight"):
        return time(12 if written == "noon" else 0)
    half = written[-2:] if written[-2:] in ("am", "pm") else half
    hour, _, minute = written.removesuffix("am").removesuffix("pm").strip().partition(":")
    number, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half == "pm" else 0)
    if number == 24 and not minutes:
        number = 0
    return time(number, minutes) if number < 24 and minutes < 60 else None
