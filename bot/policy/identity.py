"""The number and the title of a policy, in the shapes that payers give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy.dates import dates_in
from bot.policy.header import Fact, cells_of, facts_of, label_field
from bot.policy.lines import Line, flat
from bot.policy.model import Span
from bot.policy.number_shapes import ALONE, SHAPE, Found, found_at, is_number, split_line
from bot.policy.section_names import kind_of
from bot.policy.titles import GENERIC, is_kind_of_document, standing_title, without_kind

_BESIDE: Final = r"[A-Z]{2,6}[ \u00a0._-]{0,2}\d[\dA-Za-z]*(?:[.-]\d[\dA-Za-z]*)*|\d{1,2}\.\d{2,3}\.\d{1,4}[a-z]?"
_BESIDE_FIRST: Final = re.compile(rf"({_BESIDE})\s+([A-Z][A-Za-z].+)")
_BESIDE_LAST: Final = re.compile(rf"([A-Z][A-Za-z].+?)\s+({_BESIDE})")
_FILE: Final = re.compile(r"(?<![\w/.-])(?P<stem>[\w.-]+)\.(?:pdf|docx?|html?)\b", re.I)
_STEM: Final = re.compile(rf"{SHAPE}(?=[_-]|$)", re.I)
_LETTERS_ONLY: Final = re.compile(r"[A-Z]{2,6}(?:[-_.][A-Z]{2,6})+")
_LAST_LINES: Final = 15
_LABELLED: Final = re.compile(r"\w[\w.:/#-]*(?:[ \u00a0]+\w[\w.:/-]*)*")
_KINDS: Final = r"policy|guidelines?|bulletin|document|protocol|criteria|standard|directive|circular|memorandum|statement"
_CLOSES: Final = r"(?=\s*(?:[–—:|]|$)|\s{2})"
# "Surgery, Policy No. 131", "Bulletin 14-B, March 2011": a number behind the kind of the document.
_INSIDE: Final = re.compile(
    rf"\b(?i:{_KINDS})\s*(?:(?i:number|no\.?|num\.?|#|id)\s*[:#]?\s*(?P<named>{SHAPE}|[A-Z]{{0,4}}-?\d[\w.-]*\w|\d)"
    rf"|\s(?P<bare>{SHAPE}|\d{{1,4}}-[A-Z]\b|\d{{2,4}}-\d{{2,4}}{_CLOSES}|[A-Z]-?\d{{2,5}}\b"
    rf"|(?<=[Ss]tatement )\d{{1,3}}$|(?<=STATEMENT )\d{{1,3}}$|\d{{1,2}}\.\d{{1,3}}(?:\.\d{{1,4}})*(?:-[A-Z])?{_CLOSES}|(?!(?:19|20)\d\d\b)\d{{3,6}}{_CLOSES}))(?=\s|[,;:)]|$)"
)
_CHAPTER: Final = re.compile(r"chapter\s+(?:\d{1,3}|[ivxl]+)\b\W*", re.I)
_SECTION: Final = re.compile(r"(?:\S.*\s)?(section\s+\d[\d.]*[a-z]?)", re.I)
_LABEL_TAIL: Final = re.compile(
    rf"[\s,;–—-]*\b(?:(?:medical|clinical|coverage|corporate) )*(?:{_KINDS})?\s*(?:number|no\.?|num\.?|#)[\s:.]*$",
    re.I,
)
# Labels behind which some payers write the number and others the title.
_VAGUE_LABELS: Final = {
    "policy",
    "medical policy",
    "coverage policy",
    "medical coverage policy",
    "clinical policy",
    "guideline",
    "document",
}


def identity(
    text: str, head: Sequence[Line], facts: Sequence[Fact], document: Sequence[Line] = ()
) -> tuple[Found | None, Found | None]:
    """Number and title, each with its span; None for what the document does not show.

    `document` are all its lines: a number may stand at the foot of its pages, and what recurs in the text
    tells the name of a service from that of a payer.
    """
    number = _labelled_number(text, facts)
    title = _labelled_title(text, facts)
    lines = [line for line in head if line.text and not line.furniture]
    at: int | None = None
    for place, line in enumerate(lines[:40]):
        if number and title:
            break
        if len(line.text) > 200 or label_field(line.text):
            continue
        shown = line.span.of(text)
        if (match := ALONE.fullmatch(shown)) and is_number(match[1]):
            number = number or found_at(match[1], line.span.start + match.start(1))
            at = place if at is None else at
            continue
        if any(f.field and line.span.start <= f.value.start < line.span.end for f in facts):
            continue
        parts = split_line(shown)
        if parts and (number is None or _key(parts[0]) == _key(number.text)):
            written, n_at, rest, t_at = parts
            number = number or found_at(written, line.span.start + n_at)
            at = place if at is None else at
            if not title and not GENERIC.fullmatch(rest.strip()):
                title = found_at(rest, line.span.start + t_at)
    if number is None:
        number, at = _inside(text, lines)
    if number is None:
        number, beside = _beside(text, lines)
        title = title or beside
    if number is None:
        number = next(
            (
                found_at(f.value.of(text), f.value.start)
                for f in facts
                if f.field == "ends" and f.label.lower() == "file name" and f.value.of(text).strip()
            ),
            None,
        )
    number = number or _at_the_foot(text, document)
    title = (
        title
        or _behind(text, lines, number)
        or standing_title(text, lines, facts, at, number, document)
    )
    return number, title and without_kind(text, _without_number(text, title, number))


def _without_number(text: str, title: Found, number: Found | None) -> Found:
    """A title without the number that stands at one of its ends once more."""
    shown = title.span.of(text)
    if number is None or number.text not in shown or not re.search(r"\d", number.text):
        return title
    before, _, behind = shown.partition(number.text)
    if not behind.strip() and len(before) > 3 and before[-1:].isspace():
        return found_at(before, title.span.start)
    if not before.strip() and len(behind) > 3 and behind[:1].isspace():
        return found_at(behind, title.span.end - len(behind))
    return title


def _behind(text: str, lines: Sequence[Line], number: Found | None) -> Found | None:
    """The title behind a number and its colon in one line ("Guideline 14-B: Functional Testing")."""
    for line in lines if number else ():
        at = line.text.find(number.text) if number else -1
        if number is None or at < 0 or len(line.text) > 200:
            continue
        start = line.span.start + at + len(number.text)
        rest = re.match(r"\s*[:–—-]\s+([A-Z].{7,})", text[start : line.span.end])
        if (
            rest
            and not label_field(rest[1].partition(":")[0])
            and not next(dates_in(rest[1]), None)
        ):
            return found_at(rest[1], start + rest.start(1))
    return None


def _inside(text: str, lines: Sequence[Line]) -> tuple[Found | None, int | None]:
    """A number behind the kind of the document in a line, or a chapter and section of a manual."""
    for place, line in enumerate(lines[:20]):
        section = _SECTION.fullmatch(line.text) if len(line.text) < 80 else None
        if section is None:
            continue
        above = _CHAPTER.match(lines[place - 1].text) if place else None
        if chapter := _CHAPTER.match(line.text):
            start = line.span.start + chapter.start()
        elif above and above.end() == len(lines[place - 1].text):
            start = lines[place - 1].span.start
        else:
            continue
        return found_at(text[start : line.span.start + section.end(1)], start), place
    for place, line in enumerate(lines[:20]):
        for match in _INSIDE.finditer(line.span.of(text)) if len(line.text) < 200 else ():
            group = "named" if match["named"] else "bare"
            if is_number(match[group]) and re.search(r"\d", match[group]):
                return found_at(match[group], line.span.start + match.start(group)), place
    return None, None


def _beside(text: str, lines: Sequence[Line]) -> tuple[Found | None, Found | None]:
    """A number that only blanks part from the title ("CAM 901 Knee Braces"), in the first lines."""
    for line in lines[:8]:
        cells = cells_of(flat(text[line.span.start : line.span.end]), Span(0, len(line.text)))
        for cell in cells:
            start = line.span.start + cell.start
            shown = text[start : line.span.start + cell.end]
            alone = ALONE.fullmatch(shown) if len(cells) == 2 else None
            if alone and is_number(alone[1]):
                other = cells[0] if cell is cells[1] else cells[1]
                rest = text[line.span.start + other.start : line.span.start + other.end]
                named = found_at(rest, line.span.start + other.start)
                written = found_at(alone[1], start + alone.start(1))
                return written, None if is_kind_of_document(rest) else named
            for match, number, title in (
                (_BESIDE_FIRST.fullmatch(shown), 1, 2),
                (_BESIDE_LAST.fullmatch(shown), 2, 1),
            ):
                if match and len(shown) < 160 and is_number(match[number]):
                    written = found_at(match[number], start + match.start(number))
                    rest = _LABEL_TAIL.sub("", match[title])
                    named = found_at(rest, start + match.start(title))
                    return written, None if not rest or GENERIC.fullmatch(rest) else named
    return None, None


def _at_the_foot(text: str, document: Sequence[Line]) -> Found | None:
    """A number that only the feet of the pages or the last lines show, or the name of the document's file."""
    full = [line for line in document if line.text]
    foot = [*(line for line in full if line.furniture), *full[-_LAST_LINES:]]
    facts = facts_of(flat(text), foot)
    if labelled := _labelled_number(text, facts):
        return labelled
    for fact in facts if document else ():
        if fact.field == "number" and _LETTERS_ONLY.fullmatch(fact.value.of(text)):
            return found_at(fact.value.of(text), fact.value.start)
    for line in foot:
        for cell in cells_of(flat(text), line.span) if len(line.text) < 200 else ():
            shown = cell.of(text)
            match = ALONE.fullmatch(shown)
            if match and is_number(match[1]):
                return found_at(match[1], cell.start + match.start(1))
    inside, _ = _inside(text, foot)
    if inside:
        return inside
    for line in (*full[:_LAST_LINES], *foot):
        named = _FILE.search(line.text)
        match = _STEM.match(named["stem"]) if named else None
        if named and match and is_number(match[0]):
            return found_at(match[0], line.span.start + named.start("stem"))
    return None


def _key(number: str) -> str:
    return re.sub(r"\W", "", number).upper()


def _labelled_number(text: str, facts: Sequence[Fact]) -> Found | None:
    for fact in facts:
        if fact.field != "number":
            continue
        value = fact.value.of(text)
        value = re.split(r"[(\[,;\t]|\s{2,}|\s[-–—]\s", value, maxsplit=1)[0]
        match = _LABELLED.match(value.lstrip("# :"))
        if match is None or not re.search(r"\d", match[0]):
            continue
        lead = len(value) - len(value.lstrip("# :"))
        words = re.split(r"[ \u00a0]+", match[0])
        kept = 1 + next(i for i, word in enumerate(words) if re.search(r"\d", word))
        vague = fact.label.lower() in _VAGUE_LABELS
        if kept > 4 or (vague and not re.match(rf"{SHAPE}|\d{{3,5}}\b", match[0], re.I)):
            continue
        if kept < len(words) and re.fullmatch(r"[A-Z]{1,3}|[A-Z]?\d[\w.]*", words[kept]):
            kept += 1
        end = 0
        for word in words[:kept]:
            end = match[0].index(word, end) + len(word)
        return found_at(match[0][:end], fact.value.start + lead)
    for fact in facts:
        if not _may_hold_both(fact):
            continue
        if parts := split_line(fact.value.of(text)):
            return found_at(parts[0], fact.value.start + parts[1])
    return None


def _labelled_title(text: str, facts: Sequence[Fact]) -> Found | None:
    for fact in facts:
        if fact.field == "title" and re.search(r"[A-Za-z]{3}", fact.value.of(text)):
            value = fact.value.of(text)
            if GENERIC.fullmatch(value) or kind_of(value):
                continue  # "Service | Position" heads columns
            parts = split_line(value)
            if parts and not GENERIC.fullmatch(parts[2]):
                return found_at(parts[2], fact.value.start + parts[3])
            return found_at(value, fact.value.start)
    for fact in facts:
        value = fact.value.of(text).strip()
        if fact.label.lower() not in _VAGUE_LABELS:
            continue
        parts = split_line(value)
        if parts and not GENERIC.fullmatch(parts[2]):
            return found_at(parts[2], fact.value.start + parts[3])
        names = fact.field == "number" or fact.label.lower() == "policy"
        if names and not re.search(r"\d", value) and len(value) > 8 and value[-1] != ".":
            return found_at(value, fact.value.start)
    return None


def _may_hold_both(fact: Fact) -> bool:
    """Whether a value can be title and number in one ("POLICY: Light Therapy - CAM 070")."""
    return fact.field in ("number", "title") or fact.label.lower() in _VAGUE_LABELS
