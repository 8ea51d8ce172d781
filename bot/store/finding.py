"""Policies on file that fit some words, ranked, with the reasons: what `bot policies search` shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from bot.answer.catalogue import Catalogue, TextHit
from bot.answer.linker import Linker, Links
from bot.answer.names import Mention
from bot.answer.naming import NameKind
from bot.policy.number import matching

# How much a reason says: a number names a policy, a word in its text hardly does.
_BY_NUMBER: Final = 100.0
_BY_CODE: Final = 80.0
_BY_NAME: Final = 60.0
_UNSURE: Final = 15.0
_MISSPELT: Final = 5.0
_BY_DESCRIPTION: Final = 40.0
_BY_NAME_WORDS: Final = 30.0
_BY_TEXT: Final = 20.0
# Hits whose scores differ by less are as good as one another.
_CLOSE: Final = 1.0
_MOST: Final = 20
_MOST_BY_TEXT: Final = 5

_NAMED: Final[dict[NameKind, str]] = {
    "title": "the title",
    "head": "the title",
    "part": "part of the title",
    "acronym": "an acronym in the title",
    "initials": "the initials of the title",
    "called": "another name in the text",
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


def find(catalogue: Searchable, linker: Linker, words: str, today: date) -> Sequence[Hit]:
    """The policies that fit best, best first; the reasons of each add to its rank.

    What is only like the words, or has them in its text, counts where nothing is named by them.
    """
    links = linker.link(words, today)
    found = list(_named(catalogue, linker, links, words))
    if not found:
        found = [*_like(linker, links, words), *_in_text(catalogue, words)]
    reasons: dict[str, list[tuple[float, str]]] = {}
    for number, score, reason in found:
        reasons.setdefault(number, []).append((score, reason))
    titles = {title.number: title.title for title in catalogue.titles()}
    hits = []
    for number, said in reasons.items():
        said.sort(reverse=True)
        # The best reason decides; the others only break a tie.
        score = said[0][0] + sum(score for score, _ in said[1:]) / 1000
        told = tuple(dict.fromkeys(reason for _, reason in said))
        hits.append(Hit(number, titles[number], round(score, 3), told))
    return sorted(hits, key=lambda hit: (-hit.score, hit.number))[:_MOST]


def equal(hits: Sequence[Hit]) -> int:
    """How many hits are as good as the best: more than one is an ambiguity."""
    return sum(hits[0].score - hit.score < _CLOSE for hit in hits)


def _named(
    catalogue: Searchable, linker: Linker, links: Links, words: str
) -> Iterator[tuple[str, float, str]]:
    """The policies that a number, a code or a name in the words stands for."""
    numbers = {number for mention in links.numbers for number in mention.numbers}
    for number in numbers.union(matching(words, linker.names.titles)):
        yield number, _BY_NUMBER, "its number"
    for code in links.codes:
        for listing in catalogue.listings(code.system, code.code):
            held = listing.code.code or ""
            if listing.code.code_end:
                held += f"–{listing.code.code_end}"
            yield listing.number, _BY_CODE, f"lists {code.system} {held}"
    for service in linker.vocabulary.services:
        for code in links.codes:
            if code.code in service.codes.get(code.system, ()):
                tied = f"{code.system} {code.code} is tied to {service.name} by the vocabulary"
                for number in linker.names.policies_of(service.name):
                    yield number, _BY_CODE, tied
    for mention in links.mentions:
        score, reason = _name(mention)
        yield from ((number, score, reason) for number in mention.numbers)


def _like(linker: Linker, links: Links, words: str) -> Iterator[tuple[str, float, str]]:
    for suggestion in linker.described(links):
        yield suggestion.title.number, _BY_DESCRIPTION * suggestion.score, "like its description"
    for title in linker.names.near(words):
        yield title.number, _BY_NAME_WORDS, "words of its names"


def _in_text(catalogue: Searchable, words: str) -> Iterator[tuple[str, float, str]]:
    for place, hit in enumerate(catalogue.search(words, _MOST_BY_TEXT)):
        reason = f"its text has {', '.join(hit.words)}"
        yield hit.number, _BY_TEXT * (1 - place / _MOST), reason


def _name(mention: Mention) -> tuple[float, str]:
    reason = f"{_NAMED[mention.name.kind]}: {mention.name.phrase}"
    score = _BY_NAME
    if not mention.sure:
        score, reason = score - _UNSURE, f"part of {reason}"
    if mention.misspelt:
        score, reason = score - _MISSPELT, f"{reason} (misspelt)"
    return score, reason
