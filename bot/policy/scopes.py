"""When a determination holds: the scope, the conditions and the exceptions that a sentence states for it."""

from __future__ import annotations

import re
from typing import Final

from bot.policy.model import Span
from bot.policy.patterns import phrase
from bot.policy.verbs import Predicate, is_sentence

_PEOPLE: Final = (
    r"(?:patients?|individuals?|adults?|children|members?|persons?|people|women|men|infants?|adolescents?|those|"
    r"candidates|newborns?|neonates|beneficiaries|recipients|enrollees|males?|females?|girls|boys)"
)
_LEADING_CONDITION: Final = phrase(
    rf"\s*(?:when|if|once|provided(?: that)?|(?:for|in)(?= (?:[\w-]+ ){{0,4}}{_PEOPLE}\b))\s*", re.I
)
_CONDITION: Final = phrase(
    r"(?!\bin person\b)\b(?:(?P<only>only (?:for|in|after))|(?:only )?(?:once(?! (?:in|per|every|each|daily|weekly|monthly|yearly|annually|only|or|and|(?:a|the) (?:year|month|week|day|quarter|lifetime))\b)|when|if|where|provided(?: that)?|as long as|so long as)[:,]?"
    r"|(?:based (?:up)?on|upon|on)(?= (?:the following|documentation)\b)"
    rf"|(?:for (?:use )?in|for|in|to treat)(?= (?:(?!(?:if|when|where|in)\b)[\w-]+ ){{0,4}}(?:{_PEOPLE}|any|one|all|the following|each|either|both|selected|appropriately|pregnant)\b))\s+",
    re.I,
)
# "... for 12 visits, and may be extended if X": X is asked for the extension only.
_MORE_MAY_BE: Final = phrase(r", (?:and|but|which) (?:may|can|will|should|must)\b", re.I)
_OF_MORE: Final = phrase(r"; (?:further|more|additional|other|any other|all other|longer)\b", re.I)
_IF: Final = phrase(r"(?:only )?(?:once|when|if|where|provided|as long|so long)\b", re.I)
_EVERYTHING: Final = phrase(
    r"(?:\b(?:for|in|under|of) )(?:any|all)(?: (?:other|\w+)){0,3} (?:indications?|situations?|conditions?|uses?|cases?|circumstances?|purposes?|diagnos[ei]s|reasons?|patients|applications?|members|individuals|settings?)\b(?! (?:with|who|when|if|that))",
    re.I,
)
_OTHERWISE: Final = phrase(r"\W*(?:and |but )?(?P<otherwise>otherwise)\b", re.I)
_OTHERWISE_IS: Final = phrase(r"\botherwise\b", re.I)
_OTHERWISE_LAST: Final = phrase(r",? (?P<otherwise>otherwise|in all other cases)\W*$", re.I)
_OPENING_SCOPE: Final = phrase(
    r"\s*(?P<scope>(?:for|in|during|after|before|outside(?: of)?|within|with|without)\b"
    r"(?! (?:addition|general|example|instance|contrast|order|accordance|most|these|such|this (?:policy|document)|our|the (?:opinion|view)|purposes of)\b))",
    re.I,
)
_COMMA: Final = re.compile(r", +(?!(?:19|20)\d\d\b)")
_ASIDE: Final = re.compile(
    r"(?:on|with|without|whether|including|regardless|alone|either|who|which|whatever|at any|of any)\b[^,]{1,80}, ",
    re.I,
)
_UNMET: Final = phrase(
    r"\b(?:not (?:been )?(?:met|satisfied|fulfilled)|do(?:es)? not (?:meet|satisfy)|other than|(?:all|any) other|above|fails? to meet|outside|not (?:listed|specified|mentioned|addressed))\b",
    re.I,
)
_TAKES_OUT: Final = r"(?P<exception>(?:unless|except(?! as\b)|with the exception|absent)\b"
_EXCEPTION: Final = phrase(rf"{_TAKES_OUT})", re.I)
_LEADING_EXCEPTION: Final = phrase(rf"\s*{_TAKES_OUT}[^,;]*)(?=, )", re.I)
_EXCEPT: Final = phrase(r"\b(?:unless|except|with the exception|absent|until)\b", re.I)
USES: Final = phrase(
    r"\s+(?:for|in)(?: (?:any|all|each|one) of)?(?: the)?(?: (?:treatment|management|diagnosis|evaluation|prevention|use|following|indications?|conditions?|uses|patients|individuals|members)(?: (?:of|in|with|for|indications?|conditions?|uses|listed|below))*)?\s*:?$",
    re.I,
)
_SCOPE: Final = phrase(
    r"\s*,?\s*(?P<scope>(?:for|in|during|as|to(?! be)|per|according to|in accordance with|subject to|pursuant to|consistent with|following|after|before|prior to|with|without|on|at|under|beyond|within|inside|outside|over|between|through|once|twice|up to|no more than|no (?:sooner|earlier|later) than|at least|limited to|every|only(?= (?:for|once|twice|in|after)))\s[^;:]{2,160})",
    re.I,
)
_QUANTIFIED: Final = phrase(
    r"(?:,?\s*\b(?:with|upon|on) documentation (?:of|that|showing)|,?\s*\b(?:as )?documented by)?"
    rf"(?:,?\s*\b(?:and|who|that|which|when|if|where|provided(?: that)?|with|for|in))?(?:\s+(?:the\s+)?{_PEOPLE}(?:\s+who)?)?"
    r"(?:\s+(?:also\s+)?(?:meets?|have|has|had|met|satisf\w+|fulfills?|there (?:is|are)))?"
    r"(?:\s+at least)?\s+\(?(?:(?:all|any|one|both|either|each|two|three)(?:\s*\(\d\))?(?:\s+or more)?(?:\s+of)?\s+(?:the\s+|these\s+)?(?:\w+\s+){0,2}?(?:following|criteria|conditions|requirements|apply|are met|is met)|the following|these criteria)\b[^:]*$"
    r"|,?\s+(?:only\s+)?(?:if|when|where|provided(?: that)?)\s*:?\s*$",
    re.I,
)
_OPEN_END: Final = phrase(
    r"(?:\bfor )?(?:the )?(?:treatment|management|diagnosis)? ?\b(?:of|for|in|with|to) *$", re.I
)
# "For adults, including those with X, and for children": what is included is left out, the rest is not.
_INCLUDING: Final = phrase(r",?\s*\b(?:including|such as|e\.g\.)", re.I)
_AND_FOR: Final = phrase(r",\s+(?:and|or)\s+(?:also\s+)?(?:for|in)\s.*$", re.I)
_ENDS: Final = r",?\s*\b(?:%s|including|such as|e\.g\.|not limited to|unless|except|and (?:is|are|will|may|can)|but)\b|[.;:(]\s*$|,\s*(?:and|or)?\s*$"
# What is necessary for a condition "due to" another is necessary for no other.
_POSITIVE_END: Final = phrase(_ENDS % r"because(?! of)|since", re.I)
_SCOPE_END: Final = phrase(
    _ENDS % "because|since|due to",
    re.I,
)


def scope_of(flat: str, tail: Span, over_list: bool = False, people: bool = True) -> str | None:
    """What narrows the subject behind the determination: "for diabetic wounds", "in all other situations".

    Over a list of criteria it is what stands before "who meet all of the following". With `people`, those
    for whom it holds are a condition, and no part of it.
    """
    match = _SCOPE.match(flat, tail.start, tail.end)
    if match is None:
        return None
    stop = match.end("scope")
    if over_list:
        quantified = _QUANTIFIED.search(flat, match.start("scope"), stop)
        shown = flat[match.start("scope") : quantified.start() if quantified else stop]
        shown = _OPEN_END.sub("", shown).strip(" ,.;:")
        return shown if quantified and len(shown.split()) > 1 else None
    whole = _EVERYTHING.match(flat, match.start("scope"), stop)
    condition = _condition(flat, Span(match.start("scope"), stop))
    if whole is None and condition and (people or _IF.match(condition[0])):
        stop = condition.start()
    shown = flat[match.start("scope") : stop]
    if end := (_SCOPE_END if not people else _POSITIVE_END).search(shown):
        more = _AND_FOR.search(shown, end.start()) if _INCLUDING.match(shown, end.start()) else None
        shown = shown[: end.start()] + (more[0] if more else "")
    shown = shown.strip(" ,.;:")
    return shown if len(shown.split()) > 1 else None


def proviso_of(flat: str, start: int, predicate: Predicate, end: int) -> Span | None:
    """What narrows a determination and is no list of criteria, verbatim: what it takes out ("unless ...",
    "except for ..."), or, of a denial, that criteria are not met.
    """
    if otherwise := _OTHERWISE.match(flat, start, predicate.whole.start):
        return Span(*otherwise.span("otherwise"))
    if otherwise := _OTHERWISE_IS.search(flat, predicate.whole.start, predicate.words.end):
        return Span(*otherwise.span())
    if behind := _EXCEPTION.search(flat, predicate.words.end, end):
        return tight(flat, Span(behind.start("exception"), end))
    if otherwise := _OTHERWISE_LAST.search(flat, predicate.words.end, end):
        return Span(*otherwise.span("otherwise"))
    if before := _LEADING_EXCEPTION.match(flat, start, predicate.whole.start):
        return Span(*before.span("exception"))
    if predicate.determination == "medically_necessary":
        return None
    condition = _condition(flat, Span(predicate.words.end, end))
    if condition and _IF.match(condition[0]) and _UNMET.search(flat, condition.end(), end):
        return tight(flat, Span(condition.start(), end))
    shown = flat[start : predicate.whole.start]
    opening = _LEADING_CONDITION.match(shown)
    if opening and _IF.match(shown.lstrip()) and ", " in shown:
        clause = tight(
            flat, Span(start, predicate.whole.start - len(after_opening(shown.lstrip())))
        )
        return clause if _UNMET.search(flat, clause.start, clause.end) else None
    return None


def condition_of(flat: str, tail: Span, people: bool = True) -> Span | None:
    """The clause behind a determination that says when it holds; None for "in all situations" and such.

    Without `people`, those for whom it holds ("in persons without symptoms") are no condition, and what
    holds where criteria are not met is none either: `proviso_of` tells of it.
    """
    shown = flat[tail.start : tail.end]
    condition = _condition(flat, tail)
    if condition is None or (not people and not _IF.match(condition[0])):
        return None
    if _EXCEPT.search(shown) and condition.start() > tail.start + 2:
        return None
    if _EVERYTHING.search(shown) and not _IF.match(condition[0]):
        return None
    other = _OF_MORE.search(flat, condition.end(), tail.end)
    span = tight(flat, Span(condition.end(), other.start() if other else tail.end))
    unmet = not people and _UNMET.search(flat, span.start, span.end)
    return None if span.end <= span.start or unmet else span


def _condition(flat: str, tail: Span) -> re.Match[str] | None:
    apart = _MORE_MAY_BE.search(flat, tail.start, tail.end)
    match = _CONDITION.search(flat, tail.start, apart.start() if apart else tail.end)
    return match if match is not None and match.start() - tail.start <= 160 else None


def leading_condition(flat: str, start: int, predicate: Predicate) -> Span | None:
    """The clause before the subject that says when the determination holds."""
    opening = _LEADING_CONDITION.match(flat, start, predicate.whole.start)
    shown = flat[start : predicate.whole.start]
    if opening is None or predicate.object is not None or ", " not in shown:
        return None
    rest = after_opening(shown.lstrip())
    span = tight(flat, Span(opening.end(), predicate.whole.start - len(rest)))
    denied = predicate.determination != "medically_necessary"
    if denied and _UNMET.search(flat, span.start, span.end):
        return None
    return None if _EVERYTHING.match(flat, start, span.end) else span


def before_condition(flat: str, span: Span) -> Span:
    """What stands before the condition in an item of a list; all of it where it holds none."""
    match = _condition(flat, span)
    return tight(flat, Span(span.start, match.start())) if match else tight(flat, span)


def opening_scope(flat: str, start: int, predicate: Predicate) -> str | None:
    """What narrows a determination before its subject ("For all other uses, X is ..."), as it stands behind one."""
    opening = _OPENING_SCOPE.match(flat, start, predicate.whole.start)
    shown = flat[start : predicate.whole.start]
    if opening is None or predicate.object is not None or ", " not in shown:
        return None
    rest = after_opening(shown.lstrip())
    said = flat[opening.start("scope") : predicate.whole.start - len(rest)].strip(" ,")
    narrow = said and not is_sentence(said) and len(said.split()) > 1
    return (
        said[0].lower() + said[1:] if narrow and said[1:2].islower() else said if narrow else None
    )


def announces_list(flat: str, condition: Span) -> bool:
    """Whether a condition only announces the list that follows ("When the following criteria are met, ...")."""
    shown = flat[condition.start : condition.end]
    return re.search(r"\b(?:following|criteria)\b", shown, re.I) is not None


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
    while start < end and flat[start] in " \t,":
        start += 1
    while end > start and flat[end - 1] in " \t.,;:":
        end -= 1
    return Span(start, end)


def after_opening(shown: str) -> str:
    """What stands behind the clause that opens a sentence, at the comma that ends it."""
    comma = _COMMA.search(shown)
    rest = shown[comma.end() if comma else shown.index(", ") + 2 :].lstrip()
    # "For pain, spasm, or weakness, X is ...": the commas of a list are not the end of the clause.
    last = re.match(r"(?:[^,]{1,60}, ){0,6}(?:and|or) [^,]{1,80}, ", rest)
    if last and last.end() < len(rest):
        return rest[last.end() :]
    # "For kidney disease, on dialysis or not, X is ..."
    aside = _ASIDE.match(rest)
    return rest[aside.end() :] if aside and aside.end() < len(rest) else rest
