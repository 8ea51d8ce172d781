"""The parts of a sentence around a determination: its subject, its scope, its conditions, its reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.policy.determinations import Predicate
from bot.policy.model import Span
from bot.policy.patterns import phrase

_PEOPLE: Final = (
    r"(?:patients?|individuals?|adults?|children|members?|persons?|people|women|men|infants?|adolescents?|those|"
    r"candidates|newborns?|neonates|beneficiaries|recipients|enrollees|males?|females?|girls|boys)"
)
_LEAD_IN: Final = phrase(
    r"(?:it is (?:the )?(?:policy|position) (?:of [^,]{2,80}? )?that|(?:we|[\w ]{2,40}) (?:has|have) (?:determined|concluded) that"
    r"|(?:therefore|however|thus|note|in addition|additionally|accordingly|consequently|for this reason|policy statement|coverage)\b[:,]?)\s+",
    re.I,
)
_OPENING: Final = phrase(
    r"(?:when|if|in|for|unless|based on|because|as|due to|effective|except|given|since|under|with|after|once|provided"
    r"|where|while|although|prior to|on or after|only|outside|other than|absent|without|beginning|to the extent|pursuant)\b",
    re.I,
)
_LEADING_CONDITION: Final = phrase(
    rf"\s*(?:when|if|once|provided(?: that)?|(?:for|in)(?= (?:[\w-]+ ){{0,4}}{_PEOPLE}\b))\s*", re.I
)
_SUBORDINATE: Final = phrase(
    r"\b(?:if|whether|unless|until|once|because|since|although|when(?! \w+(?:ed|given|done)\b))\b",
    re.I,
)
_RELATIVE: Final = phrase(r"\b(?:that|which|who|what|whether|where|as)\s+$", re.I)
_REPORTED: Final = phrase(
    r"\b(?:evidence|documentation|documents?|proof|indications?|confirmation|statement|opinions?|belief|facts?|assurance"
    r"|show(?:s|n|ed|ing)?|demonstrat\w+|ensur\w+|indicat\w+|suggest\w*|believ\w+|stat(?:e|es|ed|ing)|report\w*|argu\w+|certif\w+"
    r"|attest\w*|conclu\w+|assum\w+|impl(?:y|ies)|mean|means|guarantee\w*|establish\w*|determine|verify|prove[sn]?)\s+that\b",
    re.I,
)
_ANAPHORA: Final = phrase(
    r"(?:it|they|this|these|such (?:use|services?)|(?:this|the|these) (?:services?|procedures?|treatments?|tests?|devices?|therap(?:y|ies)|technolog(?:y|ies)))$",
    re.I,
)
_OTHER_VERB: Final = phrase(
    r"(?P<subject>.+?)\s+(?:is|are|has|have|does|do|was|were|requires?|may|will|should|must|can|needs?)\s.*(?:\band|\bbut|,)(?:\s+(?:therefore|thus|hence|so|also))*$",
    re.I,
)
_MUST_BE_MET: Final = phrase(
    r".*?\b(?:(?:must|should|shall|needs? to|has to|have to) (?:all )?be (?:met|satisfied|present|documented|fulfilled)|(?:is|are) required)\b"
    r"(?:(?: in order)? for (?P<subject>.+?))?(?: in order)? to\s*$",
    re.I,
)
_REASON: Final = phrase(
    r"(?:\bbecause(?: of)?|\bsince(?! \d)|\bdue to(?: the fact that)?"
    r"|\bas(?=\s+(?:they|it|there|these|this|such|no|insufficient|its|their|current|evidence"
    r"|the (?:evidence|available|current|clinical|safety|effectiveness|efficacy|services?|procedure|peer|scientific|literature|programs?|primary|purpose|[\w-]+(?: [\w-]+){0,3} (?:is|are|has|have|does|do))\b))"
    r"|\bgiven that|\bon the (?:grounds|basis) (?:that|of)|\bfor the (?:following )?reasons?(?: that)?|\bin that"
    r"|\bbased on(?=\s+(?:insufficient|inadequate|lack|a lack|limited|the lack|absence)))\s+",
    re.I,
)
_LEADING_REASON: Final = phrase(
    r"\s*(?:because(?: of)?|since|due to|given|based on|as there is)\s+(?=[^,]*\b(?:evidence|lack|insufficient|not|no|data)\b)",
    re.I,
)
_NEXT_REASON: Final = phrase(
    r"(?:there (?:is|are) (?:currently |also )?(?:insufficient|inadequate|not (?:enough|sufficient|adequate)|no |limited|a lack|lack)"
    r"|(?:the |current |available |published |clinical |scientific |peer-reviewed |existing )*(?:evidence|literature|data|studies)\b.{0,60}?\b(?:is|are|does|do|has|have)\b"
    r"|(?:the|its|their) (?:safety|effectiveness|efficacy|clinical (?:utility|value|benefit)|long-term)"
    r"|(?:these|such|they|this|it|those)(?: (?:services?|programs?|treatments?|procedures?|tests?|devices?))? (?:is|are|do|does|have|has) (?:primarily|not|intended|designed|no|for)\b"
    r"|insufficient evidence|lack of evidence)",
    re.I,
)
_CONDITION: Final = phrase(
    r"\b(?:(?P<only>only (?:for|in|after))|(?:only )?(?:when|if|where|provided(?: that)?|as long as|so long as)"
    rf"|(?:for (?:use )?in|for|in|to treat)(?= (?:[\w-]+ ){{0,4}}(?:{_PEOPLE}|any|one|all|the following|each|either|both|selected|appropriately|pregnant)\b))\s+",
    re.I,
)
_EVERYTHING: Final = phrase(
    r"(?:\b(?:for|in|under|of) )(?:any|all)(?: (?:other|\w+)){0,3} (?:indications?|situations?|conditions?|uses?|cases?|circumstances?|purposes?|diagnos[ei]s|reasons?|patients|applications?|members|individuals|settings?)\b(?! (?:with|who|when|if|that))",
    re.I,
)
_UNMET: Final = phrase(
    r"\b(?:not (?:been )?(?:met|satisfied|fulfilled)|do(?:es)? not (?:meet|satisfy)|other than|(?:all|any) other|above|fails? to meet|outside|not (?:listed|specified|mentioned|addressed))\b",
    re.I,
)
_EXCEPT: Final = phrase(r"\b(?:unless|except|with the exception|absent|until)\b", re.I)
# "Coverage is provided when it is determined to be medically necessary" leaves the question open.
_CIRCULAR: Final = phrase(
    r"\b(?:when|if|where|provided|only|that)\b[^.;:]{0,60}\b(?:is|are|be) (?:determined |considered |deemed |found |judged )*(?:to be )?medically necessary\b",
    re.I,
)
_REQUIRED: Final = phrase(
    r"(?:must|shall|should|needs? to|has to|have to)\s+(?:\w+\s+)?be\b(?!.*\b(?:considered|deemed|regarded|covered|reimbursed)\b)",
    re.I,
)
USES: Final = phrase(
    r"\s+(?:for|in)(?: (?:any|all|each|one) of)?(?: the)?(?: (?:treatment|management|diagnosis|evaluation|prevention|use|following|indications?|conditions?|uses|patients|individuals|members)(?: (?:of|in|with|for|indications?|conditions?|uses|listed|below))*)?\s*:?$",
    re.I,
)
_SCOPE: Final = phrase(
    r"\s*,?\s*(?P<scope>(?:for|in|during|as|to|following|after|before|prior to|with|without|on|at|under|beyond|within|outside|over|between|through)\s[^;:]{2,160})",
    re.I,
)
_QUANTIFIED: Final = phrase(
    rf"(?:,?\s*\b(?:and|who|that|which|when|if|where|provided(?: that)?|with|for|in))?(?:\s+(?:the\s+)?{_PEOPLE})?"
    r"(?:\s+(?:also\s+)?(?:meets?|have|has|had|met|satisf\w+|fulfills?|there (?:is|are)))?"
    r"(?:\s+at least)?\s+\(?(?:(?:all|any|one|both|either|each|two|three)(?:\s*\(\d\))?(?:\s+or more)?(?:\s+of)?\s+(?:the\s+|these\s+)?(?:\w+\s+){0,2}?(?:following|criteria|conditions|requirements|apply|are met|is met)|the following|these criteria)\b[^:]*$",
    re.I,
)
_SCOPE_END: Final = phrase(
    r",?\s*\b(?:including|such as|e\.g\.|not limited to|unless|except|and (?:is|are|will|may|can)|but)\b|[.;:(]\s*$|,\s*(?:and|or)?\s*$",
    re.I,
)
_BOILERPLATE: Final = phrase(
    r"(?:(?:any|all|these|services?|procedures?|treatments?|items?|devices?|supplies|that|which|are|is|determined|considered|deemed|to be|found|experimental|investigational|investigative|unproven|not medically necessary|and|or|\(e/?i\))[\s/,]*)+",
    re.I,
)
_NO_SERVICE: Final = phrase(
    r"services?|procedures|treatments|medical necessity|coverage|benefits", re.I
)
_TRAILING: Final = phrase(
    r"[\s;,:]*(?:\b(?:and|but|while|whereas|otherwise|however|or)\b)?[\s,]*", re.I
)


def standing(flat: str, found: list[Predicate], span: Span) -> list[Predicate]:
    """The determinations that the sentence itself makes.

    What stands under an if, in a relative clause, in somebody's report or as a mere requirement is
    left out; "not covered because it is considered investigational" is one determination.
    """
    kept: list[Predicate] = []
    for predicate in found:
        before = flat[kept[-1].whole.end if kept else span.start : predicate.whole.start]
        if kept and kept[-1].determination == "not_covered" and _REASON.search(before):
            if predicate.determination in ("investigational", "not_medically_necessary"):
                first = kept[-1]
                words = Span(first.words.start, predicate.words.end)
                kept[-1] = replace(first, determination=predicate.determination, words=words)
            continue
        if _RELATIVE.search(before) and not _LEAD_IN.search(before):
            continue
        clause = before[_last_break(before) :]
        if _SUBORDINATE.search(clause):
            continue
        if _REPORTED.search(clause) and not _LEAD_IN.search(before):
            continue
        if before.rstrip().endswith(" to") and not _MUST_BE_MET.search(before):
            continue
        if _REQUIRED.match(flat, predicate.whole.start, predicate.whole.end):
            continue
        kept.append(predicate)
    if kept and _CIRCULAR.search(flat, kept[0].words.end, span.end):
        return []
    return kept


def clause_end(flat: str, predicate: Predicate, after: Predicate | None, span: Span) -> int:
    """Where the clause of one determination ends and that of the next begins."""
    if after is None:
        return span.end
    between = flat[predicate.words.end : after.whole.start]
    cuts = re.finditer(r"[;,]\s|\s(?:and|but|while|whereas|otherwise|however)\s", between)
    cut = max((m.start() for m in cuts), default=None)
    return after.whole.start if cut is None else predicate.words.end + cut


def subject_of(flat: str, start: int, predicate: Predicate) -> tuple[str, bool]:
    """The words that name what is determined, and whether they only point back ("it", "the service")."""
    if predicate.object is not None:
        shown = flat[predicate.object.start : predicate.object.end]
    else:
        shown = flat[start : predicate.whole.start]
        shown = shown[_TRAILING.match(shown).end() :] if _TRAILING.match(shown) else shown  # type: ignore[union-attr]
        lead = _LEAD_IN.search(shown)
        if lead and (lead.start() == 0 or "that" in lead[0]):
            shown = shown[lead.end() :]
        while _OPENING.match(shown) and ", " in shown:
            shown = _after_opening(shown)
        if needed := _MUST_BE_MET.match(shown):
            shown = needed["subject"] or ""
        elif other := _OTHER_VERB.fullmatch(shown.strip()):
            shown = other["subject"]
    shown = re.sub(r"^(?:note|policy|coverage)\s*:\s*", "", shown.strip(" ,:;–—-•*"), flags=re.I)
    return shown, not shown or _ANAPHORA.fullmatch(shown) is not None


def is_boilerplate(subject: str) -> bool:
    """Whether a subject names no service: "services that are considered investigational"."""
    if _NO_SERVICE.fullmatch(subject):
        return True
    return (
        re.search("experimental|investigational|necessary", subject, re.I) is not None
        and _BOILERPLATE.fullmatch(f"{subject} ") is not None
    )


def points_back(flat: str, start: int, predicate: Predicate) -> bool:
    return _ANAPHORA.fullmatch(flat[start : predicate.whole.start].strip()) is not None


def scope_of(flat: str, tail: Span, over_list: bool = False) -> str | None:
    """What narrows the subject behind the determination: "for diabetic wounds", "in all other situations".

    Over a list of criteria it is what stands before "who meet all of the following".
    """
    match = _SCOPE.match(flat, tail.start, tail.end)
    if match is None:
        return None
    stop = match.end("scope")
    if over_list:
        quantified = _QUANTIFIED.search(flat, match.start("scope"), stop)
        shown = flat[match.start("scope") : quantified.start() if quantified else stop]
        return shown.strip(" ,.;:") if quantified and len(shown.split()) > 1 else None
    whole = _EVERYTHING.match(flat, match.start("scope"), stop)
    if whole is None and (condition := _condition(flat, Span(match.start("scope"), stop))):
        stop = condition.start()
    shown = flat[match.start("scope") : stop]
    if end := _SCOPE_END.search(shown):
        shown = shown[: end.start()]
    shown = shown.strip(" ,.;:")
    return shown if len(shown.split()) > 1 else None


def reason_of(flat: str, start: int, predicate: Predicate, tail: Span) -> tuple[Span | None, Span]:
    """The ground that a sentence names, and what is left of its tail."""
    if match := _REASON.search(flat, tail.start, tail.end):
        end = tail.end
        if flat[end - 1] == ":" and (uses := USES.search(flat, match.end(), end)):
            end = uses.start()
        return tight(flat, Span(match.end(), end)), Span(tail.start, match.start())
    lead = _LEADING_REASON.match(flat, start, predicate.whole.start)
    if lead and (comma := flat.find(", ", lead.end(), predicate.whole.start)) > 0:
        return Span(lead.end(), comma), tail
    return None, tail


def before_reason(flat: str, span: Span, predicate: Predicate) -> Span:
    """A sentence over a list up to the ground that it names between the determination and the list."""
    match = _REASON.search(flat, predicate.words.end, span.end)
    if match is None or not re.search(
        r"\b(?:following|below)[\s,]*$", flat[span.start : match.start()]
    ):
        return span
    return Span(span.start, match.start())


def reason_behind(flat: str, following: Span) -> Span | None:
    """The sentence after a statement, where it gives the ground ("There is insufficient evidence ...")."""
    return tight(flat, following) if _NEXT_REASON.match(flat, following.start) else None


def condition_of(flat: str, tail: Span) -> Span | None:
    """The clause behind a determination that says when it holds; None for "in all situations" and such."""
    shown = flat[tail.start : tail.end]
    condition = _condition(flat, tail)
    if _EXCEPT.search(shown) and (condition is None or condition.start() > tail.start + 2):
        return None
    if condition is None or _EVERYTHING.search(shown):
        return None
    span = tight(flat, Span(condition.end(), tail.end))
    return None if span.end <= span.start or _UNMET.search(flat, span.start, span.end) else span


def _condition(flat: str, tail: Span) -> re.Match[str] | None:
    match = _CONDITION.search(flat, tail.start, tail.end)
    return match if match is not None and match.start() - tail.start <= 160 else None


def leading_condition(flat: str, start: int, predicate: Predicate) -> Span | None:
    """The clause before the subject that says when the determination holds."""
    opening = _LEADING_CONDITION.match(flat, start, predicate.whole.start)
    shown = flat[start : predicate.whole.start]
    if opening is None or predicate.object is not None or ", " not in shown:
        return None
    rest = _after_opening(shown.lstrip())
    span = tight(flat, Span(opening.end(), predicate.whole.start - len(rest)))
    if _UNMET.search(flat, span.start, span.end) or _EVERYTHING.match(flat, start, span.end):
        return None
    if re.search(r"\b(?:following|criteria)\b", flat[span.start : span.end], re.I):
        return None
    return span


def must_be_met(before: str) -> bool:
    """ "The following must be met for X to" before the determination makes its list one of criteria."""
    return _MUST_BE_MET.match(before) is not None


def holds_condition(flat: str, span: Span) -> bool:
    return _CONDITION.search(flat, span.start, span.end) is not None


def is_open_ended(flat: str, span: Span) -> bool:
    """Whether a list under these words only gives examples, or holds where criteria are not met."""
    shown = flat[span.start : span.end]
    if _EXCEPT.search(shown):
        return True
    return "following" not in shown and bool(_UNMET.search(shown) or _EVERYTHING.search(shown))


def tight(flat: str, span: Span) -> Span:
    """The span without blanks and separators at its ends."""
    start, end = span.start, span.end
    while start < end and flat[start] in " ,":
        start += 1
    while end > start and flat[end - 1] in " .,;:":
        end -= 1
    return Span(start, end)


def _last_break(before: str) -> int:
    breaks = re.finditer(r"[;,]\s|[—–]\s|\s(?:and|but)\s", before)
    return max((m.end() for m in breaks), default=0)


def _after_opening(shown: str) -> str:
    """What stands behind the clause that opens a sentence, at the comma that ends it."""
    rest = shown[shown.index(", ") + 2 :].lstrip()
    # "For pain, spasm, or weakness, X is ...": the commas of a list are not the end of the clause.
    last = re.match(r"(?:[^,]{1,60}, ){0,6}(?:and|or) [^,]{1,80}, ", rest)
    return rest[last.end() :] if last and last.end() < len(rest) else rest
