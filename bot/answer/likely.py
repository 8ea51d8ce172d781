"""Which policy on file a message is most likely about, where its words name none outright.

People name a service by a part of its name, by what is done or by the drug; what they write shares words with
one policy's text more than with another's, the rarer the word the more it tells, and means the like of what one
policy says that it is about. How much each of these counts was fitted to messages of which it is known what they
are about, or that they are about nothing on file; `benchmarks/linking.py` fits and measures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from bot.answer.catalogue import Catalogue
from bot.answer.linker import Linker
from bot.answer.passages import speaks_of

# More are not compared: what is meant is hardly further down.
_CANDIDATES: Final = 10
# Taken so, about one in twenty rows of benchmarks/linking.tsv is about another policy.
_TAKEN: Final = 0.75
# Found by meaning alone, a policy is among the first few.
_ALIKE: Final = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one policy: the shares of the message's words, by what they tell, that stand in its names
    and in its text; how much the words tell that few texts have; and the likeness in meaning, a cosine.
    """

    named: float
    spoken: float
    rare: float
    alike: float


@dataclass(frozen=True, slots=True)
class Likely:
    number: str
    probability: float

    @property
    def taken(self) -> bool:
        """Whether it is likely enough to be taken for what is meant, and said so."""
        return self.probability >= _TAKEN


# How much each kind of evidence counts, and what none of the policies has to be likelier than.
_WEIGHTS: Final = Evidence(named=1.30, spoken=2.47, rare=0.80, alike=2.08)
_NONE: Final = 3.84


def likely(text: str, linker: Linker, catalogue: Catalogue) -> tuple[Likely, ...]:
    """The policies that a text may be about, the likeliest first; what is left to 1 is that it is none of them."""
    scores = {
        number: sum(w * e for w, e in zip(astuple(_WEIGHTS), astuple(evidence), strict=True))
        for number, evidence in evidence_of(text, linker, catalogue).items()
    }
    most = max([_NONE, *scores.values()])
    total = math.exp(_NONE - most) + sum(math.exp(score - most) for score in scores.values())
    found = [Likely(number, math.exp(score - most) / total) for number, score in scores.items()]
    return tuple(sorted(found, key=lambda one: (-one.probability, one.number)))


def none_of(found: Sequence[Likely]) -> float:
    """How likely it is that a text is about none of the policies that were found for it."""
    return 1.0 - sum(one.probability for one in found)


def evidence_of(text: str, linker: Linker, catalogue: Catalogue) -> Mapping[str, Evidence]:
    """What speaks for each policy that a text may be about."""
    text = linker.written_out(text)
    telling = linker.telling(text)
    words = {token.stem: text[token.start : token.end].lower() for token in telling}
    held = catalogue.holding(tuple(words.values()), _CANDIDATES)
    alike = linker.likeness(text)
    nearest = sorted(alike, key=lambda number: -alike[number])[:_ALIKE]
    on_file = len(linker.names.titles)
    weights = {
        stem: math.log((on_file + 1) / (held.counts.get(word, 0) + 0.5))
        for stem, word in words.items()
    }
    told = sum(weights.values()) or 1.0
    few = max(1.0, on_file / 10)
    found = {}
    for number in dict.fromkeys((*held.numbers, *nearest)):
        version = catalogue.version(number)
        if version is None or number not in linker.names.titles:
            continue
        spoken = {word for word in words if speaks_of(version, [word])}
        named = spoken & linker.names.said_of(number)
        found[number] = Evidence(
            sum(weights[word] for word in named) / told,
            sum(weights[word] for word in spoken) / told,
            sum(weights[word] for word in spoken if held.counts.get(words[word], 0) <= few),
            alike.get(number, 0.0),
        )
    return found
