"""The parts of a sentence around a determination: its subject, its reason, and where its clause ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.policy.determinations import determination_in
from bot.policy.model import Span
from bot.policy.patterns import phrase
from bot.policy.scopes import USES, after_opening, tight
from bot.policy.verbs import Predicate

LEAD_IN: Final = phrase(
    r"(?:it is (?:the )?(?:policy|position) (?:of [^,]{2,80}? )?that|(?:we|[\w ]{2,40}) (?:has|have) (?:determined|concluded) that"
    r"|(?:therefore|however|thus|note(?: that)?|in addition|additionally|accordingly|consequently|for this reason|policy statement|coverage)\b[:,]?)\s+",
    re.I,
)
_OPENING: Final = phrase(
    r"(?:when|if|in|for|unless|based (?:up)?on|because|as|due to|effective|except|given|since|under|with|after|once|provided"
    r"|where|while|although|prior to|on or after|only|outside|other than|absent|without|beginning|to the extent|pursuant|contrary to|previously|formerly|historically)\b",
    re.I,
)
_ANAPHORA: Final = phrase(
    r"(?:(?:for|in|of|with) (?:whom|which) )?(?:as )?(?:it|they|them|this|these|such (?:use|services?)|(?:this|the|these) (?:uses?|indications|services?|procedures?|treatments?|tests?|devices?|therap(?:y|ies)|technolog(?:y|ies)))$",
    re.I,
)
# "Requests for X may be approved": the service is X; an award of which nothing is named points back.
_AWARD_OF: Final = phrase(
    r"(?:(?:all|any|the|a) )?(?:(?:prior )?(?:requests?|authori[sz]ations?|approvals?|certifications?)|coverage|benefits|payment|reimbursement)"
    r"(?:(?: request| approval)? (?:of|for) (?!(?:up to )?(?:one|two|three|six|twelve|\(?\d)|(?:coverage|approval|authorization)\b)|(?P<bare>(?: (?:of|for) .*)?)$)",
    re.I,
)
_OTHER_VERB: Final = phrase(
    r"(?P<subject>.+?)\s+(?:is|are|has|have|does|do|was|were|requires?|may|will|should|must|can|needs?|lacks?)\s.*(?:(?:\band|\bbut)(?:\s+(?:therefore|thus|hence|so|also))*|,\s+(?:therefore|thus|hence|so|also))$",
    re.I,
)
_TO_BE: Final = phrase(r"\s*(?:in order )?(?:for (?P<for>.+?) )?to ?", re.I)
_DEMANDS: Final = phrase(
    r"[^,:;]{0,60},\s*(?P<who>[^,:;]{1,200}?) (?P<demand>(?:must|shall|should|needs? to|has to|have to)\b)",
    re.I,
)
MUST_MEET: Final = phrase(
    r"(?P<subject>.+?) (?:must|shall|should|needs? to|has to|have to) (?:meet|satisfy|fulfill)\b.* to\s*$",
    re.I,
)
_FOR_WHOM: Final = phrase(
    r"(?:for|in) (?:whom|which(?P<case> (?:case|event|situation)s?,?)?) (?:it|they|this|these)",
    re.I,
)
_EXCEPT: Final = phrase(r"\b(?:except(?:ing)?(?: for| in)?|exception of|unless) ", re.I)
_COLON: Final = phrase(r":\s+(?=\S)")
_DENYING: Final = phrase(
    r"\s*(?:neither|none of|no(?! (?:more|later|less|fewer|longer|sooner|earlier)\b)|(?:under|in) no \w+(?: (?:will|shall|may|can|should))?) ",
    re.I,
)
_DOCUMENT: Final = phrase(
    r"(?:this|the|our) (?:\w+ )?(?:policy|document|guideline|bulletin|section)", re.I
)
_FIRST_SUBJECT: Final = phrase(
    r"\s*(?!there\b|it\b)(.+?) (?:is|are|was|were|has|have|had|does|do)\b", re.I
)
MUST_BE_MET: Final = phrase(
    r".*?\b(?:(?:must|should|shall|needs? to|has to|have to) (?:all )?be (?:met|satisfied|present|documented|fulfilled)|(?:is|are) required)\b"
    r"(?:(?: in order)? for (?P<subject>.+?))?(?: in order)? to\s*$",
    re.I,
)
REASON: Final = phrase(
    r"(?:\bbecause(?: of)?|\bsince(?! \d)|\bdue to(?: the fact that)?"
    r"|(?<!long[ ])(?<!soon[ ])(?<!far[ ])\bas(?=\s+(?:they|it|there|these|this|such (?=\w)|no|insufficient|its|their|current|evidence"
    r"|the (?:evidence|available|current|clinical|safety|effectiveness|efficacy|services?|procedure|peer|scientific|literature|programs?|primary|purpose|[\w-]+(?: [\w-]+){0,3} (?:is|are|has|have|does|do))\b))"
    r"|\bgiven that|\bon the (?:grounds|basis) (?:that|of)|\bfor the (?:following )?reasons?(?: that)?|\bin that"
    r"|\bbased on(?=\s+(?:insufficient|inadequate|lack|a lack|limited|the lack|absence)))\s+",
    re.I,
)
_LEADING_REASON: Final = phrase(
    r"\s*(?:because(?: of)?|since|due to|given|based on|as there is)\s+(?=[^,]*\b(?:lack|insufficient|inadequate|limited|absence|not|no)\b)",
    re.I,
)
# A ground in nouns; want of evidence is the payer's own.
_NOUN_GROUND: Final = phrase(
    r"(?:because of|due to(?! the fact))\s+(?!(?:the |a |an |its |their )?(?:current |present |overall )?(?:lack|insufficien|inadequa|limited|absence|paucity))",
    re.I,
)
_NOT_APPLIED: Final = phrase(
    r"(?:this|these|the (?:above|previous))(?: \w+){0,2} (?:do|does|shall|will) not apply\b", re.I
)
# The uses behind a ground ("due to insufficient evidence of efficacy for treating all other conditions").
_FOR_ALL: Final = phrase(
    r" (?:for|in) (?:(?:treating|diagnosing|(?:the )?(?:treatment|management|diagnosis|evaluation|prevention|use) (?:of|in)) )?(?:all|any)(?: other)? (?:\w+ ){0,2}?"
    r"(?:indications?|situations?|conditions?|uses?|purposes?|diagnos[ei]s|applications?|diseases|disorders)\b",
    re.I,
)
# The uses behind a ground in nouns ("due to insufficient evidence, for dry eye and for pterygium").
_SCOPED_BEHIND: Final = phrase(r", (?=for (?!example\b|instance\b|the (?:reason|most))\w)", re.I)
_ONE_OF: Final = phrase(
    r"(?:any |at least |either |all |both |each )?(?:one |any |all |both |each )?(?:of )?(?:these|the following)\b",
    re.I,
)
_INCLUDES: Final = phrase(r",? including (?:but not limited to|any of)\b", re.I)
_SHORTEST_REASON: Final = 5  # words: "It is not." gives none
_CASE_OPEN: Final = phrase(r"\b(?:when|if|where)\b[^,;]*$", re.I)
_ELABORATES: Final = phrase(
    r"(?:(?:this|these|it|they|such)(?: (?:position|statement|policy|determination|exclusions?|limits?|rule))? (?:also )?(?:includes?|applies|apply|holds?|extends?|remains? so|covers both)\b"
    r"|[^.;:]{2,80}? follows? the same (?:rule|position)|the same (?:holds|applies|is true)\b)",
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
_BOILERPLATE: Final = phrase(
    r"(?:(?:any|all|these|services?|procedures?|treatments?|items?|devices?|supplies|that|which|are|is|determined|considered|deemed|to be|found|experimental|investigational|investigative|unproven|not medically necessary|and|or|\(e/?i\))[\s/,]*)+",
    re.I,
)
# What is covered "if necessary" or not covered "if investigational" is said of no service by itself.
_CIRCULAR_SUBJECT: Final = phrase(
    r"(?:the |any |all )?(?:medically necessary|investigational|experimental|unproven|not medically necessary)\b(?! (?:indications?|uses?))"
    r"|.*\b(?:that|which) (?:is|are) (?:not |determined |considered |deemed |found |to be )*(?:medically necessary|investigational|experimental|unproven|reasonable and necessary)$",
    re.I,
)
_NO_SERVICE: Final = phrase(
    r"services?|procedures|treatments|medical necessity|coverage|benefits|(?:only )?(?:those|such) (?:services|items|procedures)\b.*",
    re.I,
)
_IS_NOT: Final = phrase(
    r"(?P<other>(?!(?:if|when|but|and|or|that|which|who)\b)[^,;:.?!]{2,120}?)\s+(?P<verb>(?:is|are) not)\s*[.;]?",
    re.I,
)
_SO_IS: Final = phrase(r"(?:so|as) (?:is|are) (?P<other>[^,;:?!]{2,160}?)\s*[.;]?", re.I)
_BACK: Final = phrase(
    r"(?:it|they|them|this|that|these|those|such|there|he|she|we|you|what|neither|none|no|not|exceptions?|others?)\b",
    re.I,
)
_TRAILING: Final = phrase(
    r"[\s;,:]*(?:\b(?:and|but|while|whereas|otherwise|however|or)\b)?[\s,]*", re.I
)


@dataclass(frozen=True, slots=True)
class Whom:
    """Those of whom a second determination is said; `case` where the words are a condition."""

    span: Span
    case: bool


def required_for(flat: str, predicate: Predicate, span: Span) -> tuple[Span, Span] | None:
    """ "To be considered medically necessary, X must ...": X, and what is demanded."""
    opening = _TO_BE.fullmatch(flat, span.start, predicate.whole.start)
    match = _DEMANDS.match(flat, predicate.words.end, span.end) if opening else None
    if opening is None or match is None:
        return None
    if opening["for"]:
        return Span(*opening.span("for")), tight(flat, Span(match.start("who"), span.end))
    return Span(*match.span("who")), tight(flat, Span(match.start("demand"), span.end))


def clause_end(flat: str, predicate: Predicate, after: Predicate | None, span: Span) -> int:
    """Where the clause of one determination ends and that of the next begins."""
    if after is None:
        return span.end
    between = flat[predicate.words.end : after.whole.start]
    cuts = re.finditer(r"[;,]\s|\s(?:and|but|while|whereas|otherwise|however)\s", between)
    found = list(cuts)
    hard = [m.start() for m in found if m[0].startswith(";")]
    cut = max(hard or (m.start() for m in found), default=None)
    return after.whole.start if cut is None else predicate.words.end + cut


def subject_of(flat: str, start: int, predicate: Predicate) -> tuple[str, bool]:
    """The words that name what is determined, and whether they only point back ("it", "the service")."""
    if predicate.object is not None:
        shown = flat[predicate.object.start : predicate.object.end]
    else:
        shown = flat[start : predicate.whole.start]
        shown = shown[_TRAILING.match(shown).end() :] if _TRAILING.match(shown) else shown  # type: ignore[union-attr]
        shown = _last_clause(shown)
        if denying := _DENYING.match(shown):
            shown = shown[denying.end() :].replace(" nor ", " or ")
        lead = LEAD_IN.search(shown)
        if lead and (lead.start() == 0 or "that" in lead[0]):
            shown = shown[lead.end() :]
        while _OPENING.match(shown) and ", " in shown:
            shown = after_opening(shown)
        if needed := MUST_MEET.match(shown):
            shown = needed["subject"]
        elif needed := MUST_BE_MET.match(shown):
            shown = needed["subject"] or ""
        elif (other := _OTHER_VERB.fullmatch(shown.strip())) and not _CASE_OPEN.search(
            other["subject"]
        ):
            shown = other["subject"]
    shown = re.sub(
        r"^(?:note|policy|coverage|limitations?|exclusions?|exceptions?|indications?)\s*:\s*",
        "",
        shown.strip(" ,:;–—-•*"),
        flags=re.I,
    )
    if predicate.object is None and (award := _AWARD_OF.match(shown)):
        shown = "" if award["bare"] is not None else shown[award.end() :]
    return shown, not shown or _ANAPHORA.fullmatch(shown) is not None


def for_whom(flat: str, start: int, begin: int, predicate: Predicate) -> Whom | None:
    """ "Except for members with X, for whom it is ...", "unless X, in which case it is ..." """
    match = _FOR_WHOM.fullmatch(flat[begin : predicate.whole.start].strip(" ,;"))
    if match is None:
        return None
    openings = list(_EXCEPT.finditer(flat, start, begin))
    first = openings[-1].end() if openings else start
    return Whom(tight(flat, Span(first, begin)), match["case"] is not None)


def elaborates(flat: str, span: Span) -> bool:
    """Whether a sentence only says how far the determination before it reaches ("This includes ...")."""
    return _ELABORATES.match(flat, span.start, span.end) is not None


def behind_colon(flat: str, predicate: Predicate, end: int) -> str | None:
    """What a sentence lists behind its colon ("The following are investigational: A; B; and C.")."""
    match = _COLON.search(flat, predicate.words.end, end)
    return flat[match.end() : end].strip(" .;,") or None if match else None


def _last_clause(shown: str) -> str:
    """What a semicolon parts from the clauses before; where it only points back, the first subject."""
    before, semicolon, behind = shown.rpartition("; ")
    if not semicolon or not behind.strip():
        return shown
    first = _FIRST_SUBJECT.match(before)
    if first is None or not _ANAPHORA.fullmatch(behind.strip()):
        return behind
    return before if _DOCUMENT.fullmatch(first[1]) else first[1]


def first_subject(flat: str, span: Span) -> str | None:
    """The subject of a sentence that names a determination and makes none ("X is no longer investigational")."""
    shown = flat[span.start : span.end]
    first = _FIRST_SUBJECT.match(shown)
    if first is None or determination_in(shown) is None or len(first[1].split()) > 12:
        return None
    return None if _ANAPHORA.fullmatch(first[1]) or is_boilerplate(first[1], True) else first[1]


def denied_alike(flat: str, span: Span) -> tuple[str, Span] | None:
    """A sentence that denies of another subject what the one before said: "Y is not." behind "X is covered."."""
    match = _IS_NOT.fullmatch(flat, span.start, span.end)
    if match is None or _BACK.match(match["other"]) or is_boilerplate(match["other"], True):
        return None
    return match["other"], Span(*match.span("verb"))


def said_alike(flat: str, span: Span) -> str | None:
    """What a sentence says of another subject that the one before said of its own ("So are panels.")."""
    match = _SO_IS.fullmatch(flat, span.start, span.end)
    return match["other"] if match and not _BACK.match(match["other"]) else None


def is_boilerplate(subject: str, about_coverage: bool = False) -> bool:
    """Whether a subject names no service: "services that are considered investigational".

    `about_coverage` is said of what is or is not covered: then "medically necessary X" is no service either.
    """
    if _NO_SERVICE.fullmatch(subject) or (about_coverage and _CIRCULAR_SUBJECT.match(subject)):
        return True
    return (
        re.search("experimental|investigational|necessary", subject, re.I) is not None
        and _BOILERPLATE.fullmatch(f"{subject} ") is not None
    )


def points_back(flat: str, start: int, predicate: Predicate) -> bool:
    return _ANAPHORA.fullmatch(flat[start : predicate.whole.start].strip()) is not None


def reason_of(flat: str, start: int, predicate: Predicate, tail: Span) -> tuple[Span | None, Span]:
    """The ground that a sentence names, and what is left of its tail."""
    match = REASON.search(flat, tail.start, tail.end)
    if match and _of_the_case(flat, tail.start, match):
        return None, tail
    if match and _no_ground(flat, predicate, match, tail.end):
        return None, tail
    if match:
        end = tail.end
        scoped = _SCOPED_BEHIND.search(flat, match.end(), end)
        if scoped and not flat[tail.start : match.start()].strip(" ,"):
            return tight(flat, Span(match.end(), scoped.start())), Span(scoped.start(), end)
        everywhere = _FOR_ALL.search(flat, match.end(), end)
        if everywhere and not flat[tail.start : match.start()].strip(" ,"):
            return tight(flat, Span(match.end(), everywhere.start())), Span(everywhere.start(), end)
        if more := _INCLUDES.search(flat, match.end(), end):
            end = more.start()
        elif flat[end - 1] == ":" and (uses := USES.search(flat, match.end(), end)):
            end = uses.start()
        return tight(flat, Span(match.end(), end)), Span(tail.start, match.start())
    lead = _LEADING_REASON.match(flat, start, predicate.whole.start)
    if lead and (comma := flat.find(", ", lead.end(), predicate.whole.start)) > 0:
        return Span(lead.end(), comma), tail
    return None, tail


def _no_ground(flat: str, predicate: Predicate, reason: re.Match[str], end: int) -> bool:
    """Whether "due to" tells of a disease that the service is for, or "because of" of a list of criteria."""
    behind = flat[reason.end() : end]
    if behind.endswith(":") and _ONE_OF.match(behind):
        return True
    positive = predicate.determination == "medically_necessary"
    return positive and _NOUN_GROUND.match(flat, reason.start(), reason.end() + 40) is not None


def _of_the_case(flat: str, start: int, reason: re.Match[str]) -> bool:
    """Whether a ground stands inside a condition ("when asked for because of anxiety"), not for the whole."""
    named = _NOUN_GROUND.match(flat, reason.start(), reason.end() + 40)
    return named is not None and _CASE_OPEN.search(flat[start : reason.start()]) is not None


def before_reason(flat: str, span: Span, predicate: Predicate) -> Span:
    """A sentence over a list up to the ground that it names between the determination and the list."""
    match = REASON.search(flat, predicate.words.end, span.end)
    if match is None or not re.search(
        r"\b(?:following|below)[\s,]*$", flat[span.start : match.start()]
    ):
        return span
    return Span(span.start, match.start())


def reason_behind(flat: str, following: Span) -> Span | None:
    """The sentence after a statement, where it gives the ground ("There is insufficient evidence ...")."""
    says = _NEXT_REASON.match(flat, following.start) is not None
    long = len(flat[following.start : following.end].split()) >= _SHORTEST_REASON
    return tight(flat, following) if says and long else None


def exception_behind(flat: str, following: Span) -> Span | None:
    """The sentence after a statement, where it takes something out of it ("This does not apply to ...")."""
    found = _NOT_APPLIED.match(flat, following.start, following.end)
    return tight(flat, following) if found else None


def must_be_met(before: str) -> bool:
    """ "The following must be met for X to" before the determination makes its list one of criteria."""
    return bool(MUST_BE_MET.match(before) or MUST_MEET.match(before))
