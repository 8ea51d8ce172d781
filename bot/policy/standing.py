"""Whether a determination stands: whether the sentence itself makes it, or only speaks of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.policy.clauses import LEAD_IN, MUST_BE_MET, MUST_MEET, REASON, required_for
from bot.policy.model import Span
from bot.policy.patterns import phrase
from bot.policy.verbs import Predicate, is_sentence
from bot.policy.voices import others_behind, others_report

_SUBORDINATE: Final = phrase(
    r"\b(?:if|whether|unless|until|once(?! (?:in|per|every|each|daily|weekly|monthly|yearly|annually|a (?:day|week|month|quarter|year|lifetime))\b)|(?:must|needs? to|has to|have to|required)\b[^;]*\bbefore|because|since|although|when(?! \w+(?:ed|given|done)\b))\b",
    re.I,
)
_RELATIVE: Final = phrase(r"\b(?:that|which|who|what|whether|where|as)\s+$", re.I)
_REPORTED: Final = phrase(
    r"\b(?:evidence|documentation|documents?|proof|indications?|confirmation|statement|opinions?|belief|facts?|assurance"
    r"|show(?:s|n|ed|ing)?|demonstrat\w+|ensur\w+|indicat\w+|suggest\w*|believ\w+|stat(?:e|es|ed|ing)|report\w*|argu\w+|certif\w+"
    r"|attest\w*|conclu\w+|assum\w+|impl(?:y|ies)|mean|means|guarantee\w*|establish\w*|determine|verify|prove[sn]?|support(?:s|ed|ing)?|confirm\w*|substantiat\w*|justif\w+|reflect(?:s|ed|ing)?|document(?:ed|ing)|verif\w+|agree\w*|decid\w+|certify\w*|claim\w*|hold|held|say|says|said|told|true|the case|clear|likely|possible|certain|sure|doubtful)\s+that\b",
    re.I,
)
# Said, shown or asked for by others, with or without a "that" behind the verb.
_SAID: Final = phrase(
    r"\b(?:(?:may|might|must|shall|should|can|could|will|would|needs? to|has to|have to)\s+(?!be\b)(?:\w+\s+)?"
    r"(?:certif|stat|show|document|attest|demonstrat|decid|explain|confirm|say|believ|determin|indicat|verif|argu|claim|prov[ei]|feel|think|find)\w*"
    r"\s+(?:that|it|they|why|how|whether|the|this|these|such|each|any|all)"
    r"|(?:may|might|must|shall|should|can|could|would)\s+(?:not\s+)?(?!be\b)\w+\s+that"
    r"|to\s+(?:say|state|claim|think|assume|argue|believe|conclude|decide|suggest|hold|certify|show|prove)\s+that"
    r"|(?:told|informed|advised|notified)(?:\s+that)?)\b",
    re.I,
)
# "Coverage is provided when it is determined to be medically necessary" leaves the question open.
_CIRCULAR: Final = phrase(
    r"\b(?:when|if|where|as) (?:deemed |considered |determined )?(?:to be )?medically necessary\b(?!,? and\b)"
    r"|\b(?:when|if|where|provided|only|that)\b[^.;:]{0,60}\b(?:is|are|be) (?:determined |considered |deemed |found |judged )*(?:to be )?medically necessary\b",
    re.I,
)
_REQUIRED: Final = phrase(
    r"(?:must|shall(?! (?:\w+ )?be (?:approved|authori[sz]ed|granted))|should|needs? to|has to|have to)\s+(?!not\b)(?:\w+\s+)?be\b"
    r"(?!.*\b(?:considered|deemed|regarded|covered|reimbursed)\b)",
    re.I,
)
# "Medically necessary in none of these", "for neither pain nor sleep": said of nothing.
_NOWHERE: Final = phrase(
    r"\s*(?:in|for|under|at) (?:neither|none|no(?! (?:more|later|less|fewer|longer|sooner|earlier)\b))\b",
    re.I,
)
_HAS_VERB: Final = phrase(r"\w \b(?:is|are|was|were|has|have|does|do|can|cannot)\b", re.I)
_NOT_ALL: Final = phrase(r"\s*(?:not (?:all|every|each)|few|hardly any)\b", re.I)


def standing(flat: str, found: list[Predicate], span: Span) -> list[Predicate]:
    """The determinations that the sentence itself makes.

    What stands under an if, in a relative clause, in somebody's report or as a mere requirement is
    left out; "not covered because it is considered investigational" is one determination.
    """
    kept: list[Predicate] = []
    if others_report(flat[span.start : found[0].whole.start] if found else ""):
        return []
    for predicate in found:
        behind = flat[predicate.words.end : span.end]
        if others_behind(behind) or _NOWHERE.match(behind):
            continue
        before = flat[kept[-1].whole.end if kept else span.start : predicate.whole.start]
        if kept and kept[-1].determination == "not_covered" and REASON.search(before):
            if predicate.determination in ("investigational", "not_medically_necessary"):
                first = kept[-1]
                words = Span(first.words.start, predicate.words.end)
                kept[-1] = replace(first, determination=predicate.determination, words=words)
            continue
        led = any(lead.end() == len(before) for lead in LEAD_IN.finditer(before))
        if _RELATIVE.search(before) and not led:
            continue
        clause = before[_last_break(before) :]
        under = _SUBORDINATE.search(clause)
        if under and not _within_subject(clause, under):
            continue
        said = _REPORTED.search(clause) or _SAID.search(clause)
        if said and not LEAD_IN.search(before):
            continue
        infinitive = f" {before}".rstrip().lower().endswith(" to")
        if infinitive and not (
            MUST_BE_MET.search(before)
            or MUST_MEET.search(before)
            or required_for(flat, predicate, span)
        ):
            continue
        if _REQUIRED.match(flat, predicate.whole.start, predicate.whole.end):
            continue
        if _NOT_ALL.match(clause):
            continue
        kept.append(predicate)
    if kept and _CIRCULAR.search(flat, kept[0].words.end, span.end):
        return []
    return kept


def _within_subject(clause: str, under: re.Match[str]) -> bool:
    """Whether a subordinate clause only narrows the subject: "A lift asked for because it is easier"."""
    subject, rest = clause[: under.start()].strip(), clause[under.end() :]
    whole = rest.lstrip().startswith("of ") or _HAS_VERB.search(rest) is not None
    return len(subject.split()) > 1 and not is_sentence(subject) and whole


def _last_break(before: str) -> int:
    breaks = re.finditer(r"[;,]\s|[—–]\s|\s(?:and|but)\s", before)
    return max((m.end() for m in breaks), default=0)
