"""The ICD-10-CM code set on hand: which codes there are, what they say, and which can be billed when.

The tables are public domain (National Center for Health Statistics, CDC/NCHS): `codesets/icd10cm.zip` is one
release, built by `scripts/build_codeset.py`; `codesets/icd10cm_changes.tsv` holds what the annual addenda
split. They are read when first asked for, and descriptions are unpacked a block at a time.
"""

from __future__ import annotations

import io
import zipfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

# The day from which ICD-10-CM took the place of ICD-9-CM (45 CFR 162.1002).
IN_USE_SINCE: Final = date(2015, 10, 1)
_BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class Entry:
    """A code of the set, with its dot. Only a code without finer ones below it is billable."""

    code: str
    description: str
    billable: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A code that could be billed for dates of service before `on`, and what took its place.

    `replaced_by` holds the finer codes, or their families where there are many.
    """

    code: str
    on: date
    replaced_by: tuple[str, ...]

    @property
    def source(self) -> str:
        if self.on.month != 10:
            return f"ICD-10-CM update effective {self.on.isoformat()}"
        return f"FY {self.on.year + 1} ICD-10-CM addenda, effective {self.on.isoformat()}"


class CodeSet:
    """ICD-10-CM as of one release. Codes are taken with or without the dot, in any case."""

    def __init__(self, archive: bytes, changes: str) -> None:
        """`archive` is the zipped table, `changes` the text of the table of changes."""
        self._archive = zipfile.ZipFile(io.BytesIO(archive))
        edition, valid_from, *_ = self._archive.read("edition.txt").decode().splitlines()
        self.edition = edition
        self.valid_from = date.fromisoformat(valid_from)
        self._codes = self._archive.read("codes.txt").decode().split()
        self._changes = _read_changes(changes)
        self._since = {
            _bare(code): change.on
            for change in self._changes.values()
            for code in change.replaced_by
        }
        self._descriptions = lru_cache(maxsize=32)(self._read_descriptions)

    def __contains__(self, code: str) -> bool:
        return self._find(_bare(code)) is not None

    def __iter__(self) -> Iterator[str]:
        """All codes in order, with their dots."""
        return map(with_dot, self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def lookup(self, code: str) -> Entry | None:
        """The entry of a code; None for what is no code of this release."""
        at = self._find(_bare(code))
        return None if at is None else self._entry(at)

    def billable(self, code: str) -> bool | None:
        """Whether a code can be billed as it is; None for what is no code of this release."""
        at = self._find(_bare(code))
        return None if at is None else self._is_leaf(at)

    def children(self, code: str) -> tuple[Entry, ...]:
        """The codes one step below a code."""
        at = self._find(_bare(code))
        return () if at is None else tuple(self._entry(child) for child in self._below(at))

    def changes(self, code: str) -> Change | None:
        """When a code that could once be billed was split, and into what; None where none is on record."""
        return self._changes.get(_bare(code))

    def billable_on(self, code: str, on: date) -> bool | None:
        """Whether a code could be billed for a date of service; None where no record tells.

        A date from `valid_from` on is answered from this release, an earlier one only where a change
        of the code, or the one that brought it, is on record.
        """
        bare = _bare(code)
        change = self._changes.get(bare)
        since = self._since.get(bare)
        family = next((s for n in (6, 5, 4) if (s := self._since.get(bare[:n]))), IN_USE_SINCE)
        if on < (since or family):
            return False
        if change is not None:
            return on < change.on
        if since is not None or on >= self.valid_from:
            return self.billable(bare) or False
        return None

    def _find(self, bare: str) -> int | None:
        at = bisect_left(self._codes, bare)
        return at if at < len(self._codes) and self._codes[at] == bare else None

    def _is_leaf(self, at: int) -> bool:
        return next(self._below(at), None) is None

    def _below(self, at: int) -> Iterator[int]:
        # Finer codes follow their parent in order; those below a child are not its parent's children.
        code = self._codes[at]
        child = None
        for index in range(at + 1, len(self._codes)):
            finer = self._codes[index]
            if not finer.startswith(code):
                return
            if child is None or not finer.startswith(child):
                child = finer
                yield index

    def _entry(self, at: int) -> Entry:
        description = self._descriptions(at // _BLOCK)[at % _BLOCK]
        return Entry(with_dot(self._codes[at]), description, self._is_leaf(at))

    def _read_descriptions(self, block: int) -> tuple[str, ...]:
        return tuple(self._archive.read(f"descriptions/{block:03}.txt").decode().splitlines())


def with_dot(code: str) -> str:
    """An ICD-10-CM code as it is written: M5450 becomes M54.50."""
    bare = _bare(code)
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


@lru_cache(maxsize=1)
def icd10cm() -> CodeSet:
    """The code set on hand, read once."""
    folder = files("bot.policy") / "codesets"
    return CodeSet(
        (folder / "icd10cm.zip").read_bytes(),
        (folder / "icd10cm_changes.tsv").read_text(encoding="utf-8"),
    )


def _bare(code: str) -> str:
    return code.strip().replace(".", "").upper()


def _read_changes(text: str) -> Mapping[str, Change]:
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return MappingProxyType(
        {
            _bare(code): Change(code, date.fromisoformat(on), tuple(replaced_by.split()))
            for code, on, replaced_by in rows
        }
    )
