"""Which lines of a document are headings, what they say, and which of them stand under others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.code_words import COLUMN_WORDS, SETTING
from bot.policy.dates import leading_date
from bot.policy.determinations import determining_heading, only_determines
from bot.policy.heading_rows import HeadingRows
from bot.policy.heading_words import is_code_row, kind_by_content, kind_by_words, kind_listed
from bot.policy.lines import Line, is_row
from bot.policy.model import Span
from bot.policy.number_shapes import split_line
from bot.policy.outline import Form, alone, chapters, form_of, unnumbered
from bot.policy.section_names import DETERMINING, EDGE, NUMBERING, Kind, kind_of
from bot.policy.title_block import TitleBlock
from bot.policy.verbs import is_sentence

_ANNOUNCES: Final = re.compile(r"\bfollowing\b.*,|,.*\bfollowing\b", re.I)
_CELL: Final = re.compile(r"\S\t+\s*\S+.*\t")
_OF_CONTENTS: Final = re.compile(r"(?:\t\s*|\.{3,}\s*|\s{3,})\d{1,3}$")  # its page behind it
_ATTACHMENT: Final = re.compile(r"(?:Attachment|Appendix) [A-Z0-9]\b[:.]?\s*(?!\S*[a-z])")
_SUBNUMBER: Final = re.compile(r"\d{1,2}\.[1-9]\d?\.?\s")
_ITEM: Final = re.compile(r"(?:[-–—•▪◦●○■□*]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s")
_NO_HEADING: Final = re.compile(
    r"^(?:see|refer to|click|note)\b|[.;,?!*]$|\t|:\s*\S|\b(?:following|criteria|met|when|if|and|or|either|both|all|any|note)\W*$",
    re.I,
)
_NAMES_CODES: Final = re.compile(r"\b(?:codes?|coding|CPT|HCPCS|ICD)\b", re.I)
_OF_CODES: Final = re.compile(
    r"\b(?:cod(?:e|es|ing)|cpt|hcpcs|icd|diagnos[ei]s|covered|necessary|investigational)\b", re.I
)
# "SERVICES THAT ARE NOT COVERED" and "WHEN THEY ARE NOT" head; "UNITS ARE COVERED ONLY IF ..." says.
_RELATIVE: Final = re.compile(r"\b(?:that|which|who) (?:is|are|was|were|may be)\b.*", re.I)
_ASKS: Final = re.compile(r"(?:when|what|how|who|why|where|which)\b", re.I)
_WHAT_IS: Final = re.compile(r"\W*what (?:is|are|does)\b", re.I)
_LISTS_CODES: Final = re.compile(r"\+?[A-Z]?\d|(?:no|none|n/a|not|cpt|hcpcs|icd)\b", re.I)
# Sections that tell rather than list or determine: a short line between them opens another.
_TELLING: Final = ("description", "background", "guidelines", "rationale", "regulatory", "notices")
# What a first section says by its words, where it has no known name.
_OPENERS: Final = ("policy", "covered", "not_covered", "rationale", "definitions")
_LETTERHEAD: Final = 5  # lines
_TITLED: Final = 2  # lines above it at least
_FEW: Final = 6
_TELLING_WORDS: Final = 8
_SENTENCE: Final = 40
_CLAUSE: Final = 25
_SHORT: Final = 45
_LONGEST: Final = 100
_MOST_WORDS: Final = 12
_REACH: Final = 30  # lines under a heading that are looked at to tell what it heads


@dataclass(frozen=True, slots=True)
class Heading:
    """The line `at` as a heading; `inline` is where text begins behind its colon on the same line.

    `within` is its kind, or for a heading without a kind of its own that of the one over it.
    """

    at: int
    name: Span
    kind: Kind
    inline: int | None = None
    within: Kind = "unknown"


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading whose section is open, for those that may stand under it."""

    form: Form
    kind: Kind
    within: Kind


def headings_of(smooth: str, lines: Sequence[Line]) -> Iterator[Heading]:
    """The headings in order, each with what it says or inherits."""
    yield from _Reader(smooth, lines).headings()


def subheads(lines: Sequence[Line]) -> frozenset[int]:
    """The numbers of the lines that are numbered headings, those of sections among them."""
    return frozenset(lines[at].number for at in chapters(lines))


class _Reader:
    """Goes through the lines once; the headings that are open decide what those under them inherit."""

    def __init__(self, smooth: str, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.chapters = chapters(lines)
        self.alone = alone(lines)
        first = [line.text for line in lines if line.text][:_LETTERHEAD]
        self.medicare = any("medicare" in shown.lower() for shown in first)
        self.block = TitleBlock(smooth, lines)
        self.rows = HeadingRows(lines)
        self.open: list[_Open] = []
        self.within: Kind | None = None
        self.numbers: list[str] = []  # the shapes of the numbers of the sections so far
        self.named: list[str] = []
        self.above: Line | None = None

    def headings(self) -> Iterator[Heading]:
        for at, line in enumerate(self.lines):
            if line.blank or line.furniture:
                continue
            found = self._heading(line, at)
            self.above = line
            if found is None:
                continue
            self.named.append(line.text)
            if shape := self.chapters.get(at):
                self.numbers.append(shape)
            yield self._placed(found)
            if found.inline is None:
                self.above = None

    def _heading(self, line: Line, at: int) -> Heading | None:
        if found := self._known(line, at):
            return found
        if at in self.chapters:
            return self._chapter(line, at)
        if self._asks(line, at):
            return self._question(line, at)
        if _OF_CONTENTS.search(line.text):
            return None
        if self._loud(line, at):
            return self._by_words(line, at)
        if at in self.alone and self._begins(at) and not self._inside_table(at):
            return self._by_words(line, at)
        if self.within is None:
            return self._opening(line, at)
        return self._by_content(line, at) or self._unknown(line, at)

    def _placed(self, found: Heading) -> Heading:
        """The heading with what it inherits; those that it does not stand under are closed."""
        asks = "?" if self.lines[found.at].text.endswith("?") else ""
        if not asks and found.at in self.alone:
            asks = "alone"
        form = form_of(self.lines, found.at, self.chapters.get(found.at, asks))
        before = self.within
        while self.open and not self.open[-1].form.holds(form, self.open[-1].within in DETERMINING):
            if found.kind == "unknown" and self.open[-1].within in DETERMINING:
                break  # what follows the positions under a name of its own is one of them
            self.open.pop()
        within: Kind = "unknown"
        if found.kind != "unknown":
            within = found.kind
        elif form.certain:
            within = self.open[-1].within if self.open else "unknown"
        else:
            within = before or "unknown"
        self.open.append(_Open(form, found.kind, within))
        self.within = within
        return replace(found, within=within)

    def _known(self, line: Line, at: int) -> Heading | None:
        """A heading by its name alone, or "Name: text" on one line."""
        if line.text[-1] in ",;" or _OF_CONTENTS.search(line.text):
            return None
        if _CELL.search(line.text):
            return self._table_of_history(line, at)
        if _SUBNUMBER.match(line.text) and any(
            shape.endswith((" n", " n.0")) for shape in self.numbers
        ):
            return None  # "1.1 Definitions" parts the chapter "1 ..."
        inner = self._stands_inside(at)
        kind = kind_of(line.text) or (
            kind_of(unnumbered(line.text)) if at in self.chapters else None
        )
        said = line.text.endswith(".") and len(line.text.split()) > _FEW
        if kind in DETERMINING and (inner or said or _ANNOUNCES.search(line.text)):
            return None  # "When all of the following are met, X is covered:" is a sentence
        if kind == "rationale" and self.medicare and "medicare" in line.text.lower():
            kind = None  # what Medicare covers is what a plan of Medicare covers
        if kind is not None:
            if self.within is None and self._of_title_block(kind, at):
                return None
            if self.rows.is_row(line, at, kind, self.within, self.named):
                return None
            return Heading(at, _name_span(line), kind)
        return self._inline(line, at)

    def _inline(self, line: Line, at: int) -> Heading | None:
        colon = line.text.find(":")
        if (
            not 0 < colon < 90
            or "\t" in line.text[:colon]
            or colon + 1 >= len(line.text)
            or line.text[colon - 1] in "0123456789"
        ):
            return None
        kind = kind_of(line.text[:colon])
        rest = line.text[colon + 1 :].lstrip()
        if kind is None or (self.within is None and self.block.goes_on(at)):
            return None
        if self.rows.is_label(line, at, colon, self.within):
            return None
        if kind == "coding" and self.within != "coding" and COLUMN_WORDS.fullmatch(rest):
            return Heading(at, _name_span(line), kind)  # "CODES: Number Description"
        if kind in DETERMINING and only_determines(rest):
            return self._by_words(line, at)  # "NOT COVERED: INVESTIGATIONAL"
        if not _opens(kind, line.text[:colon], rest, self.within):
            return None
        start = line.span.start
        name = _name_span(Line(line.number, line.text[:colon], Span(start, start + colon), 0))
        return Heading(at, name, kind, line.span.end - len(rest))

    def _of_title_block(self, kind: Kind, at: int) -> bool:
        """Whether a known name is the kind of the document, or heads a box with its facts."""
        if kind in DETERMINING:
            return self.block.goes_on(at) or self._names_document(at)
        return kind in ("description", "notices") and self.block.boxes(at)

    def _names_document(self, at: int) -> bool:
        """Whether one of the first lines stands over the title, and over no text of its own."""
        above = sum(1 for other in self.lines[:at] if other.text)
        below = next((other.text for other in self.lines[at + 1 :] if other.text), "")
        short = len(below) < _LONGEST and below[-1:] not in (".", ":", ";")
        return above < _FEW // 2 and short and not _ITEM.match(below) and not is_sentence(below)

    def _table_of_history(self, line: Line, at: int) -> Heading | None:
        """The history whose name is the head of a column ("Reviews, Revisions, and Approvals | Date | ...")."""
        first = line.text.split("\t")[0].rstrip()
        if self.within == "history" or " " not in first or kind_of(first) != "history":
            return None
        start = line.span.start
        name = _name_span(Line(line.number, first, Span(start, start + len(first)), 0))
        return Heading(at, name, "history")

    def _stands_inside(self, at: int) -> bool:
        """Whether a numbered heading parts a section of positions, and opens none itself."""
        shape = self.chapters.get(at)
        return shape is not None and self.within in DETERMINING and shape not in self.numbers

    def _chapter(self, line: Line, at: int) -> Heading | None:
        parts = (
            self.chapters[at] not in self.numbers and _SUBNUMBER.match(line.text) and self.numbers
        )
        if parts or self._stands_inside(at) or (self.within is None and self.block.goes_on(at)):
            return None
        return self._by_words(line, at)

    def _below(self, at: int) -> Sequence[Line]:
        """The lines under a heading, up to the next one that is known by its name."""
        below = self.lines[at + 1 : at + _REACH]
        end = next((p for p, o in enumerate(below) if o.text and kind_of(o.text)), len(below))
        return below[:end]

    def _asks(self, line: Line, at: int) -> bool:
        """Whether a line is a question that stands over its answer."""
        shown = line.text.strip(EDGE)
        if not line.text.endswith("?") or "\t" in line.text or " | " in line.text:
            return False
        if not self._stands(at) or not shown[:1].isupper():
            return False
        return self._begins(at) and len(shown.split()) <= _MOST_WORDS + 4 and self._tells(at)

    def _question(self, line: Line, at: int) -> Heading:
        """A question as a heading; what it asks of a service, the answer determines."""
        found = self._by_words(line, at)
        asks = found.kind in (*DETERMINING, "benefit") or (
            found.kind == "description" and not _WHAT_IS.match(line.text)
        )
        return replace(found, kind="unknown") if asks else found

    def _by_words(self, line: Line, at: int) -> Heading:
        below = self._below(at)
        name = unnumbered(line.text) if at in self.chapters else line.text
        kind = kind_by_words(name, below) or kind_by_content(below) or "unknown"
        return Heading(at, _name_span(line), kind)

    def _loud(self, line: Line, at: int) -> bool:
        """Whether a line stands out as a heading by its capitals or by a rule under it."""
        form = form_of(self.lines, at)
        stands = self._stands(at)
        bare = line.text.strip(EDGE)
        if not (form.loud or form.ruled) or not stands or not bare[:1].isalpha():
            return False
        if len(line.text) > _LONGEST or len(bare.split()) > _MOST_WORDS or len(bare) < 4:
            return False
        if _NO_HEADING.search(line.text) or is_code_row(line.text) or _ITEM.match(line.text):
            return False
        if is_row(line.text):
            return False
        if is_sentence(_RELATIVE.sub("", bare)) and not _ASKS.match(bare):
            return False
        if self.within is None and (self.block.goes_on(at) or not self.block.began(at)):
            return False
        if self.within in DETERMINING and determining_heading(line.text) is not None:
            return False
        if self.within in ("history", "benefit", "coding", "references"):
            alike = self.open and self.open[-1].form == form
            if self.within == "coding" and _OF_CODES.search(bare):
                return False
            if self.within != "coding" and not alike:
                return False
        return self._tells(at)

    def _tells(self, at: int) -> bool:
        """Whether text stands under a line, and not only another heading."""
        below = next((o for o in self.lines[at + 1 : at + 6] if o.text and not o.furniture), None)
        if below is None:
            return False
        return len(below.text.split()) >= 4 or below.text[-1] in ".:;" or below.indent > 0

    def _opening(self, line: Line, at: int) -> Heading | None:
        """The first heading of a document, where only its words and the text under it show that it is one."""
        above = sum(1 for other in self.lines[:at] if other.text)
        bare = line.text.strip(EDGE)
        if above < _TITLED or not self._stands(at) or not bare[:1].isupper():
            return None
        if self.block.goes_on(at) or len(bare.split()) > _FEW or is_sentence(bare):
            return None
        if _NO_HEADING.search(line.text) or _ITEM.match(line.text) or is_row(line.text):
            return None
        below = next((other.text for other in self.lines[at + 1 : at + 4] if other.text), "")
        tells = len(below.split()) >= _TELLING_WORDS or below.endswith((".", ":"))
        found = self._by_words(line, at)
        return found if tells and found.kind in _OPENERS else None

    def _begins(self, at: int) -> bool:
        """Whether headings can stand here: not above the facts of the document."""
        return self.within is not None or (self.block.began(at) and not self.block.goes_on(at))

    def _inside_table(self, at: int) -> bool:
        """Whether a line alone may only part the list in which it stands."""
        of_codes = self.within == "coding" and _OF_CODES.search(self.lines[at].text) is not None
        return of_codes or self.within in ("benefit", "history", "references")

    def _by_content(self, line: Line, at: int) -> Heading | None:
        """A line over rows of codes or references that it names, or over dated entries."""
        bare = line.text.strip(EDGE)
        if not self._stands(at) or len(bare) > 90 or line.text[-1] in ".;,?":
            return None
        if _ITEM.match(line.text) or is_code_row(line.text) or _NO_HEADING.search(line.text):
            return None
        below = self._below(at)
        titled = bare[:1].isupper() and len(bare) <= 60 and not leading_date(line.text)
        kind: Kind | None = kind_by_content(below)
        if kind == "coding":
            kind = kind if _NAMES_CODES.search(bare) else None
        elif titled and kind != "history":
            kind = "references" if kind_listed(bare, below) == "references" else None
        if kind is None or kind == self.within or not (titled or kind == "coding"):
            return None
        return Heading(at, _name_span(line), kind)

    def _unknown(self, line: Line, at: int) -> Heading | None:
        """A heading we have no name for: short, written like one, and standing like one."""
        text = line.text
        bare = text.strip(EDGE)
        words = bare.split()
        if _ATTACHMENT.match(text) and len(text) < _LONGEST:
            return Heading(at, _name_span(line), "unknown")
        if self.within in DETERMINING and determining_heading(text) is not None:
            return None
        if split_line(text) or is_code_row(text) or not 0 < len(words) <= 10 or len(text) > 90:
            return None
        if _NO_HEADING.search(text) or _ITEM.match(text):
            return None
        long_words = [word for word in words if len(word) > 3]
        titled = bool(long_words) and all(not word[0].islower() for word in long_words)
        if not titled and self.within in _TELLING and self._asks_or_tells(at):
            return self._by_words(line, at)
        loud = bare.isupper() and len(bare) > 4
        if not titled or not bare[0].isalpha() or bare.lower() in ("none", "n/a", "not applicable"):
            return None
        if self.within in ("benefit", "history"):
            return None
        if self.within in ("coding", "references") and not loud:
            return None
        if self.within == "coding" and _OF_CODES.search(bare):
            return None
        if not (loud or self._stands(at)):
            return None
        below = next((other for other in self.lines[at + 1 : at + 4] if other.text), None)
        if below is None:
            return None
        if not loud and len(below.text.split()) < 4 and below.text[-1] not in ".:;":
            return None
        above = self.above
        ends = above is None or above.text[-1] in '.!?)”"' or _ITEM.match(above.text)
        return self._by_words(line, at) if ends else None

    def _asks_or_tells(self, at: int) -> bool:
        """A heading in the case of a sentence ("How time is counted"), between blank lines, over a paragraph."""
        lines = self.lines
        alone = lines[at - 1].blank and (
            (at + 1 < len(lines) and lines[at + 1].blank) or len(lines[at].text) < _SHORT
        )
        below = next((other.text for other in lines[at + 1 : at + 4] if other.text), "")
        ended = self.above is None or self.above.text[-1] in ".!?)"
        tells = len(below.split()) >= 5 and below[-1] in ".:?" and not below[0].islower()
        return alone and ended and tells

    def _stands(self, at: int) -> bool:
        return at == 0 or self.lines[at - 1].blank or self.lines[at - 1].furniture


def _opens(kind: Kind, name: str, rest: str, within: Kind | None) -> bool:
    """Whether "Name: text" on one line opens a section; below a section, "Note: ..." does not."""
    words = name.strip(EDGE)
    if not words[:1].isupper() and not NUMBERING.match(words):
        return False
    always, never, long = _inline_names()
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


@lru_cache(maxsize=1)
def _inline_names() -> tuple[frozenset[str], ...]:
    table = rules.load("inline")
    names = ("always", "never", "long")
    rules.check("inline", table, names)
    return tuple(frozenset(table[name]) for name in names)


def _name_span(line: Line) -> Span:
    """The heading as written, without the colon behind it."""
    text = line.text.rstrip(" :")
    return Span(line.span.start, line.span.start + len(text))
