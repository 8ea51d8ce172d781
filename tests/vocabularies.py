"""A vocabulary that nobody edits while a test runs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.answer import vocabulary
from bot.answer.edits import Edit
from bot.answer.vocabulary import Vocabulary


class Fixed:
    """The vocabulary of some files, by their names; without any, an empty one."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = texts or {}
        self._held = _parsed(tuple(sorted(self._texts.items())))

    def __call__(self) -> Vocabulary:
        return self._held

    def edited(self, edit: Edit) -> Vocabulary:
        return vocabulary.parse(self._texts, [edit])


@cache
def _parsed(texts: tuple[tuple[str, str], ...]) -> Vocabulary:
    """What many tests read is read once."""
    return vocabulary.parse(dict(texts))
