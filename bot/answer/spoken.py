"""Names that stand in the text of a policy alone: what it says that its service is also called, or sold as.

Words that a policy merely speaks of are no name of its service: it is asked back whether it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.answer.catalogue import Catalogue, Version
from bot.answer.naming import GENERIC, SMALL, core_of, title_names
from bot.answer.passages import speaks_of, told
from bot.answer.tokens import stems

# Words that more policies speak of than these tell none from another.
_FEW = 3
# What stands between the name of a service and another one of it: "scrambler therapy, also sold as Calmare",
# "an insertable cardiac monitor, also called an implantable loop recorder", "hyperbaric oxygen (HBO2)".
_OR = (
    r"(?:\(\s*|\b(?:called|known|named|sold|marketed|branded|referred\s+to|termed|abbreviated)(?:\s+as|"
    r"\s+under\s+the\s+name)?\s+(?:an?\s+|the\s+)?[\"“']?)(?:\w+\s+)?"
)
_ENDS = re.compile(r"[.!?;]\s+|\n\s*\n")
# How far from the other name the service is named, in characters.
_NEAR = 80


def speaking(words: str, catalogue: Catalogue) -> tuple[Version, ...]:
    """The policies that speak of the words, where only a few do."""
    telling = [w for w in stems(words) if w not in SMALL and w not in GENERIC]
    hits = catalogue.search(words, _FEW + 1) if telling else ()
    if len(hits) > _FEW:
        return ()
    versions = (catalogue.version(hit.number) for hit in hits)
    return tuple(v for v in versions if v and speaks_of(v, telling))


def called(words: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The policies that say that their service is called so."""
    return tuple(v.policy.number for v in speaking(words, catalogue) if _calls_so(v, words))


def abbreviates(words: str, version: Version) -> bool:
    """Whether a policy gives the words in brackets and in capitals, as a short form: "hyperbaric oxygen (HBO2)"."""
    return f"({words.upper()})" in version.text


def _calls_so(version: Version, words: str) -> bool:
    said = r"[\W_]+".join(re.escape(word) for word in words.split())
    other_name = re.compile(rf"{_OR}{said}\b|\b{said}\s*[®™]", re.I)
    heads = list(_heads(version.policy.title))
    text = version.text
    return any(
        head <= set(stems(_around(text, name.start(), name.end())))
        for span in told(version)
        for name in other_name.finditer(text, span.start, span.end)
        for head in heads
    )


def _around(text: str, start: int, end: int) -> str:
    """What stands near a place in the same sentence."""
    before = _ENDS.split(text[max(0, start - _NEAR) : start])[-1]
    return before + text[start:end] + _ENDS.split(text[end : end + _NEAR])[0]


def _heads(title: str) -> Iterator[frozenset[str]]:
    """The words that a title calls its service by, whole and without what it is for."""
    for phrase, kind in title_names(title):
        if kind in ("title", "head"):
            yield frozenset(core_of(phrase)[0])
