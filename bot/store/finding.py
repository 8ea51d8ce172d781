"""Policies on file that fit some words, ranked, with the reasons: what `bot policies search` shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from bot.answer.catalogue import Catalogue, TextHit
from bot.answer.linker import Linker
from bot.answer.names import Mention
from bot.answer.naming import NameKind
from bot.answer.vocabulary import Vocabulary
from bot.policy.number import matching

# How much a reason says: a number names a policy, a word in its text hardly does.
_BY_NUMBER: Final = 100.0
_BY_CODE: Final = 80.0
_BY_NAME: Final = 60.0
_UNSURE: Final = 15.0
_MISSPELT: Final = 5.0
_BY_NAME_WORDS: Final = 30.0
_BY_TEXT: Final = 20.0
_MOST: Final = 20

_NAMED: Final[dict[NameKind, str]] = {
    "title": "the title",
    "head": "the title",
    "part": "part of the title",
    "acronym": "an acronym in the title",
    "subject": "what a statement is about",
    "synonym": "the vocabulary",
    "taken_for": "the vocabulary (taken for it)",
    "described": "the vocabulary (described so)",
}


class Searchable(Catalogue, Protocol):
    """A catalogue whose texts can be searched too."""

    def search(self, words: str, limit: int = 5) -> Sequence[TextHit]:
        """Policies whose title or text holds the words, best first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`reasons` say why, the best first."""

    number: str
    title: str
    score: float
    reasons: tuple[str, ...]


def find(catalogue: Searchable, vocabulary: Vocabulary, words: str, today: date) -> Sequence[Hit]:
    """The policies that fit best, best first; the reasons of each add to its rank."""
    titles = {title.number: title.title for title in catalogue.titles()}
    reasons: dict[str, list[tuple[float, str]]] = {}
    for number, score, reason in _reasons(catalogue, vocabulary, words, today, titles):
        reasons.setdefault(number, []).append((score, reason))
    hits = []
    for number, found in reasons.items():
        found.sort(reverse=True)
        # The best reason decides; the others only break a tie.
        score = found[0][0] + sum(score for score, _ in found[1:]) / 1000
        said = tuple(dict.fromkeys(reason for _, reason in found))
        hits.append(Hit(number, titles[number], round(score, 3), said))
    return sorted(hits, key=lambda hit: (-hit.score, hit.number))[:_MOST]


def _reasons(
    catalogue: Searchable, vocabulary: Vocabulary, words: str, today: date, titles: dict[str, str]
) -> Iterator[tuple[str, float, str]]:
    linker = Linker(catalogue, vocabulary)
    links = linker.link(words, today)
    named = {number for mention in links.numbers for number in mention.numbers}
    for number in named.union(matching(words, titles)):
        yield number, _BY_NUMBER, "its number"
    for code in links.codes:
        for listing in catalogue.listings(code.system, code.code):
            held = listing.code.code or ""
            if listing.code.code_end:
                held += f"–{listing.code.code_end}"
            yield listing.number, _BY_CODE, f"lists {code.system} {held}"
    for service in vocabulary.services:
        for system, codes in service.codes.items():
            for code in links.codes:
                if code.system == system and code.code in codes:
                    for number in linker.names.policies_of(service.name):
                        yield (
                            number,
                            _BY_CODE,
                            f"{system} {code.code} is tied to {service.name} by the vocabulary",
                        )
    for mention in links.mentions:
        yield from ((number, *_named(mention)) for number in mention.numbers)
    for title in linker.names.near(words):
        yield title.number, _BY_NAME_WORDS, "words of its names"
    found = catalogue.search(words, _MOST)
    for place, hit in enumerate(found):
        yield hit.number, _BY_TEXT * (1 - place / _MOST), "words of the text"


def _named(mention: Mention) -> tuple[float, str]:
    reason = f"{_NAMED[mention.name.kind]}: {mention.name.phrase}"
    score = _BY_NAME
    if not mention.sure:
        score, reason = score - _UNSURE, f"part of {reason}"
    if mention.misspelt:
        score, reason = score - _MISSPELT, f"{reason} (misspelt)"
    return score, reason
