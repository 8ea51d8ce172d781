"""References, history and benefit notes: the parts of a policy that are lists of entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.dates import DateFound, dates_in, leading_date, short_date
from bot.policy.header import DATES, label_field
from bot.policy.lines import Line, flat
from bot.policy.model import BenefitNote, Finding, HistoryEntry, Reference, Span
from bot.policy.scopes import tight
from bot.policy.sections import Part

_NUMBERED: Final = re.compile(
    r"(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})\s?[.)\]:]|(\d{1,3})\t)\s*(?=\S)"
)
_ENDS_IN_DATE: Final = re.compile(r"\b\d{1,2}/(?:\d{1,2}/)?(?:\d{2}|\d{4})$")
_BULLET: Final = re.compile(r"[-–—•▪◦●○■□*·]\s+")
_CLAUSES: Final = re.compile(r"[.;](?:\s+|$)|,\s+(?=(?:added|removed|deleted|replaced)\b)", re.I)
_EARLY: Final = 40  # characters before the date of an entry
_ENTRY_GAP: Final = re.compile(r"[\s:;,.|–—•*-]+")


def references(text: str, part: Part, before: int = 0) -> Iterator[Reference]:
    """The entries of a list of references; one without numbers is counted.

    `before` are those that stand above a page break: the list goes on behind it with the next number.
    """
    lines = [line for line in part.lines if line.text]
    numbered = before > 0 or any(
        (m := _NUMBERED.match(line.text)) and _number(m) == 1 for line in lines
    )
    starts = list(_numbered(text, lines, before) if numbered else _unnumbered(text, lines))
    for at, (place, number, skip) in enumerate(starts):
        last = at + 1 == len(starts)
        end = len(lines) if last else starts[at + 1][0]
        if not last and numbered and starts[at + 1][1] <= number:
            end -= 1
        if last and numbered:
            end = _before_gap(lines, place, end)
        span = Span(lines[place].span.start + skip, lines[end - 1].span.end)
        yield Reference(number, span.of(text), span)


def _numbered(text: str, lines: Sequence[Line], number: int) -> Iterator[tuple[int, int, int]]:
    """Where entries begin (line, number, characters of the number); a gap of two numbers is let pass."""
    for place, line in enumerate(lines):
        match = _NUMBERED.match(line.span.of(text))
        again = (
            match and place and number and _number(match) == 1 and _heads_group(lines, place - 1)
        )
        if match and (again or number < _number(match) <= (number + 3 if number else 1)):
            number = _number(match)
            yield place, number, match.end()


def _heads_group(lines: Sequence[Line], place: int) -> bool:
    """Whether a line heads a group of references, whose numbers begin again ("Society Guidelines:")."""
    above, line = lines[place - 1] if place else None, lines[place]
    apart = above is None or above.number + 1 < line.number or above.text.endswith(".")
    bare = _NUMBERED.match(line.text) is None and not line.text.endswith((".", ",", ";"))
    return apart and bare and len(line.text) < 100


def _unnumbered(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, int, int]]:
    number = 0
    for place, line in enumerate(lines):
        if place == 0 and len(lines) > 1 and line.text.endswith(":"):
            continue
        match = _BULLET.match(line.span.of(text))
        before = lines[place - 1] if place else None
        opens = (
            before is None
            or before.number + 1 < line.number
            or before.text.endswith((".", ":"))
            or _ENDS_IN_DATE.search(before.text)
        )
        if match or opens:
            number += 1
            yield place, number, match.end() if match else 0


def _number(match: re.Match[str]) -> int:
    return int(next(group for group in match.groups() if group))


def _before_gap(lines: Sequence[Line], first: int, end: int) -> int:
    """The last of numbered entries ends at a blank line: what stands behind it is none of them."""
    for place in range(first + 1, end):
        if lines[place].number > lines[place - 1].number + 1:
            return place
    return end


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


def history(text: str, part: Part) -> tuple[list[HistoryEntry], list[Finding]]:
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
    label, colon, rest = line.text.partition(":")
    dated = bool(colon) and leading_date(rest.strip()) is not None
    return dated and len(rest) < 60 and label_field(label) in DATES


_OPENING_WORDS: Final = re.compile(
    r"[|\s]*(?:on |in )?(?:[A-Za-z][\w/-]*(?: [\w/-]+){0,3}(?:\t|\s{3,}))?(?:[rv]?\d{1,2}(?:\t|\s{2,}))?"
    r"(?:(?:effective|revised|reviewed|updated|approved|adopted|amended|enacted|created|new|issued|original|reaffirmed|retired|archived|date"
    r"|rev\.?(?: \d+(?:\.\d+)?)?|v?\d+\.\d+|(?:version|edition) \d+(?:\.\d+)?|\d{1,2}[.)])(?![\w/]))?"
    r"\s*[:,(\[|-]?\s*(?:date|effective|dated)?[: ]*",
    re.I,
)


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


def benefit_notes(text: str, part: Part) -> Iterator[BenefitNote]:
    """What stands in a benefit section, by its own headings."""
    heading: str | None = None
    body: list[Line] = []
    for place, line in enumerate(part.lines):
        if _is_heading(place, line, part.lines):
            yield from _note(text, heading, body)
            heading, body = line.text.rstrip(" :"), []
        else:
            body.append(line)
    yield from _note(text, heading, body)


def _is_heading(place: int, line: Line, lines: Sequence[Line]) -> bool:
    shown = line.text
    if not shown or len(shown) > 80 or shown[-1] in ".;," or _BULLET.match(shown):
        return False
    opens = place == 0 or lines[place - 1].blank or lines[place - 1].text.endswith(".")
    followed = any(other.text for other in lines[place + 1 :])
    words = [w for w in re.split(r"[\s/]+", shown) if len(w) > 3]
    titled = bool(words) and all(w[0].isupper() or not w[0].isalpha() for w in words)
    return opens and followed and (titled or shown.endswith(":"))


def _note(text: str, heading: str | None, body: Sequence[Line]) -> Iterator[BenefitNote]:
    full = [line for line in body if line.text]
    if full:
        span = Span(full[0].span.start, full[-1].span.end)
        yield BenefitNote(span.of(text), span, heading)
