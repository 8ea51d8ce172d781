"""`scripts/find-python` against folders of fake interpreters, each of which behaves as a real one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELL = "/bin/sh"

SHIM = 'echo "pyenv: $0: command not found" >&2; exit 127'
SILENT = "exit 0"
TALKATIVE = "echo Python was not found; run without arguments to install it"


def interpreter(version: str, makes_venv: bool = True) -> str:
    """A script that runs the real interpreter under another version."""
    number = tuple(int(part) for part in version.split("."))
    pretend = f"import sys; sys.version_info = {number}; sys.executable = sys.argv[2]; "
    pretend += "" if makes_venv else "sys.modules['ensurepip'] = None; "
    return f'exec {sys.executable} -c "{pretend}exec(sys.argv[1])" "$2" "$0"'


def folder(place: Path, **commands: str) -> Path:
    place.mkdir()
    for name, body in commands.items():
        script = place / name.replace("_", ".")
        script.write_text(f"#!{SHELL}\n{body}\n")
        script.chmod(0o755)
    return place


def find(*path: Path, places: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SHELL, ROOT / "scripts" / "find-python", *places],
        env={"PATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("commands", "chosen"),
    [
        ({"python3_11": interpreter("3.11.7")}, "python3.11"),
        ({"python3_10": interpreter("3.10.13")}, "python3.10"),
        ({"python3": interpreter("3.11.2")}, "python3"),
        ({"python": interpreter("3.10.0")}, "python"),
        ({"python3_10": interpreter("3.10.1"), "python3_11": interpreter("3.11.1")}, "python3.11"),
        ({"python3_11": SHIM, "python3_10": interpreter("3.10.13")}, "python3.10"),
        ({"python3_11": SHIM, "python3_10": SHIM, "python3": interpreter("3.11.7")}, "python3"),
        ({"python3_11": SILENT, "python3": interpreter("3.11.7")}, "python3"),
        ({"python3_11": TALKATIVE, "python3": interpreter("3.11.7")}, "python3"),
        ({"python3": interpreter("3.13.0"), "python": interpreter("3.11.7")}, "python"),
        ({"python3_11": interpreter("3.11.7", False), "python3": interpreter("3.10.4")}, "python3"),
    ],
)
def test_picks_the_first_that_runs_and_fits(
    tmp_path: Path, commands: dict[str, str], chosen: str
) -> None:
    bin_ = folder(tmp_path / "bin", **commands)
    result = find(bin_)
    assert result.stdout == f"{bin_ / chosen}\n"
    assert result.stderr == ""


def test_a_broken_one_does_not_hide_a_good_one_further_down(tmp_path: Path) -> None:
    shims = folder(tmp_path / "with a space", python3_11=SHIM, python3_10=SHIM, python3=SHIM)
    good = folder(tmp_path / "also with a space", python3_11=interpreter("3.11.7"))
    assert find(shims, good).stdout == f"{good / 'python3.11'}\n"


def test_looks_in_the_common_places_after_path(tmp_path: Path) -> None:
    new = folder(tmp_path / "new", python3=interpreter("3.14.0"))
    place = folder(tmp_path / "place", python3_10=interpreter("3.10.13"))
    missing = tmp_path / "Versions" / "3.1[01]" / "bin"
    assert find(new, places=(missing, place)).stdout == f"{place / 'python3.10'}\n"


@pytest.mark.parametrize(
    ("commands", "sentence"),
    [
        ({}, "There is no Python here that runs: install Python 3.11 or 3.10"),
        ({"python3_11": SHIM, "python3": SHIM}, "There is no Python here that runs"),
        ({"python3": interpreter("3.13.0")}, "Of Python there is only 3.13 here"),
        ({"python": interpreter("2.7.18"), "python3_11": SHIM}, "Of Python there is only 2.7 here"),
        ({"python3": interpreter("3.9.1")}, "Of Python there is only 3.9 here"),
        (
            {"python3": interpreter("3.11.2", False), "python": interpreter("3.12.0")},
            "Python 3.11 is here, but not its venv module: install it "
            "(Debian and Ubuntu: apt-get install python3.11-venv)",
        ),
    ],
)
def test_says_in_one_line_what_is_missing(
    tmp_path: Path, commands: dict[str, str], sentence: str
) -> None:
    result = find(folder(tmp_path / "bin", **commands))
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1
