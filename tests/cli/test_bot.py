"""The entry: help, wrong usage, faults."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import COMMANDS, run
from bot.errors import NotOnFile
from tests.cli.conftest import Bot

STORE_COMMANDS = [
    (),
    ("policies",),
    *(
        ("policies", name)
        for name in ("import", "list", "show", "diff", "retire", "restore", "received", "search")
    ),
    ("prior-auth",),
    ("prior-auth", "import"),
    ("answers",),
    ("answers", "import"),
]


@pytest.mark.parametrize("command", STORE_COMMANDS, ids=" ".join)
def test_help_ends_with_an_example(bot: Bot, command: tuple[str, ...]) -> None:
    done = bot(*command, "--help")
    assert done.code == 0
    description, _, _ = done.out.partition("\nOptions:")
    example = description.partition("  Example:\n")[2].strip().splitlines()
    assert example
    assert all(line.strip().startswith("bot ") for line in example)


def test_all_commands_are_listed(bot: Bot) -> None:
    out = bot("--help").out
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("nix",), "bot: No such command 'nix'."),
        (("policies", "nix"), "bot policies: No such command 'nix'."),
        (("policies", "show"), "bot policies show: Missing argument 'NUMBER'."),
        (("policies", "show", "1", "--as-of", "May"), "'May' is no date: write it as 2025-01-31."),
        (("policies", "import"), "bot policies import: Missing argument 'PATH...'."),
        (("policies", "import", "/no/such"), "Path '/no/such' does not exist."),
        (("policies", "import", "/", "--effective-from", "5/2025"), "'5/2025' is no date"),
        (
            ("policies", "import", "/", "--effective-from", "2025", "--effective-to", "2024"),
            "--effective-to is before --effective-from.",
        ),
        (("policies", "list", "--jsn"), "No such option"),
        (("prior-auth", "import", "/no/such.csv"), "File '/no/such.csv' does not exist."),
        (("answers", "import", "/"), "File '/' is a directory."),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    bot: Bot, command: tuple[str, ...], sentence: str
) -> None:
    done = bot(*command)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert sentence in done.err
    assert done.err.endswith(" --help.\n")


def test_a_setting_that_cannot_be_used_is_one_line(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", "mysql://localhost/bot")
    done = bot("policies", "list")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert done.err.startswith("bot: BOT_DATABASE_URL names mysql")


def test_what_is_refused_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise NotOnFile("No policy 7 is on file.")

    assert run(refuse) == 1
    assert capsys.readouterr() == ("", "bot: No policy 7 is on file.\n")


def test_a_fault_is_one_line_and_its_trace_is_kept(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    def fail() -> None:
        raise RuntimeError("something\nwith two lines")

    assert run(fail) == 1
    said = capsys.readouterr().err
    assert said.startswith("bot: a fault of the program: RuntimeError: something with two lines.")
    assert said.count("\n") == 1
    assert "raise RuntimeError" in (home / "last-fault.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, click.Abort])
def test_an_interruption_is_said(
    capsys: pytest.CaptureFixture[str], interruption: type[BaseException]
) -> None:
    def interrupted() -> None:
        raise interruption

    assert run(interrupted) == 130
    assert capsys.readouterr().err == "bot: interrupted.\n"


def test_a_command_that_returns_a_code_ends_with_it() -> None:
    assert run(lambda: 1) == 1
    assert run(lambda: None) == 0


def real(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def test_commands_of_the_store_load_nothing_heavy(tmp_path: Path) -> None:
    for _ in range(2):
        done = real("policies", "list", "--json", BOT_HOME=str(tmp_path))
        assert (done.returncode, done.stdout) == (0, "[]\n")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    heavy = ("rasa", "tensorflow", "spacy", "starlette", "alembic", "pdfplumber", "structlog")
    assert "sqlalchemy" in loaded
    assert loaded.isdisjoint(heavy)


def test_help_does_not_even_load_the_store() -> None:
    done = real("--help")
    assert "sqlalchemy" not in {
        line.rpartition("|")[2].strip() for line in done.stderr.splitlines()
    }
