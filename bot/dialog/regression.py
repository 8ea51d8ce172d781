"""Logistic regression for many classes at once, over dense and sparse features side by side.

scikit-learn fits the classes of a one-vs-rest model one after the other, and does not take the two kinds
of features unmixed; here one L-BFGS run fits them all, in a tenth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

Matrix = npt.NDArray[np.float32]

RIDGE = 0.03
STEPS = 80


@dataclass(frozen=True, slots=True)
class Linear:
    """`dense` and `lexical` hold a column of weights for each class."""

    dense: Matrix
    lexical: Matrix
    bias: Matrix

    def __call__(self, vectors: Matrix, weights: sparse.csr_matrix) -> Matrix:
        """A row of scores (log odds, up to a constant) for each text."""
        return np.asarray(vectors @ self.dense + weights @ self.lexical + self.bias)


def fit(
    vectors: Matrix,
    weights: sparse.csr_matrix,
    targets: Matrix,
    emphasis: float | None = None,
    steps: int = STEPS,
) -> Linear:
    """Fits `targets`, a row for each text and a column for each class.

    Without `emphasis` the classes exclude one another (softmax) and each row sums to one. With it each
    class is decided by itself (one-vs-rest), and an example of the class counts that many times as much
    as one of the rest, of which there are many more.
    """
    examples, classes = targets.shape
    size = vectors.shape[1]
    across = weights.T.tocsr()
    counts = 1.0 if emphasis is None else 1 + (emphasis - 1) * targets

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        rows = flat[:-classes].reshape(-1, classes)
        held = rows.astype(np.float32)
        scores = vectors @ held[:size] + weights @ held[size:] + flat[-classes:].astype(np.float32)
        if emphasis is None:
            total = logsumexp(scores, axis=1, keepdims=True)
            lost = -(targets * (scores - total)).sum()
            slope = np.exp(scores - total) - targets
        else:
            lost = (counts * (np.logaddexp(0, scores) - targets * scores)).sum()
            slope = counts * (expit(scores) - targets)
        gradient = np.vstack([vectors.T @ slope, across @ slope]) + RIDGE * rows
        lost += RIDGE / 2 * (rows**2).sum()
        return lost / examples, np.concatenate([gradient.ravel(), slope.sum(axis=0)]) / examples

    start = np.zeros((size + weights.shape[1] + 1) * classes)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6}
    ).x
    rows = found[:-classes].reshape(-1, classes).astype(np.float32)
    return Linear(rows[:size], rows[size:], found[-classes:].astype(np.float32))
