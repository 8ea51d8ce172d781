"""The positions of a document: from which of its sections statements are read, and what is found missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy import statements
from bot.policy.lines import Line
from bot.policy.model import Determination, Finding, Statement
from bot.policy.oversights import oversights
from bot.policy.section_names import CONTINUED, DETERMINING, INITIAL, NUMBERING
from bot.policy.sections import Part

_FALLBACK: Final = ("unknown", "description", "guidelines")


def positions(
    smooth: str, text: str, parts: Sequence[Part], head: Sequence[Line], findings: list[Finding]
) -> tuple[Statement, ...]:
    """The statements of the sections that take positions, or where there is none, of those that may.

    What was not understood, and what sounds like a position and was not read, goes into `findings`.
    """
    chosen = [p for p in parts if p.within in DETERMINING]
    fallback = not chosen
    if fallback:
        chosen = [p for p in parts if p.within in _FALLBACK]
    found: list[Statement] = []
    for part in chosen:
        implied = _implied(part) if part.kind in ("covered", "not_covered") else None
        heading = part.heading.of(text)
        reading = statements.read(smooth, text, part.lines, heading, implied, _about(part, heading))
        found.extend(reading.statements)
        findings.extend(reading.findings)
    if fallback and not found:
        reading = statements.read(smooth, text, [line for line in head if len(line.text) > 40])
        found.extend(reading.statements)
        findings.extend(reading.findings)
    others = [p for p in parts if p not in chosen and p.within in _FALLBACK]
    findings.extend(oversights(smooth, chosen, others, found))
    return tuple(found)


def _about(part: Part, heading: str) -> str | None:
    """What a heading names that is no name of a section: an indication, or a phase of the treatment."""
    phase = INITIAL.search(heading) or CONTINUED.search(heading)
    named = part.kind == "unknown" or phase is not None
    return " ".join(NUMBERING.sub("", heading, count=1).split()) if named else None


def _implied(part: Part) -> Determination | None:
    """What the heading of a section says of what stands under it; "Limitations" says nothing by itself."""
    name = part.section.name.lower()
    if part.kind == "covered":
        return "medically_necessary" if re.search(r"cover|necessary", name) else None
    if "investigational" in name or "experimental" in name:
        return "investigational"
    if "necessary" in name:
        return "not_medically_necessary"
    return "not_covered" if re.search(r"not|non|exclu", name) else None
