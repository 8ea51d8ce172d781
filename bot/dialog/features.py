"""Turns texts into numbers: the sentence encoder's vector beside weights of words and of characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

Matrix = npt.NDArray[np.float32]

# How much the words and the characters weigh beside a unit vector; found by cross-validation.
WEIGHTS: Final = {"words": 0.8, "characters": 0.5}

# How a text begins and ends tells much of what it asks ("what ...", "... covered"), so both ends are words.
_BEGIN, _END = "xbegin", "xend"
_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "words": {"ngram_range": (1, 3), "token_pattern": r"\b\w+\b|\?"},
    "characters": {"analyzer": "char_wb", "ngram_range": (2, 4)},
}


class SparseFeatures:
    """The tf-idf weights of a text's words and characters, as far as two examples have them.

    scikit-learn counts and weighs the training data; a text is then weighed here, in the same way but
    without the overhead of its matrices, which is longer than the work.
    """

    def __init__(self, kinds: Mapping[str, _Kind]) -> None:
        self._kinds = kinds

    @classmethod
    def of(cls, texts: Sequence[str]) -> SparseFeatures:
        kinds = {}
        for name, settings in _SETTINGS.items():
            # What stands in a single example teaches nothing of others.
            counted = TfidfVectorizer(min_df=2, **settings).fit(_ended(texts, name))
            terms = counted.get_feature_names_out().tolist()
            kinds[name] = _Kind(terms, counted.idf_.astype(np.float32), counted.build_analyzer())
        return cls(kinds)

    def __call__(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """A row of weights for each text."""
        columns: list[int] = []
        weights: list[Matrix] = []
        ends = [0]
        for text in texts:
            offset = 0
            for name, kind in self._kinds.items():
                found, weighed = kind.weigh(_ended([text], name)[0])
                columns += [offset + column for column in found]
                weights.append(WEIGHTS[name] * weighed)
                offset += len(kind.terms)
            ends.append(len(columns))
        width = sum(len(kind.terms) for kind in self._kinds.values())
        values = np.concatenate(weights) if weights else np.zeros(0, dtype=np.float32)
        return sparse.csr_matrix((values, columns, ends), shape=(len(texts), width))

    def save(self, folder: Path) -> None:
        for name, kind in self._kinds.items():
            (folder / f"{name}.txt").write_text("\n".join(kind.terms), encoding="utf-8")
            np.save(folder / f"{name}.npy", kind.idf)

    @classmethod
    def load(cls, folder: Path) -> SparseFeatures:
        return cls(
            {
                name: _Kind(
                    (folder / f"{name}.txt").read_text(encoding="utf-8").split("\n"),
                    np.load(folder / f"{name}.npy", allow_pickle=False),
                    TfidfVectorizer(**settings).build_analyzer(),
                )
                for name, settings in _SETTINGS.items()
            }
        )


class _Kind:
    def __init__(
        self, terms: list[str], idf: Matrix, analyze: Callable[[str], Iterable[str]]
    ) -> None:
        self.terms = terms
        self.idf = idf
        self._analyze = analyze
        self._columns = {term: column for column, term in enumerate(terms)}

    def weigh(self, text: str) -> tuple[list[int], Matrix]:
        """The columns of the terms in a text, and their weights, of length one together."""
        counts = Counter(
            column
            for term in self._analyze(text)
            if (column := self._columns.get(term)) is not None
        )
        columns = list(counts)
        weights = (1 + np.log(np.array(list(counts.values()), dtype=np.float32))) * self.idf[
            columns
        ]
        length = float(np.linalg.norm(weights))
        return columns, weights / length if length else weights


def _ended(texts: Sequence[str], kind: str) -> Sequence[str]:
    return [f"{_BEGIN} {text} {_END}" for text in texts] if kind == "words" else texts
