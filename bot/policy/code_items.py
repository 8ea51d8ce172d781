"""The codes of a line with what is said of each: in brackets behind it, or behind it up to a semicolon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy.code_rows import TOKEN, Row, codes_at
from bot.policy.codes import system_of
from bot.policy.model import CodeSystem, Determination, Finding, Span
from bot.policy.remarks import may_determine, of_all, remark, remark_behind

_BRACKET: Final = re.compile(r"\s*\(([^()]*)\)")
_NEXT: Final = re.compile(r"\s*[;,]\s*(?:(?:and|or)\s+)?", re.I)
_COMMA: Final = re.compile(r",\s+(?:(?:and|or)\s+)?(?=[A-Z]\d)")
_REACH: Final = 160  # how far the next code may stand behind a description
_SEMICOLON: Final = re.compile(r"[^;]{0,400};\s*(?:(?:and|or)\s+)?", re.I)


@dataclass(frozen=True, slots=True)
class Item:
    """A code or range; `said` is what stands behind it, `own` what that determines.

    `open` tells whether the determination of the heading above still holds for it: not where words in
    its group determine something for a neighbour, or cannot be taken for a plain remark.
    """

    row: Row
    said: Span | None = None
    own: Determination | None = None
    open: bool = True


def items_at(
    flat: str, text: str, start: int, end: int, likely: Sequence[CodeSystem], number: int
) -> tuple[list[Item], int, list[Finding]]:
    """The codes from `start` on; where the last of them ends, without what is said of it; what is odd.

    A remark in brackets is of the one code before it, unless it says "both" or "all"; it never reaches
    past a semicolon. What is said of the last codes without brackets is left to the caller.
    """
    items: list[Item] = []
    findings: list[Finding] = []
    at = reached = start
    first = 0
    while at < end:
        rows, stop, odd = codes_at(flat, text, at, end, likely, number)
        findings.extend(odd)
        if not rows:
            break
        for row in rows:
            if items and ";" in flat[items[-1].row.span.end : row.span.start]:
                first = len(items)
            items.append(Item(row))
        reached = stop
        bracket = _BRACKET.match(flat, stop, end)
        behind = bracket.end() if bracket else stop
        if bracket:
            findings.extend(_remark(flat, items, first, Span(*bracket.span(1)), number))
            first = len(items)
        step = _NEXT.match(flat, behind, end)
        if step is None or not _code_at(flat, step.end(), end, likely):
            step = next(
                (
                    found
                    for found in (
                        _SEMICOLON.match(flat, behind, end),
                        *_COMMA.finditer(flat, behind, min(end, behind + _REACH)),
                    )
                    if found and _code_at(flat, found.end(), end, likely, found.re is _COMMA)
                ),
                None,
            )
            if step is None:
                break
            said = Span(behind, step.start() if step.re is _COMMA else flat.index(";", behind))
            if not bracket and flat[said.start : said.end].strip():
                items[-1] = _described(flat, items[-1], said)
        at = step.end()
    return items, reached, findings


def _code_at(
    flat: str, at: int, end: int, likely: Sequence[CodeSystem], plain: bool = False
) -> bool:
    """Whether a code stands there that is no number of a description: a dose, a year, a count.

    With `plain`, only what is nothing but a code: behind the comma of a description may be anything.
    """
    token = TOKEN.match(flat, at, end)
    if token is None or system_of(token[0], likely) is None:
        return False
    if plain:
        return "." in token[0] and token[0][0].isalpha()
    return len(token[0]) >= 5 or token[0][0].isalpha()


def _remark(flat: str, items: list[Item], first: int, said: Span, number: int) -> list[Finding]:
    """Gives the last of the items its remark, and those from `first` on what it means for them."""
    shown = flat[said.start : said.end]
    own = remark(shown)
    last = items[-1]
    doubtful = own is None and may_determine(shown)
    items[-1] = replace(last, said=said, own=own, open=not doubtful)
    if own is None and not doubtful:
        return []
    for place in range(first, len(items) - 1):
        holds = own is not None and of_all(shown)
        items[place] = replace(items[place], own=own if holds else None, open=False)
    if doubtful:
        return [Finding(number, f"“{shown[:80]}” was not taken for a remark on {last.row.code}.")]
    return []


def _described(flat: str, item: Item, said: Span) -> Item:
    shown = flat[said.start : said.end]
    own = remark_behind(shown)
    return replace(item, said=said, own=own, open=own is None and not may_determine(shown))
