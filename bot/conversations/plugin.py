"""Makes each conversation a pytest item, so that -k, -x, --lf, IDEs and CI work as people know them.

`missed.txt` beside the files names the cases that the assistant is known to miss, one a line. Such a case may
fail, but only carefully: by asking back, by not understanding, or by giving all positions of a policy where one
would do. A position that is not the expected one, another policy, or words without proof fail it all the same.

A conftest.py imports `pytest_collect_file` and `pytest_unconfigure` from here. All items of a session share one assistant.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.conversations import report
from bot.conversations.assistant import Assistant
from bot.conversations.case import Case
from bot.conversations.runner import Result, play
from bot.conversations.stores import opened
from bot.conversations.suite import load

MISSED = "missed.txt"
_ASSISTANT = pytest.StashKey[Assistant]()


class Failed(Exception):
    """Carries what a conversation came to."""

    def __init__(self, result: Result) -> None:
        self.result = result


class CaseItem(pytest.Item):
    def __init__(self, case: Case, missed: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.missed = missed
        for tag in case.tags:
            self.keywords[tag] = True

    def runtest(self) -> None:
        if _ASSISTANT not in self.config.stash:
            self.config.stash[_ASSISTANT] = opened()
        result = play(self.case, self.config.stash[_ASSISTANT])
        if not result.passed and not (self.missed and result.careful):
            raise Failed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failed):
            return report.failure(excinfo.value.result)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.case.name


class CaseFile(pytest.File):
    def collect(self) -> Iterator[CaseItem]:
        listed = self.path.parent / MISSED
        missed = set(listed.read_text(encoding="utf-8").splitlines()) if listed.exists() else set()
        for case in load(self.path):
            known = f"{self.path.name}: {case.name}" in missed
            yield CaseItem.from_parent(self, name=case.name, case=case, missed=known)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    if file_path.suffix not in (".yml", ".yaml", ".tsv"):
        return None
    found: CaseFile = CaseFile.from_parent(parent, path=file_path)
    return found


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the assistants of the session."""
    if assistant := config.stash.get(_ASSISTANT, None):
        assistant.close()
        del config.stash[_ASSISTANT]
