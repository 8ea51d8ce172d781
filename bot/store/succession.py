"""Which version of a policy holds when: pure decisions, on what stands in the store about each.

The versions of a policy stand on a time line. A new one takes over now, or, where the document says from
when it is effective and another one holds until then, from that day; it holds until the next one begins.
A version that is effective before the one on file is kept as an older one and takes over nothing.
Versions for different lines of business stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone


@dataclass(frozen=True, slots=True)
class Kept:
    """A version in the store; `lines` are its lines of business in lower case, empty where unknown."""

    pk: int
    digest: str
    lines: frozenset[str]
    effective_from: str | None
    effective_to: str | None
    on_file_from: datetime
    on_file_to: datetime | None
    id: str = ""
    retired: bool = False

    def holds_at(self, moment: datetime) -> bool:
        return self.on_file_from <= moment and (self.on_file_to is None or moment < self.on_file_to)

    def first_day(self) -> date:
        """The day that it states to be effective from, else the one it came on file."""
        if self.effective_from is not None:
            return first_day(self.effective_from)
        return self.on_file_from.date()

    def rank(self) -> tuple[date, datetime, int]:
        """Sorts the versions of a policy from the oldest to the latest."""
        return self.first_day(), self.on_file_from, self.pk


def first_day(stated: str) -> date:
    """The first day of an ISO date of any precision."""
    return date.fromisoformat(stated + "-01" * (2 - stated.count("-")))


def last_day(stated: str) -> date:
    """The last day of an ISO date of any precision."""
    parts = [int(part) for part in stated.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = (*parts, 12)[:2]
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def succeeded(lines: frozenset[str], holding: Sequence[Kept]) -> tuple[Kept, ...]:
    """Those of the versions that hold which a new one for these lines of business takes over from."""
    same = tuple(kept for kept in holding if kept.lines == lines)
    overlapping = tuple(kept for kept in holding if kept.lines & lines)
    if same or overlapping:
        return same or overlapping
    unstated = not lines or not any(kept.lines for kept in holding)
    return tuple(holding) if unstated and len(holding) == 1 else ()


def placed(new: Kept, timeline: Sequence[Kept], now: datetime) -> tuple[Kept, tuple[Kept, ...]]:
    """The new version with its time on file, and those that it takes over from, with theirs ended."""
    before = succeeded(new.lines, [kept for kept in timeline if kept.holds_at(now)])
    if _is_older(new, before):
        return replace(new, on_file_from=now, on_file_to=now), ()
    start = _start(new, before, now)
    ended = succeeded(new.lines, [kept for kept in timeline if kept.holds_at(start)])
    until = [kept.on_file_to for kept in ended if kept.on_file_to is not None]
    return (
        replace(new, on_file_from=start, on_file_to=min(until, default=None)),
        tuple(replace(kept, on_file_to=start) for kept in ended),
    )


def in_force(versions: Iterable[Kept], day: date) -> tuple[Kept, ...]:
    """The versions that held on that day, the latest first.

    A version holds from the day that it states, else from the day it came on file, until the day that it
    states, until it left the file, or until the next of its kind begins.
    """
    kept = sorted(versions, key=Kept.rank, reverse=True)
    found: list[Kept] = []
    for version in kept:
        replaced = version.lines in {newer.lines for newer in found}
        if version.first_day() <= day and not replaced and not _over(version, kept, day):
            found.append(version)
    return tuple(found)


def _start(new: Kept, before: Sequence[Kept], now: datetime) -> datetime:
    if new.effective_from is None or not before:
        return now
    return max(now, datetime.combine(first_day(new.effective_from), time(), timezone.utc))


def _is_older(new: Kept, before: Sequence[Kept]) -> bool:
    return new.effective_from is not None and any(
        kept.effective_from is not None
        and first_day(new.effective_from) < first_day(kept.effective_from)
        for kept in before
    )


def _over(version: Kept, newest_first: Sequence[Kept], day: date) -> bool:
    if version.effective_to is not None and last_day(version.effective_to) < day:
        return True
    if version.on_file_to is None:
        return False
    if version.on_file_from < version.on_file_to:
        return version.on_file_to.date() <= day
    # It came on file when a later one was there already: that one says how long it held.
    later = [v.first_day() for v in newest_first if v.first_day() > version.first_day()]
    return min(later, default=version.on_file_to.date()) <= day
