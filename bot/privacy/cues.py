"""What stands around a name: the words that lead to it, and those that follow one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.privacy.births import BIRTH, DATE
from bot.privacy.lexicon import NAMED_THINGS
from bot.privacy.recogniser import blank

_TITLE = (
    r"(?:mrs|mr|ms|miss|mx|dr|drs|prof|professor|rev|sr|doctor|sgt|capt)\b\.?(?:\s+and\s+mrs\.?)?"
)
_PERSON = (
    r"(?:patient|pt|member|mbr|client|subscriber|insured|enrollee|beneficiary|claimant"
    r"|policy\s?holder|dependent|guarantor)"
)
_KIN = r"(?:wife|husband|spouse|son|daughter|mother|father|mom|dad|brother|sister|grandson|niece|nephew|aunt|uncle)"
_RELATED = (
    rf"(?:{_KIN}|guardian|caregiver|parent|supervisor"
    r"|attorney|lawyer|surgeon|nurse|therapist|pcp|physician|provider|doctor|biller|rep|representative"
    r"|agent|manager|coordinator|chiropractor|specialist|ot|pta|aide|doc)"
)
# "Name" is not always a person's.
_OF_A_PERSON = "".join(rf"(?<!{thing} name)" for thing in sorted(NAMED_THINGS))
_INTRODUCED = (
    rf"(?:\b(?:{_PERSON}|{_RELATED})(?:'?s)?\s+(?:full\s+|first\s+|last\s+)?name\b(?:\s?(?:is|:|=|-))?\s+"
    rf"|\bname{_OF_A_PERSON}(?:'s\s|\s?is\s|\s?[:=-])\s{{0,2}}"
    r"|(?:^|[\n;|])\s{0,2}name\s+"
    rf"|\b(?:{_PERSON}|{_RELATED}|attn|contact|signed)\s?[:=]\s{{0,2}})"
)
_CALLED = (
    r"\b(?:named|is\s+called|spoke\s+(?:with|to)|talked\s+(?:with|to)|ask\s+for|attn|attention|contact|signed"
    r"|sincerely|regards|cheers|respectfully|truly|re)\b\s?[,:]?\s{0,2}"
)
_SELF = r"\b(?:this\s+is|i'm|i’m|i\s+am|it's|it’s|it\s+is|here\s+is)\s{1,2}"
_CLOSING = r"\b(?:thanks|thank\s+you|thx|ty|best)\b\s?[,.!]?\s{0,2}|(?:^|\s)[-\u2013\u2014]{1,2}\s?(?-i:(?=[A-Z]))"

_ANYTHING = re.compile("")
AMBIGUOUS_TITLE = re.compile(r"\b(?:MR|MS)\s+$")
FOLLOWED_BY_BIRTH = re.compile(
    rf"\s{{0,2}}[,;(/-]{{0,2}}\s{{0,2}}(?:{BIRTH}|{blank('date of birth')})", re.IGNORECASE
)
BIRTH_AFTER = re.compile(
    rf"\s{{0,2}}(?P<mark>[,(/]{{0,2}})\s{{0,2}}(?P<date>{DATE})", re.IGNORECASE
)
SPEAKS = re.compile(
    r"(?:['’]s)?\s{0,2}(?:$|[,;).(\[/?!|]|\d|[A-Z]\d|(?:has|had|is|was|needs?|wants?|got|who|dob|from|with|at|here"
    r"|calling|and|said|called|told|ordered|asked|says|wrote|referred|recommends?|id|age|aged|will|for|x"
    r"|about|in|on|this|today|yesterday|last)\b)",
    re.IGNORECASE,
)
_HERE = re.compile(r"\s{1,2}(?:here|calling|speaking|from|at|with|w/)(?!\w)", re.IGNORECASE)
IS_HERE = re.compile(r"\s{1,2}(?:here|calling|speaking)\b", re.IGNORECASE)
# Behind an author in a list of references: "Kenny DT, Keating J."
AUTHOR = re.compile(r"\s[A-Z]{1,2}[,.;]")
ENDS_ENTRY = re.compile(r"\s{0,2}(?:$|[|;,(/\d\ue000-\ue0ff-]|[A-Z]\.|dob)")
_ENDS = re.compile(r"[\s,.!]*(?:[A-Za-z-]{1,6}[\s,.]*){0,2}$")
INITIALS = re.compile(
    r"\binitials\b[^.?!\d]{0,12}?(?:is|are|[:=])\s{0,2}([A-Z]\.?[A-Z]\.?(?:[A-Z]\.?)?)(?!\w)"
)


Strength = Literal["outright", "likely", "faint"]


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that stand before a name; their strength decides what may be read as one.

    `listed` must follow a name with a word on a list, `unlisted` one without.
    """

    name: str
    pattern: re.Pattern[str]
    strength: Strength
    listed: re.Pattern[str]
    unlisted: re.Pattern[str]

    @classmethod
    def of(
        cls,
        name: str,
        pattern: str,
        strength: Strength,
        listed: re.Pattern[str] = _ANYTHING,
        unlisted: re.Pattern[str] = _ANYTHING,
    ) -> Cue:
        return cls(name, re.compile(pattern, re.IGNORECASE), strength, listed, unlisted)


CUES = (
    Cue.of("name after words that announce it", _INTRODUCED, "outright"),
    Cue.of("name after a title", rf"\b{_TITLE}\s{{1,2}}", "likely"),
    Cue.of(
        "name after what the person is",
        rf"\b(?:{_PERSON}|{_RELATED})\b[.,]?\s{{1,2}}\(?",
        "likely",
        unlisted=SPEAKS,
    ),
    Cue.of("name after a relative", rf"\b{_KIN}\b,?\s{{1,2}}", "likely"),
    Cue.of("name after words that lead to one", _CALLED, "likely", unlisted=SPEAKS),
    Cue.of("name of who writes", _SELF, "faint", unlisted=_HERE),
    Cue.of("name that closes a letter", _CLOSING, "faint", listed=_ENDS, unlisted=_ENDS),
)
