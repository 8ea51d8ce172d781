"""How a coding section names a code system, and what it says instead of codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.model import CodeSystem

# The heads of columns and the other words of a table's head.
COLUMN_WORDS: Final = re.compile(
    r"(?:(?:codes?|numbers?|descriptions?|descriptors?|type|procedure|system|name|and|of|code\(s\)|effective|date|meaning|plain|words|in|comments?|notes?|status|coverage|determination|®|\(s\)|/|&)\s*)+",
    re.I,
)
SETTING: Final = re.compile(
    r"(?P<type>type\(?s?\)? of services?|service type)|(?P<place>places?(?:\(s\))? of services?|sites? of service|place of treatment|pos)",
    re.I,
)
# What a heading may say beside them without ending what was determined above it.
_NAMING: Final = re.compile(
    r"[\W\d_]|\b(?:i{1,3}|ama|level|category|groups?|lists?|tables?|paragraph|the|following|for|applicable|diagnos[ei]s"
    r"|procedures?|px|dx|cm|pcs)\b",
    re.I,
)
_LISTED_ABOVE: Final = re.compile(r"^for the\b.*\b(?:listed|named) above\b", re.I)


@dataclass(frozen=True, slots=True)
class Coding:
    """The names of the systems, the more particular ones first, and the words that stand for codes."""

    systems: tuple[tuple[re.Pattern[str], tuple[CodeSystem, ...]], ...]
    none_listed: re.Pattern[str]
    all_diagnoses: re.Pattern[str]
    not_applicable: re.Pattern[str]
    note: re.Pattern[str]


@lru_cache(maxsize=1)
def table() -> Coding:
    """The rule file `coding.yml`, compiled."""
    found = rules.load("coding")
    rules.check(
        "coding", found, ("systems", "none_listed", "all_diagnoses", "not_applicable", "note")
    )
    systems = []
    for entry in found["systems"]:
        rules.check("coding", entry, ("name", "words", "systems"))
        behind = (
            r"(?:\s*(?:®|™|\(®\)))?\*?(?:[\s-]*(?:code\(s\)|codes?|number\(s\)|numbers?)\*?){0,2}"
        )
        systems.append(
            (re.compile(rf"(?:{entry['words']}){behind}", re.I), tuple(entry["systems"]))
        )

    def either(name: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{word})" for word in found[name]), re.I)

    return Coding(
        tuple(systems),
        either("none_listed"),
        either("all_diagnoses"),
        either("not_applicable"),
        either("note"),
    )


def systems_in(shown: str) -> tuple[CodeSystem, ...]:
    """The systems that a heading names, the one named last first."""
    best: tuple[int, tuple[CodeSystem, ...]] = (-1, ())
    for pattern, systems in table().systems[:-2]:
        for match in pattern.finditer(shown):
            if match.end() > best[0]:
                best = (match.end(), systems)
    return best[1]


def goes_on(shown: str) -> bool:
    """Whether a heading only names systems, columns or groups: what was determined above still holds."""
    bare = shown
    for pattern, _ in table().systems:
        bare = pattern.sub(" ", bare)
    bare = _NAMING.sub("", COLUMN_WORDS.sub(" ", bare))
    return not bare or _LISTED_ABOVE.search(shown) is not None
