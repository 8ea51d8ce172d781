"""The command line as a person uses it, with a home folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import bot as command
from bot.cli import run


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Bot = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("BOT_DATABASE_URL", "BOT_RATE_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BOT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def bot(home: Path, capsys: pytest.CaptureFixture[str]) -> Bot:  # noqa: ARG001
    def call(*arguments: object) -> Done:
        words = [str(argument) for argument in arguments]
        code = run(lambda: command.main(words, prog_name="bot", standalone_mode=False))
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return call
