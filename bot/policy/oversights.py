"""What a document says about its positions and no statement holds: nobody should trust a half-read policy.

A position that is lost is worse than one that is asked for again: where only the negative ones were read, the
answer would be wrong. So every sentence that sounds like a position, and every list of criteria, that stands
in no statement is told to whoever imports the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.policy import clauses
from bot.policy.blocks import Block, blocks_of, sentences
from bot.policy.criteria import quantifier
from bot.policy.determinations import item
from bot.policy.model import Finding, Span, Statement
from bot.policy.patterns import phrase
from bot.policy.predicates import all_predicates, predicates
from bot.policy.sections import Part
from bot.policy.standing import standing
from bot.policy.voices import others_speak

_SOUNDS: Final = phrase(
    r"\b(?:is|are|be|been|considers?|deems?|members?|plan|will|may|shall|can|does|do|has|have|should|for|approve|authorize)\b[^.;]{0,60}?"
    r"\b(?:approv(?:e[sd]?|al|able)|(?:re)?authori[sz](?:e[sd]?|ations?)|cover(?:s|ed|age)?|non-?covered|reimburs(?:e[sd]?|able|ement)|payable|eligible|ineligible"
    r"|qualif(?:y|ies)|medically (?:necessary|indicated|appropriate)|medical necessity|necessary|investigational|experimental|unproven|proven"
    r"|(?:contra)?indicated|appropriate|inappropriate|recommended|excluded|exclusions?|denied|allowed|permitted|granted|accepted|supported|support the (?:coverage|use|medical necessity)|benefit)\b",
    re.I,
)
# What is said of the request, the contract or the document, not of the service.
_OF_OTHERS: Final = phrase(
    r"\b(?:(?:prior |pre-?)?(?:authori[sz]ation|certification|approval|notification) (?:is|may be|will be|are) (?:not )?(?:required|recommended|needed)|requires? (?:prior )?(?:authori[sz]ation|approval)"
    r"|benefit plan|contract|certificate|benefit booklet|plan document|evidence of coverage|summary plan description|member's (?:plan|benefit)|state or federal"
    r"|submit(?:ted)?|documentation (?:must|should|is|to|requirements?)|must be|medical records?|claims?|fda|food and drug|refer to|see|this (?:policy|document|guideline|bulletin)|these criteria|case[- ]by[- ]case|individual consideration|medicare|cms)\b",
    re.I,
)
_APPROVES: Final = phrase(
    r"\b(?:approv(?:e[sd]?|al)|authori[sz](?:e[sd]?|ation)|(?<!not[ ])(?<!non-)(?<!non)covered|medically necessary|criteria|(?<!not[ ])indicated|eligible)\b",
    re.I,
)
_LONGEST_SHOWN: Final = 90
_FEWEST_ITEMS: Final = 2
_MOST: Final = 12  # a document that is not understood at all need not say so of every line


def oversights(
    flat: str, searched: Sequence[Part], others: Sequence[Part], statements: Sequence[Statement]
) -> list[Finding]:
    """A finding for each sentence or list that sounds like a position and stands in no statement.

    `searched` are the sections from which the statements were read; in the `others` only a plain
    determination is told of.
    """
    held = [statement.span for statement in statements]
    found = [finding for part in searched for finding in _missed(flat, part, held)]
    found.extend(finding for part in others for finding in _outside(flat, part, held))
    one_sided = bool(statements) and all(
        s.determination != "medically_necessary" for s in statements
    )
    if one_sided and not found and (line := _approving(flat, searched, held)):
        found.append(
            Finding(
                line,
                "Only positions against the service were read, though the text speaks of approval or criteria; compare them with the document.",
            )
        )
    return found[:_MOST]


def _missed(flat: str, part: Part, held: Sequence[Span]) -> Iterator[Finding]:
    blocks = blocks_of(flat, part.lines)
    skip = 0
    for place, block in enumerate(blocks):
        if skip:
            skip -= 1
            continue
        if block.connective or _within(block.body, held):
            continue
        below = _list_below(blocks, place)
        if below and not _within(blocks[place + 1].span, held) and _announces(flat, block):
            skip = below
            yield _finding(
                flat, block, "This list of criteria belongs to no statement that was read"
            )
            continue
        for sentence in sentences(flat, block.body):
            if _sounds_missed(flat, sentence):
                yield _finding(flat, block, "No position was read from this sentence", sentence)


def _sounds_missed(flat: str, span: Span) -> bool:
    shown = flat[span.start : span.end]
    return (
        _SOUNDS.search(shown) is not None
        and _OF_OTHERS.search(shown) is None
        and not all_predicates(flat, span)
        and item().search(shown) is None
    )


def _outside(flat: str, part: Part, held: Sequence[Span]) -> Iterator[Finding]:
    for block in blocks_of(flat, part.lines):
        for sentence in sentences(flat, block.body):
            if _determines(flat, sentence) and not _within(sentence, held):
                said = f"This position stands under “{part.section.name[:40]}”, where none is looked for"
                yield _finding(flat, block, said, sentence)


def _determines(flat: str, span: Span) -> bool:
    """Whether a sentence makes a plain determination about something that it names."""
    if _OF_OTHERS.search(flat, span.start, span.end) or others_speak(flat[span.start : span.end]):
        return False
    found = standing(flat, predicates(flat, span), span)
    if not found:
        return False
    subject, back = clauses.subject_of(flat, span.start, found[0])
    return not back and not clauses.is_boilerplate(subject, True)


def _list_below(blocks: Sequence[Block], place: int) -> int:
    below = 0
    while place + 1 + below < len(blocks) and (
        blocks[place + 1 + below].marker or blocks[place + 1 + below].connective
    ):
        below += 1
    return below if below >= _FEWEST_ITEMS else 0


def _announces(flat: str, block: Block) -> bool:
    shown = flat[block.body.start : block.body.end]
    return quantifier(flat, block.body) is not None or (
        shown.endswith(":")
        and (
            re.search(r"\bcriteria\b|\b(?:if|when)\W*$", shown, re.I) is not None
            or bool(all_predicates(flat, block.body))
        )
    )


def _approving(flat: str, parts: Sequence[Part], held: Sequence[Span]) -> int | None:
    for part in parts:
        for block in blocks_of(flat, part.lines):
            for sentence in sentences(flat, block.body):
                shown = sentence.of(flat)
                if (
                    not _within(sentence, held)
                    and _APPROVES.search(shown)
                    and not _OF_OTHERS.search(shown)
                ):
                    return block.line
    return None


def _within(span: Span, held: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in held)


def _finding(flat: str, block: Block, said: str, span: Span | None = None) -> Finding:
    shown = " ".join((span or block.body).of(flat).split())
    short = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN].rstrip()} …"
    return Finding(block.line, f"{said}: “{short}”.")
