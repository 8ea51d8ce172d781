"""The classifier: which needs a text shows, and how near it is to anything seen in training.

One logistic regression for each need (one-vs-rest) over the sentence encoder's vector beside tf-idf
weights of words and characters. Needs are not exclusive: a text may show several, or none.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.dialog.encoder import SentenceEncoder
from bot.dialog.shape import shape_of

Matrix = npt.NDArray[np.float32]

NEIGHBOURS = 5


@dataclass(frozen=True, slots=True)
class Prediction:
    """`needs` holds the probability of every need, `familiar` from 0 to 1 the nearness to training."""

    needs: dict[str, float]
    familiar: float


class NeedsModel:
    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.needs: tuple[str, ...] = ()

    def fit(self, texts: Sequence[str], labels: Sequence[Collection[str]]) -> NeedsModel:
        shapes = [shape_of(text) for text in texts]
        self.needs = tuple(sorted({need for shown in labels for need in shown}))
        self._words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
        self._characters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32
        )
        self._words.fit(shapes)
        self._characters.fit(shapes)
        self._examples = self._encoder.encode(shapes)
        self._shown = np.array([[need in shown for need in self.needs] for shown in labels])
        features = self._features(shapes, self._examples)
        self._weights = np.zeros((features.shape[1], len(self.needs)), dtype=np.float32)
        self._bias = np.zeros(len(self.needs), dtype=np.float32)
        for i in range(len(self.needs)):
            regression = LogisticRegression(C=20, solver="liblinear", class_weight=None)
            regression.fit(features, self._shown[:, i])
            self._weights[:, i] = regression.coef_[0]
            self._bias[i] = regression.intercept_[0]
        return self

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        shapes = [shape_of(text) for text in texts]
        vectors = self._encoder.encode(shapes)
        scores = self._features(shapes, vectors) @ self._weights + self._bias
        probabilities = 1 / (1 + np.exp(-np.asarray(scores)))
        similarities = vectors @ self._examples.T
        predictions = []
        for row, near in zip(probabilities, similarities, strict=True):
            of_best = near[self._shown[:, int(row.argmax())]]
            nearest = np.sort(of_best)[-NEIGHBOURS:].mean()
            predictions.append(
                Prediction(
                    {need: float(p) for need, p in zip(self.needs, row, strict=True)},
                    float(np.clip((nearest - 0.2) / 0.5, 0, 1)),
                )
            )
        return predictions

    def _features(self, shapes: Sequence[str], vectors: Matrix) -> sparse.csr_matrix:
        return sparse.hstack(
            [
                sparse.csr_matrix(vectors),
                0.5 * self._words.transform(shapes),
                0.5 * self._characters.transform(shapes),
            ],
            format="csr",
        )

    def save(self, folder: Path) -> None:
        np.savez_compressed(
            folder / "needs.npz",
            weights=self._weights,
            bias=self._bias,
            examples=self._examples.astype(np.float16),
            shown=self._shown,
            words_idf=self._words.idf_,
            characters_idf=self._characters.idf_,
        )
        terms = {
            "needs": self.needs,
            "words": self._words.get_feature_names_out().tolist(),
            "characters": self._characters.get_feature_names_out().tolist(),
        }
        (folder / "needs.json").write_text(json.dumps(terms), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder) -> NeedsModel:
        model = cls(encoder)
        terms = json.loads((folder / "needs.json").read_text(encoding="utf-8"))
        arrays = np.load(folder / "needs.npz", allow_pickle=False)
        model.needs = tuple(terms["needs"])
        model._weights, model._bias = arrays["weights"], arrays["bias"]
        model._examples = arrays["examples"].astype(np.float32)
        model._shown = arrays["shown"]
        model._words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32, vocabulary=terms["words"]
        )
        model._words.idf_ = arrays["words_idf"]
        model._characters = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 4),
            sublinear_tf=True,
            dtype=np.float32,
            vocabulary=terms["characters"],
        )
        model._characters.idf_ = arrays["characters_idf"]
        return model
