"""The lines of a document, and which of them are page furniture."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy.model import Span

# The readers of formats that have pages put running headers, footers and menus behind this line.
FURNITURE_MARK: Final = "\f\f"

# White space becomes one plain blank, so that offsets stay what they are; a tab parts cells.
_BLANKS: Final = {
    ord(c): " "
    for c in "\n\r\f\v\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2007\u2009\u200a\u202f\u205f\u3000\ufeff"
} | dict.fromkeys(range(8192, 8204), " ")
_SPACE: Final = "".join(map(chr, _BLANKS)) + " \t"

_FURNITURE: Final = re.compile(
    r"(?:go back|go to top|(?:back|return) to (?:the )?(?:top|list|search|policies).{0,20}|\W*top(?: of page)?\W*"
    r"|print(?: this page| page)?|close(?: window)?|skip to .{1,30}|share|download pdf"
    r"|continued(?: on next page)?|next page|previous page|table of contents(?:\s+page)?"
    r"|\W*page:? ?\d+(?: ?(?:of|/) ?\d+)?\W*|\W*\d+ (?:of|/) \d+\W*|\d+ ?\| ?page|[-–—] ?\d+ ?[-–—])",
    re.IGNORECASE,
)
# What only draws a line: under a heading, or around the cells of a table.
_RULE: Final = re.compile(r"[\s|+=_*~#.·•–—-]{3,}")
_CELLS: Final = re.compile(r"(?:[^\t|]|(?<! )\||\|(?! ))*[^\s|]")
_HASHES: Final = re.compile(r"#{1,6}[ \t]+(?=\w)")
_GAP: Final = re.compile(r"(?<=[^\s.:;,?!]) {2,}(?=\S)")
_COLUMNS: Final = 2  # gaps that part three columns
_WIDE: Final = 4  # blanks of the widest gap; justified text has none so wide
_PAGE_NUMBER: Final = re.compile(r"\bpage:? ?\d+\b", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")
_TOP_LINES: Final = 12
_REACH: Final = 3
_LONG: Final = 24


@dataclass(frozen=True, slots=True)
class Line:
    """`text` and `span` leave the white space at both ends out, and the bars that frame a row of a table.

    `number` counts from 1. A line that only draws a rule has no text; `rule` tells it from a blank one.
    """

    number: int
    text: str
    span: Span
    indent: int
    furniture: bool = False
    rule: bool = False

    @property
    def blank(self) -> bool:
        return not self.text


def is_row(shown: str) -> bool:
    """Whether tabs, bars or wide gaps part a line into the cells of a table."""
    if "\t" in shown or " | " in shown:
        return True
    gaps = [len(gap[0]) for gap in _GAP.finditer(shown)]
    return len(gaps) >= _COLUMNS and max(gaps) >= _WIDE


def row_cells(flat: str, span: Span) -> list[Span]:
    """The cells of such a line."""
    shown = flat[span.start : span.end]
    if "\t" in shown or " | " in shown:
        return [Span(*match.span()) for match in _CELLS.finditer(flat, span.start, span.end)]
    found: list[Span] = []
    start = span.start
    for gap in _GAP.finditer(flat, span.start, span.end):
        found.append(Span(start, gap.start()))
        start = gap.end()
    return [*found, Span(start, span.end)]


def flat(text: str) -> str:
    """The same text, offset by offset, with every white space but the tab as a plain blank.

    Marks of bold print are blanks, too.
    """
    return _plain(text).translate(_BLANKS)


def _plain(text: str) -> str:
    return text.replace("**", "  ") if "**" in text else text


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends; empty at `start` where nothing is left."""
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return Span(start, end)


def lines_of(text: str) -> tuple[Line, ...]:
    """All lines in order, blank ones too, with page furniture marked."""
    text = _plain(text)
    found: list[Line] = []
    start = 0
    behind_mark = False
    for number, raw in enumerate(text.split("\n"), 1):
        behind_mark = behind_mark or raw == FURNITURE_MARK
        span = trimmed(text, start, start + len(raw))
        rule = _RULE.fullmatch(text, span.start, span.end) is not None
        if headed := _HASHES.match(text, span.start, span.end):
            span = Span(headed.end(), span.end)
        if not rule and span.end > span.start + 2 and text[span.start] == text[span.end - 1] == "|":
            span = trimmed(text, span.start + 1, span.end - 1)
        span = Span(span.start, span.start) if rule else span
        shown = text[span.start : span.end].replace("\u00a0", " ")
        indent = len(raw[: span.start - start].expandtabs(4))
        alone = bool(shown) and _FURNITURE.fullmatch(shown) is not None
        found.append(Line(number, shown, span, indent, behind_mark or alone, rule))
        start += len(raw) + 1
    return _with_running_titles(text, found)


def _with_running_titles(text: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Marks running titles: what stands at the same place beside most page breaks of the document."""
    full = [i for i, line in enumerate(lines) if line.text]
    breaks = [place for place, i in enumerate(full) if _breaks_page(text, lines[i])]
    if len(breaks) < 2:
        return tuple(lines)
    beside: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place in breaks:
        for away in range(-_REACH, _REACH + 1):
            if 0 <= place + away < len(full) and _may_run(lines[full[place + away]].text):
                key = _key(lines[full[place + away]].text)
                beside[away, key].append(full[place + away])
    running: set[str] = set()
    for (_, key), places in beside.items():
        if len(places) >= max(2, 0.6 * len(breaks)):
            running.add(key)
    # A long line says the same beside breaks by chance nowhere, at whatever distance.
    anywhere: dict[str, set[int]] = defaultdict(set)
    for (_, key), places in beside.items():
        anywhere[key].update(places)
    running |= {
        k
        for k, places in anywhere.items()
        if len(k) >= _LONG and len(places) >= max(2, 0.6 * len(breaks))
    }
    near = {i for key, places in anywhere.items() if key in running for i in places}
    first = {min(places) for places in anywhere.values()}
    top = full[min(len(full), _TOP_LINES) - 1]
    marked = list(lines)
    for i in near:
        # A running title that opens the document is its heading, the first time.
        if i > top or i not in first or _PAGE_NUMBER.search(lines[i].text):
            marked[i] = replace(lines[i], furniture=True)
    return tuple(marked)


def _breaks_page(text: str, line: Line) -> bool:
    if len(line.text) < 150 and _PAGE_NUMBER.search(line.text):
        return True
    return "\f" in text[max(0, line.span.start - 3) : line.span.start]


def _may_run(shown: str) -> bool:
    """Whether a line can be a running title at all: no sentence, no date, no list item."""
    return 4 <= len(shown) < 150 and not shown.endswith((".", ";", ":")) and shown[0].isalpha()


def _key(shown: str) -> str:
    return _DIGITS.sub("#", shown.lower()) if _PAGE_NUMBER.search(shown) else shown.lower()
