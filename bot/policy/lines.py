"""The lines of a document, and which of them are page furniture."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.policy.model import Span

# The readers of formats that have pages put running headers, footers and menus behind this line.
FURNITURE_MARK: Final = "\f\f"

# Every kind of white space becomes one plain blank, so that offsets stay what they are.
_BLANKS: Final = {
    ord(c): " " for c in "\t\n\r\f\v\u00a0\u1680\u2007\u2009\u200a\u202f\u205f\u3000\ufeff"
} | {code: " " for code in range(0x2000, 0x200C)}
_SPACE: Final = "".join(map(chr, _BLANKS)) + " "

_FURNITURE: Final = re.compile(
    r"(?:go back|go to top|(?:back|return) to (?:the )?(?:top|list|search|policies).{0,20}|\W*top(?: of page)?\W*"
    r"|print(?: this page| page)?|close(?: window)?|skip to .{1,30}|share|download pdf|home"
    r"|continued(?: on next page)?|next page|previous page|table of contents"
    r"|\W*page:? ?\d+(?: ?(?:of|/) ?\d+)?\W*|\W*\d+ (?:of|/) \d+\W*|\d+ ?\| ?page|[-–—] ?\d+ ?[-–—])",
    re.IGNORECASE,
)
_PAGE_NUMBER: Final = re.compile(r"\bpage:? ?\d+\b", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """`text` and `span` leave the white space at both ends out; `number` counts from 1."""

    number: int
    text: str
    span: Span
    indent: int
    furniture: bool = False

    @property
    def blank(self) -> bool:
        return not self.text


def flat(text: str) -> str:
    """The same text, offset by offset, with every white space as a plain blank."""
    return text.translate(_BLANKS)


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends; empty at `start` where nothing is left."""
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return Span(start, end)


def lines_of(text: str) -> tuple[Line, ...]:
    """All lines in order, blank ones too, with page furniture marked."""
    found: list[Line] = []
    start = 0
    behind_mark = False
    for number, raw in enumerate(text.split("\n"), 1):
        behind_mark = behind_mark or raw == FURNITURE_MARK
        span = trimmed(text, start, start + len(raw))
        shown = text[span.start : span.end].replace("\u00a0", " ")
        indent = len(raw[: span.start - start].expandtabs(4))
        alone = bool(shown) and _FURNITURE.fullmatch(shown) is not None
        found.append(Line(number, shown, span, indent, behind_mark or alone))
        start += len(raw) + 1
    return _with_running_titles(text, found)


def _with_running_titles(text: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Marks what is repeated beside page numbers or form feeds as furniture, but for its first time."""
    full = [i for i, line in enumerate(lines) if line.text]
    at_edge: set[int] = set()
    for place, i in enumerate(full):
        line = lines[i]
        numbered = len(line.text) < 150 and _PAGE_NUMBER.search(line.text) is not None
        if line.furniture or numbered:
            at_edge.update(full[max(0, place - 3) : place + 4])
        elif "\f" in text[max(0, line.span.start - 2) : line.span.start]:
            at_edge.update(full[max(0, place - 2) : place + 3])
    if not at_edge:
        return tuple(lines)
    masked = {
        i: _DIGITS.sub("#", lines[i].text.lower()) for i in at_edge if len(lines[i].text) < 150
    }
    times = Counter(masked.values())
    seen: set[str] = set()
    marked = list(lines)
    for i in sorted(masked):
        key = masked[i]
        repeated = times[key] > 1 and (
            key in seen or _PAGE_NUMBER.search(lines[i].text) is not None
        )
        seen.add(key)
        if repeated and not lines[i].furniture:
            line = lines[i]
            marked[i] = Line(line.number, line.text, line.span, line.indent, True)
    return tuple(marked)


class LineNumbers:
    """Says in which line an offset stands."""

    def __init__(self, lines: Sequence[Line], text: str) -> None:
        self._starts = [0]
        for raw in text.split("\n")[: len(lines)]:
            self._starts.append(self._starts[-1] + len(raw) + 1)

    def at(self, offset: int) -> int:
        return min(bisect_right(self._starts, offset), len(self._starts) - 1)
