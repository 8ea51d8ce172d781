"""Takes out of a text what identifies a person, and leaves a mark in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast, get_args

from bot.privacy.births import BIRTHS
from bot.privacy.contact import ADDRESSES, EMAILS, PHONES
from bot.privacy.filed import NOTHING, Filed
from bot.privacy.identifiers import BARE_NUMBERS, IDENTIFIERS
from bot.privacy.names import names_in
from bot.privacy.recogniser import Kind, blank

# In the order of trust: what has a label before what has only a shape.
_RECOGNISERS = (*EMAILS, *IDENTIFIERS, *BIRTHS, *PHONES, *ADDRESSES, *BARE_NUMBERS)

_MARK = re.compile(rf"\[({'|'.join(get_args(Kind))})\]")


@dataclass(frozen=True, slots=True)
class Found:
    """`start:end` of the text as it came in; `recogniser` says by what it was known."""

    kind: Kind
    start: int
    end: int
    recogniser: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """The text with marks such as `[member id]`, and what they stand for, in order."""

    text: str
    found: tuple[Found, ...]


def redact(text: str, filed: Filed = NOTHING) -> Redaction:
    """Replaces what identifies a person; the result redacted again is the same.

    Codes, policy numbers, dates of service, counts, eponyms, drug names and what is `filed` stay. A text without
    digits and names comes back as it is.
    """
    found: list[Found] = []
    redacted = text
    # A mark can change how its neighbours read, so it ends when a reading finds nothing more.
    while new := sorted(_scan(redacted, filed), key=lambda each: each.start):
        found = sorted([*found, *_in_original(new, found)], key=lambda each: each.start)
        redacted = _marked(text, found)
    return Redaction(redacted, tuple(found))


def _scan(text: str, filed: Filed) -> Iterator[Found]:
    rest = _MARK.sub(lambda mark: blank(cast(Kind, mark[1])) * len(mark[0]), text)
    for recogniser in _RECOGNISERS:
        for match in recogniser.pattern.finditer(rest):
            start, end = match.span("secret")
            if start < 0 or (recogniser.check and not recogniser.check(match["secret"])):
                continue
            yield Found(recogniser.kind, start, end, recogniser.name)
            rest = rest[:start] + blank(recogniser.kind) * (end - start) + rest[end:]
    for kind, start, end, why in names_in(rest, filed):
        yield Found(kind, start, end, why)


def _marked(text: str, found: list[Found]) -> str:
    pieces, at = [], 0
    for each in found:
        pieces += [text[at : each.start], f"[{each.kind}]"]
        at = each.end
    return "".join([*pieces, text[at:]])


def _in_original(new: list[Found], before: list[Found]) -> Iterator[Found]:
    """The spans of `new`, read in the text marked with `before`, as spans of the text itself."""
    earlier, shift = iter(before), 0
    mark = next(earlier, None)
    for each in new:
        while mark and mark.start - shift <= each.start:
            shift += mark.end - mark.start - len(f"[{mark.kind}]")
            mark = next(earlier, None)
        yield Found(each.kind, each.start + shift, each.end + shift, each.recogniser)
