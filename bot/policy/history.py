"""The history of a policy: its entries with their dates, and whether they say that its intent changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.dates import DateFound, dates_in, leading_date, short_date
from bot.policy.header import DATES, label_field
from bot.policy.lines import Line, flat
from bot.policy.model import Finding, HistoryEntry, Span
from bot.policy.scopes import tight
from bot.policy.sections import Part

_BULLET: Final = re.compile(r"[-–—•▪◦●○■□*·]\s+")
_CLAUSES: Final = re.compile(r"[.;](?:\s+|$)|,\s+(?=(?:added|removed|deleted|replaced)\b)", re.I)
_EARLY: Final = 40  # characters before the date of an entry
_ENTRY_GAP: Final = re.compile(r"[\s:;,.|–—•*-]+")


@lru_cache(maxsize=1)
def _intent() -> tuple[re.Pattern[str], ...]:
    table = rules.load("history")
    names = ("ignored", "unchanged", "changed", "coding_only", "editorial")
    rules.check("history", table, names)
    return tuple(re.compile("|".join(table[name]), re.IGNORECASE) for name in names)


def changes_intent(entry: str) -> bool | None:
    """Whether a history entry says that the policy's intent changed; None where it does not tell."""
    ignored, unchanged, changed, of_codes, editorial = _intent()
    shown = ignored.sub(" ", flat(entry))
    rest, denied = unchanged.subn(" ", shown)
    if changed.search(rest):
        return True
    if denied:
        return False
    first, *more = (clause.strip() for clause in _CLAUSES.split(shown.strip(" .;")))
    says_which = more and all(
        of_codes.fullmatch(clause) or editorial.fullmatch(clause) for clause in more
    )
    return False if says_which and of_codes.fullmatch(first) else None


def entries_of(text: str, part: Part) -> tuple[list[HistoryEntry], list[Finding]]:
    """The entries in the order of the document, each with what stands under its date."""
    entries: list[HistoryEntry] = []
    findings: list[Finding] = []
    lines = [line for line in part.lines if line.text]
    starts = (
        list(_starts(lines, _opening))
        or list(_starts(lines, _in_column))
        or list(_starts(lines, _closing))
        or list(_starts(lines, _early))
    )
    if not starts or (len(lines) == 1 and _names_several(lines[0], starts[0][1])):
        return list(_in_clauses(text, lines)), findings
    for place, (first, found, skip) in enumerate(starts):
        stop = starts[place + 1][0] if place + 1 < len(starts) else len(lines)
        stop = _before_notices(lines, first, stop)
        line = lines[first]
        start = _skip_gap(text, line.span.start + skip, lines[stop - 1].span.end)
        span = Span(start, lines[stop - 1].span.end)
        if found.span.start > line.span.start and stop == first + 1 and skip == 0:
            span = line.span
        if found.iso is None:
            findings.append(
                Finding(line.number, f"“{found.span.of(text)}” in the history is not a date.")
            )
        elif span.end > span.start:
            shown = span.of(text)
            whole = Span(min(found.span.start, span.start), max(found.span.end, span.end))
            entries.append(HistoryEntry(found.iso, shown, whole, changes_intent(shown)))
        else:
            findings.append(
                Finding(line.number, f"The history says nothing about {found.span.of(text)}.")
            )
    return entries, findings


def _starts(
    lines: Sequence[Line], opens: Callable[[Line], tuple[DateFound, int] | None]
) -> Iterator[tuple[int, DateFound, int]]:
    for place, line in enumerate(lines):
        if not _is_header_fact(line) and (opened := opens(line)):
            yield place, *opened


def _is_header_fact(line: Line) -> bool:
    """ "Next Review: 05/12/2022" in a history box is a fact of the header, no entry."""
    if (named := _NAMED_DATE.fullmatch(line.text)) and label_field(named["label"]) in DATES:
        return leading_date(named["date"]) is not None
    label, colon, rest = line.text.partition(":")
    dated = bool(colon) and leading_date(rest.strip()) is not None
    return dated and len(rest) < 60 and label_field(label) in DATES


# "Last Review 08/15/2024"; an "Annual review 11/2019" is an entry.
_NAMED_DATE: Final = re.compile(
    r"(?P<label>(?:last|next|most recent|original|effective|first)\b[A-Za-z ]{0,30}?) (?P<date>\d\S*|[A-Z][a-z]+ \d.*)",
    re.I,
)
_OPENING_WORDS: Final = re.compile(
    r"[|\s]*(?:on |in )?(?:[A-Za-z][\w/-]*(?: [\w/-]+){0,3}(?:\t|\s{3,}))?(?:[rv]?\d{1,2}(?:\t|\s{2,}))?"
    r"(?:(?:effective|revised|reviewed|updated|approved|adopted|orig(?:inal|\.)?|amended|enacted|created|new|issued|original|reaffirmed|retired|archived|date"
    r"|rev\.?(?: \d+(?:\.\d+)?)?|v?\d+\.\d+|(?:version|edition) \d+(?:\.\d+)?|\d{1,2}[.)])(?![\w/]))?"
    r"\s*[:,(\[|-]?\s*(?:date|effective|dated)?[: ]*",
    re.I,
)


_SHORT_CELL: Final = re.compile(r"\d{1,2}[/.]\d\d")
_SHORT_OPENING: Final = re.compile(r"\d{1,2}/\d\d(?:\s{2,}|\t|\s*[:–—-]\s|\s+[A-Z])")


def _opening(line: Line) -> tuple[DateFound, int] | None:
    """The date with which a line opens an entry, and how much of the line it takes."""
    shown = line.text
    lead = None
    skip = 0
    found = leading_date(shown, line.span.start)
    if found is None:
        lead = _BULLET.match(shown) or _OPENING_WORDS.match(shown)
        skip = lead.end() if lead else 0
        found = leading_date(shown[skip:], line.span.start + skip)
    if found is None and _SHORT_OPENING.match(shown, skip):
        found = short_date(shown[skip:], line.span.start + skip)
    if found is None:
        return None
    end = found.span.end - line.span.start
    if re.match(r"\s*(?:,\s*|,?\s*(?:and|to|through|[-–])\s+)\d", shown[end:]):
        return None
    if len(found.iso or "") == 4 and not re.match(r"\s*(?:$|[:–—-]|\t)|\s{2,}", shown[end:]):
        return None
    words = lead[0].strip(" :-(") if lead else ""
    ends = end >= len(shown.rstrip(" |"))  # all that the entry says stands before its date
    says = words.isalpha() or (ends and words[:1].isalpha())
    return found, 0 if says else end


def _in_column(line: Line) -> tuple[DateFound, int] | None:
    """The date that fills a cell behind the entry's text ("Annual review | 05.14.21")."""
    start = line.span.start
    for cell in line.text.split("\t"):
        lead = len(cell) - len(cell.lstrip())
        found = leading_date(cell.strip(), start + lead)
        if found is None and _SHORT_CELL.fullmatch(cell.strip()):
            found = short_date(cell.strip(), start + lead)
        if found and found.span.end == start + len(cell.rstrip()) and start > line.span.start:
            return found, 0
        start += len(cell) + 1
    return None


def _closing(line: Line) -> tuple[DateFound, int] | None:
    """The one date with which a line ends ("Annual review 11/2019")."""
    inside = list(dates_in(line.text, line.span.start)) if len(line.text) < 160 else []
    ends = len(inside) == 1 and inside[0].span.end >= line.span.end - 2
    return (inside[0], 0) if ends else None


def _early(line: Line) -> tuple[DateFound, int] | None:
    """The one date of a line among its first words ("Resolution 20-14, 05/06/2020: age lowered")."""
    inside = list(dates_in(line.text, line.span.start))
    early = len(inside) == 1 and inside[0].span.start - line.span.start < _EARLY
    return (inside[0], 0) if early else None


def _names_several(line: Line, first: DateFound) -> bool:
    """Whether a line that does not begin with its date has others ("Adopted 6/2000; revised 7/2001.")."""
    return first.span.start > line.span.start and len(list(dates_in(line.text))) > 1


def _in_clauses(text: str, lines: Sequence[Line]) -> Iterator[HistoryEntry]:
    """The entries of a sentence that names several dates ("Adopted 6/2000; revised 7/2001.")."""
    for line in lines:
        if _is_header_fact(line):
            continue
        shown = text[line.span.start : line.span.end]
        found = [date for date in dates_in(flat(shown), line.span.start) if date.iso]
        start = line.span.start
        for place, date in enumerate(found):
            last = place + 1 == len(found)
            stop = line.span.end if last else _clause_end(text, date.span.end, found[place + 1])
            span = tight(text, Span(start, stop))
            yield HistoryEntry(date.iso or "", span.of(text), span, changes_intent(span.of(text)))
            start = stop


def _clause_end(text: str, start: int, following: DateFound) -> int:
    """Where the clause of one date ends and that of the next begins."""
    gap = re.search(r"[;,.]\s", flat(text[start : following.span.start]))
    return start + gap.end() if gap else following.span.start


def _before_notices(lines: Sequence[Line], first: int, stop: int) -> int:
    """The end of an entry: a long paragraph after a blank line is a notice, not part of the last entry."""
    if stop < len(lines):
        return stop
    for place in range(first + 1, stop):
        gap = lines[place].number > lines[place - 1].number + 1
        alone = place == first + 1 and lines[first].span.end - lines[first].span.start < 24
        if gap and not alone:
            return place
    return stop


def _skip_gap(text: str, start: int, end: int) -> int:
    gap = _ENTRY_GAP.match(flat(text[start:end]))
    return start + gap.end() if gap else start
