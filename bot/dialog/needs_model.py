"""The classifier: which needs a text shows, and how near it is to anything seen in training.

Two linear heads read the same features. One lets the needs compete, which ranks them best; the other
decides each need by itself, so that a text may show several. A need's probability is the higher of the
two. How familiar a text is comes from its scores and its nearest examples together: a probability alone
is high for much that is like nothing in training.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit, logsumexp, softmax
from sklearn.linear_model import LogisticRegression

from bot.dialog import regression
from bot.dialog.encoder import SentenceEncoder
from bot.dialog.features import SparseFeatures
from bot.dialog.regression import Linear
from bot.dialog.shape import shape_of

Matrix = npt.NDArray[np.float32]

EMPHASIS = 4.0  # found by cross-validation
NEIGHBOURS = 5
FOLDS = 3
FEW = 40  # steps of the fits that only calibrate
REMEMBERED = 2048


@dataclass(frozen=True, slots=True)
class Prediction:
    """`needs` holds the probability of every need, `familiar` from 0 to 1 the nearness to training."""

    needs: dict[str, float]
    familiar: float


class NeedsModel:
    """Made by `train` or `load`."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        needs: tuple[str, ...],
        features: SparseFeatures,
        ranks: Linear,
        decides: Linear,
        known: Known,
    ) -> None:
        self._encoder = encoder
        self.needs = needs
        self._features = features
        self._ranks = ranks
        self._decides = decides
        self._known = known
        # With what is on file hidden from the model, much is said in the same words.
        self._remembered = lru_cache(REMEMBERED)(self._predicted)

    @classmethod
    def train(
        cls, encoder: SentenceEncoder, texts: Sequence[str], labels: Sequence[Collection[str]]
    ) -> NeedsModel:
        """Each text with the needs that it shows, the leading one first."""
        shapes = [shape_of(text) for text in texts]
        needs = tuple(sorted({need for shown in labels for need in shown}))
        targets = np.array(
            [[need in shown for need in needs] for shown in labels], dtype=np.float32
        )
        vectors = encoder.encode(shapes)
        features = SparseFeatures.of(shapes)
        weights = features(shapes)
        return cls(
            encoder,
            needs,
            features,
            regression.fit(vectors, weights, _shared(targets)),
            regression.fit(vectors, weights, targets, EMPHASIS),
            Known.learned(vectors, weights, targets),
        )

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        return [self._remembered(shape_of(text)) for text in texts]

    def _predicted(self, shape: str) -> Prediction:
        vectors, weights = self._encoder.encode([shape]), self._features([shape])
        ranked = self._ranks(vectors, weights)
        shown = np.maximum(softmax(ranked, axis=1), expit(self._decides(vectors, weights)))
        (familiar,) = self._known(vectors, ranked).tolist()
        return Prediction(dict(zip(self.needs, shown[0].tolist(), strict=True)), familiar)

    def save(self, folder: Path) -> None:
        self._features.save(folder)
        np.savez_compressed(
            folder / "needs.npz",
            examples=self._known.examples.astype(np.float16),
            targets=self._known.targets,
            calibration=self._known.calibration,
            **{
                f"{name}_{part}": getattr(head, part).astype(np.float16)
                for name, head in (("ranks", self._ranks), ("decides", self._decides))
                for part in Linear.__slots__
            },
        )
        (folder / "needs.json").write_text(json.dumps(self.needs), encoding="utf-8")

    @classmethod
    def load(cls, encoder: SentenceEncoder, folder: Path) -> NeedsModel:
        with np.load(folder / "needs.npz", allow_pickle=False) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in stored.files}
        ranks, decides = (
            Linear(*(arrays[f"{name}_{part}"] for part in Linear.__slots__))
            for name in ("ranks", "decides")
        )
        return cls(
            encoder,
            tuple(json.loads((folder / "needs.json").read_text(encoding="utf-8"))),
            SparseFeatures.load(folder),
            ranks,
            decides,
            Known(arrays["examples"], arrays["targets"], arrays["calibration"]),
        )


@dataclass(frozen=True, slots=True)
class Known:
    """Tells what is like the training examples from what is not.

    `calibration` holds the weights of the signs and, last, a constant.
    """

    examples: Matrix
    targets: Matrix
    calibration: Matrix

    def __call__(self, vectors: Matrix, scores: Matrix) -> Matrix:
        signs = _signs(vectors, scores, self.examples, self.targets)
        return np.asarray(expit(signs @ self.calibration[:-1] + self.calibration[-1]))

    @classmethod
    def learned(cls, vectors: Matrix, weights: sparse.csr_matrix, targets: Matrix) -> Known:
        """Learns from held-out examples of the needs in training, and from needs held out altogether.

        The latter stand for what nobody thought of: to a model that never saw a need, its examples are
        unfamiliar.
        """
        drawn = np.random.default_rng(0)
        group = drawn.permutation(targets.shape[1]) % FOLDS
        fold = drawn.integers(FOLDS, size=len(targets))
        signs, familiar = [], []
        for k in range(FOLDS):
            away = group == k
            strange = ~targets[:, ~away].any(axis=1)
            kept = ~targets[:, away].any(axis=1) & (fold != k)
            inner = targets[kept][:, ~away]
            head = regression.fit(vectors[kept], weights[kept], _shared(inner), steps=FEW)
            for chosen, is_known in ((~strange & (fold == k), 1), (strange, 0)):
                scores = head(vectors[chosen], weights[chosen])
                signs.append(_signs(vectors[chosen], scores, vectors[kept], inner))
                familiar.append(np.full(int(chosen.sum()), is_known))
        fitted = LogisticRegression(class_weight="balanced").fit(
            np.vstack(signs), np.concatenate(familiar)
        )
        calibration = np.append(fitted.coef_[0], fitted.intercept_).astype(np.float32)
        return cls(vectors, targets, calibration)


def _shared(targets: Matrix) -> Matrix:
    """Rows that sum to one: a text that shows two needs counts half for each."""
    return np.asarray(targets / targets.sum(axis=1, keepdims=True))


def _signs(vectors: Matrix, scores: Matrix, examples: Matrix, targets: Matrix) -> Matrix:
    """How strongly any need speaks, and the likeness to the nearest examples: of the best need, of all."""
    # One after the other: for so few rows, a product of matrices takes four times as long as of vectors.
    near = np.stack([examples @ vector for vector in vectors])
    of_best = np.where(targets[:, scores.argmax(axis=1)].T > 0, near, -1.0)
    return np.column_stack(
        [
            logsumexp(scores, axis=1),
            _nearest(of_best),
            _nearest(near),
            near.max(axis=1),
        ]
    )


def _nearest(likeness: Matrix) -> Matrix:
    count = min(NEIGHBOURS, likeness.shape[1])
    return np.asarray(np.partition(likeness, -count, axis=1)[:, -count:].mean(axis=1))
