"""Which lines of a document are headings, and what the known ones say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.code_words import SETTING
from bot.policy.dates import leading_date
from bot.policy.determinations import determining_heading
from bot.policy.header import label_field
from bot.policy.lines import Line
from bot.policy.model import Span
from bot.policy.numbering import (
    SUBPOINT,
    first_chapter,
    goes_on_counting,
    next_number,
    numbered_alike,
)
from bot.policy.section_names import CONTINUED, DETERMINING, EDGE, INITIAL, NUMBERING, Kind, kind_of

_ANNOUNCES: Final = re.compile(r"\bfollowing\b.*,|,.*\bfollowing\b", re.I)
_CELL: Final = re.compile(r"\S\t+\s*\S+.*\t")
_TELLS: Final = re.compile(r"\w[^.]{40,}\.(?:\s|$)")
_CHAPTER: Final = re.compile(
    r"\d{1,2}\.0\.?\s+[A-Z]|(?:Attachment|Appendix) [A-Z0-9]\b[:.]?\s*(?!\S*[a-z])"
)
_OF_CONTENTS: Final = re.compile(r"(?:\t\s*|\.{3,}\s*|\s{3,})\d{1,3}$")  # its page behind it
_SUBCHAPTER: Final = re.compile(r"\d{1,2}\.[1-9]\d?\.?\s+[A-Z]")


@dataclass(frozen=True, slots=True)
class Heading:
    """The line `at` as a heading; `inline` is where text begins behind its colon on the same line."""

    at: int
    name: Span
    kind: Kind
    inline: int | None


def headings_of(lines: Sequence[Line]) -> Iterator[Heading]:
    within: Kind | None = None
    numbered: list[str] = []
    above: Line | None = None
    for at, line in enumerate(lines):
        if line.blank or line.furniture:
            continue
        found = _known(line, lines, at, within, numbered)
        if found is None and within not in (None, "coding") and _lists_codes(line, lines, at):
            found = Heading(at, _name_span(line), "coding", None)
        if found is None and within not in (None, "history") and _lists_dates(line, lines, at):
            found = Heading(at, _name_span(line), "history", None)
        if found is None and within is not None:
            found = _unknown(line, lines, at, within, above, numbered)
        if found is None and within is None and first_chapter(line, lines, at):
            found = Heading(at, _name_span(line), "unknown", None)
        above = line
        if found is None:
            continue
        numbered.append(line.text)
        if found.kind != "unknown":
            within = found.kind
        if found.inline is None:
            above = None
        yield found


def _known(
    line: Line, lines: Sequence[Line], at: int, within: Kind | None, numbered: Sequence[str]
) -> Heading | None:
    if line.text[-1] in ",;" or _OF_CONTENTS.search(line.text):
        return None
    if _CELL.search(line.text):
        return _table_of_history(line, at, within)
    if _SUBCHAPTER.match(line.text) and any(_CHAPTER.match(other) for other in numbered):
        return None
    kind = kind_of(line.text)
    if kind in DETERMINING and _ANNOUNCES.search(line.text):
        return None  # "When all of the following are met, X is covered:" is a sentence
    if kind is not None:
        if _is_row(line, lines, at, kind, within, numbered):
            return None
        return Heading(at, _name_span(line), kind, None)
    colon = line.text.find(":")
    if (
        0 < colon < 90
        and "\t" not in line.text[:colon]
        and colon + 1 < len(line.text)
        and line.text[colon - 1] not in "0123456789"
    ):
        kind = kind_of(line.text[:colon])
        rest = line.text[colon + 1 :].lstrip()
        if within is None and (
            label_field(line.text[:colon]) is not None or _labels_below(lines, at, bare=True)
        ):
            return None
        if kind is not None and _opens(kind, line.text[:colon], rest, within):
            start = line.span.start
            name = _name_span(Line(line.number, line.text[:colon], Span(start, start + colon), 0))
            return Heading(at, name, kind, line.span.end - len(rest))
    return None


def _table_of_history(line: Line, at: int, within: Kind | None) -> Heading | None:
    """The history whose name is the head of a column ("Reviews, Revisions, and Approvals | Date | ...")."""
    first = line.text.split("\t")[0].rstrip()
    if within == "history" or " " not in first or kind_of(first) != "history":
        return None
    start = line.span.start
    name = _name_span(Line(line.number, first, Span(start, start + len(first)), 0))
    return Heading(at, name, "history", None)


def _is_row(
    line: Line,
    lines: Sequence[Line],
    at: int,
    kind: Kind,
    within: Kind | None,
    numbered: Sequence[str],
) -> bool:
    """Whether a line that reads like a heading is a row or a running part of the section around it."""
    if within is None and _labels_below(lines, at):
        return True
    if kind == "coding" and within == "coding":
        return not numbered_alike(line, numbered)
    if within == "coding" and line.text.strip(EDGE).lower() in ("note", "notes"):
        return True
    if kind in ("covered", "not_covered") and within == "coding":
        below = next((other.text for other in lines[at + 1 : at + 4] if other.text), "")
        return not _TELLS.search(below) or _NAMES_CODES.search(below) is not None
    if (
        within == "history"
        and kind not in ("references", "coding", "notices")
        and line.text[-1] != ":"
    ):
        return _inside_list(lines, at)
    if within in ("references", "history") and kind in ("notices", "history"):
        return _inside_list(lines, at) and not (kind == "history" and _dates_below(lines, at))
    if within == "benefit" and kind in ("covered", "not_covered", "benefit"):
        return not line.text.lower().startswith("when")
    if within in DETERMINING and kind in DETERMINING and SUBPOINT.match(line.text):
        if INITIAL.search(line.text) or CONTINUED.search(line.text):
            return not goes_on_counting(line, numbered)
        return not any(SUBPOINT.match(other) for other in numbered)
    if kind in ("definitions", "notices", "guidelines", "description") and line.text[0].islower():
        return True
    return _in_contents(lines, at) or line.text[0].islower()


def _lists_codes(line: Line, lines: Sequence[Line], at: int) -> bool:
    """Whether a line names codes and stands over rows of them."""
    bare = line.text.strip(EDGE)
    stands = lines[at - 1].blank or lines[at - 1].furniture
    if not stands or len(bare) > 90 or line.text[-1] in ".;," or not _NAMES_CODES.search(bare):
        return False
    if _ITEM.match(line.text) or _CODE_ROW.match(line.text):
        return False
    below = [other.text for other in lines[at + 1 : at + 20] if other.text][:12]
    if below and len(_CODES_IN_ROW.findall(below[0])) >= _ROW_OF_CODES:
        return True
    return sum(_CODE_ROW.match(shown) is not None for shown in below) >= 2


def _lists_dates(line: Line, lines: Sequence[Line], at: int) -> bool:
    """Whether a line stands like a heading over entries that begin with their dates, the newest or oldest first."""
    stands = lines[at - 1].blank or lines[at - 1].furniture
    bare = line.text.strip(EDGE)
    if not stands or not bare[:1].isupper() or len(bare) > 60 or line.text[-1] in ".;,?":
        return False
    if "\t" in line.text or _ITEM.match(line.text) or leading_date(line.text):
        return False
    below = [other.text for other in lines[at + 1 : at + 20] if other.text][:8]
    dates = [found.iso or "" for shown in below if (found := leading_date(shown))]
    return (
        len(dates) >= 2
        and any(leading_date(shown) for shown in below[:2])
        and (dates == sorted(dates) or dates == sorted(dates, reverse=True))
    )


# Sections that tell rather than list or determine: a short line between them opens another.
_TELLING: Final = ("description", "background", "guidelines", "rationale", "regulatory", "notices")
_NAMES_CODES: Final = re.compile(r"\b(?:codes?|coding|CPT|HCPCS|ICD)\b", re.I)
_CODE_ROW: Final = re.compile(
    r"[\s+•*-]*(?:(?:CPT|HCPCS|ICD-?(?:9|10)\S*)\W+)?"
    r"\+?(?:\d{5}|\d{4}[FTU]|[A-V]\d{4}|[A-Z]\d\w\.\w{1,4})(?:\s|,|;|\s?[-–—]|$)"
)


_CODES_IN_ROW: Final = re.compile(
    r"(?<![\w.])(?:\d{5}|\d{4}[FTU]|[A-V]\d{4}|[A-Z]\d\w\.\w{1,4})(?![\w.])"
)
_ROW_OF_CODES: Final = 3


def _labels_below(lines: Sequence[Line], at: int, bare: bool = False) -> bool:
    """Whether header labels follow: then this is the kind of the document, not a heading in it.

    `bare` counts labels without a colon, too, that stand alone on their lines.
    """
    below = [line.text for line in lines[at + 1 : at + 10] if line.text][:4]
    labels = [
        shown.partition(":")[0] for shown in below if ":" in shown or (bare and len(shown) < 60)
    ]
    if bare:  # "Criteria Number CC-58"
        labels.extend(
            shown.rpartition(" ")[0] for shown in below if re.search(r" \S*\d\S*$", shown)
        )
    return any(
        label_field(label) in ("number", "title", "effective_from", "original_date")
        for label in labels
    )


def _dates_below(lines: Sequence[Line], at: int) -> bool:
    """Whether one of the next two lines begins with a date."""
    below = [line.text for line in lines[at + 1 : at + 6] if line.text][:2]
    return any(leading_date(shown) is not None for shown in below)


def _inside_list(lines: Sequence[Line], at: int) -> bool:
    before = lines[at - 1] if at else None
    return before is not None and bool(before.text)


def _in_contents(lines: Sequence[Line], at: int) -> bool:
    """Whether the line stands in a table of contents: headings alone, line upon line."""
    near = [line for line in lines[max(0, at - 3) : at + 4] if line.text]
    return len(near) >= 4 and all(kind_of(line.text.rstrip(" .0123456789")) for line in near)


def _opens(kind: Kind, name: str, rest: str, within: Kind | None) -> bool:
    """Whether "Name: text" on one line opens a section; below a section, "Note: ..." does not."""
    words = name.strip(EDGE)
    if not words[:1].isupper() and not NUMBERING.match(words):
        return False
    always, never, long = _inline()
    if within == "coding" and SETTING.fullmatch(words):
        return False
    if words.lower() in always:
        return within is not None
    if kind == "coding":
        listed = _LISTS_CODES.match(rest) is not None
        return listed and within not in ("coding", "references", "history", *DETERMINING)
    if kind in ("notices", "definitions", "guidelines"):
        return within is not None and words.lower() not in never and len(rest) > _SENTENCE
    if words.lower() in long:
        return len(rest) > _CLAUSE and within not in ("references", "history", "coding")
    return within not in ("references", "history", "coding") or len(rest) > _SENTENCE


_SENTENCE: Final = 40
_CLAUSE: Final = 25
_LISTS_CODES: Final = re.compile(r"\+?[A-Z]?\d|(?:no|none|n/a|not|cpt|hcpcs|icd)\b", re.I)


@lru_cache(maxsize=1)
def _inline() -> tuple[frozenset[str], ...]:
    table = rules.load("inline")
    names = ("always", "never", "long")
    rules.check("inline", table, names)
    return tuple(frozenset(table[name]) for name in names)


def _unknown(
    line: Line,
    lines: Sequence[Line],
    at: int,
    within: Kind,
    above: Line | None,
    numbered: Sequence[str],
) -> Heading | None:
    """A heading we have no name for: short, written like one, and standing like one."""
    text = line.text
    bare = text.strip(EDGE)
    words = bare.split()
    if _CHAPTER.match(text) and len(text) < 100:
        return Heading(at, _name_span(line), "unknown", None)
    if within in DETERMINING and determining_heading(text) is not None:
        return None
    if text.isupper() and len(text) < 60 and numbered_alike(line, numbered):
        return Heading(at, _name_span(line), "unknown", None)
    if _CODE_ROW.match(text):
        return None
    if next_number(line, lines, at, numbered):
        return Heading(at, _name_span(line), "unknown", None)
    if not 0 < len(words) <= 10 or len(text) > 90 or _NO_HEADING.search(text) or _ITEM.match(text):
        return None
    long_words = [word for word in words if len(word) > 3]
    titled = bool(long_words) and all(not word[0].islower() for word in long_words)
    if not titled and within in _TELLING and _asks_or_tells(lines, at, above):
        return Heading(at, _name_span(line), "unknown", None)
    loud = bare.isupper() and len(bare) > 4
    if not titled or not bare[0].isalpha() or bare.lower() in ("none", "n/a", "not applicable"):
        return None
    if within in ("benefit", "history") or (within in ("coding", "references") and not loud):
        return None
    if within == "coding" and _OF_CODES.search(bare):
        return None
    if not (loud or lines[at - 1].blank or lines[at - 1].furniture):
        return None
    below = next((other for other in lines[at + 1 : at + 4] if other.text), None)
    if below is None:
        return None
    if not loud and len(below.text.split()) < 4 and below.text[-1] not in ".:;":
        return None
    ends = above is None or above.text[-1] in '.!?)”"' or _ITEM.match(above.text)
    return Heading(at, _name_span(line), "unknown", None) if ends else None


def _asks_or_tells(lines: Sequence[Line], at: int, above: Line | None) -> bool:
    """A heading in the case of a sentence ("How time is counted"), between blank lines, over a paragraph."""
    alone = lines[at - 1].blank and (
        (at + 1 < len(lines) and lines[at + 1].blank) or len(lines[at].text) < _SHORT
    )
    below = next((other.text for other in lines[at + 1 : at + 4] if other.text), "")
    ended = above is None or above.text[-1] in ".!?)"
    tells = len(below.split()) >= 5 and below[-1] in ".:?" and not below[0].islower()
    return alone and ended and tells


_SHORT: Final = 45
_NO_HEADING: Final = re.compile(
    r"^(?:see|refer to|click|note)\b|[.;,?!*]$|\t|:\s*\S|\b(?:following|criteria|met|when|if|and|or|either|both|all|any|note)\W*$",
    re.I,
)
_OF_CODES: Final = re.compile(
    r"\b(?:cod(?:e|es|ing)|cpt|hcpcs|icd|diagnos[ei]s|covered|necessary|investigational)\b", re.I
)
_ITEM: Final = re.compile(r"(?:[-–—•▪◦●○■□*]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s")


def _name_span(line: Line) -> Span:
    """The heading as written, without the colon behind it."""
    text = line.text.rstrip(" :")
    return Span(line.span.start, line.span.start + len(text))
