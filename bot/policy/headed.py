"""Headings inside a section that determine what stands under them ("Not Medically Necessary:")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.policy.blocks import Block
from bot.policy.determinations import determination_in, determining_heading
from bot.policy.model import Determination, Span
from bot.policy.verbs import is_sentence

_SERVICES: Final = re.compile(
    r"^(?!\W*(?:[\d.]+\s+)?when\b).*\b(?:services|items|procedures|devices|products|the following|we cover)\b",
    re.I,
)


def determination_of(flat: str, block: Block) -> Determination | None:
    """What a block determines as a heading over others; a known heading may deny in more words."""
    shown = flat[block.body.start : block.body.end]
    plain = determining_heading(shown)
    if plain is not None or not block.head:
        return plain
    meant = determination_in(shown)
    return None if meant == "medically_necessary" else meant


def first(flat: str, blocks: Sequence[Block]) -> int:
    """Where the first determining heading among blocks stands; their end where there is none."""
    places = range(len(blocks) - 1)
    return next((p for p in places if determination_of(flat, blocks[p])), len(blocks))


def end_of(flat: str, blocks: Sequence[Block], at: int) -> int:
    """Where what stands under a determining heading ends: at the next heading that is not under it."""
    own = blocks[at]
    for place in range(at + 1, len(blocks)):
        other = blocks[place]
        inside = other.indent > own.indent or (own.marker and not other.marker)
        if determination_of(flat, other) is not None and place + 1 < len(blocks):
            return place
        if other.head and not inside:
            return place
    return len(blocks)


def names_services(heading: str) -> bool:
    """Whether a heading announces services one by one, and not the criteria of one."""
    shown = heading.rstrip(" :")
    return _SERVICES.search(shown) is not None or determining_heading(shown) is not None


def left_over(flat: str, blocks: Sequence[Block], held: Sequence[Span]) -> Iterator[list[Block]]:
    """The runs of list items that stand in no statement and are no sentences themselves."""
    run: list[Block] = []
    for block in blocks:
        named = block.marker is not None and not block.head and not is_sentence(block.body.of(flat))
        if named and not any(_meet(block.span, other) for other in held):
            run.append(block)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
