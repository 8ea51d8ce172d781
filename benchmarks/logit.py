"""A conditional logit with "none of them" as one more choice, and how it is fitted (McFadden, 1974)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Matrix = npt.NDArray[np.float64]

# How strongly the weights are held small, a row.
RIDGE = 0.004


@dataclass(frozen=True, slots=True)
class Row:
    """A choice: a row of evidence for each candidate; `right` are the places of those that are right, none where it
    is none of them. `weight` is how much it counts.
    """

    evidence: Matrix
    right: tuple[int, ...]
    weight: float = 1.0


def fit(rows: Sequence[Row]) -> Matrix:
    """The weight of "none", then those of the kinds of evidence."""
    kinds = rows[0].evidence.shape[1]
    total = sum(row.weight for row in rows)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        lost, slope = 0.0, np.zeros_like(weights)
        for row in rows:
            found = probabilities(row.evidence, weights)
            right = list(row.right) or [len(found) - 1]
            wanted = np.zeros_like(found)
            wanted[right] = found[right] / found[right].sum()
            lost -= row.weight * float(np.log(found[right].sum() + 1e-12))
            off = row.weight * (found - wanted)
            slope[1:] += row.evidence.T @ off[:-1]
            slope[0] += off[-1]
        held = RIDGE / 2 * float(weights @ weights)
        return lost / total + held, slope / total + RIDGE * weights

    return np.asarray(minimize(loss, np.zeros(1 + kinds), jac=True, method="L-BFGS-B").x)


def probabilities(evidence: Matrix, weights: Matrix) -> Matrix:
    """Of each candidate, and last of none of them."""
    scores = np.append(evidence @ weights[1:], weights[0])
    found = np.exp(scores - scores.max())
    return np.asarray(found / found.sum())


def printed(names: Sequence[str], weights: Matrix) -> str:
    """The weights as the code has them."""
    lines = [f"    {name}={weight:.2f}," for name, weight in zip(names, weights[1:], strict=True)]
    return "\n".join([*lines, f"_NONE: Final = {weights[0]:.2f}"])
