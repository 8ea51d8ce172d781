"""Reads a policy from the text of its document."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from bot.errors import UnreadableDocument
from bot.policy import coding, history, listing
from bot.policy.codeset import icd10cm
from bot.policy.dates import first_date
from bot.policy.fields import Fields
from bot.policy.header import (
    DATES,
    Fact,
    cells_of,
    dated_facts,
    dated_label,
    effective_sentence,
    facts_of,
    label_field,
)
from bot.policy.identity import identity
from bot.policy.lines import Line, flat, lines_of
from bot.policy.model import (
    BenefitNote,
    Code,
    Finding,
    HistoryEntry,
    Policy,
    Reference,
    Span,
    Statement,
)
from bot.policy.places import places_in
from bot.policy.positions import positions
from bot.policy.section_names import NUMBERING
from bot.policy.sections import Part, parts_of

_CLOSED_LINE: Final = re.compile(
    r"\W*(?:(?:policy |this (?:medical )?policy (?:is|has been) |status: ?)?(?:archived|retired|inactive)(?: policy| medical policy)?|archived? (?:medical |clinical )?policy)\b",
    re.I,
)
_LABEL_AND_DATE: Final = re.compile(
    r"(?:last|next|original|current|policy) [A-Za-z ]{3,30}\s[\w., /-]{4,18}\d", re.I
)
_REVIEWED: Final = re.compile(r"\W*(?:[a-z-]+ ){0,2}?review(?:ed)?\b", re.I)
_HEAD_LINES: Final = 80


def parse(text: str) -> Policy:
    """The policy that a document holds, each fact with its span in `text`.

    Raises UnreadableDocument where the document shows no policy number; whatever else is missing or
    not understood becomes a warning.
    """
    smooth = flat(text)
    lines = lines_of(text)
    parts = parts_of(text, lines)
    head = _head(lines, parts)
    facts = facts_of(smooth, head, dated=True)
    if not any(fact.field == "effective_from" for fact in facts):
        facts.extend(filter(None, [effective_sentence(head)]))
    number, title = identity(text, head, facts, lines)
    if number is None:
        raise UnreadableDocument(
            "The document shows no policy number; add one above its first heading."
        )
    findings: list[Finding] = []
    spans = {"number": number.span}
    if title is None:
        findings.append(Finding(None, "The document shows no title; its number stands in for it."))
    else:
        spans["title"] = title.span
    late = _late_facts(smooth, parts)
    titled = [f for f in facts if f.field or title is None or not _meet(f.value, title.span)]
    header = Fields(text, [*titled, *late], findings, spans)
    found_statements = positions(smooth, text, parts, head, findings)
    coded = _codes(smooth, text, parts, findings)
    named = _named_codes(smooth, text, found_statements, coded.codes)
    codes = (*coded.codes, *named)
    findings.extend(_unfit(codes, lines))
    if coded.type_of_service:
        spans["type_of_service"] = coded.type_of_service[1]
    if coded.place_of_service:
        spans["place_of_service"] = coded.place_of_service[1]
    if coded.note:
        spans["code_note"] = coded.note[1]
    entries = _history(text, parts, findings)
    next_review = header.date("next_review")
    effective_from = header.date("effective_from")
    last_reviewed = (
        header.latest("last_reviewed")
        or header.latest("last_cap_review")
        or header.latest("approved")
        or _last_review(text, entries, effective_from, spans)
    )
    if not found_statements:
        findings.append(Finding(None, "No sentence of the document makes a determination."))
    type_of_service = (
        coded.type_of_service[0] if coded.type_of_service else header.words("type_of_service")
    )
    place = (
        coded.place_of_service[0] if coded.place_of_service else header.listed("place_of_service")
    )
    if not place and (found_places := places_in(smooth, parts)):
        place, spans["place_of_service"] = found_places
    return Policy(
        number=number.text,
        title=title.text if title else number.text,
        category=header.words("category"),
        departments=header.listed("departments"),
        original_date=header.date("original_date"),
        last_reviewed=last_reviewed,
        next_review=next_review,
        no_further_review=header.sentinel or header.closed or _closed(head),
        effective_from=effective_from,
        effective_to=header.date("effective_to") or header.until("effective_from"),
        lines_of_business=header.listed("lines_of_business") or header.letterhead(head),
        source_url=header.url(head),
        sections=tuple(part.section for part in parts if part.section.text or part.opens),
        statements=found_statements,
        codes=codes,
        code_note=coded.note[0] if coded.note else None,
        type_of_service=type_of_service,
        place_of_service=place,
        benefit_application=_benefit(text, parts),
        references=_references(text, parts),
        history=entries,
        warnings=tuple(sorted(findings, key=lambda f: (f.line is None, f.line or 0))),
        spans=MappingProxyType(spans),
    )


def placed(policy: Policy, text: str) -> float:
    """The share of the document's non-blank characters in known sections, header facts or statements."""
    known = [
        part.section.span for part in parts_of(text, lines_of(text)) if part.within != "unknown"
    ]
    known.extend(policy.spans.values())
    known.extend(s.span for s in policy.statements)
    total = sum(not c.isspace() for c in text)
    inside = 0
    reached = 0
    for span in sorted(known, key=lambda s: s.start):
        start = max(span.start, reached)
        if span.end > start:
            inside += sum(not c.isspace() for c in text[start : span.end])
            reached = span.end
    return inside / total if total else 0.0


def _head(lines: Sequence[Line], parts: Sequence[Part]) -> list[Line]:
    opening = next((part for part in parts if not _boxed(part)), None)
    first = opening.heading.start if opening else len(lines) and lines[-1].span.end + 1
    return [line for line in lines if line.span.end <= first and not line.furniture][:_HEAD_LINES]


def _boxed(part: Part) -> bool:
    """Whether a section is a box of header facts ("Document Information")."""
    return part.kind == "notices" and part.section.name.lower().endswith(" information")


def _late_facts(smooth: str, parts: Sequence[Part]) -> list[Fact]:
    """Header facts that stand below the first heading: in a history box, or at the end."""
    late: list[Fact] = []
    for part in parts:
        field = label_field(NUMBERING.sub("", part.section.name, count=1))
        if field in DATES and part.lines and len(part.lines[0].text) < 40:
            late.append(Fact(field, part.lines[0].span, part.lines[0].number))
        if part.within in ("history", "notices", "coding", "unknown", "guidelines"):
            boxed = _boxed(part)
            short = [
                line
                for line in part.lines
                if 0 < len(line.text) < 200
                and (boxed or ":" in line.text or _LABEL_AND_DATE.fullmatch(line.text))
            ]
            short.extend(_table_of_dates(smooth, part.lines))
            late.extend(
                f
                for f in facts_of(smooth, short)
                if f.field == "source_url"
                or (f.field == "lines_of_business" and part.within != "history")
                or (f.field in DATES and any(c.isdigit() for c in f.value.of(smooth)))
            )
            late.extend(
                f
                for line in part.lines
                if len(line.text) < 200
                for f in dated_facts(smooth, line)
                if f.field == "next_review"
            )
    return late


def _table_of_dates(smooth: str, lines: Sequence[Line]) -> Sequence[Line]:
    """A row of labels of dates and the row of dates under it."""
    full = [line for line in lines if line.text]
    for labels, dates in itertools.pairwise(full):
        cells = [cell.of(smooth) for cell in cells_of(smooth, labels.span)]
        dated = all(label_field(cell) in DATES or dated_label(cell) for cell in cells)
        if len(cells) > 1 and dated and first_date(dates.text):
            return labels, dates
    return ()


def _last_review(
    text: str, entries: Sequence[HistoryEntry], effective: str | None, spans: dict[str, Span]
) -> str | None:
    """The date of the newest entry of the history, where it begins with a review and no label names one.

    Not where it is the effective date: some payers date their entries by when they take effect.
    """
    newest = entries[0] if entries else None
    if newest is None or newest.date == effective or not _REVIEWED.match(newest.text):
        return None
    found = first_date(flat(newest.span.of(text)), newest.span.start)
    if found:
        spans["last_reviewed"] = found.span
    return newest.date


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _closed(head: Sequence[Line]) -> bool:
    return any(_CLOSED_LINE.match(line.text) and len(line.text) < 120 for line in head)


def _codes(
    smooth: str, text: str, parts: Sequence[Part], findings: list[Finding]
) -> coding.CodingFacts:
    codes: list[Code] = []
    type_of_service = place = note = None
    for part in parts:
        if part.within != "coding":
            continue
        read = coding.read(smooth, text, part.lines, part.section.name)
        codes.extend(read.codes)
        findings.extend(read.findings)
        type_of_service = type_of_service or read.type_of_service
        place = place or read.place_of_service
        note = note or read.note
    return coding.CodingFacts(tuple(codes), (), type_of_service, place, note)


def _named_codes(
    smooth: str, text: str, found: Sequence[Statement], codes: Sequence[Code]
) -> tuple[Code, ...]:
    listed = {(c.system, c.code, c.code_end, c.determination) for c in codes}
    named: list[Code] = []
    for statement in found:
        for code in coding.codes_named(smooth, text, statement.span, statement.determination):
            key = (code.system, code.code, code.code_end, code.determination)
            if key not in listed:
                listed.add(key)
                named.append(code)
    return tuple(named)


def _unfit(codes: Sequence[Code], lines: Sequence[Line]) -> list[Finding]:
    """ICD-10-CM codes that the set on hand does not have, or has only as a heading over finer ones."""
    code_set = icd10cm()
    if code_set.lookup("M54.50") is None:
        return []
    found: list[Finding] = []
    starts = [line.span.start for line in lines]
    for code in codes:
        if code.system != "ICD-10-CM" or code.code is None or code.code[-1] in "+*-":
            continue
        line = lines[max(0, bisect_right(starts, code.span.start) - 1)].number
        entry = code_set.lookup(code.code)
        if entry is None:
            found.append(Finding(line, f"{code.code} is not in {code_set.edition}."))
        elif not entry.billable and code.code_end is None:
            found.append(
                Finding(
                    line,
                    f"{code.code} is not billable: {code_set.edition} has finer codes below it.",
                )
            )
    return found


def _benefit(text: str, parts: Sequence[Part]) -> tuple[BenefitNote, ...]:
    return tuple(
        note
        for part in parts
        if part.within == "benefit"
        for note in listing.benefit_notes(text, part)
    )


def _references(text: str, parts: Sequence[Part]) -> tuple[Reference, ...]:
    found: list[Reference] = []
    above: Part | None = None
    for part in parts:
        if part.kind == "references":
            goes_on = above is not None and above.heading == part.heading
            found.extend(listing.references(text, part, len(found) if goes_on else 0))
            above = part
    return tuple(found)


def _history(text: str, parts: Sequence[Part], findings: list[Finding]) -> tuple[HistoryEntry, ...]:
    """All entries, newest first; of one day, the one that stands higher up comes first."""
    found: list[HistoryEntry] = []
    for part in parts:
        if part.within == "history":
            entries, odd = history.entries_of(text, part)
            found.extend(entries)
            findings.extend(odd)
    return tuple(sorted(found, key=lambda e: (e.date + "-99-99")[:10], reverse=True))
