"""Trains the dialog model when none fits, with Rasa's own command in a process of its own.

A model's file is named by the fingerprint of all it depends on, so a model that fits is found by name.
No policy is among it: importing one trains nothing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.dialog import sources
from bot.dialog.quiet import ENVIRONMENT
from bot.errors import ModelMissing
from bot.settings import ROOT

DATA = ("data/nlu", "data/rules")


def _inputs() -> Iterator[Path]:
    yield ROOT / "config.yml"
    yield ROOT / "domain.yml"
    for folder in DATA:
        yield from sorted((ROOT / folder).rglob("*.yml"))


def fingerprint() -> str:
    """Of the configuration, the domain, the training data, our components and the libraries."""
    digest = hashlib.sha256(sources.digest().encode())
    for path in _inputs():
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _model(models: Path) -> Path:
    return models.resolve() / f"bot-{fingerprint()}.tar.gz"


def find_model(models: Path) -> Path | None:
    """The trained model that fits the files as they are now."""
    path = _model(models)
    return path if path.is_file() else None


def train(models: Path, report: Callable[[str], None]) -> Path:
    """Trains a model and returns its file. Raises `ModelMissing` with Rasa's last line if it fails."""
    models.mkdir(parents=True, exist_ok=True)
    path = _model(models)
    report("Training the dialog model (about a minute) ...")
    started = time.monotonic()
    with TemporaryDirectory(dir=models, prefix=".training-") as folder:
        command = ["rasa", "train", "--force", "--config", "config.yml", "--domain", "domain.yml"]
        command += [
            "--data",
            *DATA,
            "--out",
            folder,
            "--fixed-model-name",
            path.name.removesuffix(".tar.gz"),
        ]
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=os.environ | ENVIRONMENT | {"PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        trained = next(Path(folder).glob("*.tar.gz"), None)
        if done.returncode or trained is None:
            lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
            raise ModelMissing(f"Training the dialog model failed: {lines[-1].strip()}")
        # Whole or not at all: another process may look for the same model meanwhile.
        trained.replace(path)
    report(f"Trained in {time.monotonic() - started:.0f} s: {path.name}")
    return path


def ensure_model(models: Path, report: Callable[[str], None]) -> Path:
    """The model that fits, trained first where there is none."""
    return find_model(models) or train(models, report)
