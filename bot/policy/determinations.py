"""The words that make a determination, and what they mean alone, together and negated; they are data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.model import Determination
from bot.policy.patterns import phrase

_HEADING_WORDS: Final = phrase(
    r"(?:not |un)?(?:medically|clinically) (?:un)?necessary|medical necessity|(?:reasonable and )?necessary"
    r"|experimental|investigational|investigative|unproven|proven|non-?covered|not covered|covered|cosmetic"
    r"|\b(?:and|or|considered|indications?|services?|not|when|criteria|the|are|for|other|conditions?|uses?|policy"
    r"|statement|that|generally|limitations|exclusions|diagnos[ei]s|which|with|subject to|restrictions?|limits?|limitations?|coverage|is|authorized|established|situations?)\b|[/,;&()\s-]",
    re.I,
)
_DENIES: Final = phrase(r"\b(?:not|never|do not|does not|non)\b[\s-]*(?:\w+\s+){0,2}$", re.I)
# A negation reaches over "or" and "nor", and ends at "and is", "but".
_ENDS_NEGATION: Final = phrase(r"\b(?:and|but)\b(?! therefore)", re.I)
ORDER: Final[tuple[Determination, ...]] = (
    "investigational",
    "not_medically_necessary",
    "not_covered",
    "medically_necessary",
)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    determination: Determination
    negated: str
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def table() -> dict[str, Rule]:
    """The rule file `determinations.yml` by the names of its rules, in order."""
    found = {}
    for entry in rules.load("determinations"):
        rules.check("determinations", entry, ("name", "determination", "negated", "words"))
        found[entry["name"]] = Rule(
            entry["name"], entry["determination"], entry["negated"], tuple(entry["words"])
        )
    return found


@lru_cache(maxsize=1)
def item() -> re.Pattern[str]:
    """Finds a determining word or phrase; the name of its group is that of its rule."""
    groups = (f"(?P<{rule.name}>{'|'.join(rule.words)})" for rule in table().values())
    return phrase(rf"(?<![\w-])(?:{'|'.join(groups)})(?![\w-])", re.I)


@lru_cache(maxsize=1)
def expression() -> str:
    """The source of a pattern for determining words that commas and joining words put together."""
    plain = "|".join(f"(?:{'|'.join(rule.words)})" for rule in table().values())
    join = r"(?:\s*,\s*(?:and/or|and|or)?|\s+and/or|\s+and|\s+or|\s+nor|\s*/|\s*&|\s+but)\s*(?:,?\s*(?:therefore|thus|hence|also|is|are|considered|deemed|as|so),?\s+){0,3}"
    return rf"(?:{plain})(?![\w-])(?:{join}(?:{plain})(?![\w-]))*"


def determination_in(flat: str) -> Determination | None:
    """The determination that a few words name ("Not covered", "Investigational codes"), if any."""
    match = item().search(flat)
    if match is None:
        return None
    return meaning(flat, _DENIES.search(flat[: match.start()]) is not None)


def determining_heading(shown: str) -> Determination | None:
    """The determination of a heading that says nothing else ("Not Medically Necessary:")."""
    bare = shown.rstrip(" :")
    if not bare or len(bare) > 80 or shown[-1] in ".;," or not bare[0].isupper():
        return None
    return determination_in(bare) if only_determines(bare) else None


def only_determines(shown: str) -> bool:
    """Whether words are nothing but a determination ("Investigational / Not Medically Necessary")."""
    return (
        bool(shown.strip())
        and not _HEADING_WORDS.sub("", shown)
        and determination_in(shown) is not None
    )


def meaning(shown: str, negated: bool) -> Determination | None:
    """What the determining words in a text mean together, with a negation before the first of them.

    "not medically necessary and investigational" denies only the first; "not experimental or
    investigational" denies both. "Investigational and not medically necessary" is investigational;
    "medically necessary or investigational" leaves it open.
    """
    found = list(item().finditer(shown))
    first = table()[found[0].lastgroup or ""]
    meant: list[str] = []
    for match in found:
        rule = table()[match.lastgroup or ""]
        if match is found[0] or rule.name == first.name:
            denies = negated
        else:
            between = shown[found[0].end() : match.start()]
            denies = negated and first.negated == "none" and not _ENDS_NEGATION.search(between)
        meant.append(rule.negated if denies else rule.determination)
    mixed = "medically_necessary" in meant and len(set(meant) - {"none"}) > 1
    if mixed and re.search(r"\bor\b", shown[found[0].end() : found[-1].start()], re.I):
        return None
    return next((determination for determination in ORDER if determination in meant), None)
