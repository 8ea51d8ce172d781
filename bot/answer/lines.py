"""Lines of business: which of several records speak for the member that a question is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Record = TypeVar("Record")


def fitting(
    records: Sequence[Record],
    lines_of: Callable[[Record], Iterable[str]],
    wanted: frozenset[str],
    key: Callable[[str], str],
) -> tuple[Record, ...]:
    """The records for a line that is wanted, else those for no line in particular, else all.

    `key` gives one name for a line however it is written; `wanted` are such names. All where none is wanted.
    """
    if not wanted:
        return tuple(records)
    named = tuple(r for r in records if wanted & {key(line) for line in lines_of(r)})
    return named or tuple(r for r in records if not any(lines_of(r))) or tuple(records)
