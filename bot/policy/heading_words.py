"""What a heading says that has no known name: by its words, and by what stands under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, cast

from bot.policy import rules
from bot.policy.dates import DateFound, dates_in, leading_date
from bot.policy.determinations import determination_in
from bot.policy.lines import Line
from bot.policy.section_names import NUMBERING, Kind

_CODE_ROW: Final = re.compile(
    r"[\s+•*-]*(?:(?:CPT|HCPCS|ICD-?(?:9|10)\S*)\W+)?"
    r"\+?(?:\d{5}|\d{4}[FTU]|[A-V]\d{4}|[A-Z]\d\w\.\w{1,4})(?:\s|,|;|\s?[-–—]|$)"
)
_CODES: Final = re.compile(r"(?<![\w.])(?:\d{5}|\d{4}[FTU]|[A-V]\d{4}|[A-Z]\d\w\.\w{1,4})(?![\w.])")
_NO_CODES: Final = re.compile(r"\b(?:no|none|not applicable|cpt|hcpcs|icd-\d+)\b", re.I)
_LEAD: Final = re.compile(
    r"(?:[-–—•▪*·]\s+|v?\d{1,2}(?:\.\d+)?\s+|(?:version|edition)\s+\d+\s+)", re.I
)
_CITED: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\bet al\b", re.I)
# Authors by their initials before a title, and a year; or a year with its volume.
_REFERENCE: Final = re.compile(
    r"^\W*(?:\[?\d{1,3}[.)\]]?\s+)?[A-Z][\w'-]+(?: [A-Z]{1,3}\b[.,]).*(?:19|20)\d\d|(?:19|20)\d\d;\s?\d"
)
_ITEM: Final = re.compile(r"(?:\[?\(?(?:\d{1,2}|[a-z])[\])]?[.)]?\s+|[-–—•▪*·]\s+)")
_REACH: Final = 12  # lines under a heading that show what it lists
_FEWEST: Final = 2


@lru_cache(maxsize=1)
def _table() -> dict[str, list[tuple[re.Pattern[str], Kind]]]:
    found = rules.load("heading_words")
    rules.check("heading_words", found, ("listed", "telling", "plain"))
    return {
        name: [(re.compile(e["words"], re.I), cast(Kind, e["kind"])) for e in entries]
        for name, entries in found.items()
    }


def kind_by_words(name: str, below: Sequence[Line]) -> Kind | None:
    """What a heading says by its words; `below` are the lines under it, blank ones among them."""
    shown = NUMBERING.sub("", name, count=1).strip()
    table = _table()
    if listed := kind_listed(shown, below):
        return listed
    if said := _said(table["telling"], shown):
        return said
    meant = determination_in(shown)
    if meant is not None:
        return "covered" if meant == "medically_necessary" else "not_covered"
    return _said(table["plain"], shown)


def kind_listed(name: str, below: Sequence[Line]) -> Kind | None:
    """Whether a heading names dated entries, codes or references, and such stand under it."""
    under = [line.text for line in below if line.text][:_REACH]
    return next(
        (
            kind
            for pattern, kind in _table()["listed"]
            if pattern.search(name) and _bears_out(kind, under)
        ),
        None,
    )


def kind_by_content(below: Sequence[Line]) -> Kind | None:
    """What the lines under a heading list, whatever it is called: dated entries, codes or references."""
    under = [line.text for line in below if line.text][:_REACH]
    dates = [found.iso or "" for shown in under[:8] if (found := _opening_date(shown))]
    opens = len(dates) >= _FEWEST and any(_opening_date(shown) for shown in under[:2])
    if opens and dates in (sorted(dates), sorted(dates, reverse=True)):
        return "history"
    rows = [is_code_row(shown) for shown in under[:8]]
    if (any(rows[:2]) and sum(rows) >= 3) or (under and len(_CODES.findall(under[0])) >= 3):
        return "coding"
    items = [shown for shown in under if _lists(shown)]
    if len(items) >= _FEWEST and items[0] == under[0] and all(map(_cites, items)):
        return "references"
    if len(under) >= _FEWEST and all(map(_is_reference, under)):
        return "references"
    return None


def is_code_row(shown: str) -> bool:
    """Whether a line begins with a code, or with a code system and a code."""
    return _CODE_ROW.match(shown) is not None


def _said(table: list[tuple[re.Pattern[str], Kind]], shown: str) -> Kind | None:
    return next((kind for pattern, kind in table if pattern.search(shown)), None)


def _bears_out(kind: Kind, under: Sequence[str]) -> bool:
    if kind == "history":
        return any(_opening_date(shown) or next(dates_in(shown), None) for shown in under[:3])
    if kind == "coding":
        return any(_CODES.search(shown) or _NO_CODES.search(shown) for shown in under)
    return sum(map(_cites, under)) * 2 >= len(under) > 0 or sum(map(_lists, under)) >= _FEWEST


def _opening_date(shown: str) -> DateFound | None:
    if found := leading_date(shown):
        return found
    lead = _LEAD.match(shown)
    return leading_date(shown[lead.end() :]) if lead else None


def _is_reference(shown: str) -> bool:
    return _REFERENCE.search(shown) is not None


def _lists(shown: str) -> bool:
    return _ITEM.match(shown) is not None


def _cites(shown: str) -> bool:
    return _CITED.search(shown) is not None
