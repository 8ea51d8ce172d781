"""How near in meaning a message is to what the policies on file are about, and to what they state.

People who know no name describe ("the thing that shocks the bladder nerve"), and tell a case in other words than
the policy's. What is near is a sign among others, or a suggestion to ask back with; alone it never gives an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bot.answer.catalogue import Title, Version
from bot.answer.names import Names

Matrix = npt.NDArray[np.float32]

# The cosine from which a description is near enough to be offered. Measured by benchmarks/descriptions.py.
_NEAR: Final = 0.66
# So many characters of a statement tell what it is about; what follows are criteria.
_BEGINNING: Final = 150
# Versions whose statements are held as vectors, a few kilobytes each.
_KEPT: Final = 2000


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
    """`score` says how near the policy is, up to 1."""

    title: Title
    score: float


class Descriptions:
    """Safe to use from several threads. The encoder is asked for when it is first needed: it is large."""

    def __init__(self, described: Described, encoder: Callable[[], Encoder]) -> None:
        self._described = described
        self._encoder = encoder
        self._stated: dict[str, Matrix] = {}

    def near(self, text: str, names: Names, limit: int = 3) -> tuple[Suggestion, ...]:
        """The policies that the text may describe, the nearest first; several are an ambiguity."""
        alike = self.likeness(text)
        close = sorted((-score, number) for number, score in alike.items() if score >= _NEAR)
        return tuple(
            Suggestion(names.titles[number], -score)
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

    def nearness(self, version: Version, text: str) -> tuple[float, ...]:
        """How near the text is to each statement of a version: cosines. The last versions' vectors are kept."""
        if not text.strip() or not version.policy.statements:
            return ()
        held = self._stated.pop(version.id, None)
        if held is None:
            policy = version.policy
            held = self._encoder().encode(
                [f"{s.subject or policy.title}: {s.text[:_BEGINNING]}" for s in policy.statements]
            )
            while len(self._stated) >= _KEPT:
                self._stated.pop(next(iter(self._stated)), None)
        self._stated[version.id] = held
        return tuple((held @ self._encoder().encode([text])[0]).tolist())
