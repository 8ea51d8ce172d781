"""A vocabulary that nobody edits while a test runs."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answer import vocabulary
from bot.answer.edits import Edit
from bot.answer.vocabulary import Vocabulary


class Fixed:
    """The vocabulary of some files, by their names; without any, an empty one."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = texts or {}
        self._held = vocabulary.parse(self._texts)

    def __call__(self) -> Vocabulary:
        return self._held

    def edited(self, edit: Edit) -> Vocabulary:
        return vocabulary.parse(self._texts, [edit])
