"""The coding section: what its headings and first columns make of the lines under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy import code_lines
from bot.policy.code_items import items_at
from bot.policy.code_lines import Listed
from bot.policy.code_words import COLUMN_WORDS, goes_on, systems_in
from bot.policy.code_words import table as words
from bot.policy.header import DATES, label_field
from bot.policy.lines import Line
from bot.policy.model import Code, CodeSystem, Determination, Finding, Span
from bot.policy.remarks import heading_determination

_NOTE_WORD: Final = re.compile(r"^\W*(?:note|\*|notes|important|disclaimer)\b", re.I)
_NAMES_CODES: Final = re.compile(
    r"^when\b.*:$|\bcriteria\b.*:$|\bcod(?:e|es|ing)\b|\bCPT\b|\bHCPCS\b|\bICD\b|\bdiagnos[ei]s\b|\bindications?\b",
    re.I,
)
_REMARKS: Final = re.compile(r"\w\W+(?:notes?|comments?|status|coverage|determination)\W*$", re.I)
# "Covered diagnosis codes for procedure code 71271": what is listed below goes with that code.
_OF_OTHERS: Final = re.compile(
    r"[^:.]*\bdiagnos[ei]s\b[^:.]*\bfor\b[^:.]*\bcodes?\b[^:.]*\W*$", re.I
)
_OUTLINE: Final = re.compile(r"\d{1,2}\.\d{1,2}\.?\s+(?=[A-Z][A-Za-z])")
_LABELS_OTHERS: Final = re.compile(r"\.\s+(?=[A-Z][^:.]{2,60}:\s*\+?[A-Z]?\d{2})")
_NOTHING_HERE: Final = re.compile(r"[\w ]{1,40}:\s*n/?a\.?", re.I)
_NAMED: Final = re.compile(
    r"\b(?:CPT|HCPCS|ICD-10(?:-CM)?|codes?)\b[®\s:]*(?:codes?)?(?:\(s\))?[\s:(]*(?=\+?[A-Z]?\d)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class CodingFacts:
    codes: tuple[Code, ...]
    findings: tuple[Finding, ...]
    type_of_service: tuple[str, Span] | None = None
    place_of_service: tuple[tuple[str, ...], Span] | None = None
    note: tuple[str, Span] | None = None


def read(flat: str, text: str, lines: Sequence[Line], heading: str = "") -> CodingFacts:
    """What the lines of a coding section say; `heading` may name a system or a determination itself."""
    reader = _Reader(flat, text)
    reader.open(heading)
    full = [piece for line in lines if line.text for piece in _pieces(flat, line)]
    for place, line in enumerate(full):
        reader.line(line, full[place + 1] if place + 1 < len(full) else None)
    return reader.facts()


def _pieces(flat: str, line: Line) -> Iterator[Line]:
    """A line, cut where a sentence begins that labels other codes ("... (both). Needles: 20560")."""
    numbered = _OUTLINE.match(line.text)
    start = line.span.start + (numbered.end() if numbered else 0)
    first = start
    for cut in _LABELS_OTHERS.finditer(flat, line.span.start, line.span.end):
        span = Span(start, cut.start() + 1)
        yield replace(line, text=flat[span.start : span.end], span=span)
        start = cut.end()
    span = Span(start, line.span.end)
    yield (
        line if first == start == line.span.start else replace(line, text=span.of(flat), span=span)
    )


def codes_named(flat: str, text: str, span: Span, determination: Determination) -> Iterator[Code]:
    """The codes that a statement names itself ("CPT codes 97545 and 97546 are considered ...")."""
    for match in _NAMED.finditer(flat, span.start, span.end):
        likely: tuple[CodeSystem, ...] = (
            ("ICD-10-CM",) if "ICD" in match[0].upper() else ("CPT", "HCPCS")
        )
        items, _, _ = items_at(flat, text, match.end(), span.end, likely, 0)
        for item in items:
            row, own = item.row, item.own or (determination if item.open else None)
            yield Code(row.system, "listed", row.span, row.code, row.code_end, None, own)


class _Reader:
    """Goes through the lines once; a heading or a first column holds for the lines under it."""

    def __init__(self, flat: str, text: str) -> None:
        self.flat = flat
        self.text = text
        self.systems: tuple[CodeSystem, ...] = ()
        self.determination: Determination | None = None
        # Whether the section is parted by systems, with what is determined under each of them, or by
        # determinations, with the systems under each: the first heading shows it.
        self.by_system: bool | None = None
        self.codes: list[Code] = []
        self.findings: list[Finding] = []
        self.type_of_service: tuple[str, Span] | None = None
        self.place_of_service: tuple[tuple[str, ...], Span] | None = None
        self.note: tuple[str, Span] | None = None
        self.open_row: Line | None = None
        self.just_named = False
        self.remarks = False
        self.answers = False

    def facts(self) -> CodingFacts:
        return CodingFacts(
            tuple(self.codes),
            tuple(self.findings),
            self.type_of_service,
            self.place_of_service,
            self.note,
        )

    def open(self, heading: str) -> None:
        for pattern, systems in words().systems:
            if pattern.search(heading):
                self.systems = systems
                break
        self.determination = heading_determination(heading)
        if self.determination:
            self.by_system = False

    def line(self, line: Line, below: Line | None) -> None:
        shown = self.flat[line.span.start : line.span.end]
        if self._beside(line, shown):
            return
        named = self._system(line, shown)
        if named is None:
            just_named, self.just_named = self.just_named, False
            if just_named and len(shown) < 80 and self._instead(line, line.span):
                return
            if self._none(line, shown):
                return
            rest = line.span
        else:
            rest = Span(named, line.span.end)
            self.just_named = rest.start >= rest.end
            if self.just_named:
                self.open_row = None
                return
            if self._instead(line, rest):
                return
        if not self._listed(line, rest.start) and not self._heading(line, shown, below):
            self._other(line, shown)

    def _beside(self, line: Line, shown: str) -> bool:
        """What stands in a coding section beside its codes: settings, notes, heads of columns, dates."""
        if setting := code_lines.setting(line, shown):
            is_type, value, span = setting
            if is_type:
                self.type_of_service = self.type_of_service or (" ".join(value.split()), span)
            else:
                found = code_lines.places(value), span
                self.place_of_service = self.place_of_service or found
            self.open_row = None
            return True
        if code_lines.asks_covered(self.flat, line):
            self.remarks, self.answers = False, True
            return True
        if COLUMN_WORDS.fullmatch(shown.replace("|", " ").strip()) and not re.search(r"\d", shown):
            self.remarks, self.answers = _REMARKS.search(shown) is not None, False
            return True
        if code_lines.is_note(shown):
            self.note = self.note or (line.span.of(self.text), line.span)
            self.open_row = None
            return True
        return label_field(shown.partition(":")[0]) in DATES

    def _system(self, line: Line, shown: str) -> int | None:
        """Where the line goes on behind the name of a code system; None where it begins with none."""
        named = code_lines.system_at(shown)
        if named is None:
            return None
        systems, rest = named
        if self.by_system is None:
            self.by_system = True
        heads = rest >= len(shown) or shown.endswith(":")
        found = heading_determination(shown) if heads else None
        if found or (self.by_system and systems != self.systems):
            self.determination = found
        elif heads and not goes_on(shown):
            self.determination = None
        self.systems = systems
        return line.span.start + rest

    def _none(self, line: Line, shown: str) -> bool:
        """ "No ICD-10-CM codes are specified": a sentence that names its systems itself."""
        if not shown.lower().startswith(("no ", "there ")) or not (named := systems_in(shown)):
            return False
        made = code_lines.instead(self.flat, self.text, line, line.span, named)
        self.codes.extend(made)
        return bool(made)

    def _instead(self, line: Line, rest: Span) -> bool:
        above = self.determination if self.determination != "medically_necessary" else None
        made = tuple(
            replace(code, determination=code.determination or above)
            if code.status == "all_diagnoses"
            else code
            for code in code_lines.instead(self.flat, self.text, line, rest, self.systems)
        )
        self.codes.extend(made)
        if made:
            self.open_row = None
        return bool(made)

    def _listed(self, line: Line, start: int) -> bool:
        found = code_lines.listed(
            self.flat, self.text, line, start, self.systems, self.determination, self.remarks
        )
        if not found.codes and not found.findings and start == line.span.start:
            found = code_lines.labelled(
                self.flat, self.text, line, self.systems, self.determination
            )
        if self.answers:
            found = code_lines.answered(self.flat, line, found)
        self._take(found)
        if found.codes:
            self.open_row = line if found.single else None
        return bool(found.codes or found.findings)

    def _take(self, found: Listed) -> None:
        self.codes.extend(found.codes)
        self.findings.extend(found.findings)

    def _heading(self, line: Line, shown: str, below: Line | None) -> bool:
        """A line that says what the codes under it are, or a sentence with codes in it."""
        found = heading_determination(shown)
        inside = code_lines.within(
            self.flat, self.text, line, shown, self.systems, self.determination, found
        )
        if _OF_OTHERS.match(shown):
            inside = Listed((), ())
        titled = shown.endswith(":") or (len(shown) < 120 and shown[-1] not in ".;")
        heads = titled and below is not None and (found or _NAMES_CODES.search(shown))
        self._take(inside)
        if not inside.codes and not heads:
            return False
        self.open_row = None
        if inside.codes:
            return True
        systems = systems_in(shown) or self.systems
        self.just_named = found is None and bool(systems_in(shown))
        if self.by_system is None:
            self.by_system = found is None and bool(systems)
        fresh = self.by_system and systems != self.systems
        if found is not None or fresh or not goes_on(shown):
            self.determination = found
        self.systems = systems
        return True

    def _other(self, line: Line, shown: str) -> None:
        """More of the row above, a paragraph, or something we cannot place."""
        row = self.open_row
        if row is not None and line.number == row.number + 1 and self.codes and len(shown) < 300:
            last = self.codes[-1]
            self.codes[-1] = replace(
                last,
                span=Span(last.span.start, line.span.end),
                description=f"{last.description} {shown}" if last.description else shown,
            )
            self.open_row = line
            return
        self.open_row = None
        if _NOTHING_HERE.fullmatch(shown):
            return
        prose = len(shown) > 60 or shown.endswith((".", ":")) or _NOTE_WORD.search(shown)
        if not prose and not re.fullmatch(r"n/?a|none|not applicable|-+", shown, re.I):
            self.findings.append(
                Finding(line.number, f"“{shown[:80]}” in the coding section was not understood.")
            )
