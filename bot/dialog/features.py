"""Turns texts into numbers: the sentence encoder's vector beside weights of words and of characters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

Matrix = npt.NDArray[np.float32]

# How much the words and the characters weigh beside a unit vector; found by cross-validation.
WORDS: Final = 0.8
CHARACTERS: Final = 0.5

# How a text begins and ends tells much of what it asks ("what ...", "... covered"), so both ends are words.
_BEGIN, _END = "xbegin", "xend"
_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "words": {"ngram_range": (1, 3), "token_pattern": r"\b\w+\b|\?"},
    "characters": {"analyzer": "char_wb", "ngram_range": (2, 4)},
}


def _vectorizer(kind: str, terms: Sequence[str] | None = None) -> TfidfVectorizer:
    # What stands in a single example teaches nothing of others.
    only = {"vocabulary": terms} if terms is not None else {"min_df": 2}
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **_SETTINGS[kind], **only)


class SparseFeatures:
    """The tf-idf weights of a text's words and characters, as far as two examples have them."""

    def __init__(self, words: TfidfVectorizer, characters: TfidfVectorizer) -> None:
        self._words = words
        self._characters = characters

    @classmethod
    def of(cls, texts: Sequence[str]) -> SparseFeatures:
        words, characters = _vectorizer("words"), _vectorizer("characters")
        words.fit(_ended(texts))
        characters.fit(texts)
        return cls(words, characters)

    def __call__(self, texts: Sequence[str]) -> sparse.csr_matrix:
        return sparse.hstack(
            [
                WORDS * self._words.transform(_ended(texts)),
                CHARACTERS * self._characters.transform(texts),
            ],
            format="csr",
            dtype=np.float32,
        )

    def save(self, folder: Path) -> None:
        for kind, vectorizer in (("words", self._words), ("characters", self._characters)):
            terms = "\n".join(vectorizer.get_feature_names_out())
            (folder / f"{kind}.txt").write_text(terms, encoding="utf-8")
            np.save(folder / f"{kind}.npy", vectorizer.idf_.astype(np.float32))

    @classmethod
    def load(cls, folder: Path) -> SparseFeatures:
        loaded = []
        for kind in ("words", "characters"):
            terms = (folder / f"{kind}.txt").read_text(encoding="utf-8").split("\n")
            vectorizer = _vectorizer(kind, terms)
            vectorizer.idf_ = np.load(folder / f"{kind}.npy", allow_pickle=False)
            loaded.append(vectorizer)
        return cls(*loaded)


def _ended(texts: Sequence[str]) -> list[str]:
    return [f"{_BEGIN} {text} {_END}" for text in texts]
