"""Which conversations to play: files, folders, and a selection from them.

`missed.txt` beside the files names the cases that the assistant is known to miss, one a line. Such a case may
be missed, but only with care: by asking back, by not understanding, or by giving all positions of a policy where
one would do. A position that is not the expected one, another policy, or words without proof fail it all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.conversations import format as conversations
from bot.conversations import questions
from bot.conversations.case import Case
from bot.errors import BadCase

MISSED = "missed.txt"
_LOADERS = {".yml": conversations.load, ".yaml": conversations.load, ".tsv": questions.load}


def collect(paths: Iterable[Path]) -> tuple[Case, ...]:
    """The conversations of files, and of all files below folders, in order. Raises `BadCase`."""
    return tuple(case for path in paths for file in _files(path) for case in load(file))


def load(path: Path) -> tuple[Case, ...]:
    """The conversations of one file. Raises `BadCase`."""
    loader = _LOADERS.get(path.suffix)
    if loader is None:
        raise BadCase(f"{path} is neither a .yml file of conversations nor a .tsv of questions.")
    missed = _missed(path.parent / MISSED)
    return tuple(
        replace(case, known=f"{path.name}: {case.name}" in missed) for case in loader(path)
    )


def _missed(path: Path) -> set[str]:
    return set(path.read_text(encoding="utf-8").splitlines()) if path.exists() else set()


def select(cases: Iterable[Case], words: str = "", tags: Sequence[str] = ()) -> tuple[Case, ...]:
    """Those with the words in their name or file, capitals aside, and with one of the tags if any."""
    wanted = words.casefold()
    return tuple(
        case
        for case in cases
        if (not tags or set(tags) & set(case.tags))
        and wanted in f"{case.source} {case.name}".casefold()
    )


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in _LOADERS)
    if not found:
        raise BadCase(f"{path} holds no conversation tests (.yml or .tsv).")
    return found
