"""Conditions in a statement's own words: its numbers, semicolons and joining words part them."""

from __future__ import annotations

import re
from typing import Final

from bot.policy.criteria import quantifier
from bot.policy.items import clean
from bot.policy.model import Criteria, Criterion, Logic, Span
from bot.policy.patterns import phrase

_INLINE: Final = phrase(r"(?:(?<=\s)|(?<=^)|(?<=[:;,]))\(?(\d{1,2}|[a-h]|i{1,3}|iv|v)\)\s+")
_AGAIN: Final = phrase(r"(?:if|when|that(?= (?:the|there|it|they|an?|all|any|no)\b)) ", re.I)
_OR_IF: Final = phrase(r",?;?\s+or\s+(?:if|when)\s+", re.I)
_AND: Final = phrase(r",? and ", re.I)
_AND_LAST: Final = phrase(r"[,;]\s+and\b", re.I)
_FINITE: Final = phrase(
    r"\b(?:has|have|had|is|are|was|were|been|does|do|meets?|fails?|failed|shows?|can|cannot|will|must|exists?|requires?|remains?|demonstrates?|provides?|documented|includes?|performed|needs?|persists?|received|underwent)\b",
    re.I,
)
_OPENING: Final = phrase(r"\b(?:when|if|provided(?: that)?|who|only)\s+", re.I)
_AND_ALSO: Final = phrase(r",?;?\s+and\s+", re.I)
_FOLLOWING: Final = phrase(r"\b(?:the following|these|as follows)\b", re.I)
_FEW: Final = 8
_JOIN: Final = phrase(
    r",?;?\s+(?P<word>and|or|AND|OR)\s+(?=(?:either |both )?(?:the|there|has|have|is|are|a|an|no|it|they|he|she|patient|member|individual|symptoms|other|conservative|all|documentation|at least|does|do|cannot|treatment|used|performed|when|if|who|must|will|other)\b)"
)


def from_prose(flat: str, span: Span) -> Criteria:
    """The conditions in a clause: its own numbers, semicolons or joining words part them."""
    alternatives = _split(flat, span, _OR_IF)
    if len(alternatives) > 1:
        if _AND_LAST.search(flat, alternatives[-1].start, span.end):
            return Criteria("all", (_leaf(flat, span),))  # the last "and" may bind all of them
        return Criteria("any", tuple(_together(flat, s) for s in alternatives))
    for logic, spans in (_numbered(flat, span), _joined(flat, span)):
        if len(spans) > 1:
            return Criteria(logic, tuple(_leaf(flat, s) for s in spans))
    return Criteria("all", (_leaf(flat, span),))


def _together(flat: str, span: Span) -> Criterion:
    """One alternative; what it joins by "and" stays together under it."""
    made, whole = from_prose(flat, span), _leaf(flat, span)
    return whole if len(made.items) < 2 else Criterion(whole.text, whole.span, made)


def joined(first: Criteria, other: Criteria | None) -> Criteria:
    """What two parts of a sentence ask for together."""
    if other is None:
        return first
    if other.logic == "all" or len(other.items) == 1:
        return Criteria("all", (*as_all(first), *other.items))
    return Criteria("all", (*as_all(first), *as_all(other)))


def as_all(criteria: Criteria) -> tuple[Criterion, ...]:
    """The items of which all must be met: those of the criteria, or the criteria as one of them."""
    if criteria.logic == "all" or len(criteria.items) == 1:
        return criteria.items
    span = Span(criteria.items[0].span.start, criteria.items[-1].span.end)
    return (Criterion("", span, criteria),)


def before_list(flat: str, span: Span) -> tuple[Span, Span] | None:
    """What a sentence over a list asks for besides, and the words that announce the list.

    "When the first has healed and one of these is documented:" is both; None where only the list counts.
    """
    opening = _OPENING.search(flat, span.start, span.end)
    if opening is None:
        return None
    start = opening.end()
    for joint in reversed(list(_AND_ALSO.finditer(flat, start, span.end))):
        last = Span(joint.end(), span.end)
        if quantifier(flat, last) is None and not _FOLLOWING.search(flat, last.start, last.end):
            continue
        first = Span(start, joint.start())
        holds = _FINITE.search(flat, first.start, first.end) is not None
        listed = quantifier(flat, first) is not None
        return (first, _tight(flat, last)) if holds and not listed else None
    return None


def is_only_announced(flat: str, span: Span) -> bool:
    """Whether words over a list say no more than that it must be met."""
    return len(flat[span.start : span.end].split()) <= _FEW


def _tight(flat: str, span: Span) -> Span:
    end = span.end
    while end > span.start and flat[end - 1] in " :,":
        end -= 1
    return Span(span.start, end)


def _leaf(flat: str, span: Span) -> Criterion:
    bare = clean(flat, span)[0]
    if again := _AGAIN.match(flat, bare.start, bare.end):
        bare = Span(again.end(), bare.end)
    return Criterion(flat[bare.start : bare.end], bare)


def _numbered(flat: str, span: Span) -> tuple[Logic, list[Span]]:
    marks = list(_INLINE.finditer(flat, span.start, span.end))
    if len(marks) < 2 or marks[0][1] not in ("1", "a", "i"):
        return "all", []
    ends = [mark.start() for mark in marks[1:]] + [span.end]
    found = [Span(mark.end(), end) for mark, end in zip(marks, ends, strict=True)]
    said = quantifier(flat, Span(span.start, marks[0].start()))
    joins = {clean(flat, s)[2] for s in found[:-1]}
    logic: Logic = "any" if said == "any" or (said is None and "or" in joins) else "all"
    return logic, found


def _joined(flat: str, span: Span) -> tuple[Logic, list[Span]]:
    shown = flat[span.start : span.end]
    if capital := re.findall(r"\s(AND|OR)\s", shown):
        if len(set(capital)) == 1:
            return ("any" if capital[0] == "OR" else "all"), _split(
                flat, span, re.compile(r"[;,]?\s+(?:AND|OR)\s+")
            )
        return "all", []
    if ";" in shown:
        pieces = _split(flat, span, re.compile(r";\s*"))
        joins = {clean(flat, s)[1] for s in pieces[1:]}
        return ("any" if "or" in joins and "and" not in joins else "all"), pieces
    words = {m["word"].lower() for m in _JOIN.finditer(shown)}
    if len(words) == 1:
        pieces = _split(flat, span, _JOIN)
        if words == {"or"} and any(_binds(flat, s) for s in pieces):
            return "all", []  # "A and B, or C": which of them the "or" reaches is not plain
        if all(_FINITE.search(flat, s.start, s.end) for s in pieces):
            return ("any" if words == {"or"} else "all"), _by_commas(flat, pieces)
    return "all", []


def _binds(flat: str, span: Span) -> bool:
    """Whether a clause holds another behind an "and"."""
    halves = _split(flat, span, _AND)
    return len(halves) > 1 and all(_FINITE.search(flat, s.start, s.end) for s in halves)


def _by_commas(flat: str, pieces: list[Span]) -> list[Span]:
    """ "A is so, B is so, and C is so": the part before the last joining word may hold several."""
    first = _split(flat, pieces[0], re.compile(r",\s+"))
    whole = all(_FINITE.search(flat, s.start, s.end) for s in first)
    return [*(first if whole else pieces[:1]), *pieces[1:]]


def _split(flat: str, span: Span, gap: re.Pattern[str]) -> list[Span]:
    found: list[Span] = []
    start = span.start
    for match in gap.finditer(flat, span.start, span.end):
        found.append(Span(start, match.start()))
        start = match.end()
    found.append(Span(start, span.end))
    return [s for s in found if s.end > s.start]
