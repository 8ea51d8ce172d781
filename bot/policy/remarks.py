"""Remarks on codes: a few words that make a determination and say nothing else."""

from __future__ import annotations

import re
from typing import Final

from bot.policy.determinations import determination_in
from bot.policy.model import Determination

_PARTS: Final = re.compile(r"\s*[,;:]\s*|\s+[-–—]\s+")
# What may stand in a remark beside the determining words themselves.
_WORDS: Final = re.compile(
    r"(?:not |un|non-?)?(?:medically|clinically) (?:un)?necessary|(?:reasonable and )?necessary|medical necessity"
    r"|experimental|investigational|investigative|unproven|proven|established|non-?covered|covered|cosmetic|reimbursable"
    r"|excluded|exclusions?|ineligible|eligible|coverage|payment|reimbursement|benefits?|contract(?:ual)?"
    r"|\b(?:a|an|and|are|as|by|both|all|each|considered|criteria|codes?|for|from|if|is|indications?|items?|may|be|met|not|only"
    r"|of|or|plan|policy|selection|services?|the|these|this|when|with)\b|[/&()\s.*>→-]",
    re.I,
)
_ALL: Final = re.compile(r"\b(?:all|both|each|these)\b", re.I)
# "Established" beside a code is as often the patient as the service.
_OF_PATIENTS: Final = re.compile(r"\W*(?:clinically )?(?:proven|established)\W*", re.I)
_UNMET: Final = re.compile(r"\bnot met\b", re.I)
# What tables of codes write for want of room.
_SHORT: Final[dict[str, Determination]] = {
    "e/i": "investigational",
    "e&i": "investigational",
    "e/i/u": "investigational",
    "inv": "investigational",
    "nmn": "not_medically_necessary",
}
_CLAUSES: Final = re.compile(
    r"[;,.]|\b(?:but|while|whereas|otherwise|all other|except|unless)\b", re.I
)
_BRACKET: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]\W*$")
# "Codes that support coverage criteria", "that do not support medical necessity".
_SUPPORTS: Final = re.compile(
    r"\bcod(?:e|es|ing)\b.*\bthat (?:may )?(?P<not>do not |does not )?support(?:s)? (?:the )?(?:coverage|medical necessity)\b",
    re.I,
)
_LONGEST: Final = 8  # words of a remark
_DASH: Final = re.compile(r"(?:\s(?:[-–—]>?|→)|:)\s+([^:–—]+)$")


def remark(shown: str) -> Determination | None:
    """The determination of words that are nothing but one; or that stand so between commas."""
    if short := _SHORT.get(shown.strip(" *()[].").lower()):
        return short
    found = [
        part
        for part in _PARTS.split(shown)
        if part
        and not _WORDS.sub("", part)
        and not _OF_PATIENTS.fullmatch(part)
        and determination_in(part)
    ]
    if not found or any(_UNMET.search(part) for part in found):
        return None
    meant = {determination_in(part) for part in found}
    if "medically_necessary" in meant and len(meant) > 1:
        return None
    return determination_in(", ".join(found))


def remark_behind(description: str) -> Determination | None:
    """The determination that a description is, or has in brackets or behind a dash at its end."""
    last = description.rpartition(",")[2].strip()
    if last.isupper() and (short := _SHORT.get(last.lower())):
        return short
    for ending in (_BRACKET.search(description), _DASH.search(description)):
        if ending and (found := remark(ending[1])):
            return found
    whole = " ".join(description.split())
    return remark(whole) if not _WORDS.sub("", whole.replace(",", " ")) else None


def remark_at_end(described: str) -> Determination | None:
    """The determination with which a row ends, where its last column holds such remarks."""
    said = described.split()
    for length in range(min(len(said) - 1, _LONGEST), 0, -1):
        if found := remark(" ".join(said[-length:])):
            return found
    return None


def heading_determination(shown: str) -> Determination | None:
    """What a heading over codes determines; nothing where it names both necessity and its lack."""
    if _UNMET.search(shown):
        return None
    if supports := _SUPPORTS.search(shown):
        return "not_medically_necessary" if supports["not"] else "medically_necessary"
    meant = {determination_in(part) for part in _CLAUSES.split(shown)} - {None}
    return None if "medically_necessary" in meant and len(meant) > 1 else determination_in(shown)


def of_all(shown: str) -> bool:
    """Whether a remark says itself that it holds for all codes before it ("both investigational")."""
    return _ALL.search(shown) is not None


def may_determine(shown: str) -> bool:
    """Whether words name a determination other than necessity, though they are no plain remark."""
    return determination_in(shown) not in (None, "medically_necessary")
