"""What a heading says the section under it is, by the many names that payers give it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, get_args

from bot.policy import rules

Kind = Literal[
    "policy",
    "covered",
    "not_covered",
    "description",
    "background",
    "regulatory",
    "rationale",
    "guidelines",
    "benefit",
    "coding",
    "references",
    "history",
    "definitions",
    "notices",
    "unknown",
]
DETERMINING: Final = ("policy", "covered", "not_covered")
KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "unknown")

# The phases of a treatment: what is asked for at its beginning, and what for going on with it.
INITIAL: Final = re.compile(r"\binitia(?:l|tion)\b", re.I)
CONTINUED: Final = re.compile(
    r"\bcontinu(?:ed|ation|ing)\b|\brenewals?\b|\breauthori[sz]ation\b", re.I
)

_FEW: Final = (
    r"(?:(?!(?:is|are|was|were|be|do|does|did|not|no|meets?|met|must|may|can|will|if|when|because|following|these|this|all|any|either|one|above|below)\b)"
    r"[\w/&'-]+(?: (?=\w)|\b)){1,4}"
)
_LISTS: Final = ("history", "references", "coding")

NUMBERING: Final = re.compile(
    r"^(?:(?:(?:section|part)\s+)?(?:[ivx]{1,5}|[a-z]|\d{1,2}(?:\.\d{1,2})*)(?:[.):]|\s*[-–—:])\s+"
    r"|\d{1,2}(?:\.\d{1,2})+\s+"
    r"|(?:§+|sec\.|section|article|art\.|chapter|part)\s*(?:[ivx]{1,5}|\d{1,2}(?:\.\d{1,2})*)(?:[.):]|\s*[-–—:])?\s+)",
    re.IGNORECASE,
)
_CONTINUED: Final = re.compile(r"\s*\((?:continued|cont'?d?\.?)\)\s*$|\s+[-–—]?\s*continued$", re.I)
EDGE: Final = " :*#=_-–—.?•▪►»|[]®™"
_LONGEST: Final = 110


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, Kind], list[tuple[re.Pattern[str], Kind]]]:
    table = rules.load("sections")
    rules.check("sections", table, KINDS)
    exact: dict[str, Kind] = {}
    patterns: list[tuple[re.Pattern[str], Kind]] = []
    # "not covered" is looked for before "covered", which would find it too.
    for kind in sorted(KINDS, key=lambda k: k != "not_covered"):
        for name in table[kind]:
            if "…" in name or "~" in name:
                pattern = re.escape(name).replace("…", ".{1,80}?").replace(re.escape("~"), _FEW)
                patterns.append((re.compile(pattern), kind))
            else:
                exact[name] = kind
    return exact, patterns


def kind_of(heading: str) -> Kind | None:
    """What a known heading says, in any spelling and with any numbering; None for other headings."""
    return _kind_of(heading) if len(heading) <= _LONGEST + 30 else None


@lru_cache(maxsize=4096)
def _kind_of(heading: str) -> Kind | None:
    exact, patterns = _names()
    name = _CONTINUED.sub("", heading.strip().lower()).strip(EDGE)
    name = re.sub(r"\s+", " ", name.replace("’", "'").replace("®", "").replace("™", ""))
    for shown in (name, NUMBERING.sub("", name, count=1).strip(EDGE)):
        if shown in exact:
            return exact[shown]
        bare = re.sub(r"\s*\([^)]*\)$", "", shown).strip(EDGE)
        if bare in exact:
            return exact[bare]
        spread = re.sub(r"\s*([/&])\s*", lambda m: "/" if m[1] == "/" else " and ", shown)
        if spread in exact:
            return exact[spread]
    both = {exact.get(part.strip()) for part in re.split(r"\s*/\s*|\s+(?:and|&)\s+", name)}
    if len(both) == 1 and (only := both.pop()):
        return only
    first, _, more = name.partition(" - ")
    if more and (heading.isupper() or heading.endswith(":")) and exact.get(first) in _LISTS:
        return exact[first]
    if len(name) > _LONGEST or name.endswith((",", ";")):
        return None
    shown = NUMBERING.sub("", name, count=1).strip(EDGE)
    return next((kind for pattern, kind in patterns if pattern.fullmatch(shown)), None)
