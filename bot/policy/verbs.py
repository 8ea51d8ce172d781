"""What the shapes of a determination share: its verb, who speaks, and the thing behind the verb."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.policy.model import Determination, Span
from bot.policy.patterns import phrase
from bot.policy.voices import others_consider

_NEG: Final = r"(?:not|never|no longer|neither)"
_ADV: Final = r"(?:also|only|generally|typically|usually|currently|still|therefore|thus|always|both|either|hereby|otherwise|further|specifically|now|routinely|each|all|likewise|similarly|considered)"
_ASIDE: Final = r"(?:at\s+(?:this\s+time|present)|for\s+now|presently|in\s+our\s+(?:view|opinion)|in\s+(?:all|any)\s+(?:forms?|cases?)|however|of\s+course)"
SOFT: Final = rf"(?:(?:{_NEG}|{_ADV}|{_ASIDE}),?\s+)*"
MODAL: Final = r"(?:may|can|could|will|would|should|shall|must|might|need)"
MEMBERS: Final = (
    r"(?:members?|individuals?|patients?|customers?|enrollees?|beneficiar(?:y|ies)|subscribers?)"
)
NEGATIONS: Final = phrase(r"\b(?:not|never|no longer|neither|cannot|fails?)\b|n['’]t\b", re.I)
# A name is known by its capitals only, so "may not cover" has no payer before it.
_WHO: Final = phrase(
    r"(?:\b(?i:we|plan|payer|fund|trust|trustees|board|committee|program|company|carrier|health|cross|shield|corporation|insurer|medicaid)\b|\([A-Z]{2,6}\)"
    r"|\b[A-Z]{3,}|(?<!The[ ])(?<!This[ ])\b[A-Z][a-z]+(?:[ -][A-Z]\w+)*)[’']?s?\s+$"
)
_NO_PAYER: Final = phrase(
    r"\b(?:(?:this|the) (?:\w+ )?(?:policy|guideline|document|section|bulletin)|medicare|it|contracts?|coverage|insurance|documentation|criteria|approval|authorization|certification|fees?|rates?|codes?|treatment|therapy|device|policy|guideline)\s+$",
    re.I,
)
_OBJECT_END: Final = phrase(
    r"\s+(?:when|if|only|unless|provided|as long as|because|for (?:any|the following))\b|[:.;]|,\s+(?:when|if|provided|as)\b"
)
_NO_SUBJECT: Final = phrase(
    r"\s*(?:and |but )?(?:neither|none|nothing|no(?! (?:more|later|less|fewer|longer|sooner|earlier)\b)|(?:under|in) no|at no time)\b",
    re.I,
)
_CLAUSE_BREAK: Final = phrase(r"; |, (?:and|but|while|however,?) |: ")
_VERB: Final = phrase(r"\b(?:is|are|was|were|has|have|does|do|can|must|should)\b", re.I)


# A sentence has one of these; a label or a heading ("Botulinum toxin, palms.") has none.
_FINITE: Final = phrase(
    r"\b(?:is|are|was|were|be|been|has|have|had|does|do|did|may|might|must|shall|should|can|cannot|could|will|would"
    r"|meets?|requires?|includes?|covers?|considers?|applies|apply|see|refer|note|contact|submit|use|follow)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A determination in a sentence: `whole` is the verb and its words, `words` what determines.

    `object` is the subject of the determination where it stands behind an active verb ("considers X ...").
    """

    determination: Determination
    whole: Span
    words: Span
    object: Span | None = None


def is_sentence(shown: str) -> bool:
    """Whether words say something of a matter, and do not only name it."""
    return _FINITE.search(shown) is not None


def payer_speaks(before: str) -> bool:
    """Whether the words before a verb name the payer."""
    payer = _WHO.search(before) and not _NO_PAYER.search(before)
    return bool(payer) and not others_consider(before)


def denied_from(flat: str, start: int, end: int) -> int | None:
    """Where a subject begins that denies ("None of these is ...", "In no case will X be ..."), or None."""
    breaks = list(_CLAUSE_BREAK.finditer(flat, start, end))
    begin = breaks[-1].end() if breaks else start
    if _NO_SUBJECT.match(flat, begin, end) and not _VERB.search(flat, begin, end):
        return begin
    return None


def object_of(flat: str, start: int, end: int) -> Span | None:
    stop = _OBJECT_END.search(flat, start, end)
    return trim(flat, start, stop.start() if stop else end)


def trim(flat: str, start: int, end: int) -> Span:
    while start < end and flat[start] == " ":
        start += 1
    while end > start and flat[end - 1] == " ":
        end -= 1
    return Span(start, end)
