"""How well the assistant understands: on the questions of tests/, and on public data.

    .venv/bin/python benchmarks/understanding.py unseen
    .venv/bin/python benchmarks/understanding.py clinc PATH/TO/data_full.json
    .venv/bin/python benchmarks/understanding.py banking PATH/TO/train.csv PATH/TO/test.csv
    .venv/bin/python benchmarks/understanding.py speed

`unseen` plays tests/questions and tests/conversations through the whole assistant. The public data
(clinc/oos-eval and PolyAI-LDN/task-specific-datasets on GitHub) goes through the same classifier class;
each run trains it anew, which takes some minutes. docs/understanding.md holds the tables.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml

from bot.conversations.case import Case
from bot.conversations.runner import Result, play
from bot.conversations.stores import here
from bot.conversations.suite import collect
from bot.dialog.encoder import shared_encoder
from bot.dialog.needs_model import NeedsModel, Prediction
from bot.dialog.reading import read

ROOT = Path(__file__).resolve().parent.parent
ASPECTS = ("kind", "topics", "policy", "determination")
REFUSALS = {"clarification", "out_of_scope"}
SURE = (0.0, 0.5, 0.8, 0.95, 1.01)
STRANGE = "out_of_scope"


def examples() -> Iterator[tuple[str, list[str]]]:
    """The project's own training data: each text with its needs."""
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            needs = [block["intent"], *block.get("metadata", {}).get("also", [])]
            for line in block["examples"].splitlines():
                yield line.removeprefix("- "), needs


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


# The project's own unseen sets.


def unseen(arguments: argparse.Namespace) -> None:
    trained = {plain(text) for text, _ in examples()}
    by_file: dict[str, list[Result]] = {}
    with here() as assistant:
        for case in collect(arguments.paths):
            by_file.setdefault(_family(case), []).append(play(case, assistant))
    results = [result for results in by_file.values() for result in results]
    heads = ("set", "threads", "right", *ASPECTS, "wrong determination", "asked needlessly")
    print(_row(*heads), _row(*("---" for _ in heads)), sep="\n")
    for name, some in (*sorted(by_file.items()), ("all", results)):
        print(_scores(name, some))
    print(_scores("all, last words not in training", [r for r in results if not _seen(r, trained)]))
    print("\n| the leading need's probability | threads | right |\n|---|---|---|")
    for low, high in pairwise(SURE):
        those = [r for r in results if low <= _confidence(r) < high]
        print(_row(f"{low} to {min(high, 1.0)}", len(those), _share(r.passed for r in those)))


def _family(case: Case) -> str:
    path = Path(case.source)
    return path.name if path.suffix == ".tsv" else f"conversations, {case.store} store"


def _seen(result: Result, trained: set[str]) -> bool:
    return plain(result.case.turns[-1].words) in trained


def _scores(name: str, results: Sequence[Result]) -> str:
    faults = [
        {aspect for fault in r.faults for aspect in ASPECTS if aspect in fault.what}
        for r in results
    ]
    wrong = sum(
        any("determination" in f.what and f.came != "none" for f in r.faults) for r in results
    )
    return _row(
        name,
        len(results),
        _share(r.passed for r in results),
        *(_share(aspect not in found for found in faults) for aspect in ASPECTS),
        wrong,
        _share(_refused_needlessly(r) for r in results),
    )


def _refused_needlessly(result: Result) -> bool:
    return any(
        "kind" in fault.what
        and bool(set(fault.came.split(", ")) & REFUSALS)
        and not set(fault.expected.split(" or ")) & REFUSALS
        for fault in result.faults
    )


def _confidence(result: Result) -> float:
    intent = result.played[-1].reply.understood.get("intent", {}) if result.played else {}
    return float(intent.get("confidence", 0.0))


# Public data.


def clinc(arguments: argparse.Namespace) -> None:
    data = json.loads(arguments.file.read_text(encoding="utf-8"))
    model = _trained(
        [(text, [intent]) for text, intent in data["train"]]
        + [(text, [STRANGE]) for text, _ in data["oos_train"]]
    )
    read_by_part = {
        part: model.predict([text for text, _ in data[part]])
        for part in ("val", "test", "oos_val", "oos_test")
    }
    right = {
        part: np.array(
            [
                _best(p) == intent
                for p, (_, intent) in zip(read_by_part[part], data[part], strict=True)
            ]
        )
        for part in ("val", "test")
    }
    score = {part: np.array([_known(p) for p in some]) for part, some in read_by_part.items()}
    print("| validation in scope, at least | threshold | test in scope | out of scope refused |")
    print("|---|---|---|---|")
    for aim in (0.0, 0.945, 0.95, 0.9525, 0.955, 0.96):
        fitting = [
            t for t in np.unique(score["val"]) if (right["val"] & (score["val"] >= t)).mean() >= aim
        ]
        threshold = max(fitting) if aim and fitting else 0.0
        print(
            _row(
                f"{aim:.4f}",
                f"{threshold:.4f}",
                f"{(right['test'] & (score['test'] >= threshold)).mean():.4f}",
                f"{(score['oos_test'] < threshold).mean():.4f}",
            )
        )


def banking(arguments: argparse.Namespace) -> None:
    train, test = (
        list(csv.DictReader(path.open(encoding="utf-8")))
        for path in (arguments.train, arguments.test)
    )
    model = _trained([(row["text"], [row["category"]]) for row in train])
    found = model.predict([row["text"] for row in test])
    right = np.mean([_best(p) == row["category"] for p, row in zip(found, test, strict=True)])
    print(f"accuracy on {len(test)} texts: {right:.4f}")


def _trained(data: Sequence[tuple[str, list[str]]]) -> NeedsModel:
    began = time.monotonic()
    model = NeedsModel.train(shared_encoder(), [t for t, _ in data], [needs for _, needs in data])
    print(f"trained on {len(data)} texts in {time.monotonic() - began:.0f} s", file=sys.stderr)
    return model


def _best(prediction: Prediction) -> str:
    needs = {need: p for need, p in prediction.needs.items() if need != STRANGE}
    return max(needs, key=needs.__getitem__)


def _known(prediction: Prediction) -> float:
    return prediction.familiar * (1 - prediction.needs.get(STRANGE, 0.0))


# Speed.


def speed(_arguments: argparse.Namespace) -> None:
    data = list(examples())
    began = time.process_time(), time.monotonic()
    model = _trained(data)
    print(
        f"training: {time.monotonic() - began[1]:.0f} s, of a processor {time.process_time() - began[0]:.0f} s"
    )
    messages = [case.turns[-1].words for case in collect([ROOT / "tests" / "questions"])]
    for message in messages[:50]:
        read(message, model)
    taken = []
    for message in messages:
        start = time.perf_counter()
        read(message, model)
        taken.append((time.perf_counter() - start) * 1000)
    marks = statistics.quantiles(taken, n=100)
    print(
        f"a message: p50 {marks[49]:.1f} ms, p95 {marks[94]:.1f} ms, over {len(messages)} messages"
    )


def _share(values: Iterator[bool]) -> str:
    held = list(values)
    return f"{100 * sum(held) / len(held):.1f} %" if held else "–"


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def main() -> None:
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    jobs = parser.add_subparsers(required=True)
    job = jobs.add_parser("unseen", help="the project's own questions and conversations")
    default = [ROOT / "tests" / "questions", ROOT / "tests" / "conversations"]
    job.add_argument("paths", nargs="*", type=Path, default=default)
    job.set_defaults(run=unseen)
    job = jobs.add_parser("clinc", help="CLINC150 with its out-of-scope queries")
    job.add_argument("file", type=Path)
    job.set_defaults(run=clinc)
    job = jobs.add_parser("banking", help="BANKING77")
    job.add_argument("train", type=Path)
    job.add_argument("test", type=Path)
    job.set_defaults(run=banking)
    job = jobs.add_parser("speed", help="training, and reading a message")
    job.set_defaults(run=speed)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
