"""Which pipeline reads a provider's message best: the comparison behind config.yml.

    .venv/bin/python benchmarks/pipelines.py [--diet]

Each is trained on data/nlu and asked for the leading need of those questions in tests/questions that
stand alone and ask for one topic, word for word as typed. DIET is trained by Rasa, which takes long.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer
from understanding import ROOT, examples

from bot.answer.needs import TOPICS
from bot.conversations.suite import collect
from bot.dialog.encoder import shared_encoder
from bot.dialog.needs_model import NeedsModel
from bot.dialog.reading import leading, read

Reader = Callable[[str], str]
DIET = {
    "recipe": "default.v1",
    "assistant_id": "comparison",
    "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 40, "constrain_similarities": True},
    ],
}


def questions() -> list[tuple[str, tuple[str, ...]]]:
    """What stands alone and asks for one topic, with the topics that are right."""
    found = []
    for case in collect([ROOT / "tests" / "questions"]):
        last = case.turns[-1]
        if len(case.turns) == 1 and len(last.whole.topics) == 1:
            found.append((last.words, last.whole.topics[0]))
    return found


def regression(sparse: bool, encoder: bool) -> Callable[[], Reader]:
    def train() -> Reader:
        features = []
        if sparse:
            features.append(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True))
            features.append(
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
            )
        if encoder:
            features.append(FunctionTransformer(shared_encoder().encode))
        model = make_pipeline(make_union(*features), LogisticRegression(C=20, max_iter=300))
        data = list(examples())
        model.fit([text for text, _ in data], [needs[0] for _, needs in data])
        return lambda text: str(model.predict([text])[0])

    return train


def ours() -> Reader:
    data = list(examples())
    model = NeedsModel.train(shared_encoder(), [t for t, _ in data], [needs for _, needs in data])
    return lambda text: leading(read(text, model))[0]


def measured(train: Callable[[], Reader], asked: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    began = time.monotonic()
    reader = train()
    trained = time.monotonic() - began
    right, taken = 0, []
    for text, topics in asked:
        start = time.perf_counter()
        right += reader(text) in topics
        taken.append((time.perf_counter() - start) * 1000)
    return f"{100 * right / len(asked):.1f} % | {statistics.median(taken):.1f} ms | {trained:.0f} s"


def diet(asked: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """Trained and tested by Rasa's own commands."""
    quiet = os.environ | {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "config.yml").write_text(yaml.safe_dump(DIET))
        blocks = [{"intent": topics[0], "examples": f"- {text}\n"} for text, topics in asked]
        (folder / "asked.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}))
        rasa = [sys.executable, "-m", "rasa"]
        began = time.monotonic()
        train = ["train", "nlu", "--config", str(folder / "config.yml"), "--nlu", "data/nlu"]
        subprocess.run(
            [*rasa, *train, "--out", place], cwd=ROOT, env=quiet, check=True, stdout=sys.stderr
        )
        trained = time.monotonic() - began
        test = ["test", "nlu", "--model", place, "--nlu", str(folder / "asked.yml"), "--no-plot"]
        subprocess.run(
            [*rasa, *test, "--successes", "--out", str(folder / "results")],
            cwd=ROOT, env=quiet, check=True, stdout=sys.stderr,
        )  # fmt: skip
        report = folder / "results"
        read_as = {
            entry["text"]: entry["intent_prediction"]["name"]
            for name in ("intent_errors.json", "intent_successes.json")
            for entry in json.loads((report / name).read_text())
        }
    right = sum(read_as.get(text) in topics for text, topics in asked)
    return f"{100 * right / len(asked):.1f} % | – | {trained:.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--diet", action="store_true", help="train Rasa's default classifier too")
    arguments = parser.parse_args()
    asked = questions()
    assert all(topic in TOPICS for _, topics in asked for topic in topics)
    print(f"{len(asked)} questions\n\n| pipeline | leading need right | a message | training |")
    print("|---|---|---|---|")
    for name, train in (
        ("logistic regression, sparse features", regression(sparse=True, encoder=False)),
        ("logistic regression, sentence encoder", regression(sparse=False, encoder=True)),
        ("logistic regression, both", regression(sparse=True, encoder=True)),
        ("ours (config.yml)", ours),
    ):
        print(f"| {name} | {measured(train, asked)} |", flush=True)
    if arguments.diet:
        print(f"| DIET, Rasa's default pipeline | {diet(asked)} |")


if __name__ == "__main__":
    main()
