"""The sentences of a policy that speak of what was asked, in the policy's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer.catalogue import Version
from bot.answer.tokens import related, stems
from bot.policy.model import Span

# Where a sentence or an item of a list ends.
_ENDS = re.compile(
    r"(?<=[.!?;:])\s+(?=[A-Z0-9(•*“\"-])|\n\s*\n|\n(?=\s*(?:[•*·▪–-]|\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})[.)])\s)"
)
_APART = re.compile(r"\b(?:references?|bibliography|history|revisions?|codes?|coding)\b", re.I)
_SHORTEST = 15
_LONGEST = 600
# Policies whose sentences are held ready; a long one has a thousand.
_HELD = 64


@dataclass(frozen=True, slots=True)
class Sentence:
    span: Span
    words: frozenset[str]


def sentences(version: Version) -> tuple[Sentence, ...]:
    """The sentences of a version, without those of its references, history and codes."""
    within = tuple(s.span for s in version.policy.sections if not _APART.search(s.name))
    return _read(version.text, within)


def speaks_of(version: Version, words: Collection[str]) -> bool:
    """Whether all of the words (stems) stand in the policy; false for no word."""
    return bool(words) and all(stands(word, _vocabulary(version)) for word in words)


def passages(version: Version, sought: Collection[str], most: int = 2) -> tuple[Span, ...]:
    """The sentences that hold what was sought (stems), in their order; none where no sentence holds it.

    What stands in few sentences counts for more: a sentence must hold the rarest word that the policy has at
    all, and as many of the others as any does.
    """
    found = sentences(version)
    holders = {word: {i for i, s in enumerate(found) if stands(word, s.words)} for word in sought}
    rated = {word: held for word, held in holders.items() if held}
    if not rated:
        return ()
    rarest = min(rated.values(), key=len)
    weights: Counter[int] = Counter()
    for held in rated.values():
        for i in held & rarest:
            weights[i] += 1
    best = max(weights.values())
    chosen = [i for i in sorted(weights) if weights[i] == best]
    return tuple(found[i].span for i in chosen[:most])


def matching(version: Version, pattern: re.Pattern[str], most: int = 2) -> tuple[Span, ...]:
    """The sentences in which a pattern is found, and those under a heading in which it is."""
    headed = [s.span for s in version.policy.sections if pattern.search(s.name)]
    found = [
        s.span
        for s in sentences(version)
        if any(h.start <= s.span.start < h.end for h in headed)
        or pattern.search(s.span.of(version.text))
    ]
    return tuple(found[:most])


def told(version: Version) -> tuple[Span, ...]:
    """The text of a version without its references, history and codes; what stands in no section is in it."""
    spans, start = [], 0
    for section in version.policy.sections:
        if _APART.search(section.name):
            spans.append(Span(start, max(start, section.span.start)))
            start = max(start, section.span.end)
    return (*spans, Span(start, len(version.text)))


def positions(version: Version) -> frozenset[str]:
    """The words (stems) of a version's statements and of the rows of its codes."""
    policy = version.policy
    spans = (*(s.span for s in policy.statements), *(row.span for row in policy.codes))
    return _words(version.text, spans)


def _vocabulary(version: Version) -> frozenset[str]:
    return _words(version.text, told(version))


def stands(word: str, words: Collection[str]) -> bool:
    """Whether a word (a stem) or one of its family is among words (stems)."""
    return word in words or any(related(word, w) for w in words)


@lru_cache(maxsize=_HELD)
def _words(text: str, spans: Sequence[Span]) -> frozenset[str]:
    return frozenset(word for span in spans for word in stems(span.of(text)))


@lru_cache(maxsize=_HELD)
def _read(text: str, sections: Sequence[Span]) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(span, frozenset(stems(span.of(text))))
        for section in sections
        for span in _cut(text, section)
        if _SHORTEST <= span.end - span.start <= _LONGEST
    )


def _cut(text: str, section: Span) -> Iterable[Span]:
    start = section.start
    for end in _ENDS.finditer(text, section.start, section.end):
        yield _trimmed(text, start, end.start())
        start = end.end()
    yield _trimmed(text, start, section.end)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))
