"""Services by description: what people say who know no name ("the thing that shocks the bladder nerve").

A message is compared in meaning with what each policy on file says that it is about, and with what the payer's
vocabulary calls its services. A service of the vocabulary that no policy is about keeps the message from
being taken for something alike that is on file. What is found is a suggestion to ask back with, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bot.answer.catalogue import Title
from bot.answer.names import Names
from bot.answer.vocabulary import Service, Vocabulary

Matrix = npt.NDArray[np.float32]

# The cosine from which a description is near enough to be offered. Measured by benchmarks/descriptions.py.
_NEAR: Final = 0.46


class Encoder(Protocol):
    """Texts to unit vectors; texts that mean the like have a product near one."""

    @property
    def id(self) -> str:
        """Differs between encoders whose vectors cannot be compared."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text."""


class Described(Protocol):
    def vectors(self) -> tuple[Sequence[str], Matrix]:
        """The policies on file, and a row for each: what it says that it is about.

        Where there are none, the matrix may have any number of columns.
        """


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`score` says how near the policy is, up to 1; `name` what of the vocabulary is nearer than itself."""

    title: Title
    score: float
    name: str | None = None


class Descriptions:
    """Safe to use from several threads. The encoder is asked for when it is first needed: it is large."""

    def __init__(self, described: Described, encoder: Callable[[], Encoder]) -> None:
        self._described = described
        self._encoder = encoder
        self._called: tuple[str, tuple[tuple[Service, str], ...], Matrix] | None = None

    def near(
        self, text: str, names: Names, vocabulary: Vocabulary, limit: int = 3
    ) -> tuple[Suggestion, ...]:
        """The policies that the text may describe, the nearest first; several are an ambiguity."""
        if not text.strip():
            return ()
        said = self._encoder().encode([text])[0]
        best: dict[str, tuple[float, str | None]] = {}
        numbers, matrix = self._described.vectors()
        scores = matrix @ said if numbers else np.zeros(0, dtype=np.float32)
        for row in np.flatnonzero(scores >= _NEAR):
            number, score = numbers[row], float(scores[row])
            best[number] = max(best.get(number, (score, None)), (score, None), key=_score)
        least = _NEAR
        called, matrix = self._names_of(vocabulary)
        for (service, name), near in zip(called, (matrix @ said).tolist(), strict=True):
            if near < _NEAR:
                continue
            on_file = names.policies_of(service.name)
            if not on_file:
                least = max(least, near)
            for number in on_file:
                best[number] = max(best.get(number, (near, name)), (near, name), key=_score)
        close = sorted((-score, number) for number, (score, _) in best.items() if score >= least)
        return tuple(
            Suggestion(names.titles[number], -score, best[number][1])
            for score, number in close[:limit]
            if number in names.titles
        )

    def likeness(self, text: str) -> dict[str, float]:
        """How near the text is to what each policy on file says that it is about: a cosine."""
        numbers, matrix = self._described.vectors()
        if not numbers or not text.strip():
            return {}
        scores = (matrix @ self._encoder().encode([text])[0]).tolist()
        best: dict[str, float] = {}
        for number, score in zip(numbers, scores, strict=True):
            best[number] = max(score, best.get(number, score))
        return best

    def _names_of(self, vocabulary: Vocabulary) -> tuple[tuple[tuple[Service, str], ...], Matrix]:
        if self._called is None or self._called[0] != vocabulary.digest:
            called = tuple(
                (service, name)
                for service in vocabulary.services
                for name in (service.name, *service.described_as)
            )
            matrix = self._encoder().encode([name for _, name in called])
            self._called = vocabulary.digest, called, matrix
        return self._called[1:]


def _score(found: tuple[float, str | None]) -> float:
    return found[0]
