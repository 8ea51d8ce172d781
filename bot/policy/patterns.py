"""Patterns of words, as they are written in this package's rules, over text that is wrapped into lines."""

from __future__ import annotations

import re
from functools import cache


def phrase(source: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern compiled so that a blank in it stands for any white space: the end of a line, an indent.

    A blank in a character class, or one that is optional itself, stays what it is.
    """
    return re.compile(_spaced(source), flags)


@cache
def _spaced(source: str) -> str:
    made: list[str] = []
    inside = False
    at = 0
    while at < len(source):
        char = source[at]
        if char == "\\":
            made.append(source[at : at + 2])
            at += 2
            continue
        if char == "[" and not inside:
            inside = True
        elif char == "]" and inside:
            inside = False
        optional = source[at + 1 : at + 2] in ("?", "*", "+", "{")
        # Bounded, so that a page of blanks costs no more than a line of them.
        made.append(r"\s{1,80}" if char == " " and not inside and not optional else char)
        at += 1
    return "".join(made)
