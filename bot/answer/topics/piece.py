"""What one topic adds to an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer.catalogue import Version
from bot.answer.model import Citation, Position
from bot.answer.wording import listed, quoted
from bot.policy.model import Code, Criteria, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """`say` are its sentences; `stated` is False where the policy does not say what was asked."""

    say: str
    stated: bool = True
    position: Position | None = None
    reasoning: str | None = None
    codes: tuple[Code, ...] = ()
    criteria: Criteria | None = None
    citations: tuple[Citation, ...] = ()
    caveats: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


def cite(version: Version, span: Span) -> Citation:
    """The policy's own words at a span."""
    section = version.policy.section_at(span)
    return Citation(
        source="policy",
        quote=span.of(version.text),
        section=section.name if section else None,
        start=span.start,
        end=span.end,
    )


def told(version: Version, spans: Sequence[Span]) -> Piece:
    """What the policy says at these places, word for word."""
    said = listed([quoted(span.of(version.text)) for span in spans])
    return Piece(
        f"Policy {version.policy.number} says: {said}",
        citations=tuple(cite(version, span) for span in spans),
    )


def cite_field(version: Version, *names: str) -> tuple[Citation, ...]:
    """The words of facts of the header or the coding section, as far as the document has them."""
    spans = version.policy.spans
    return tuple(cite(version, spans[name]) for name in names if name in spans)


def section_named(version: Version, *names: str) -> tuple[str, Span] | None:
    """The text of the first section whose heading holds one of the words, and where it stands."""
    for section in version.policy.sections:
        heading = section.name.casefold()
        if any(name in heading for name in names) and section.text.strip():
            lead = len(section.text) - len(section.text.lstrip())
            start = section.span.start + lead
            return section.text.strip(), Span(start, start + len(section.text.strip()))
    return None
