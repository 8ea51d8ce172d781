"""The verbs by which a sentence makes a determination: "is considered", "we consider", "coverage is provided"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bot.policy.approvals import approvals
from bot.policy.determinations import ORDER, expression, item, meaning, table
from bot.policy.indications import indications
from bot.policy.model import Determination, Span
from bot.policy.patterns import phrase
from bot.policy.verbs import (
    MEMBERS,
    MODAL,
    NEGATIONS,
    SOFT,
    Predicate,
    denied_from,
    object_of,
    payer_speaks,
    trim,
)
from bot.policy.voices import others_consider

_CONSIDERED: Final = r"(?:considered|deemed|determined|regarded|found|classified|viewed|judged|recognized|felt|thought|designated|categorized|declared|held|rated|seen|denied|rejected)"
_GROUP: Final = (
    rf"(?:(?:{MODAL}\s+{SOFT}|(?:cannot|can['’]t|won['’]t)\s+)?"
    rf"(?:is|are|be|remains?|isn['’]t|aren['’]t),?\s+{SOFT}"
    rf"(?:{_CONSIDERED}\s+{SOFT}(?:(?:as|to be|by [^,.;:]{{1,40}} to be)\s+)?{SOFT})?"
    r"|(?:(?:may|does|do|will|can)\s+(?:not\s+)?)?(?:qualif(?:y|ies)|counts?)\s+as\s+(?:an?\s+)?"
    r"|(?:has|have)\s+(?:not\s+|also\s+)?been\s+(?:declared|classified|designated|categorized|rated)\s+(?:as\s+|to\s+be\s+)?"
    r"|(?:has|have|hasn['’]t|haven['’]t)\s+(?:(?:not|never|also)\s+)?(?:yet\s+)?been\s+"
    r"(?:medically\s+|clinically\s+)?(?:shown|proven|demonstrated|established|found|determined)\s+to\s+be\s+"
    r"(?:effective,?\s+and,?\s+(?:is\s+|are\s+)?(?:therefore|thus|hence),?\s+)?)"
)
_ACTIVE: Final = r"(?:(?:does|do|did|will|would|may)\s+(?:not\s+)?|doesn['’]t\s+|don['’]t\s+|(?:no longer|never|currently)\s+)?(?:considers?|deems?|regards?(?!\s+to\b)|views?(?!\s+(?:of|that)\b))\s+(?P<object>[^.;]{2,400}?),?\s+(?:to be\s+|as\s+)?"
# What only the payer says so: others hold, find and rate as well.
_HOLDS: Final = r"(?:(?:do|does)\s+not\s+|(?:has|have)\s+)?(?:holds?|held|finds?|found|judges?|judged|rates?|rated|declares?|declared)\s+(?!that\b)(?P<object>[^.;]{2,200}?),?\s+(?:to\s+be|as)\s+"
_PROVIDES_NO: Final = r"provides?\s+no\s+(?:coverage|benefits)\s+for\s+(?P<excluded>[^.;:,]{2,200}?)(?=\s+(?:when|if|unless|except|only)\b|[.;:,]|$)"
_EXCLUDES: Final = r"excludes?\s+(?P<excluded>[^.;:]{2,200}?)\s+from\s+(?:coverage|benefits|payment|reimbursement)\b"
# Words that may stand before the determining ones and determine nothing themselves.
_BESIDE: Final = r"(?:(?:reconstructive|safe|effective|appropriate|indicated|clinically appropriate|useful|beneficial|standard of care|inappropriate|unsafe|ineffective|unnecessary|preferred)(?:\s*,\s*(?:and\s+)?|\s+(?:and|or)\s+))*"
_MEETS: Final = r"(?:(?:does|do|may|will|can)\s+(?:not\s+)?|(?:never|no\s+longer|rarely|seldom|hardly)\s+)?(?:meets?|fails? to meet|satisf(?:y|ies))\s+(?:the\s+)?(?:[\w'’]+\s+){0,3}?(?:(?:definition|criteria|standards?|requirements?) (?:of|for)\s+)?"
_BENEFITS: Final = r"(?:coverage|benefits?|reimbursement|payment)"
_COVERAGE: Final = (
    rf"(?:(?P<none>no)\s+(?:\w+\s+)?)?{_BENEFITS}\s+(?:(?:is|are)|(?:will|may|shall|can)(?=\s+(?:not\s+)?be))\s+"
    r"(?P<denied>not\s+(?:be\s+)?|never\s+)?(?:be\s+)?(?P<given>provided|available|allowed|payable|offered|eligible|made)\b"
    r"(?:\s+(?:only\s+)?(?:for|of)\s+)?"
)
_ABSENT: Final = rf"(?P<absent>there\s+(?:is|are)\s+no\s+(?:\w+\s+)?{_BENEFITS})(?:\s+(?:available|provided))?\s+for\s+"
_NECESSITY: Final = (
    r"(?:the\s+)?medical\s+necessity\s+(?:(?:of|for)\s+(?P<before>[^.;]{2,200}?)\s+)?"
    r"(?P<unshown>(?:has|have)\s+not\s+(?:yet\s+)?been\s+(?:established|shown|demonstrated|proven|supported))"
    r"(?:\s+(?:for|of)\s+)?"
)
_COVERS: Final = r"(?:(?:does|do|will|shall|would)\s+(?P<refused>not\s+)?|may\s+)?(?P<covers>covers?(?!\s+(?:is|are|was|were|has|have|may|will|can|must|should|of|for|and|or|that|which|in|with|used|when|do|does)\b)|reimburses?|(?:provides?|allows?)\s+(?:coverage|benefits|reimbursement|payment)\s+(?:for|of)|(?(refused)pays?\s+for|(?!)))(?:\s+|(?=\s*:))"
_ELIGIBLE: Final = (
    rf"(?P<nobody>no\s+)?{MEMBERS}\s+(?:is|are|(?:may|will|shall|can)(?=\s+(?:not\s+)?be))\s+(?P<barred>not\s+(?:be\s+)?)?(?:be\s+)?"
    r"(?P<eligible>eligible|entitled)\s+(?:to\s+(?:coverage|benefits|payment)\s+(?:of|for)\s+|under\s+(?:the|their|this)\s+(?:\w+\s+){1,3}?for\s+|for\s+coverage\s+(?:of|for)\s+)"
)
# What may stand behind determining words that begin a sentence: "Investigational for all sites."
_HEADLESS: Final = (
    r"(?=\s*(?:[.:;(]|[-–—]|$)|,?\s+(?:when|if|for|in|after|before|beyond|past|with|without|unless|except|only|to|as|because"
    r"|due|since|no\s+(?:more|sooner)|once|every|up\s+to)\b)"
)
_SOFT_VERB: Final = phrase(
    r"(?:(?:may|can|could|cannot|should)\s+(?:not\s+)?be\s+)?(?:\b(?:not|never|no longer)\s+)?(?:(?:considered|deemed|determined|regarded|classified|viewed|found|judged|recognized|designated|categorized|denied|rejected)\s+)?(?:\b(?:not|never|as|to be|only|generally)\s+)*$",
    re.I,
)


# "Medically necessary for adults, investigational for children": the verb is said only once.
_AGAIN: Final = (
    r"(?:[,;]\s*(?:and\s+|but\s+)?|\s(?:and|but)\s+)(?:(?:is|are)\s+)?(?:considered\s+)?"
)
_BUT_NOT: Final = phrase(
    r"(?:[,;]\s*|\s)(?:but|while|whereas|however,?) (?P<other>[^,;.]{1,120}?)\s+(?P<verb>(?:is|are) not)\s*(?:[.;]|$)",
    re.I,
)
_BY_WHOM: Final = phrase(r"\bby ([^,.;:]{1,40}) to be ", re.I)
_SELDOM: Final = phrase(r"\b(?:rarely|seldom|hardly)\b", re.I)
_AND_ALSO: Final = phrase(r",? and(?: (?:therefore|thus|hence|also|so|consequently),?)* ", re.I)
_CASE: Final = phrase(r"\b(?:when|if|unless|who|that|because|since|until|provided)\b[^;]*$", re.I)
_ONLY_AND: Final = phrase(r"[^,;:.]{0,60},? and ", re.I)
_AND_IS: Final = phrase(
    r",? and (?:(?:the |its )?(?:admission|requests?|services?|treatment|therapy|stay|authorization|coverage|approval|use|it|they) )?",
    re.I,
)
# What may or may not be is the contract's matter, and no position of the policy.
_MAY: Final = phrase(r"(?:may|might|can|could)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Patterns:
    passive: re.Pattern[str]
    active: re.Pattern[str]
    meets: re.Pattern[str]
    coverage: re.Pattern[str]
    absent: re.Pattern[str]
    necessity: re.Pattern[str]
    inverted: re.Pattern[str]
    covers: re.Pattern[str]
    holds: re.Pattern[str]
    excludes: tuple[re.Pattern[str], ...]
    eligible: re.Pattern[str]
    headless: tuple[re.Pattern[str], ...]
    again: re.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    said = rf"(?P<det>{expression()})"
    return _Patterns(
        passive=phrase(
            rf"\b(?P<lead>{_GROUP}(?:(?:an? )?(?:[\w-]+ ){{0,3}}(?:items?|services?|features?|supplies|devices?) and )?{_BESIDE}(?:an? )?){said}",
            re.I,
        ),
        active=phrase(rf"\b(?P<lead>{_ACTIVE}){said}", re.I),
        meets=phrase(
            rf"\b(?P<lead>{_MEETS})(?P<det>medical necessity|medically necessary)\b", re.I
        ),
        coverage=phrase(rf"\b{_COVERAGE}", re.I),
        absent=phrase(rf"\b{_ABSENT}", re.I),
        necessity=phrase(rf"\b{_NECESSITY}", re.I),
        inverted=phrase(
            rf"\b(?P<lead>(?:nor|under\s+no\s+circumstances|in\s+no\s+case|at\s+no\s+time)\s+(?:is|are|will|shall)\s+(?P<object>[^.;]{{2,200}}?)\s+(?:be\s+)?(?:considered\s+)?){said}",
            re.I,
        ),
        covers=phrase(rf"\b{_COVERS}", re.I),
        holds=phrase(rf"\b(?P<lead>{_HOLDS}){said}", re.I),
        excludes=tuple(phrase(rf"\b{shape}", re.I) for shape in (_EXCLUDES, _PROVIDES_NO)),
        eligible=phrase(rf"\b{_ELIGIBLE}", re.I),
        headless=(
            phrase(rf"(?:considered|deemed)\s+(?P<lead>){said}(?![\w-])", re.I),
            phrase(rf"(?P<lead>){said}{_HEADLESS}", re.I),
        ),
        again=phrase(rf"(?P<lead>{_AGAIN}){said}(?=\s+(?:for|in|when|if|as)\b)", re.I),
    )


def predicates(flat: str, span: Span) -> list[Predicate]:
    """The determinations that a sentence makes, in order; what a negation undoes is none."""
    found = [*_necessity(flat, span), *_coverage(flat, span), *approvals(flat, span)]
    if not found:
        bare = [shape.match(flat, span.start, span.end) for shape in _patterns().headless]
        made = next((_made(match) for match in bare if match), None)
        found = [made] if made else []
    found.sort(key=lambda p: (p.whole.start, -p.whole.end))
    kept: list[Predicate] = []
    for predicate in found:
        if kept and predicate.words.start < kept[-1].words.end:
            continue
        if kept:
            kept.extend(_again(flat, kept[-1], predicate.whole.start))
        kept.append(predicate)
    if kept:
        kept.extend(_again(flat, kept[-1], span.end))
        kept.extend(_but_not(flat, kept[-1], span.end))
    return _together(flat, kept)


def said_again(flat: str, found: Sequence[Predicate]) -> list[Predicate]:
    """ "Are excluded from coverage under most plans and are not covered" says one thing of one subject."""
    made: list[Predicate] = []
    for predicate in found:
        last = made[-1] if made else None
        if (
            last is not None
            and last.determination == predicate.determination
            and last.object is None
            and predicate.object is None
            and _ONLY_AND.fullmatch(flat, last.words.end, predicate.whole.start)
        ):
            whole = Span(last.whole.start, predicate.whole.end)
            made[-1] = replace(
                predicate, whole=whole, words=Span(last.words.start, predicate.words.end)
            )
        else:
            made.append(predicate)
    return made


def _together(flat: str, found: Sequence[Predicate]) -> list[Predicate]:
    """ "Is medically necessary and will be covered when ..." determines once, as does "unproven and will not be approved"."""
    made: list[Predicate] = []
    for predicate in found:
        last = made[-1] if made else None
        positive = predicate.determination == "medically_necessary"
        if (
            last is None
            or positive != (last.determination == "medically_necessary")
            or (predicate.object is not None and predicate.object.end > predicate.object.start)
            or not _AND_ALSO.fullmatch(flat, last.words.end, predicate.whole.start)
        ):
            made.append(predicate)
            continue
        meant = min(last.determination, predicate.determination, key=ORDER.index)
        whole = Span(last.whole.start, predicate.whole.end)
        words = Span(last.words.start, predicate.words.end)
        made[-1] = Predicate(meant, whole, words, last.object)
    return made


def all_predicates(flat: str, span: Span) -> list[Predicate]:
    """The same with those in a clinician's words, which determine only where a position is taken."""
    firm = predicates(flat, span)
    made: list[Predicate] = []
    for said in indications(flat, span):
        beside = next((p for p in firm if _one_said(flat, said, p)), None)
        if beside is not None:
            firm.remove(beside)
            words = Span(said.words.start, beside.words.end)
            made.append(replace(said, whole=Span(said.whole.start, beside.whole.end), words=words))
        elif not any(
            said.whole.start < p.words.end and p.whole.start < said.whole.end for p in firm
        ) and not _in_condition(flat, said, firm):
            made.append(said)
    return sorted([*firm, *made], key=lambda p: p.whole.start)


def _in_condition(flat: str, said: Predicate, firm: Sequence[Predicate]) -> bool:
    """Whether a clinician's word stands in the condition of a determination before it ("when two drugs failed or are contraindicated")."""
    above = max((p.words.end for p in firm if p.words.end <= said.whole.start), default=None)
    return above is not None and _CASE.search(flat, above, said.whole.start) is not None


def _one_said(flat: str, said: Predicate, firm: Predicate) -> bool:
    """Whether two verbs make one determination ("is appropriate, and admission will be approved, when")."""
    if said.determination != firm.determination or firm.whole.start < said.words.end:
        return False
    return _AND_IS.fullmatch(flat, said.words.end, firm.whole.start) is not None


def _necessity(flat: str, span: Span) -> Iterator[Predicate]:
    shapes = _patterns()
    for pattern in (shapes.passive, shapes.meets, shapes.active, shapes.holds):
        for match in pattern.finditer(flat, span.start, span.end):
            before = flat[span.start : match.start()]
            if pattern is shapes.active and others_consider(before):
                continue
            named = _BY_WHOM.search(match["lead"]) if pattern is shapes.passive else None
            if named and not payer_speaks(f"{named[1]} "):
                continue
            if pattern is shapes.holds and not payer_speaks(before):
                continue
            denied = denied_from(flat, span.start, match.start())
            made = _made(match, denied is not None)
            if made is None or (made.determination == "not_covered" and _MAY.match(match["lead"])):
                continue
            words = made.whole if pattern is shapes.meets else made.words
            if denied is not None:
                words = trim(flat, denied, words.end)
            yield replace(made, words=words)
    for match in shapes.inverted.finditer(flat, span.start, span.end):
        if (made := _made(match, True)) is not None:
            yield made
    for match in shapes.necessity.finditer(flat, span.start, span.end):
        about = (
            Span(*match.span("before"))
            if match["before"]
            else object_of(flat, match.end(), span.end)
        )
        words = Span(match.start("unshown"), match.end("unshown"))
        yield Predicate("not_medically_necessary", Span(*match.span()), words, about)


def _coverage(flat: str, span: Span) -> Iterator[Predicate]:
    shapes = _patterns()
    for match in shapes.coverage.finditer(flat, span.start, span.end):
        refused = bool(match["denied"]) != bool(match["none"])
        yield _given(flat, match, refused, match.end("given"), span.end)
    for match in shapes.absent.finditer(flat, span.start, span.end):
        yield _given(flat, match, True, match.end("absent"), span.end)
    for match in shapes.eligible.finditer(flat, span.start, span.end):
        yield _given(
            flat, match, bool(match["barred"] or match["nobody"]), match.end("eligible"), span.end
        )
    for match in shapes.covers.finditer(flat, span.start, span.end):
        if payer_speaks(flat[span.start : match.start()]):
            yield _given(flat, match, bool(match["refused"]), match.end("covers"), span.end)
    refusals = [
        match
        for shape in shapes.excludes
        for match in shape.finditer(flat, span.start, span.end)
        if payer_speaks(flat[span.start : match.start()])
    ]
    for match in refusals:
        whole = Span(*match.span())
        yield Predicate("not_covered", whole, whole, Span(*match.span("excluded")))


def _given(flat: str, match: re.Match[str], refused: bool, end: int, stop: int) -> Predicate:
    """A sentence on what is covered, with its object behind it."""
    return Predicate(
        "not_covered" if refused else "medically_necessary",
        Span(*match.span()),
        trim(flat, match.start(), end),
        object_of(flat, match.end(), stop),
    )


def _again(flat: str, above: Predicate, end: int) -> Iterator[Predicate]:
    """Other determinations behind the first that share its verb and its subject."""
    meant = above.determination
    for match in _patterns().again.finditer(flat, above.words.end, end):
        found = meaning(match["det"], False)
        if found is not None and found != meant:
            meant = found
            words = Span(*match.span("det"))
            yield Predicate(found, words, words)


def denied_like(flat: str, above: Predicate) -> Determination | None:
    """What "Y is not" denies behind "X is ...": coverage where the words before speak of it."""
    said = list(item().finditer(flat, above.words.start, above.words.end))
    if not said or above.determination != "medically_necessary":
        return None
    rule = table()[said[-1].lastgroup or ""]
    return "not_covered" if rule.name == "covered" else "not_medically_necessary"


def _but_not(flat: str, above: Predicate, end: int) -> Iterator[Predicate]:
    """ "X is considered medically necessary, but Y is not." """
    match = _BUT_NOT.search(flat, above.words.end, end)
    denied = denied_like(flat, above) if match else None
    if match and denied:
        words = Span(*match.span("verb"))
        yield Predicate(denied, words, words)


def _made(match: re.Match[str], denied: bool = False) -> Predicate | None:
    lead = match["lead"]
    object_ = Span(*match.span("object")) if "object" in match.re.groupindex else None
    verb = lead if object_ is None else lead[: object_.start - match.start("lead")]
    negations = len(NEGATIONS.findall(verb))
    if object_ is not None and re.search(r"\bnot\s*$", lead):
        negations += 1
    negations += denied
    meant = meaning(match["det"], negations % 2 == 1) if item().search(match["det"]) else None
    if meant is None or _SELDOM.search(verb) or negations - denied == 2:
        return None
    soft = _SOFT_VERB.search(verb)
    start = (
        match.start("det")
        if object_ is not None
        else match.start("lead") + (soft.start() if soft else len(verb))
    )
    return Predicate(
        meant, Span(match.start(), match.end()), Span(start, match.end("det")), object_
    )
