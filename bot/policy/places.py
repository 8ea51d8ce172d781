"""Where a service is given: a section of that name, or a line that begins with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy.code_lines import places, setting
from bot.policy.model import Span
from bot.policy.outline import unnumbered
from bot.policy.sections import Part
from bot.policy.verbs import is_sentence

_SECTION: Final = re.compile(
    r"(?:.*\b)?(?:places?|sites?) of (?:service|care|treatment|administration)"
    r"|(?:site|place|setting|location)s?|where(?: .*\b(?:performed|used|given|provided|done|received)|)",
    re.I,
)
_PLACE: Final = re.compile(
    r"\b(?:office|home|hospital|outpatient|inpatient|ambulatory|clinic|facility|center|department|school|laboratory|suite|hospice|unit|any)\b",
    re.I,
)
# A list of places ends with its sentence, or where the next begins.
_LIST: Final = re.compile(r"[^.;:]{3,240}?(?=\s*(?:[.;]|$))")
_NARROWED: Final = re.compile(r"\b(?:when|if|for|with|that|unless)\b", re.I)


def places_in(smooth: str, parts: Sequence[Part]) -> tuple[tuple[str, ...], Span] | None:
    """The places of service that a section names at its beginning, or a line of another section."""
    for part in parts:
        named = _SECTION.fullmatch(unnumbered(part.section.name).strip(" ?")) and part.lines
        if named and (found := _listed(smooth, _paragraph(part))):
            return found
    for part in parts:
        for line in part.lines if part.within in ("guidelines", "unknown", "notices") else ():
            said = setting(line, line.text) if len(line.text) < 400 else None
            if said and not said[0] and (found := _listed(smooth, said[2])):
                return found
    return None


def _paragraph(part: Part) -> Span:
    """The lines of a section up to the first blank one."""
    last = part.lines[0]
    for line in part.lines:
        if line.blank:
            break
        last = line
    return Span(part.lines[0].span.start, last.span.end)


def _listed(smooth: str, span: Span) -> tuple[tuple[str, ...], Span] | None:
    match = _LIST.match(smooth, span.start, span.end)
    if match is None or not _PLACE.search(match[0]):
        return None
    plain = _NARROWED.split(match[0])[0]
    if is_sentence(plain):
        return None
    return places(match[0]), Span(*match.span())
