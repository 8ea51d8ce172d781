"""What stands around a name: the words that lead to it, and those that follow one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.privacy.births import BIRTH, DATE
from bot.privacy.lexicon import NAMED_THINGS
from bot.privacy.recogniser import blank

_TITLE = r"(?:mrs|mr|ms|miss|mx|señora|señor|sra|srta|dr|drs|prof|professor|rev|sr|doctor|sgt|capt)\b\.?(?:\s+and\s+mrs\.?)?"
_PERSON = (
    r"(?:patient|pt|paciente|miembro|member|mbr|client|subscriber|insured|enrollee|beneficiary|claimant"
    r"|policy\s?holder|dependent|guarantor|caller|(?:baby|infant|newborn)(?:\s(?:boy|girl))?)"
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
    rf"(?:\b(?:{_PERSON}|{_RELATED})(?:'?s)?\s+(?:full\s+|first\s+|last\s+)?name\b(?:\s?(?:is|was|:|=|-))?\s+"
    rf"|\bname{_OF_A_PERSON}(?:'s\s|\s?is\s|\s?[:=-])\s{{0,2}}"
    r"|(?:^|[\n;|])\s{0,2}name\s+|\b(?:first|last|sur|given|maiden)\s?name\b(?:\s?(?:is|was|:|=))?\s+"
    rf"|\b(?:{_PERSON}|{_RELATED}|attn|contact|signed|from|by|reviewer|caller|requestor|requester)\s?[:=]\s{{0,2}})"
)
_CALLED = (
    r"\b(?:named|is\s+called|sp(?:o|ea)k(?:e|ing)?\s+(?:with|to)|(?:talk(?:ed|ing)?|conversations?|call|chat)\s+(?:with|to)|ask\s+for|attn|attention|contact|signed"
    r"|sincerely|regards|cheers|respectfully|truly|re|ref)\b\s?[,:]?\s{0,2}"
)
_SELF = r"\b(?:this\s+is|im|i'm|i’m|i\s+am|it's|it’s|it\s+is|here\s+is)\s{1,2}"
_CLOSING = r"\b(?:thanks|thank\s+you|thx|ty|best)\b\s?[,.!]?\s{0,2}|(?:^|\s)[-\u2013\u2014]{1,2}\s?(?-i:(?=[A-Z]))"

_ANYTHING = re.compile("")
AMBIGUOUS_TITLE = re.compile(r"\b(?:MR|MS)\s+$")
FOLLOWED_BY_BIRTH = re.compile(
    rf"\s{{0,2}}[,;(/-]{{0,2}}\s{{0,2}}(?:{BIRTH}|{blank('date of birth')})", re.IGNORECASE
)
BIRTH_AFTER = re.compile(
    rf"\s{{0,2}}(?P<mark>[,(/:\u2013-]{{0,2}})\s{{0,2}}(?P<date>{DATE})", re.IGNORECASE
)
SPEAKS = re.compile(
    r"(?:['’]s)?\s{0,2}(?:$|[,;:).(\[/?!|\ue000-\ue0ff\u2013-]|\d|[A-Z]\d|(?:has|had|is|was|needs?|requires?|wants?|got|who|dob|from|with|at|here"
    r"|calling|and|said|called|told|ordered|asked|says|wrote|referred|recommends?|id|age|aged|will|for|x"
    r"|about|in|on|this|today|yesterday|last|asks|came|declined|requests|requested|does|did|can|could|would|may|should"
    r"|presents|lives|moved|failed|takes|went|received|reports|states|denies|gets|qualify|qualifies|eligible|ok|as"
    r"|a|if|because|since|but|or|to|stopped|started|after|before|tomorrow|next|again|please|pls|denied|approved|seen|active|covered|scheduled|admitted|discharged|refused|refuses|thinks|recommends|recommended)\b)",
    re.IGNORECASE,
)
_HERE = re.compile(r"\s{1,2}(?:here|calling|speaking|from|at|with|w/)(?!\w)", re.IGNORECASE)
IS_HERE = re.compile(r"\s{1,2}(?:here|calling|speaking)\b", re.IGNORECASE)
# Behind an author in a list of references: "Kenny DT, Keating J."
AUTHOR = re.compile(r"\s[A-Z]{1,2}[,.;]")
ENDS_ENTRY = re.compile(
    r"\s{0,2}(?:$|[|;,(/\d\ue000-\ue0ff-]|[A-Z]\.|[MF]\b|(?i:dob|d\.o\.b|ok\b|aged?\b|id\b|mrn|needs|for|with|is|has)\b)"
)
_ENDS = re.compile(r"[\s,.!]*(?:[A-Za-z-]{1,6}[\s,.]*){0,2}$")
INITIALS = re.compile(
    r"\b(?:[Pp]t|[Pp]atient|[Mm]ember|[Cc]lient|[Mm]br)\b[.:]?\s{1,2}(?=[A-Z]\.\s?[A-Z]\.)([A-Z]\.\s?[A-Z]\.)(?!\w)|"
    r"\binitials\b[^.?!\d]{0,12}?(?:\b(?:is|are)\b|[:=]|\s)\s{0,2}([A-Z]\.?[A-Z]\.?(?:[A-Z]\.?)?)(?!\w)"
)


# A date behind a name that is so long ago that it must be of a birth.
BORN = re.compile(r"[,;:/(\s-]{1,4}\d{1,2}[/.-]\d{1,2}[/.-](?:19)?[3-9]\d(?!\d)")
ENTRY_GOES_ON = re.compile(
    r"\s{0,2}(?:[;|(/,]|[-\u2013]\s|\d{1,3}\s?(?:y|yo|f|m)\b)", re.IGNORECASE
)
# What begins an entry or a line.
OPENS = re.compile(
    r"(?:^|[\n:;|>*\u2022]|\b(?:pt|patient|mbr|member|re|for|name)\b[.:]?)[ \t\"'(-]{0,3}$",
    re.IGNORECASE,
)
# What leads to a person more often than to a thing.
SLOT = re.compile(
    r"\b(?:for|have|help|review|confirm|verify|check|run|add|if|whether|is|can|could|does|did|has|was|will|about|regarding|re|with|saw|seeing|helping|on"
    r"|treating|named|from)\s{1,2}$",
    re.IGNORECASE,
)
STAYS_SMALL = re.compile(r"\s(?-i:[a-z])")
_HAS = (
    rf"{_KIN}|parents?|family|guardian|claims?|request|auth|authorization|chart|case|appointment|appt|insurance"
    r"|eligibility|benefits|records?|referral|appeal|file|doctor|surgeon|visit|results|id|dob|birthday"
    r"|plan|coverage|denial|caregiver|nurse|card|account"
)
POSSESSED = re.compile(rf"\s{{1,2}}(?:{_HAS})\b", re.IGNORECASE)
# What is said of persons alone, not of drugs or devices.
PERSONAL = re.compile(
    r"\s{1,2}(?:(?:wants?|asks?|asked|came|calls?|called|says|said|declined|lives|told|gets?|refuses|refused)\b"
    r"|with\s(?:her|his|their)\b|who\b|is\s(?:an?\s)?\d"
    r"|(?:is|was|has\sbeen)\s(?:seen|scheduled|admitted|discharged|diagnosed|born|told|pregnant|here)\b)|,\s?\d{2,3}(?:,|\)|$)"
    r"|,?\s{1,2}\(?\d{1,3}\s?(?:y\b|yo\b|yr|y/o|f\b|m\b|years)",
    re.IGNORECASE,
)
MODAL = re.compile(
    r"\s{1,2}(?:can|could|should|would|is|has|will|does|did|gets?|qualif(?:y|ies))\b", re.IGNORECASE
)
ACTS = re.compile(
    r"\s{1,2}(?:(?:needs?|wants?|asks?|asked|came|calls?|called|says|said|declined|requests|lives|wrote"
    r"|told|moved|turned|weighs|takes|failed)\b|(?:is|was)\s(?:\d|an?\s\d|here|scheduled|having|asking|calling|seen"
    r"|denied|born|out|back|still)|has\s(?:been|had|a)\b|had\b)",
    re.IGNORECASE,
)

# What neither a thing nor a plan does, nor a code.
PERSONS_ALONE = re.compile(
    r"\s{1,2}(?:(?:wants|wanted|asks|asked|calls|called|says|said|told|came|lives|declined|refuses|refused|fell|wrote"
    r"|complains|complained|ordered|prescribed|weighs|tried|works|thinks|feels|gave|keeps|kept)\b|was\stold\b|(?:is|was)\s(?:asking|calling|wondering|having"
    r"|pregnant|seen|admitted|discharged|out|here|back|upset|born|deaf|scheduled|\d{1,3}|an?\smember|my|our|a\spatient)\b"
    r"|(?:get|have)\s(?:another|his|her)\b|who\b|with\s(?:her|his|their)\b)",
    re.IGNORECASE,
)
PERSONS_OR_PLANS = re.compile(
    PERSONS_ALONE.pattern
    + r"|\s{1,2}(?:can|could|should|would|has|had|needs?|gets?|have|qualif(?:y|ies)|eligible|will|did|does|in|at|from|and|is"
    r"|covered|approved|denied|allowed|able|due|here)\b"
    r"|['’]s\s|\s?[,;:?!.(\ue000-\ue0ff-]|$",
    re.IGNORECASE,
)
# Behind a person's name a noun may follow that is said of persons: an abbreviation of a service, a family.
CONCERNS = re.compile(
    r"\s{1,2}(?:(?-i:[A-Z]{2,5})\b|(?:it|he|she|his|her|hers|they|that|family|household|visits|eval|speech|meds|labs|appeal|denial|needs|case|chart|claim|auth)\b)",
    re.IGNORECASE,
)
PERSON_BEFORE = re.compile(
    r"(?:\b(?:told|tell|asked|called|emailed|per)|\d\s?(?:y/?o|year[- ]old|yr old)?\s?(?:[mf]|male|female|man|woman|boy|girl)?,?)"
    r"\s{1,2}$",
    re.IGNORECASE,
)
# A code of a procedure or a diagnosis that begins an entry or a line.
CODE_BEFORE = re.compile(
    r"(?:^|[\n;|/])\s{0,2}(?:\d{4}[\dTFU]|[A-Z]\d{4}|[A-TV-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?)(?:\s{1,2}|\s?[-/,:]\s?)$"
)
TITLE_BEFORE = re.compile(r"\b(?:mr|mrs|ms|miss|dr)\b\.?\s{1,2}$", re.IGNORECASE)
WHO_WRITES = re.compile(r"\b(?:this\s+is|i['’]?m|my\s+name\s+is|here\s+is)\s{1,2}$", re.IGNORECASE)
FROM = re.compile(r"\s{1,2}(?:at|from|with|w/|calling|here)(?!\w)", re.IGNORECASE)
NEEDS = re.compile(r"\s{1,2}(?:needs|has|had|gets|can['’]?t|cannot)\b", re.IGNORECASE)
GETS = re.compile(r"\s{1,2}get\b", re.IGNORECASE)
ASKED_OF = re.compile(r"\b(?:can|does|did|could)\s{1,2}$", re.IGNORECASE)
TURNS_TO = re.compile(
    r"(?:\b|(?<=\s))(?:sp(?:o|ea)ke?\s(?:w/?|with|to)|told|tell|for|about|abt|whether|per|ask|call|see|saw|regarding|re|from|on|with|w/|does|did|is|of)\s{1,2}$",
    re.IGNORECASE,
)


Strength = Literal["certain", "outright", "likely", "faint"]


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
    Cue.of(
        "name after a title with a capital letter",
        r"\b(?-i:Mr|Mrs|Ms|Miss|Mx|Dr|Doctor)\b\.?\s{1,2}(?-i:(?=[A-Z][a-z]))",
        "certain",
    ),
    Cue.of("name after a title", rf"\b{_TITLE}\s{{1,2}}", "likely"),
    Cue.of(
        "name after what the person is",
        rf"\b(?:{_PERSON}|{_RELATED})\b[.,]?\s{{1,2}}\(?",
        "likely",
        unlisted=SPEAKS,
    ),
    Cue.of("name after a relative", rf"\b{_KIN}\b(?:,|\s+is|\s+was)?\s{{1,2}}", "likely"),
    Cue.of(
        "name of who did it",
        r"\b(?:sent|signed|ordered|denied|approved|reviewed|referred|performed|done|seen|handled|submitted|given|faxed)\s+by"
        r"\s{1,2}(?-i:(?=[A-Z]))",
        "faint",
        unlisted=re.compile(r"(?!)"),
    ),
    Cue.of("name after words that lead to one", _CALLED, "likely", unlisted=SPEAKS),
    Cue.of(
        "name of who is looked for",
        r"\b(?:look(?:ing|ed)?\s+up|check(?:ing)?\s+(?:on|for)|status\s+(?:for|of|on)|on\s+file\s+for|on\s+behalf\s+of"
        r"|calling\s+(?:about|for|regarding)|coverage\s+for|eligibility\s+for|request\s+for|scheduled|seeing"
        r"|treating|evaluating|helping|regarding|update|can\s+you\s+check)\b:?\s{1,2}(?-i:(?=[A-Z]))",
        "faint",
        unlisted=re.compile(r"(?!)"),
    ),
    Cue.of(
        "name of who is to be called",
        r"\b(?:call|text|ask|page|reach|contact)\s{1,2}(?-i:(?=[A-Z]))",
        "likely",
        listed=re.compile(r"\s{1,2}(?:at|on|in|back|from|about)\b|[,.]?\s?[\d\ue000-\ue0ff(]"),
        unlisted=re.compile(r"\s{1,2}(?:at|on|back)\b|[,.]?\s?[\d\ue000-\ue0ff(]"),
    ),
    Cue.of(
        "name of who greets",
        r"^\W{0,3}(?:hi|hello|hey|good\s+(?:morning|afternoon|evening|day))\b[,.!]?\s{1,2}",
        "faint",
        listed=_HERE,
        unlisted=re.compile(r"(?!)"),
    ),
    Cue.of(
        "name of who is greeted",
        r"\b(?:hi|hello|hey|dear),?\s{1,2}(?-i:(?=[A-Z]))",
        "faint",
        listed=re.compile(r"\s?[,.!]|\s?-|$"),
        unlisted=re.compile(r"(?!)"),
    ),
    Cue.of("name of who writes", _SELF, "faint", unlisted=_HERE),
    Cue.of(
        "name that closes a letter behind a dash",
        r"\n\s{0,2}[-\u2013\u2014~]{1,2}\s?",
        "likely",
        listed=_ENDS,
        unlisted=re.compile(r"(?!)"),
    ),
    Cue.of("name that closes a letter", _CLOSING, "faint", listed=_ENDS, unlisted=_ENDS),
)
