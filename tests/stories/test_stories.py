"""Rasa's own commands over its own files: which action follows on what is said, and that the data agree."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.answer.needs import NEEDS
from bot.dialog.quiet import ENVIRONMENT
from bot.dialog.training import DATA, ensure_model
from bot.settings import ROOT, Settings

STORIES = Path(__file__).with_name("test_stories.yml")
FAILED = "failed_test_stories.yml"


@dataclass(frozen=True)
class Command:
    """A command of Rasa's that runs, and the file into which it talks."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """When it has ended."""
        code = self.process.wait()
        return f"{self.log.read_text(encoding='utf-8')}\nexit code {code}"


def rasa(out: Path, *args: object) -> Command:
    path = out / f"{args[0]}.log"
    with path.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa", *map(str, args)],
            cwd=ROOT,
            # Rasa leaves files behind in the folder for temporary ones.
            env=os.environ | ENVIRONMENT | {"PYTHONWARNINGS": "ignore", "TMPDIR": str(out)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return Command(process, path)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rasa")


@pytest.fixture(scope="module")
def commands(out: Path) -> Iterator[tuple[Command, Command]]:
    """The test and the check of the data, begun together: each takes its time to import Rasa."""
    model = ensure_model(Settings.from_environment().models, print)
    test = ["test", "core", "--e2e", "--no-plot", "--model", model, "--stories", STORIES]
    check = ["data", "validate", "--fail-on-warnings", "--domain", "domain.yml", "--data", *DATA]
    begun = rasa(out, *test, "--out", out), rasa(out, *check)
    yield begun
    for command in begun:
        command.process.kill()
        command.process.wait()


def test_the_action_that_follows(commands: tuple[Command, Command], out: Path) -> None:
    said = commands[0].said()
    assert said.endswith("exit code 0"), said
    failed = (out / FAILED).read_text(encoding="utf-8")
    assert not yaml.safe_load(failed), failed


def test_the_data_agree(commands: tuple[Command, Command]) -> None:
    said = commands[1].said()
    assert said.endswith("exit code 0"), said


def test_each_need_stands_in_the_stories() -> None:
    stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))["stories"]
    asked = {step["intent"] for story in stories for step in story["steps"] if "intent" in step}
    assert asked == set(NEEDS)
