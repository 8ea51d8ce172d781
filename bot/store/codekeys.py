"""Codes as sortable keys, so that an index finds the rows that hold a code, alone or inside a range.

A row is filed under its *stem*: what the first and the last code that it holds have in common at the
beginning (`I70.0–I70.92` under `I70`, the single code `97545` under `97545`). Every row that holds a code
stands under a stem that the code begins with, so a lookup asks for a handful of stems, however many rows
there are.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# Sorts after every character of a code: a range takes in what its last code is divided into (I70.929
# is part of I70.92), and a placeholder (S00.00X+, M54.-) everything that begins as it does.
_BEYOND: Final = "~"
_OPEN_END: Final = re.compile(r"[+–-]+$")


class Keys(NamedTuple):
    stem: str
    low: str
    high: str


def keys(code: str, code_end: str | None = None) -> Keys:
    """Where a row is filed. Of a range whose ends are exchanged only the first code is held: what was
    meant by it is a guess."""
    low = key(code)
    high = low if code_end is None else key(code_end)
    if low < high:
        return Keys(_common(low, high), low, high + _BEYOND)
    return Keys(low, low, low + _BEYOND if _OPEN_END.search(code.strip()) else low)


def key(code: str) -> str:
    """Upper case, letters and digits only: `i70.0` is `I700`, an add-on `+97546` is `97546`."""
    return re.sub(r"[^0-9A-Z]", "", code.upper())


def _common(one: str, other: str) -> str:
    length = next(
        (i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one)
    )
    return one[:length]


def stems(code: str) -> list[str]:
    """All stems under which a row that holds this code can stand."""
    whole = key(code)
    return [whole[:length] for length in range(len(whole) + 1)]
