"""The coding section: codes, ranges, and what a document says instead of codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy.code_items import Item, items_at
from bot.policy.code_rows import TOKEN
from bot.policy.code_words import COLUMN_WORDS, goes_on, systems_in
from bot.policy.code_words import table as words
from bot.policy.codes import system_of
from bot.policy.determinations import determination_in
from bot.policy.header import DATES, cells_of, label_field
from bot.policy.lines import Line
from bot.policy.model import Code, CodeStatus, CodeSystem, Determination, Finding, Span
from bot.policy.remarks import (
    heading_determination,
    may_determine,
    of_all,
    remark,
    remark_behind,
)

_ONLY_A_BRACKET: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\W*")
_DESCRIPTION_GAP: Final = re.compile(r"[\s:=|–—-]+")
_EFFECTIVE: Final = re.compile(
    r"\s*\((?:effective|eff\.?|beginning|for|on or|as of|after|through|prior|dates)[^)]*\)", re.I
)
_PLACE: Final = re.compile(
    r"(?P<type>type\(?s?\)? of services?|service type)|(?P<place>places?(?:\(s\))? of services?|sites? of service|place of treatment|pos)",
    re.I,
)
_NOTE_WORD: Final = re.compile(r"^\W*(?:note|\*|notes|important|disclaimer)\b", re.I)
_NAMES_CODES: Final = re.compile(
    r"^when\b.*:$|\bcriteria\b.*:$|\bcod(?:e|es|ing)\b|\bCPT\b|\bHCPCS\b|\bICD\b|\bdiagnos[ei]s\b|\bindications?\b",
    re.I,
)
_COLON_CODES: Final = re.compile(r":\s*(?=\+?[A-Z]?\d)")
_CODES_BEHIND: Final = re.compile(
    r"(?::|\b(?:codes?(?:\(s\))?|CPT®?|HCPCS|ICD-10(?:-CM)?))\s*\(?(?=\+?[A-Z]?\d)", re.I
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
    full = [line for line in lines if line.text]
    for place, line in enumerate(full):
        reader.line(line, full[place + 1] if place + 1 < len(full) else None)
    return reader.facts()


def codes_named(flat: str, text: str, span: Span, determination: Determination) -> Iterator[Code]:
    """The codes that a statement names itself ("CPT codes 97545 and 97546 are considered ...")."""
    for match in re.finditer(
        r"\b(?:CPT|HCPCS|ICD-10(?:-CM)?|codes?)\b[®\s:]*(?:codes?)?(?:\(s\))?[\s:(]*(?=\+?[A-Z]?\d)",
        flat[span.start : span.end],
        re.I,
    ):
        likely: tuple[CodeSystem, ...] = (
            ("ICD-10-CM",) if "ICD" in match[0].upper() else ("CPT", "HCPCS")
        )
        items, _, _ = items_at(flat, text, span.start + match.end(), span.end, likely, 0)
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
        if self._place_or_type(line, shown):
            return
        if COLUMN_WORDS.fullmatch(shown.replace("|", " ").strip()) and not re.search(r"\d", shown):
            return
        if self._is_note(line, shown) or label_field(shown.partition(":")[0]) in DATES:
            return
        start = self._system_at(line, shown)
        if start is None:
            named, self.just_named = self.just_named, False
            if named and len(shown) < 80 and self._instead(line, line.span):
                return
            if self._listed(line, line.span.start):
                return
            if self._heading(line, shown, below):
                return
            self._other(line, shown)
            return
        rest = Span(start, line.span.end)
        self.just_named = rest.start >= rest.end
        if self.just_named:
            self.open_row = None
            return
        if not self._instead(line, rest) and not self._listed(line, rest.start):
            if self._heading(line, shown, below):
                return
            self._other(line, shown)

    def _place_or_type(self, line: Line, shown: str) -> bool:
        match = _PLACE.match(shown)
        if match is None:
            return False
        start = match.end()
        while start < len(shown) and shown[start] in " :|\t":
            start += 1
        value = shown[start:].rstrip(" .|")
        if not value or len(value) > 200:
            return False
        span = Span(line.span.start + start, line.span.start + start + len(value))
        if match["type"]:
            self.type_of_service = self.type_of_service or (" ".join(value.split()), span)
        else:
            self.place_of_service = self.place_of_service or (places(value), span)
        self.open_row = None
        return True

    def _is_note(self, line: Line, shown: str) -> bool:
        if (
            len(shown) < 40
            or shown.endswith(":")
            or not words().note.search(shown)
            or not re.search(r"\bcod(?:e|es|ing)\b", shown, re.I)
        ):
            return False
        if self.note is None:
            self.note = (line.span.of(self.text), line.span)
        self.open_row = None
        return True

    def _system_at(self, line: Line, shown: str) -> int | None:
        """Where the line goes on behind the name of a code system; None where it begins with none."""
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
        return None

    def _instead(self, line: Line, rest: Span) -> bool:
        """A row that says something instead of codes."""
        shown = self.flat[rest.start : rest.end]
        table = words()
        status: CodeStatus
        if table.all_diagnoses.search(shown):
            status = "all_diagnoses"
        elif table.none_listed.match(shown):
            status = "none_listed"
        elif table.not_applicable.match(shown):
            status = "not_applicable"
        else:
            return False
        if status == "none_listed" or TOKEN.match(shown) is None:
            system = self.systems[0]
            described = self._described(rest, status)
            found = determination_in(shown) if status == "all_diagnoses" else None
            self.codes.append(Code(system, status, line.span, None, None, described, found))
            if (
                self.systems == ("CPT", "HCPCS")
                and re.search(r"HCPCS", self.flat[line.span.start : rest.start], re.I)
                and "CPT" in self.flat[line.span.start : rest.start]
            ):
                self.codes.append(Code("HCPCS", status, line.span, None, None, described, found))
            self.open_row = None
            return True
        return False

    def _described(self, rest: Span, status: CodeStatus) -> str | None:
        shown = rest.of(self.text).strip("\u00a0 \t|")
        if status == "none_listed" and (match := words().none_listed.match(shown)):
            shown = shown[match.end() :].strip("\u00a0 \t|.–-")
        return shown or None

    def _listed(self, line: Line, start: int) -> bool:
        lead = re.match(r"[\s•▪●○◦*·–-]*(?:codes?:?\s+)?", self.flat[start : line.span.end], re.I)
        begin = start + (lead.end() if lead else 0)
        items, end, findings = items_at(
            self.flat, self.text, begin, line.span.end, self.systems, line.number
        )
        self.findings.extend(findings)
        if not items:
            return bool(findings)
        gap = _DESCRIPTION_GAP.match(self.flat, end, line.span.end)
        rest = Span(gap.end() if gap else end, line.span.end)
        column, behind = self._said(line, rest)
        single = len(items) == 1
        group = self._last_group(items)
        if _ONLY_A_BRACKET.fullmatch(self.flat, rest.start, rest.end) and not of_all(
            self.flat[rest.start : rest.end]
        ):
            group = len(items) - 1  # it may be meant for all, but only for the last is it certain
        for place, item in enumerate(items):
            own = item.own or column or (behind if place >= group else None)
            last = place == len(items) - 1
            said = rest if single else item.said
            end = rest.end if single else said.end if said and not last else item.row.span.end
            self._add(item, said, end, own)
        self.open_row = line if single else None
        return True

    def _add(self, item: Item, said: Span | None, end: int, own: Determination | None) -> None:
        described = said.of(self.text).strip() if said else ""
        if said and own is None and may_determine(self.flat[said.start : said.end]):
            item = replace(item, open=False)
        row = item.row
        self.codes.append(
            Code(
                row.system,
                "listed",
                Span(row.span.start, max(end, row.span.end)),
                row.code,
                row.code_end,
                described or None,
                own or (self.determination if item.open else None),
            )
        )

    def _said(self, line: Line, rest: Span) -> tuple[Determination | None, Determination | None]:
        """What a row determines in a column of its own, and behind its last codes."""
        cells = [self.flat[c.start : c.end] for c in cells_of(self.flat, line.span)]
        column = next((found for cell in cells[1:] if (found := remark(cell))), None)
        return column, remark_behind(self.flat[rest.start : rest.end])

    def _last_group(self, items: Sequence[Item]) -> int:
        """Where the codes begin that nothing but commas parts from the last one."""
        place = len(items) - 1
        while place and items[place - 1].said is None and ";" not in self._between(items, place):
            place -= 1
        return place

    def _between(self, items: Sequence[Item], place: int) -> str:
        return self.flat[items[place - 1].row.span.end : items[place].row.span.start]

    def _heading(self, line: Line, shown: str, below: Line | None) -> bool:
        """A line that says what the codes under it are, or a sentence with codes in it."""
        found = heading_determination(shown)
        items = self._within(line, shown, found is not None)
        titled = shown.endswith(":") or (len(shown) < 120 and shown[-1] not in ".;")
        heads = titled and below is not None and (found or _NAMES_CODES.search(shown))
        if not items and not heads:
            return False
        self.open_row = None
        if items:
            for item in items:
                determined = item.own or found or self.determination
                own = determined if item.own or item.open else None
                self._add(item, item.said, item.row.span.end, own)
            return True
        systems = systems_in(shown) or self.systems
        if self.by_system is None:
            self.by_system = found is None and bool(systems)
        fresh = self.by_system and systems != self.systems
        if found is not None or fresh or not goes_on(shown):
            self.determination = found
        self.systems = systems
        return True

    def _within(self, line: Line, shown: str, determined: bool) -> list[Item]:
        """The codes behind a colon of the line; in a sentence that determines, behind "codes" too."""
        found: list[Item] = []
        for match in (_CODES_BEHIND if determined else _COLON_CODES).finditer(shown):
            start = line.span.start + match.end()
            if found and start < found[-1].row.span.end:
                continue
            likely = systems_in(shown[: match.end()]) or self.systems
            more, _, findings = items_at(
                self.flat, self.text, start, line.span.end, likely, line.number
            )
            found.extend(more)
            self.findings.extend(findings)
        return found

    def _other(self, line: Line, shown: str) -> None:
        """More of the row above, a paragraph, or something we cannot place."""
        row = self.open_row
        if row is not None and line.number == row.number + 1 and self.codes and len(shown) < 300:
            last = self.codes[-1]
            span = Span(last.span.start, line.span.end)
            described = f"{last.description} {shown}" if last.description else shown
            self.codes[-1] = Code(
                last.system,
                last.status,
                span,
                last.code,
                last.code_end,
                described,
                last.determination,
            )
            self.open_row = line
            return
        self.open_row = None
        prose = len(shown) > 60 or shown.endswith((".", ":")) or _NOTE_WORD.search(shown)
        if not prose and not re.fullmatch(r"n/?a|none|not applicable|-+", shown, re.I):
            self.findings.append(
                Finding(line.number, f"“{shown[:80]}” in the coding section was not understood.")
            )


def _starts_row(rest: str, systems: Sequence[CodeSystem]) -> bool:
    table = words()
    if (
        table.none_listed.match(rest)
        or table.not_applicable.match(rest)
        or table.all_diagnoses.search(rest)
    ):
        return True
    token = TOKEN.match(rest)
    return token is not None and system_of(token[0], systems) is not None


def places(value: str) -> tuple[str, ...]:
    """The places of service that a value names, one by one."""
    parts = re.split(r"\s*(?:[,;/|•]|\band/or\b|\band\b|\bor\b)\s*", " ".join(value.split()))
    return tuple(part.strip(" .") for part in parts if part.strip(" ."))
