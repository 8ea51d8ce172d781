"""What one line of a coding section says by itself: a setting, a note, a system's name, a row of codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy.code_items import Item, items_at
from bot.policy.code_rows import TOKEN
from bot.policy.code_words import COLUMN_WORDS, SETTING, systems_in
from bot.policy.code_words import table as words
from bot.policy.codes import system_of
from bot.policy.codeset import icd10cm
from bot.policy.determinations import determination_in
from bot.policy.header import cells_of
from bot.policy.lines import Line
from bot.policy.model import Code, CodeStatus, CodeSystem, Determination, Finding, Span
from bot.policy.remarks import (
    heading_determination,
    may_determine,
    of_all,
    remark,
    remark_at_end,
    remark_behind,
)

_ONLY_A_BRACKET: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\W*")
_DESCRIPTION_GAP: Final = re.compile(r"[\s:=|–—-]+")
_EFFECTIVE: Final = re.compile(
    r"\s*\((?:effective|eff\.?|beginning|for|on or|as of|after|through|prior|dates)[^)]*\)", re.I
)
_MARKER: Final = re.compile(r"(?:[A-Za-z]|\d{1,2})[.)]\s+|[•▪*–-]\s+")
_LEADER: Final = re.compile(r"\s*\.{3,}\s*|\s\.\s(?=\+?[A-Z]?\d)")
_LONGEST_LABEL: Final = 80
_REACH: Final = 200  # how far before a code its system is looked for in a line
_ASKS: Final = re.compile(r"(?:is it |is this )?(?:covered|coverage)\W*", re.I)
ANSWERS: Final[dict[str, Determination]] = {
    "yes": "medically_necessary",
    "y": "medically_necessary",
    "no": "not_covered",
    "n": "not_covered",
}
_COLON_CODES: Final = re.compile(
    r":\s*(?:(?:CPT®?|HCPCS|ICD-10(?:-CM)?)(?: codes?)?:?\s+)?(?=\+?[A-Z]?\d)", re.I
)
_CODES_BEHIND: Final = re.compile(
    r"(?::|\b(?:codes?(?:\(s\))?|CPT®?|HCPCS|ICD-10(?:-CM)?))\s*\(?(?=\+?[A-Z]?\d)", re.I
)


@dataclass(frozen=True, slots=True)
class Listed:
    """The codes of a line; `single` where it is one row, which the next line may go on with."""

    codes: tuple[Code, ...]
    findings: tuple[Finding, ...]
    single: bool = False


def setting(line: Line, shown: str) -> tuple[bool, str, Span] | None:
    """A type or place of service: whether it is the type, its value, and where that stands."""
    match = SETTING.match(shown, marker.end() if (marker := _MARKER.match(shown)) else 0)
    if match is None:
        return None
    start = match.end()
    while start < len(shown) and shown[start] in " :|\t":
        start += 1
    value = shown[start:].rstrip(" .|")
    if not value or len(value) > 200:
        return None
    begin = line.span.start + start
    return match["type"] is not None, value, Span(begin, begin + len(value))


def places(value: str) -> tuple[str, ...]:
    """The places of service that a value names, one by one."""
    parts = re.split(r"\s*(?:[,;/|•]|\band/or\b|\band\b|\bor\b)\s*", " ".join(value.split()))
    return tuple(part.strip(" .") for part in parts if part.strip(" ."))


def is_note(shown: str) -> bool:
    """Whether a line is the document's note that its codes are not complete."""
    return (
        len(shown) >= 40
        and not shown.endswith(":")
        and words().note.search(shown) is not None
        and re.search(r"\bcod(?:e|es|ing)\b", shown, re.I) is not None
    )


def system_at(shown: str) -> tuple[tuple[CodeSystem, ...], int] | None:
    """The system that a line begins with, and where the line goes on behind its name."""
    lead = re.match(r"[\s•▪*–-]*", shown)
    begin = lead.end() if lead else 0
    for pattern, systems in words().systems:
        match = pattern.match(shown, begin)
        if match is None or (match.end() < len(shown) and shown[match.end()].isalnum()):
            continue
        end = match.end()
        if effective := _EFFECTIVE.match(shown, end):
            end = effective.end()
        gap = re.match(r"[\s:|–—-]*", shown[end:])
        rest = end + (gap.end() if gap else 0)
        behind = shown[rest:]
        if behind and not _starts_row(behind, systems) and not determination_in(behind):
            continue
        return systems, rest
    return None


def instead(
    flat: str, text: str, line: Line, rest: Span, systems: Sequence[CodeSystem]
) -> tuple[Code, ...]:
    """What a line says instead of codes ("no code", "for all diagnoses"), for each system that it names."""
    shown = flat[rest.start : rest.end]
    status = _status(shown)
    if status is None or (status != "none_listed" and TOKEN.match(shown)):
        return ()
    described = _described(rest.of(text), status)
    found = determination_in(shown) if status == "all_diagnoses" else None
    before = flat[line.span.start : rest.start].upper()
    both = tuple(systems) == ("CPT", "HCPCS") and "HCPCS" in before and "CPT" in before
    return tuple(
        Code(system, status, line.span, None, None, described, found)
        for system in (systems if both else systems[:1])
    )


def listed(
    flat: str,
    text: str,
    line: Line,
    start: int,
    systems: Sequence[CodeSystem],
    above: Determination | None,
    remarks: bool = False,
) -> Listed:
    """The codes with which a line begins at `start`; `above` is what the heading over them determines.

    `remarks` tells that the rows end in a column of remarks, which may have lost its gap.
    """
    systems = row_systems(flat, line) or systems
    lead = re.match(r"[\s•▪●○◦*·|–-]*(?:codes?:?\s+)?", flat[start : line.span.end], re.I)
    begin = start + (lead.end() if lead else 0)
    items, end, findings = items_at(flat, text, begin, line.span.end, systems, line.number)
    if not items:
        return Listed((), tuple(findings))
    gap = _DESCRIPTION_GAP.match(flat, end, line.span.end)
    rest = Span(gap.end() if gap else end, line.span.end)
    cells = [flat[c.start : c.end] for c in cells_of(flat, line.span) if c.start >= end]
    column = next((found for cell in cells if (found := remark(cell))), None)
    described = flat[rest.start : rest.end]
    behind = remark_behind(described) or (remark_at_end(described) if remarks else None)
    single = len(items) == 1
    group = _last_group(flat, items)
    bracketed = _ONLY_A_BRACKET.fullmatch(flat, rest.start, rest.end)
    if bracketed and not of_all(flat[rest.start : rest.end]):
        group = len(items) - 1  # it may be meant for all, but only for the last is it certain
    made = []
    for place, item in enumerate(items):
        own = item.own or column or (behind if place >= group else None)
        last = place == len(items) - 1
        said = rest if single else item.said
        stop = rest.end if single else said.end if said and not last else item.row.span.end
        made.append(row(flat, text, replace(item, said=said, own=own), stop, above))
    return Listed(tuple(made), tuple(findings), single)


def asks_covered(flat: str, line: Line) -> bool:
    """Whether a line heads columns of which the last asks what its rows answer ("Code | Description | Covered?")."""
    cells = [flat[c.start : c.end] for c in cells_of(flat, line.span)]
    return (
        len(cells) > 1
        and _ASKS.fullmatch(cells[-1]) is not None
        and all(COLUMN_WORDS.fullmatch(cell) for cell in cells[:-1])
    )


def answered(flat: str, line: Line, found: Listed) -> Listed:
    """The codes of a row under such a head, with what its last cell answers."""
    cells = cells_of(flat, line.span)
    said = ANSWERS.get(flat[cells[-1].start : cells[-1].end].strip(" .").lower())
    if said is None or len(cells) < 2:
        return found
    return replace(found, codes=tuple(replace(c, determination=said) for c in found.codes))


def labelled(
    flat: str,
    text: str,
    line: Line,
    systems: Sequence[CodeSystem],
    above: Determination | None,
) -> Listed:
    """The codes in a cell of a row whose first cells say what they are ("Supplies   A4238, A4239").

    A code there is of the system that its shape shows; what only the heading above could tell apart
    ("E1165" under diagnoses) is let be.
    """
    cells = _cells(flat, line)
    named = row_systems(flat, line)
    for place, cell in enumerate(cells[1:], start=1):
        token = TOKEN.match(flat, cell.start, cell.end)
        shape = _shape(flat, cell, token, systems) if token else None
        if token and named:
            shape = system_of(token[0], named[:1])
        if token is None or shape is None:
            continue
        label = flat[cells[0].start : cells[place - 1].end].strip()
        if len(label) > _LONGEST_LABEL or label.endswith((".", ";", ",")):
            return Listed((), ())
        if systems_in(label) and shape not in systems_in(label):
            return Listed((), ())
        if (
            not named
            and systems
            and shape != systems[0]
            and system_of(token[0], systems[:1]) == systems[0]
        ):
            return Listed((), ())
        own = heading_determination(label)
        if own is None and may_determine(label):
            above = None
        found = listed(flat, text, line, cell.start, (shape,), own or above)
        if len(found.codes) == 1 and found.codes[0].description is None:
            return replace(found, codes=(replace(found.codes[0], description=label),))
        return found
    return Listed((), ())


def _cells(flat: str, line: Line) -> list[Span]:
    """The cells of a row; dots may lead from a label to its codes."""
    cells = cells_of(flat, line.span)
    if len(cells) == 1 and (led := _LEADER.search(flat, line.span.start, line.span.end)):
        return [Span(line.span.start, led.start()), Span(led.end(), line.span.end)]
    return cells


def _shape(
    flat: str, cell: Span, token: re.Match[str], systems: Sequence[CodeSystem]
) -> CodeSystem | None:
    """The system of a code in a cell: that of its row, or what its shape shows, or the code set knows."""
    if shape := system_of(token[0]):
        return shape
    if systems and (found := system_of(token[0], systems[:1])):
        return found
    alone = not flat[token.end() : cell.end].strip(" .")
    return "ICD-10-CM" if alone and icd10cm().lookup(token[0]) else None


def row_systems(flat: str, line: Line) -> tuple[CodeSystem, ...]:
    """The system that a cell of a row names and says nothing else ("N62 | ICD-10-CM | breast")."""
    cells = cells_of(flat, line.span)
    for cell in cells if len(cells) > 2 else ():
        shown = flat[cell.start : cell.end]
        for pattern, systems in words().systems[:-2]:
            if pattern.fullmatch(shown):
                return systems
    return ()


def within(
    flat: str,
    text: str,
    line: Line,
    shown: str,
    systems: Sequence[CodeSystem],
    above: Determination | None,
    own: Determination | None,
) -> Listed:
    """The codes behind a colon of a line; where the line determines (`own`), those behind "codes" too."""
    items: list[Item] = []
    findings: list[Finding] = []
    for match in (_CODES_BEHIND if own else _COLON_CODES).finditer(shown):
        start = line.span.start + match.end()
        if items and start < items[-1].row.span.end:
            continue
        likely = systems_in(shown[max(0, match.end() - _REACH) : match.end()]) or systems
        more, _, odd = items_at(flat, text, start, line.span.end, likely, line.number)
        items.extend(more)
        findings.extend(odd)
    made = (row(flat, text, item, item.row.span.end, own or above) for item in items)
    return Listed(tuple(made), tuple(findings))


def row(flat: str, text: str, item: Item, end: int, above: Determination | None) -> Code:
    """A code with what is said of it and what is determined for it: by itself, or by the heading above."""
    said, found = item.said, item.row
    open_ = item.open
    if said and item.own is None and may_determine(flat[said.start : said.end]):
        open_ = determination_in(flat[said.start : said.end]) == above
    return Code(
        found.system,
        "listed",
        Span(found.span.start, max(end, found.span.end)),
        found.code,
        found.code_end,
        (said.of(text).strip() or None) if said else None,
        item.own or (above if open_ else None),
    )


def _status(shown: str) -> CodeStatus | None:
    table = words()
    if table.all_diagnoses.search(shown):
        return "all_diagnoses"
    if table.none_listed.match(shown):
        return "none_listed"
    return "not_applicable" if table.not_applicable.match(shown) else None


def _described(said: str, status: CodeStatus) -> str | None:
    shown = said.strip("\u00a0 \t|")
    if status == "none_listed" and (match := words().none_listed.match(shown)):
        shown = shown[match.end() :].strip("\u00a0 \t|.–-")
    return shown or None


def _starts_row(rest: str, systems: Sequence[CodeSystem]) -> bool:
    token = TOKEN.match(rest)
    return _status(rest) is not None or (
        token is not None and system_of(token[0], systems) is not None
    )


def _last_group(flat: str, items: Sequence[Item]) -> int:
    """Where the codes begin that nothing but commas parts from the last one."""
    place = len(items) - 1
    while place and items[place - 1].said is None:
        if ";" in flat[items[place - 1].row.span.end : items[place].row.span.start]:
            break
        place -= 1
    return place
