"""Which policy a message is about, where it names none outright: fits the weights of bot/answer/likely.py.

    python -m benchmarks.linking

benchmarks/linking.tsv holds first messages with the policy that they mean, or "-" for none of those on file, over
the documents of benchmarks/sealed and of data/policies; none of them is from the sealed questions. The weights are
fitted to all; what is printed of each set was measured with weights that were fitted to the others.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.sealed import desk_of
from bot.answer.likely import Evidence, evidence_of

MESSAGES = Path(__file__).with_name("linking.tsv")
# How strongly the weights are held small, a row.
RIDGE = 0.002
SURE = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Row:
    message: str
    numbers: tuple[str, ...]
    evidence: npt.NDArray[np.float64]
    meant: tuple[int, ...]


def rows(name: str) -> list[Row]:
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        written = [r for r in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if r]
    found = []
    with TemporaryDirectory() as home:
        desk = desk_of(name, Path(home))
        linker, catalogue = desk.linking(), desk.catalogue
        for _, policy, message in (r for r in written if r[0] == name):
            evidence = evidence_of(message, linker, catalogue)
            numbers = tuple(evidence)
            wanted = set(policy.split("|")) - {"-"}
            # A policy that is meant and not among the candidates cannot be chosen.
            meant = tuple(i for i, number in enumerate(numbers) if number in wanted)
            table = np.array([astuple(evidence[n]) for n in numbers]).reshape(
                -1, len(Evidence.__slots__)
            )
            found.append(Row(message, numbers, table, meant or ((-1,) if wanted else ())))
    return found


def fit(some: Sequence[Row]) -> npt.NDArray[np.float64]:
    """The weight of "none", then those of the evidence: of a conditional logit with a small ridge."""

    def loss(weights: npt.NDArray[np.float64]) -> float:
        return RIDGE * float(weights[1:] @ weights[1:]) - float(
            np.mean([np.log(_right(row, weights) + 1e-12) for row in some if row.meant != (-1,)])
        )

    start = np.zeros(1 + len(Evidence.__slots__))
    return np.asarray(minimize(loss, start, method="L-BFGS-B").x)


def probabilities(row: Row, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of each candidate, and last of none of them."""
    scores = np.append(row.evidence @ weights[1:], weights[0])
    found = np.exp(scores - scores.max())
    return found / found.sum()


def _right(row: Row, weights: npt.NDArray[np.float64]) -> float:
    found = probabilities(row, weights)
    return float(found[list(row.meant)].sum() if row.meant else found[-1])


def table(name: str, some: Iterable[Row], weights: npt.NDArray[np.float64]) -> str:
    some = list(some)
    tops = []
    for row in some:
        found = probabilities(row, weights)
        best = int(found.argmax())
        right = best in row.meant or (not row.meant and best == len(row.numbers))
        tops.append((best < len(row.numbers), float(found.max()), right, row))
    cells = [f"{sum(right for _, _, right, _ in tops)} of {len(some)}"]
    for least in SURE:
        taken = [right for policy, sure, right, _ in tops if policy and sure >= least]
        cells.append(f"{sum(taken)} of {len(taken)}")
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    sets = {name: rows(name) for name in ("twelve", "ten", "demo")}
    print("| set | likeliest right | " + " | ".join(f"taken from {s} on" for s in SURE) + " |")
    print("|---" * (2 + len(SURE)) + "|")
    for name, held in sets.items():
        others = [row for other, some in sets.items() if other != name for row in some]
        print(table(name, held, fit(others)))
    weights = fit([row for some in sets.values() for row in some])
    print(
        f"none {weights[0]:.2f}, "
        + ", ".join(f"{n} {w:.2f}" for n, w in zip(Evidence.__slots__, weights[1:], strict=True))
    )


if __name__ == "__main__":
    main()
