"""Conversations as pytest items: chosen, stopped at, run again and reported as any test is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import ROOT

Run = Callable[..., pytest.RunResult]

CASES = """
- name: the position
  tags: [smoke]
  turns:
    - {say: is it covered, determination: not_medically_necessary}
- name: a wish
  turns:
    - {say: is it covered, determination: medically_necessary}
- name: asked back
  turns:
    - {say: hm, kind: answer}
"""


# The plugin with an assistant that answers from a script.
CONFTEST = """
from bot.conversations.plugin import ASSISTANT, pytest_collect_file, pytest_unconfigure
from tests.conversations.scripted import Scripted, covered

def pytest_configure(config):
    config.stash[ASSISTANT] = Scripted({"is it covered": covered()})
"""


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST)
    (pytester.path / "talk.yml").write_text(CASES, encoding="utf-8")
    return pytester.path


@pytest.fixture
def run(folder: Path, pytester: pytest.Pytester) -> Run:  # noqa: ARG001
    """Runs pytest in the folder, in a process of its own: here, a run would load what is left for later."""
    return pytester.runpytest_subprocess


@pytest.mark.parametrize(
    ("args", "outcome"),
    [
        ([], {"passed": 1, "failed": 2}),
        (["-k", "smoke"], {"passed": 1, "deselected": 2}),
        (["-x"], {"passed": 1, "failed": 1}),
    ],
)
def test_a_choice(run: Run, args: list[str], outcome: dict[str, int]) -> None:
    run(*args).assert_outcomes(**outcome)


def test_only_what_failed_last(run: Run) -> None:
    run()
    run("--lf").assert_outcomes(failed=2)


def test_a_failure_is_the_conversation_and_no_traceback(run: Run) -> None:
    done = run("-k", "wish")
    done.stdout.fnmatch_lines(
        [
            "*talk.yml:6: a wish",
            "  provider: is it covered",
            "  expected determination: medically_necessary",
            "    but came: not_medically_necessary",
        ]
    )
    done.stdout.no_fnmatch_line("*Traceback*")
    done.stdout.no_fnmatch_line("*plugin.py*")


def test_what_is_known_may_be_missed_with_care_only(run: Run, folder: Path) -> None:
    listed = "talk.yml: asked back\ntalk.yml: a wish\n"
    (folder / "missed.txt").write_text(listed, encoding="utf-8")
    run().assert_outcomes(passed=2, failed=1)


def test_a_mistake_in_a_file_is_one_sentence(run: Run, folder: Path) -> None:
    (folder / "talk.yml").write_text("- {name: a, turns: [{sy: x}]}", encoding="utf-8")
    done = run()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*talk.yml:1:*'sy' is no key here; known are say, press*"])
    done.stdout.no_fnmatch_line("*Traceback*")
    done.stdout.no_fnmatch_line("*format.py*")
