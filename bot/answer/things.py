"""What words name that nothing on file explains: a service, a condition, or a detail of the case.

"I have no policy about gait trainers" helps; "I have no policy about scared" does not. Which of the two it is
cannot be looked up, for the words are unknown; it is learned by meaning from the examples of `data/things.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, Protocol, get_args

import numpy as np
import yaml

from bot.answer.descriptions import Encoder, Matrix
from bot.answer.tokens import plain
from bot.errors import BadVocabulary

Thing = Literal["service", "condition", "detail"]


class Lexicon(Encoder, Protocol):
    def knows(self, word: str) -> bool:
        """Whether a word is one of those that everybody uses, in lower case."""


THINGS: Final[tuple[Thing, ...]] = get_args(Thing)

_WORD: Final = re.compile(r"[a-z]+")
# How strongly the weights are held small. Of 0.3 to 10, chosen by five-fold cross-validation over the examples.
_RIDGE: Final = 1.0


def load(path: Path) -> Mapping[Thing, Sequence[str]]:
    """The examples of each thing; raises `BadVocabulary` where one has none."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    examples = read if isinstance(read, dict) else {}
    for thing in THINGS:
        held = examples.get(thing)
        if not held or not all(isinstance(example, str) for example in held):
            raise BadVocabulary(f"{path.name} needs a list of examples under '{thing}:'.")
    return {thing: tuple(examples[thing]) for thing in THINGS}


class Things:
    """A linear classifier over the encoder's vectors. Safe to use from several threads."""

    def __init__(
        self,
        examples: Mapping[Thing, Sequence[str]],
        weights: Callable[[], Matrix],
        encoder: Callable[[], Lexicon],
    ) -> None:
        """`weights` gives what `fit` found in the examples; it and the encoder are asked for when needed."""
        self._examples = {plain(text): thing for thing in THINGS for text in examples[thing]}
        self._weights = weights
        self._encoder = encoder
        self._held: Matrix | None = None

    def everyday(self, word: str) -> bool:
        """Whether a word is one that everybody uses."""
        return self._encoder().knows(word.lower())

    def of(self, words: str) -> Thing:
        """What the words most likely name. An unknown word (a trade name, an acronym) is no mere detail."""
        said = plain(words)
        if said in self._examples:
            return self._examples[said]
        if self._held is None:
            self._held = self._weights()
        encoder = self._encoder()
        scores = (_with_one(encoder.encode([said])) @ self._held)[0]
        if not all(encoder.knows(word) for word in _WORD.findall(said)):
            scores[THINGS.index("detail")] = -np.inf
        return THINGS[int(scores.argmax())]


def fit(examples: Mapping[Thing, Sequence[str]], encoder: Encoder) -> Matrix:
    """The weights that tell the things apart: least squares with a penalty on the weights (ridge regression).

    One column a thing, one row a dimension of the encoder and one for the constant.
    """
    texts = [plain(text) for thing in THINGS for text in examples[thing]]
    named = [thing for thing in THINGS for _ in examples[thing]]
    x = _with_one(encoder.encode(texts))
    y = np.array([[1.0 if name == thing else 0.0 for thing in THINGS] for name in named])
    fitted = np.linalg.solve(x.T @ x + _RIDGE * np.eye(x.shape[1]), x.T @ y)
    return fitted.astype(np.float32)


def _with_one(vectors: Matrix) -> Matrix:
    """The vectors with a column of ones, so that the weights hold a constant."""
    return np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
