"""Cuts a message into the pieces that may ask something by themselves."""

from __future__ import annotations

import re

from bot.policy.model import Span

MOST = 12  # a message of more pieces has its shortest neighbours joined: each piece costs time

_ASKS = (
    r"(?:what(?:'?s|s)?|since\s+when|which|who(?:'?s)?|whose|how|why|when|where|is|are|was|were|do|does|did|can|could"
    r"|would|will|should|must|has|have|may|whether|if)\b"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|vs|no|nos|dx|tx|rx|pt|approx|dept|est|etc|inc|st|e\.g|i\.e|ph\.d|m\.d|\w))\.$",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(
    rf"""
      [?!]+["')\]]*\s*                                  # the end of a question, even without a space
    | \.["')\]]*(?:\s+|$|(?=(?-i:[A-Z][a-z])))          # the end of a sentence
    | \.{{2,}}\s*|…\s*
    | [;\n]+\s*
    | \s+[-–—]+\s+
    | ,\s*(?=(?:and|but|or|so|also|then|plus)?\s*(?:also\s+)?{_ASKS})
    | \s+(?=(?:and|but|or|plus|also|&|then)\s+(?:also\s+|then\s+|if\s+so\s*,?\s*)?{_ASKS})
    | ,?\s+(?=(?:and\s+)?also\s)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A piece of nothing but these belongs to what follows.
_WORD = re.compile(r"\b(?!(?:and|but|or|so|also|then|plus|ok|okay)\b)\w", re.IGNORECASE)


def split(text: str) -> tuple[Span, ...]:
    """The pieces in order, without the blanks around them; none for a text without a word.

    A piece ends at the end of a sentence or line, at a semicolon or dash, and before a conjunction or
    comma that opens a question ("..., and which codes"). A full stop inside a code, a number or after an
    abbreviation ends nothing.
    """
    pieces: list[Span] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if boundary[0].startswith(".") and _ABBREVIATION.search(text[start : boundary.start() + 1]):
            continue
        if _WORD.search(text, start, boundary.start()):
            pieces.append(_trimmed(text, start, boundary.end()))
            start = boundary.end()
    if _WORD.search(text, start):
        pieces.append(_trimmed(text, start, len(text)))
    elif pieces:
        pieces[-1] = _trimmed(text, pieces[-1].start, len(text))
    while len(pieces) > MOST:
        shortest = min(range(len(pieces) - 1), key=lambda i: pieces[i + 1].end - pieces[i].start)
        pieces[shortest : shortest + 2] = [Span(pieces[shortest].start, pieces[shortest + 1].end)]
    return tuple(pieces)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(
        start + len(piece) - len(piece.lstrip(" \t\n,;-–—")),
        start + len(piece.rstrip(" \t\n,;-–—")),
    )
