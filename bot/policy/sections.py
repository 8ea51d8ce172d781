"""The sections of a document: what stands under its headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.policy.headings import Heading, headings_of, subheads
from bot.policy.lines import Line, flat
from bot.policy.model import Section, Span
from bot.policy.section_names import Kind


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what we know of it: its kind, the kind it inherits from, and its lines.

    `opens` marks one without text of its own whose text stands under the headings below it. `heads` are
    the numbers of those of its lines that are headings inside it.
    """

    section: Section
    kind: Kind
    within: Kind
    heading: Span
    lines: tuple[Line, ...] = field(default=())
    opens: bool = False
    heads: frozenset[int] = frozenset()


def parts_of(text: str, lines: Sequence[Line]) -> tuple[Part, ...]:
    """The sections in order; one that page furniture cuts in two stands twice under its name."""
    headings = list(headings_of(flat(text), lines))
    inner = subheads(lines)
    found: list[Part] = []
    for place, heading in enumerate(headings):
        end = headings[place + 1].at if place + 1 < len(headings) else len(lines)
        body = list(lines[heading.at + 1 : end])
        if heading.inline is not None:
            line = lines[heading.at]
            span = Span(heading.inline, line.span.end)
            body.insert(
                0, Line(line.number, span.of(text).replace("\u00a0", " "), span, line.indent)
            )
        name = heading.name.of(text).replace("\u00a0", " ")
        opens = _opens(lines, headings, place)
        for run in _runs(body):
            span = (
                Span(run[0].span.start, run[-1].span.end)
                if run
                else Span(heading.name.end, heading.name.end)
            )
            section = Section(name, span.of(text), span)
            heads = frozenset(line.number for line in run) & inner
            found.append(
                Part(
                    section,
                    heading.kind,
                    heading.within,
                    heading.name,
                    tuple(run),
                    opens and not run,
                    heads,
                )
            )
    return tuple(found)


def _opens(lines: Sequence[Line], headings: Sequence[Heading], place: int) -> bool:
    """Whether a heading stands alone over another that has text: not so in a table of contents."""
    at = headings[place].at
    if place + 1 == len(headings) or (at and not lines[at - 1].blank):
        return False
    below = headings[place + 1]
    end = headings[place + 2].at if place + 2 < len(headings) else len(lines)
    return below.inline is not None or any(line.text for line in lines[below.at + 1 : end])


def _runs(body: Sequence[Line]) -> list[list[Line]]:
    """The lines without blank ones at the ends, cut where page furniture stands between them."""
    runs: list[list[Line]] = []
    run: list[Line] = []
    for line in body:
        if line.furniture:
            runs.append(run)
            run = []
        elif line.text or run:
            run.append(line)
    runs.append(run)
    for run in runs:
        while run and run[-1].blank:
            run.pop()
    return [run for run in runs if run] or [[]]
