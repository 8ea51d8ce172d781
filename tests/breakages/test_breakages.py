"""The suite turns red when the assistant is broken, and says by what: each breakage in a copy of the source."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from subprocess import CompletedProcess

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HELD = "tests/conversations/test_held.py"
UNBROKEN = "nothing"

Outcomes = Mapping[str, "Future[CompletedProcess[str]]"]


@dataclass(frozen=True)
class Breakage:
    what: str
    file: str
    old: str
    new: str
    test: str
    message: str

    @property
    def red(self) -> str:
        """As pytest names it."""
        return self.test if "::" in self.test else f"{HELD}::test_held[{self.test}]"


BREAKAGES = [
    Breakage(**each)
    for each in yaml.safe_load(
        Path(__file__).with_name("breakages.yml").read_text(encoding="utf-8")
    )
]


class Copies:
    """Copies of what the tests need of the source, one for each process that runs at a time."""

    def __init__(self, root: Path, number: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        self._pool = ThreadPoolExecutor(number)
        for each in range(number):
            copy = root / str(each)
            # Compiled files come along, which saves seconds.
            for name in ("bot", "actions", "data", "tests/conversations", "tests/dialog"):
                shutil.copytree(ROOT / name, copy / name)
            for name in ("pyproject.toml", "config.yml", "domain.yml", "tests/conftest.py"):
                shutil.copy2(ROOT / name, copy / name)
            self._free.put(copy)

    def run(self, breakage: Breakage | None) -> Future[CompletedProcess[str]]:
        """The test that it should turn red; without a breakage all of those, which should stay green."""
        return self._pool.submit(self._run, breakage)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _run(self, breakage: Breakage | None) -> CompletedProcess[str]:
        copy = self._free.get()
        try:
            if breakage is None:
                return _tested(copy, *sorted({each.red for each in BREAKAGES}))
            with _broken(copy / breakage.file, breakage):
                return _tested(copy, breakage.red)
        finally:
            self._free.put(copy)


@contextmanager
def _broken(path: Path, breakage: Breakage) -> Iterator[None]:
    whole, kept = path.read_text(encoding="utf-8"), path.stat()
    assert whole.count(breakage.old) == 1, f"{breakage.file} has changed: write this breakage anew"
    path.write_text(whole.replace(breakage.old, breakage.new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(whole, encoding="utf-8")
        os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))


def _tested(root: Path, *tests: str) -> CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", *tests],
        cwd=root,
        # Installed plugins take longer to load than all that is tested.
        env=os.environ | {"PYTHONPATH": str(root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    """Of each breakage by its name, begun together; under UNBROKEN that of the source as it is."""
    root = tmp_path_factory.mktemp("broken")
    copies = Copies(root, os.cpu_count() or 1)
    yield {UNBROKEN: copies.run(None)} | {each.what: copies.run(each) for each in BREAKAGES}
    copies.close()
    shutil.rmtree(root)


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.what)
def test_a_breakage_turns_a_test_red(breakage: Breakage, outcomes: Outcomes) -> None:
    done = outcomes[breakage.what].result()
    assert done.returncode == 1, done.stdout + done.stderr
    assert breakage.message in done.stdout


def test_nothing_is_red_while_nothing_is_broken(outcomes: Outcomes) -> None:
    done = outcomes[UNBROKEN].result()
    assert done.returncode == 0, done.stdout
