"""Rasa's files for the peer, their training, and the two processes that serve it, by Rasa's own commands.

Its recommended pipeline with DIET and TED, the REST channel, an action server over HTTP, and trackers in SQL.
"""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
QUIET: Final = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}
RASA: Final = (sys.executable, "-m", "rasa")
# Rasa's own number of epochs, and ours for it: what a turn costs does not depend on how long was trained, as long
# as the messages are understood.
FULL: Final = 100
EPOCHS: Final = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a command: by the clock, and of the processors, which others on the machine hardly change."""

    seconds: float
    cpu_seconds: float


def kept(record: Path, made_from: str, command: list[str], folder: Path) -> Cost:
    """What the command cost, now or when it was run on the same; raises `SystemExit` with its last words where it fails."""
    noted = yaml.safe_load(record.read_text()) if record.exists() else {}
    if noted.pop("made_from", None) != made_from:
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command, cwd=folder, env=os.environ | QUIET, capture_output=True, text=True, check=False
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        noted = asdict(Cost(time.monotonic() - began, cpu))
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(yaml.safe_dump(noted | {"made_from": made_from}))
    return Cost(**noted)


def trained(folder: Path) -> Cost:
    """What training cost, with `EPOCHS` instead of Rasa's."""
    _write(folder)
    command = [
        *RASA,
        "train",
        "--force",
        "--domain",
        "domain.yml",
        "--data",
        "data",
        "--out",
        "models",
    ]
    return kept(folder / "training.yml", _fingerprint(folder), command, folder)


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256(version("rasa").encode())
    for path in (
        *sorted((folder / "data").rglob("*.yml")),
        folder / "domain.yml",
        folder / "config.yml",
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def commands(folder: Path, port: int, actions_port: int) -> tuple[list[str], list[str]]:
    """What starts the action server and the assistant, in `folder`."""
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "trackers.db")},
    }
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints))
    (folder / "credentials.yml").write_text("rest:\n")
    actions = ["--port", str(actions_port), "--actions", "benchmarks.peer.actions"]
    where = ["--interface", "127.0.0.1", "--port", str(port)]
    what = ["--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    return [*RASA, "run", "actions", *actions], [*RASA, "run", *where, *what]


def environment(home: Path) -> Mapping[str, str]:
    """Of both processes; the action server answers from the store in `home`."""
    return os.environ | QUIET | {"BOT_HOME": str(home), "PYTHONPATH": str(ROOT)}


def _write(folder: Path) -> None:
    shutil.rmtree(folder / "data", ignore_errors=True)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "domain.yml", folder)
    for name in ("nlu", "rules"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name, dirs_exist_ok=True)
    (folder / "data" / "stories.yml").write_text(yaml.safe_dump(_stories(), sort_keys=False))
    (folder / "config.yml").write_text(yaml.safe_dump(_recommended(), sort_keys=False))


def _recommended() -> dict[str, Any]:
    """What Rasa itself takes where a configuration leaves it the choice."""
    text = files("rasa.engine.recipes").joinpath("config_files/default_config.yml").read_text()
    config: dict[str, Any] = yaml.safe_load(text) | {"assistant_id": "peer"}
    for component in config["pipeline"] + config["policies"]:
        if "epochs" in component:
            component["epochs"] = EPOCHS
    return config


def _stories() -> dict[str, Any]:
    """TED learns from stories: those of our tests, by their intents."""
    told: dict[str, Any] = yaml.safe_load((ROOT / "tests/stories/test_stories.yml").read_text())
    for story in told["stories"]:
        for step in story["steps"]:
            step.pop("user", None)
    return told
