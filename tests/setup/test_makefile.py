"""What the Makefile hands on, read from make's own dry run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["serve"], ".venv/bin/bot serve"),
        (["serve", "ARGS=--port 9000"], ".venv/bin/bot serve --port 9000"),
        (["serve", "DEMO=1"], ".venv/bin/bot serve --demo"),
        (["serve", "DEMO=1", "ARGS=--host ::1"], ".venv/bin/bot serve --demo --host ::1"),
        (["test"], ".venv/bin/python -m pytest --numprocesses 2 --dist loadfile"),
        (["test", "ARGS=tests/policy -x"], ".venv/bin/python -m pytest tests/policy -x"),
    ],
)
def test_sets_up_and_runs(arguments: list[str], command: str) -> None:
    make = shutil.which("make")
    assert make, "make is what these targets are for"
    dry = subprocess.run(
        [make, "--dry-run", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # not what a make that runs these tests was given
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [" ".join(line.split()).removeprefix("exec ") for line in dry.stdout.splitlines()]
    assert lines == ["sh scripts/setup", command]


@pytest.mark.parametrize(
    ("ci", "code", "line"),
    [("", 0, ""), ("true", 1, "1 skipped, and where CI is set every test must run.")],
)
def test_a_skipped_test_fails_only_where_ci_is_set(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, code: int, line: str
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text())
    pytester.makepyfile("import pytest\npytest.importorskip('no_such_module')")
    pytester.makepyfile(test_runs="def test_it(): pass")
    result = pytester.runpytest_inprocess()
    assert result.ret == code
    assert line in result.stdout.str()
