"""The positions of a document: from which of its sections statements are read, and what is found missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.policy import statements
from bot.policy.lines import Line
from bot.policy.model import Determination, Finding, Statement
from bot.policy.outline import unnumbered
from bot.policy.oversights import oversights
from bot.policy.questions import asked
from bot.policy.section_names import CONTINUED, DETERMINING, INITIAL
from bot.policy.sections import Part

# Where a document may take positions that has no section for them.
_FALLBACK: Final = ("description", "guidelines")
_PROSE: Final = 40  # characters of a line that tells something


def positions(
    smooth: str, text: str, parts: Sequence[Part], head: Sequence[Line], findings: list[Finding]
) -> tuple[Statement, ...]:
    """The statements of the sections that take positions, and of those whose names tell nothing.

    Where these take none, what may hold them is searched. What was not understood, and what sounds like a
    position and was not read, goes into `findings`.
    """
    named = [p for p in parts if p.within in DETERMINING]
    unnamed = [p for p in parts if p.within == "unknown"]
    chosen = [p for p in parts if p.within in (*DETERMINING, "unknown")]
    told: list[Finding] = []
    found = _read(smooth, text, chosen, bool(named), told)
    if not found:
        told = []
        chosen = [p for p in parts if p.within in (*DETERMINING, "unknown", *_FALLBACK)]
        found = _read(smooth, text, chosen, False, told)
        named = chosen
    findings.extend(told)
    reading = statements.read(smooth, text, _told(head), firm=bool(found))
    found = [*reading.statements, *found]
    findings.extend(reading.findings)
    others = [
        p for p in parts if p not in (named or unnamed) and p.within in ("unknown", *_FALLBACK)
    ]
    findings.extend(oversights(smooth, named or unnamed, others, found))
    return tuple(found)


def _told(head: Sequence[Line]) -> Sequence[Line]:
    """What a document without sections tells: from its first line of prose on."""
    first = next((p for p, line in enumerate(head) if len(line.text) > _PROSE), len(head))
    return head[first:]


def _read(
    smooth: str, text: str, parts: Sequence[Part], firm: bool, findings: list[Finding]
) -> list[Statement]:
    """The statements of some sections; with `firm`, those without a telling name only in plain words."""
    found: list[Statement] = []
    over: list[str | None] = []
    for part in parts:
        implied = _implied(part) if part.kind in ("covered", "not_covered") else None
        heading = part.heading.of(text)
        reading = statements.read(
            smooth,
            text,
            part.lines,
            heading,
            implied,
            _about(part, heading),
            part.heads,
            firm and part.within == "unknown",
            asked(heading),
        )
        found.extend(reading.statements)
        over.extend(reading.over)
        findings.extend(reading.findings)
    return _told_apart(found, over)


def _told_apart(found: Sequence[Statement], over: Sequence[str | None]) -> list[Statement]:
    """The statements; those about one subject under several headings are told apart by these."""
    under: dict[str, set[str | None]] = defaultdict(set)
    for statement, heading in zip(found, over, strict=True):
        under[(statement.subject or "").lower()].add(heading)
    return [
        replace(statement, subject=f"{statement.subject} ({heading})")
        if statement.subject
        and heading
        and len(under[statement.subject.lower()]) > 1
        and heading.lower() not in statement.subject.lower()
        else statement
        for statement, heading in zip(found, over, strict=True)
    ]


def _about(part: Part, heading: str) -> str | None:
    """What a heading names that is no name of a section: an indication, or a phase of the treatment."""
    if heading.endswith("?"):
        question = asked(heading)
        return question.subject if question else None
    phase = INITIAL.search(heading) or CONTINUED.search(heading)
    named = part.kind == "unknown" or phase is not None
    return " ".join(unnumbered(heading).split()) if named else None


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
