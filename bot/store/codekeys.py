"""Codes as sortable keys, so that an index finds the rows that may hold a code, alone or inside a range.

A row is filed under its *stem*: what the first and the last code that it names have in common at the
beginning (`I70.0–I70.92` under `I70`, the single code `97545` under `97545`). Every row that holds a code
stands under a stem that the code begins with, so a lookup asks for a handful of stems, however many rows
there are. What the index finds is a little more than what holds: `bot.policy.codes.contains` decides.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from sqlalchemy import and_

# Sorts after every character of a code: a row may hold what its last code is divided into.
_BEYOND: Final = "~"


class Keys(NamedTuple):
    """Where a row is filed, by the names of the columns."""

    stem: str
    low: str
    high: str


def keys(code: str, code_end: str | None = None) -> Keys:
    low, high = sorted((_key(code), _key(code_end or code)))
    return Keys(_common(low, high), low, high + _BEYOND)


def may_hold(columns: Any, code: str) -> Any:
    """The condition on a table with the columns of `Keys` that its row may hold a code."""
    key = _key(code)
    stems = [key[:length] for length in range(len(key) + 1)]
    return and_(columns.stem.in_(stems), columns.low <= key, columns.high >= key)


def _key(code: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", code.upper())


def _common(one: str, other: str) -> str:
    pairs = enumerate(zip(one, other, strict=False))
    return one[: next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))]
