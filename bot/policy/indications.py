"""Determinations in a clinician's words: "is indicated for", "is appropriate when", "is contraindicated in".

Such words determine only where the payer states its position, and they end no list of criteria: an item may
well say that surgery is contraindicated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from bot.policy.model import Determination, Span
from bot.policy.patterns import phrase
from bot.policy.verbs import MEMBERS, NEGATIONS, SOFT, Predicate, denied_from, trim

_BEHIND: Final = r"(?=\s+(?:only\s+)?(?:for|when|if|in|where|once|after|as\s+(?:a|an|the|part)|to\s+(?:treat|diagnose|prevent|manage|assess)|because|due|under|provided|unless|except|before|during)\b|,\s+(?:because|since|as)\b|\s*(?:[.;:]|$))"
# The label of a drug, or a person's fitness, is no position on the service; nor is what a mere
# condition of the document says ("as indicated below").
_LABEL: Final = phrase(
    r"\b(?:fda|food and drug|label(?:ed|ing)?|package insert|manufacturer)\b", re.I
)
_PERSON: Final = phrase(
    rf"(?:^|\b(?:the|a|an|each|any|that|this|some|most|all|these|those) ){MEMBERS} *$", re.I
)
_ELSEWHERE: Final = phrase(
    r" (?:in|by|under) (?:the|this|that|our) (?:\w+ )?(?:policy|document|table|section|chart|list)\b",
    re.I,
)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return phrase(
        r"\b(?P<verb>(?:(?:may|can|will|would)\s+(?:not\s+)?be|cannot\s+be|(?:is|are)(?:n['’]t)?)\s+"
        rf"{SOFT}(?:(?:considered|deemed|felt|judged|recognized|accepted)\s+{SOFT}(?:(?:as|to\s+be)\s+)?{SOFT})?(?:clinically\s+|routinely\s+)?)"
        r"(?P<said>(?P<refuses>contraindicated|inappropriate)|(?:indicated|appropriate)(?:\s+and\s+appropriate)?|(?P<allows>allowed|permitted))"
        rf"\b{_BEHIND}",
        re.I,
    )


def indications(flat: str, span: Span) -> Iterator[Predicate]:
    """What a sentence says is indicated, appropriate or allowed, or is not."""
    for match in _pattern().finditer(flat, span.start, span.end):
        before = flat[span.start : match.start()]
        if _LABEL.search(flat, span.start, span.end) or _PERSON.search(before):
            continue
        if _ELSEWHERE.match(flat, match.end("said")):
            continue
        denied = denied_from(flat, span.start, match.start()) is not None
        odd = (len(NEGATIONS.findall(match["verb"])) + denied) % 2 == 1
        if match["refuses"] and odd:
            continue
        words = trim(flat, match.start("verb"), match.end("said"))
        yield Predicate(_meant(match, odd), Span(match.start(), match.end()), words)


def _meant(match: re.Match[str], denied: bool) -> Determination:
    if match["refuses"]:
        # "Contraindicated" is quoted: the policy does not say that it is not medically necessary.
        contra = match["refuses"].lower() == "contraindicated"
        return "not_covered" if contra else "not_medically_necessary"
    if not denied:
        return "medically_necessary"
    return "not_covered" if match["allows"] else "not_medically_necessary"
