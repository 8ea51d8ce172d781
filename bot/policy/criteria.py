"""Criteria: the list under a statement as what must be met, all of it or any."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot.policy.blocks import Block
from bot.policy.items import Node, items_of
from bot.policy.model import Criteria, Criterion, Logic, Span
from bot.policy.patterns import phrase
from bot.policy.section_names import CONTINUED, INITIAL

_ANY: Final = r"any(?:\s+one)?(?:\s+or\s+more)?(?:\s+of)?|(?:at\s+least\s+)?(?:one|1|\(1\))(?:\s*\(1\))?(?:\s+or\s+more|\s+\(or more\))?(?:\s+of)?|either(?:\s+of)?"
_ALL: Final = r"all(?:\s+of)?|both(?:\s+of)?|each(?:\s+of)?|every"
_SOME: Final = r"(?:at\s+least\s+|any\s+|a\s+minimum\s+of\s+)?(?:two|three|four|five|2|3|4|5)(?:\s*\(\d\))?(?:\s+or\s+more)?(?:\s+of)"
_QUANTIFIER: Final = phrase(
    rf"\b(?:(?P<some>{_SOME})|(?P<any>{_ANY})|(?P<all>{_ALL}))\s+(?:(?:the|these|those|of)\s+)*(?:[\w/-]+\s+){{0,4}}?(?:following|criteria|criterion|conditions?|requirements?|indications?|below|these|apply|situations?|circumstances|guidelines|diagnos[ei]s|are\s+met|is\s+met|:)",
    re.I,
)
_BARE_QUANTIFIER: Final = phrase(
    rf"\b(?:(?P<some>{_SOME})|(?P<any>{_ANY})|(?P<all>{_ALL}))\s*:?\s*$", re.I
)
_NOUN_ANY: Final = phrase(
    r"\b(?:indications?|conditions?|diagnos[ei]s|situations?|circumstances|populations?|uses|reasons|purposes|scenarios|settings|disorders|diseases)\b(?!\s+(?:are|is)\s+(?:all\s+)?(?:met|satisfied|present))",
    re.I,
)
_FOR: Final = phrase(
    r"\b(?:for|of|in|to|with|to treat|such as)\s*(?:the\s+following\s*)?(?:\([^)]*\)\s*)?:?\s*$",
    re.I,
)
_USE: Final = phrase(r"(?:to|for|in|as|after|before|during|when|if|on|upon) ", re.I)
_MUST: Final = phrase(
    r"\b(?:criteria|criterion|met|requirements?|when|if|must|provided|documentation|following)\b",
    re.I,
)
_LONGEST_PHASE: Final = 100
_ALL_OF: Final[Logic] = "all"
_ANY_OF: Final[Logic] = "any"


def quantifier(flat: str, span: Span) -> str | None:
    """What the words before a list say of it: "all", "any", "some" (two of, three of ...) or nothing."""
    shown = flat[span.start : span.end]
    found = [m.lastgroup for m in _QUANTIFIER.finditer(shown)]
    if found:
        return found[-1]
    bare = _BARE_QUANTIFIER.search(shown)
    return bare.lastgroup if bare else None


def from_list(
    flat: str, intro: Span, blocks: Sequence[Block], stops: Callable[[Block], bool], parent: Block
) -> tuple[Criteria | None, int, bool]:
    """The criteria in the blocks under an introduction.

    Returns them, how many blocks they fill, and whether what joins the items was left to be guessed.
    """
    if not blocks:
        return None, 0, False
    roots, used = items_of(flat, blocks, stops, parent)
    if not roots:
        return None, 0, False
    criteria, doubtful = of_nodes(flat, intro, roots)
    return criteria, used, doubtful


def of_nodes(flat: str, intro: Span, nodes: list[Node]) -> tuple[Criteria, bool]:
    """The criteria that items under an introduction make, and whether their joining was guessed."""
    said = quantifier(flat, intro)
    joins = [node.after for node in nodes[:-1]]
    doubtful = False
    items: list[Criterion] = []
    for node in nodes:
        item, guessed = _item(flat, node)
        doubtful = doubtful or guessed
        items.append(item)
    ands = "and" in joins
    ors = "or" in joins or "and/or" in joins
    if _are_phases(flat, nodes):
        return Criteria("any", tuple(items)), doubtful
    if said in ("all", None) and ands and ors:
        if said == "all":
            tight, logic, inner = "or", _ALL_OF, _ANY_OF
        else:
            tight, logic, inner = "and", _ANY_OF, _ALL_OF
        return Criteria(
            logic, tuple(_grouped(flat, items, joins, tight, inner))
        ), doubtful or said is None
    if said == "any":
        return Criteria("any", tuple(items)), doubtful or (ands and not ors)
    if said == "all" and not ors:
        return Criteria("all", tuple(items)), doubtful
    if ors:
        return Criteria("any", tuple(items)), doubtful or said == "all"
    alternatives = _names_indications(flat[intro.start : intro.end]) or _are_uses(items)
    if not ands and said is None and alternatives:
        return Criteria("any", tuple(items)), doubtful
    plain = ands or said is not None or _MUST.search(flat, intro.start, intro.end)
    return Criteria("all", tuple(items)), doubtful or (len(items) > 1 and not plain)


def _are_phases(flat: str, nodes: Sequence[Node]) -> bool:
    """Whether each item heads the criteria of another phase: nobody has to meet those of both."""
    if len(nodes) < 2 or not all(node.children for node in nodes):
        return False
    names = [flat[node.text_span.start : node.text_span.end] for node in nodes]
    first = [INITIAL.search(name) is not None for name in names]
    later = [CONTINUED.search(name) is not None for name in names]
    short = all(len(name) < _LONGEST_PHASE for name in names)
    return (
        short
        and any(first)
        and any(later)
        and all(a != b for a, b in zip(first, later, strict=True))
    )


def _names_indications(intro: str) -> bool:
    """Whether a list under these words is one of uses ("for the treatment of:"), any of which will do."""
    return _FOR.search(intro) is not None or _NOUN_ANY.search(intro) is not None


def _are_uses(items: Sequence[Criterion]) -> bool:
    """Whether each item says what for or in which case ("to look for ...", "after ..."), so that one will do."""
    return len(items) > 1 and all(_USE.match(item.text) for item in items)


def _grouped(
    flat: str, items: list[Criterion], joins: list[str | None], tight: str, inner: Logic
) -> list[Criterion]:
    """Items with those that the tighter joining word joins put together."""
    groups: list[list[Criterion]] = [[items[0]]]
    for join, item in zip(joins, items[1:], strict=True):
        if (join or tight) == tight or (join == "and/or" and tight == "or"):
            groups[-1].append(item)
        else:
            groups.append([item])
    made: list[Criterion] = []
    for group in groups:
        span = Span(group[0].span.start, group[-1].span.end)
        made.append(
            group[0]
            if len(group) == 1
            else Criterion(flat[span.start : span.end], span, Criteria(inner, tuple(group)))
        )
    return made


def _item(flat: str, node: Node) -> tuple[Criterion, bool]:
    if not node.children:
        return Criterion(flat[node.text_span.start : node.text_span.end], node.text_span), False
    if quantifier(flat, node.text_span) == "some":
        # "Two of the following" is neither all nor any: it stays as it is written.
        end = _deepest(node)
        span = Span(node.text_span.start, end)
        return Criterion(flat[span.start : span.end], span), False
    criteria, doubtful = of_nodes(flat, node.text_span, node.children)
    return Criterion(
        flat[node.text_span.start : node.text_span.end], node.text_span, criteria
    ), doubtful


def _deepest(node: Node) -> int:
    return _deepest(node.children[-1]) if node.children else node.text_span.end


def verbatim(made: Criteria, text: str) -> Criteria:
    """The criteria with the document's own white space."""
    return replace(
        made,
        items=tuple(
            Criterion(i.span.of(text), i.span, verbatim(i.criteria, text) if i.criteria else None)
            for i in made.items
        ),
    )
