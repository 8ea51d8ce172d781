"""`scripts/setup` in a scratch project, with an interpreter, a pip and a uv that only write down their calls."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELL = "/bin/sh"
TOOLS = ("sh", "dirname", "cksum", "head", "cat", "awk", "rm", "mkdir", "cp", "chmod")

UV = """#!/bin/sh
case "$*" in *--version*) exit 0 ;; esac
echo "uv $*" >>calls
! [ -e uv-fails ]
"""

# As .venv/bin/python it answers for itself and for pip; as the machine's own, it makes .venv.
PYTHON = """#!/bin/sh
case "$*" in
"-m venv .venv") echo "venv" >>calls; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
"-m pip "*)
    [ -e pip-fails ] && { echo "no matching distribution" >&2; exit 1; }
    echo "pip $(cat .venv/uv.txt)" >>calls; cp fake-uv .venv/bin/uv ;;
esac
"""

LOCK = """# a comment
tqdm==4.0 \\
    --hash=sha256:aa
uv==1.2 ; python_version < '4' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
zipp==3.0 \\
    --hash=sha256:dd
"""


class Project:
    def __init__(self, place: Path) -> None:
        self.place = place
        self.tools = place.parent / "tools"
        self.tools.mkdir()
        for name in TOOLS:
            (self.tools / name).symlink_to(shutil.which(name) or name)
        (place / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "scripts" / "setup", place / "scripts")
        self.script("machine-python", PYTHON)
        self.script("fake-uv", UV)
        self.script("scripts/find-python", f'#!/bin/sh\necho "{place}/machine-python"\n')
        (place / "requirements.lock").write_text(LOCK)
        (place / "pyproject.toml").write_text("[project]\n")

    def script(self, name: str, body: str) -> None:
        (self.place / name).write_text(body)
        (self.place / name).chmod(0o755)

    def setup(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SHELL, self.place / "scripts" / "setup"],
            env={"PATH": str(self.tools)},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """What was called since this was last asked, by first words."""
        path = self.place / "calls"
        calls = path.read_text() if path.exists() else ""
        path.unlink(missing_ok=True)
        return [line[:11] for line in calls.splitlines() if not line.startswith(" ")]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "a project")


FIRST = ["venv", "pip uv==1.2", "uv pip sync", "uv pip inst"]
AGAIN = FIRST[1:]


def test_fills_the_environment_once(project: Project) -> None:
    first = project.setup()
    assert first.returncode == 0, first.stderr
    assert "Set-up done" in first.stdout
    assert project.calls() == FIRST

    second = project.setup()
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert project.calls() == []


def test_pip_is_given_uv_alone_with_its_hashes(project: Project) -> None:
    project.setup()
    pin = (project.place / ".venv" / "uv.txt").read_text()
    assert pin.replace("\\\n   ", "") == (
        "uv==1.2 ; python_version < '4'  --hash=sha256:bb  --hash=sha256:cc\n"
    )


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_change_brings_the_environment_up_to_date(project: Project, name: str) -> None:
    project.setup()
    project.calls()
    with (project.place / name).open("a") as file:
        file.write("# changed\n")
    assert project.setup().returncode == 0
    assert project.calls() == AGAIN


def test_a_set_up_cut_short_starts_anew(project: Project) -> None:
    (project.place / "uv-fails").touch()
    assert project.setup().returncode != 0
    project.calls()
    (project.place / "uv-fails").unlink()
    assert project.setup().returncode == 0
    assert project.calls() == FIRST


def test_an_update_cut_short_starts_anew(project: Project) -> None:
    project.setup()
    (project.place / "pyproject.toml").write_text("changed")
    (project.place / "uv-fails").touch()
    project.setup()
    project.calls()
    (project.place / "uv-fails").unlink()
    assert project.setup().returncode == 0
    assert project.calls() == FIRST


def test_a_python_that_went_away_is_replaced(project: Project) -> None:
    project.setup()
    project.calls()
    (project.place / ".venv" / "bin" / "python").unlink()
    assert project.setup().returncode == 0
    assert project.calls() == FIRST


def test_a_moved_project_gets_a_new_environment(project: Project) -> None:
    project.setup()
    project.calls()
    project.place = project.place.rename(project.place.with_name("moved"))
    project.script("scripts/find-python", f'#!/bin/sh\necho "{project.place}/machine-python"\n')
    assert project.setup().returncode == 0
    assert project.calls() == FIRST


def test_without_uv_from_pip_the_machines_own_serves(project: Project) -> None:
    (project.place / "pip-fails").touch()
    shutil.copy(project.place / "fake-uv", project.tools / "uv")
    result = project.setup()
    assert result.returncode == 0, result.stderr
    assert f"going on with {project.tools}/uv" in result.stdout
    assert project.calls() == ["venv", "uv pip sync", "uv pip inst"]


def test_without_any_uv_it_says_what_to_do(project: Project) -> None:
    (project.place / "pip-fails").touch()
    result = project.setup()
    assert result.returncode == 1
    assert result.stderr.splitlines()[0] == "no matching distribution"
    assert result.stderr.splitlines()[1].startswith("pip could not install uv")
    assert not (project.place / ".venv" / "ready").exists()
