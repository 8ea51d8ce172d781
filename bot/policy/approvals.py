"""Determinations in the words of authorization: "may be approved if", "approve for 6 months if", "qualifies for coverage".

Payers of drugs and of utilization management write their positions so. What must be approved first is a
requirement and none; nor is what an agency approves, or what is approved within a number of days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.policy.model import Determination, Span
from bot.policy.patterns import phrase
from bot.policy.verbs import (
    MEMBERS,
    NEGATIONS,
    SOFT,
    Predicate,
    denied_from,
    object_of,
    payer_speaks,
    trim,
)

_BENEFITS: Final = r"(?:coverage|benefits?|payment|reimbursement)"
_AWARDS: Final = r"(?:(?:re|pre)?authori[sz]ations?|(?:re|pre)?certifications?|(?:re)?approvals?|coverage|renewals?|continuations?|extensions?|requests?|benefits?|admissions?|stays?)"
_MAY_BE: Final = rf"(?:(?:may|can|could|will|would|should|shall|might)\s+{SOFT}be|cannot\s+be|(?:is|are)(?:n['’]t)?)\s+{SOFT}"
# What must follow where the verb alone could be anybody's ("is approved by the FDA", "is authorized to sign").
_HELD: Final = (
    r"(?=\s+(?:only\s+)?(?:when|if|where|once|provided|unless|except|for\s+(?:up\s+to\s+)?\d|for\s+coverage|up\s+to|as|in\s+the\s+following|for\s+the\s+following)\b"
    r"|\s*(?:[.;:]|$))"
)
_LATER: Final = r"(?!\s+(?:by|within|in\s+(?:writing|advance)|(?:and|or)\s+denied|prior\s+to)\b)(?!\s+(?:and|or)\s+(?:paid|billed)\b)"
_ORDERS: Final = r"(?:approve|authori[sz]e|certify|cover)"
_PEOPLE_BEFORE: Final = phrase(rf"\b(?:{MEMBERS}|he|she|provider|physician|prescriber)\s+$", re.I)
_OF_CLAIMS: Final = phrase(
    r"\b(?:claims?|bills?|charges?|invoices?|appeals?|exceptions?|waivers?|extensions? of time)\b",
    re.I,
)
_AWARD_BEFORE: Final = phrase(rf"\b{_AWARDS}\b[^.;:]*$", re.I)
_NO_AWARD_OF: Final = phrase(r"\b(?:fda|food and drug|marketing)\b", re.I)
_PRIOR: Final = phrase(r"\bprior (?:authori[sz]ation|approval) $", re.I)
_ONLY_A_TERM: Final = phrase(r"(?:for (?:up to )?(?:\w+ )?\d|up to \d|as |the request\b)", re.I)
_NOT_FOR: Final = phrase(r" for (?!use\b|marketing|sale)", re.I)
# "Authorization will be issued for 12 months." sets the term of what was approved above.
_ONLY_A_TERM_SET: Final = phrase(
    rf"(?:(?:initial|each|the|an?) )?{_AWARDS} {_MAY_BE}\w+ (?:for )?(?:up to |a (?:period|maximum) of )?(?:\w+ )?\(?\d+\)? ?\w+(?: at a time)?\.?",
    re.I,
)
_REFUSED: Final = phrase(r"\b(?:not|never|cannot)\b|n['’]t\b", re.I)


@dataclass(frozen=True, slots=True)
class _Shapes:
    passive: re.Pattern[str]
    granted: re.Pattern[str]
    considered: re.Pattern[str]
    denied: re.Pattern[str]
    active: re.Pattern[str]
    order: re.Pattern[str]
    fit: re.Pattern[str]
    eligible: re.Pattern[str]
    people_fit: re.Pattern[str]
    recommended: re.Pattern[str]
    provided: re.Pattern[str]
    requires: re.Pattern[str]


@lru_cache(maxsize=1)
def _shapes() -> _Shapes:
    return _Shapes(
        passive=phrase(
            rf"\b(?P<verb>{_MAY_BE})(?P<given>(?:approved|authori[sz]ed|approvable|certified)\b|(?:continued|renewed)(?=\s+(?:for\s+(?:up\s+to\s+)?\d|(?:if|when)\b))){_LATER}",
            re.I,
        ),
        granted=phrase(
            rf"\b(?P<verb>{_MAY_BE})(?P<given>granted|issued|given|extended|allowed|renewed)\b{_LATER}",
            re.I,
        ),
        considered=phrase(
            rf"\b(?P<verb>{_MAY_BE})(?:considered|reviewed|accepted|recommended)\s+(?P<given>for\s+(?:coverage|approval|authorization|reimbursement))\b",
            re.I,
        ),
        denied=phrase(
            r"\b(?P<verb>(?:will|shall|(?:is|are))\s+(?:always\s+)?(?:be\s+)?)(?P<given>denied|rejected)(?!\s+as\b)"
            r"(?=\s+(?:when|if|for|unless|because|in|where)\b|\s*(?:[.;:]|$))",
            re.I,
        ),
        active=phrase(
            r"\b(?P<verb>(?:(?:may|will|shall|can|would|does|do)\s+(?:not\s+|never\s+)?)?)(?P<given>authori[sz]es?|approves?|certif(?:y|ies))"
            rf"\s+(?:(?:{_BENEFITS}|requests?)\s+(?:of|for)\s*)?",
            re.I,
        ),
        order=phrase(
            rf"(?:(?P<verb>do\s+not\s+|may\s+|can\s+)?(?P<given>{_ORDERS})|(?P<deny>deny|do\s+not\s+cover))"
            r"\b(?:\s+(?:requests?|coverage)\s+(?:for|of))?\s*(?=\w|:|$)(?!and\b|or\b)",
            re.I,
        ),
        fit=phrase(
            r"\b(?P<verb>(?:(?:does|do|may|will|can)\s+(?:not\s+)?|fails?\s+to\s+)?)"
            r"(?P<given>qualif(?:y|ies)\s+for\s+(?:coverage|approval|authorization|reimbursement|benefits)"
            r"|(?:meets?|satisf(?:y|ies))\s+(?:the\s+|our\s+|all\s+)*(?:[\w'’]+\s+)?(?:coverage|authorization|approval)\s+(?:criteria|requirements|guidelines)"
            r"(?=\s+(?:only\s+)?(?:if|when|where|for|in|once)\b|\s*(?:[.;:]|$)))",
            re.I,
        ),
        eligible=phrase(
            rf"\b(?P<verb>{_MAY_BE})(?P<given>eligible)(?=\s+(?:only\s+)?(?:when|if|where)\b)", re.I
        ),
        people_fit=phrase(
            rf"\b{MEMBERS}\s+(?P<verb>(?:(?:does|do|may|will)\s+(?:not\s+)?)?)(?P<given>qualif(?:y|ies))\s+for\s+(?!coverage|approval|authorization|medicaid|medicare|the plan)",
            re.I,
        ),
        recommended=phrase(
            r"\b(?:coverage|approval|(?<!prior\s)authorization)\s+(?:(?:of|for)\s+(?P<before>[^.;:,]{2,160}?)\s+)?(?P<verb>(?:is|are)\s+(?:not\s+)?)(?P<given>recommended)\b",
            re.I,
        ),
        requires=phrase(
            r"\b(?:coverage|approval|(?<!prior\s)authorization)\s+(?:of|for)\s+(?P<before>[^.;:,]{2,160}?)\s+(?P<verb>)(?P<given>requires?)"
            r"(?=\s+(?:(?:that\s+)?(?:all|any|one|both|each|either)|the\s+following)\b)",
            re.I,
        ),
        provided=phrase(
            rf"\b{_BENEFITS}\s+(?:of|for)\s+(?P<before>[^.;:,]{{2,160}}?)\s+(?P<verb>{_MAY_BE})"
            r"(?P<given>provided|available|allowed|offered|payable|extended|approved|authori[sz]ed|granted|considered(?=\s+(?:when|if|for|where)\b))\b",
            re.I,
        ),
    )


def approvals(flat: str, span: Span) -> Iterator[Predicate]:
    """What a sentence says is approved, authorized or granted, or is not."""
    yield from _coverage_of(flat, span)
    shapes = _shapes()
    if found := shapes.order.match(flat, span.start, span.end):
        yield from _order(flat, found, span)
        return
    for pattern in (
        shapes.passive,
        shapes.granted,
        shapes.considered,
        shapes.denied,
        shapes.fit,
        shapes.eligible,
    ):
        for match in pattern.finditer(flat, span.start, span.end):
            before = flat[span.start : match.start()]
            if _OF_CLAIMS.search(before) or _NO_AWARD_OF.search(before):
                continue
            if pattern is shapes.eligible and _PEOPLE_BEFORE.search(before):
                continue
            if pattern is shapes.considered and _PRIOR.search(before):
                continue
            award = _AWARD_BEFORE.search(before) is not None
            if pattern is shapes.granted and not award:
                continue
            sure = award or not re.match(r"(?:is|are)\b", match["verb"], re.I)
            refused = pattern is shapes.denied or _refused(flat, match, span)
            kept = _NOT_FOR.match(flat, match.end("given")) if refused else None
            held = sure or kept or _held(flat, match.end("given"))
            if pattern is shapes.passive and not held:
                continue
            if _ONLY_A_TERM_SET.fullmatch(flat[span.start : span.end]):
                continue
            yield _made(flat, match, refused, None)
    for match in shapes.active.finditer(flat, span.start, span.end):
        if payer_speaks(flat[span.start : match.start()]):
            about = object_of(flat, match.end(), span.end)
            yield _made(flat, match, _refused(flat, match, span), about)
    for match in shapes.people_fit.finditer(flat, span.start, span.end):
        about = object_of(flat, match.end(), span.end)
        yield _made(flat, match, _refused(flat, match, span), about)


def _coverage_of(flat: str, span: Span) -> Iterator[Predicate]:
    shapes = _shapes()
    for pattern in (shapes.recommended, shapes.provided, shapes.requires):
        for match in pattern.finditer(flat, span.start, span.end):
            about = Span(*match.span("before")) if match["before"] else None
            yield _made(flat, match, _refused(flat, match, span), about)


def _order(flat: str, match: re.Match[str], span: Span) -> Iterator[Predicate]:
    """ "Approve for 6 months if ...", "Deny if ...": an order to the reviewer, at the head of a sentence."""
    refused = match["deny"] is not None or bool(match["verb"] and _REFUSED.search(match["verb"]))
    about = object_of(flat, match.end(), span.end)
    shown = flat[about.start : about.end] if about else ""
    if not shown or _ONLY_A_TERM.match(shown) or re.match(r"(?:if|when|only)\b", shown, re.I):
        about = None
    whole = Span(match.start(), match.end())
    words = trim(flat, match.start(), match.end())
    yield Predicate("not_covered" if refused else "medically_necessary", whole, words, about)


def _held(flat: str, at: int) -> bool:
    return _held_pattern().match(flat, at) is not None


@lru_cache(maxsize=1)
def _held_pattern() -> re.Pattern[str]:
    return phrase(_HELD, re.I)


def _refused(flat: str, match: re.Match[str], span: Span) -> bool:
    denied = denied_from(flat, span.start, match.start()) is not None
    return (len(NEGATIONS.findall(match["verb"])) + denied) % 2 == 1


def _made(flat: str, match: re.Match[str], refused: bool, about: Span | None) -> Predicate:
    meant: Determination = "not_covered" if refused else "medically_necessary"
    words = trim(flat, match.start("verb"), match.end("given"))
    return Predicate(meant, Span(match.start(), match.end()), words, about)
