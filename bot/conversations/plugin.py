"""Makes each conversation a pytest item, so that -k, -x, --lf, IDEs and CI work as people know them.

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
from bot.errors import BadCase

ASSISTANT = pytest.StashKey[Assistant]()


class Failed(Exception):
    """Carries what a conversation came to."""

    def __init__(self, result: Result) -> None:
        self.result = result


class CaseItem(pytest.Item):
    def __init__(self, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.extra_keyword_matches.update(case.tags)

    def runtest(self) -> None:
        if ASSISTANT not in self.config.stash:
            self.config.stash[ASSISTANT] = opened()
        result = play(self.case, self.config.stash[ASSISTANT])
        if not result.accepted:
            raise Failed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failed):
            return report.failure(excinfo.value.result)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.case.name


class CaseFile(pytest.File):
    def collect(self) -> Iterator[CaseItem]:
        try:
            cases = load(self.path)
        except BadCase as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    if file_path.suffix not in (".yml", ".yaml", ".tsv"):
        return None
    found: CaseFile = CaseFile.from_parent(parent, path=file_path)
    return found


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the assistants of the session."""
    if assistant := config.stash.get(ASSISTANT, None):
        assistant.close()
        del config.stash[ASSISTANT]
