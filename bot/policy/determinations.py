"""The words by which a policy makes a determination, found in a sentence; the words are data."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.model import Determination, Span
from bot.policy.patterns import phrase

_NEG: Final = r"(?:not|never|no longer|neither)"
_ADV: Final = r"(?:also|only|generally|typically|usually|currently|still|therefore|thus|always|both|either|hereby|otherwise|further|specifically|now|routinely|each|all|likewise|similarly|considered)"
_SOFT: Final = rf"(?:(?:{_NEG}|{_ADV})\s+)*"
_CONSIDERED: Final = r"(?:considered|deemed|determined|regarded|found|classified|viewed|judged|recognized|felt|thought|designated|categorized|denied|rejected)"
_GROUP: Final = (
    r"(?:(?:may|can|could|will|would|should|shall|must|might)\s+"
    + _SOFT
    + r"|(?:cannot|can't|won't)\s+)?"
    r"(?:is|are|be|remains?|isn't|aren't)\s+"
    + _SOFT
    + rf"(?:{_CONSIDERED}\s+{_SOFT}(?:(?:as|to be|by [^,.;:]{{1,40}} to be)\s+)?{_SOFT})?"
)
_ACTIVE: Final = r"(?:(?:does|do|did|will|would)\s+not\s+|doesn't\s+|don't\s+)?(?:considers?|deems?|regards?|views?|consider)\s+(?P<object>[^.;]{2,400}?),?\s+(?:to be\s+|as\s+)?"
# Words that may stand before the determining ones and determine nothing themselves.
_BESIDE: Final = r"(?:(?:reconstructive|safe|effective|appropriate|useful|beneficial|standard of care)(?:\s*,\s*(?:and\s+)?|\s+(?:and|or)\s+))*"
_MEETS: Final = r"(?:(?:does|do|may|will|can)\s+(?:not\s+)?)?(?:meets?|fails? to meet|satisf(?:y|ies))\s+(?:the\s+)?(?:[\w'’]+\s+){0,3}?(?:(?:definition|criteria|standards?|requirements?) (?:of|for)\s+)?"
_COVERAGE: Final = r"(?:coverage|benefits?|reimbursement|payment)\s+(?:(?:is|are)|(?:will|may|shall|can)(?=\s+(?:not\s+)?be))\s+(?P<denied>not\s+(?:be\s+)?|never\s+)?(?:be\s+)?(?P<given>provided|available|allowed|payable|offered|eligible)\b(?:\s+(?:only\s+)?(?:for|of)\s+)?"
_COVERS: Final = r"(?:(?:does|do|will|shall|would)\s+(?P<refused>not\s+)?|may\s+)?(?P<covers>covers?|reimburses?|provides?\s+(?:coverage|benefits)\s+for)\s+"
_MEMBERS: Final = (
    r"(?:members?|individuals?|patients?|customers?|enrollees?|beneficiar(?:y|ies)|subscribers?)"
)
_ELIGIBLE: Final = (
    rf"{_MEMBERS}\s+(?:are|(?:may|will|shall|can)(?=\s+(?:not\s+)?be))\s+(?P<barred>not\s+(?:be\s+)?)?(?:be\s+)?"
    r"(?P<eligible>eligible)\s+(?:under\s+(?:the|their|this)\s+(?:\w+\s+){1,3}?for\s+|for\s+coverage\s+(?:of|for)\s+)"
)
_WHO: Final = phrase(
    r"(?:\b(?:we|plan|payer|program|company|carrier|health|cross|shield|corporation|insurer|medicaid)\b|\([A-Z]{2,6}\)|[A-Z]{3,})[’']?s?\s+$",
    re.I,
)
_POLICY: Final = phrase(
    r"\b(?:this|the) (?:\w+ )?(?:policy|guideline|document|section|bulletin)\s+$", re.I
)

_HEADING_WORDS: Final = phrase(
    r"(?:not |un)?(?:medically|clinically) (?:un)?necessary|medical necessity|(?:reasonable and )?necessary"
    r"|experimental|investigational|unproven|proven|non-?covered|not covered|covered|cosmetic"
    r"|\b(?:and|or|considered|indications?|services?|not|when|criteria|the|are|for|other|conditions?|uses?|policy"
    r"|statement|limitations|exclusions|established|situations?)\b|[/,&()\s-]",
    re.I,
)


_OBJECT_END: Final = phrase(
    r"\s+(?:when|if|only|unless|provided|as long as|because|for (?:any|the following))\b|[:.;]|,\s+(?:when|if|provided|as)\b"
)
_DENIES: Final = phrase(r"\b(?:not|never|do not|does not|non)\b[\s-]*(?:\w+\s+){0,2}$", re.I)
_NEGATIONS: Final = phrase(r"\b(?:not|never|no longer|neither|cannot|fails?)\b|n't\b", re.I)
_SOFT_VERB: Final = phrase(
    r"(?:(?:may|can|could|cannot|should)\s+(?:not\s+)?be\s+)?(?:\b(?:not|never|no longer)\s+)?(?:(?:considered|deemed|determined|regarded|classified|viewed|found|judged|recognized|designated|categorized|denied|rejected)\s+)?(?:\b(?:not|never|as|to be|only|generally)\s+)*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    determination: Determination
    negated: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A determination in a sentence: `whole` is the verb and its words, `words` what determines.

    `object` is the subject of the determination where it stands behind an active verb ("considers X ...").
    """

    determination: Determination
    whole: Span
    words: Span
    object: Span | None = None


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    found = []
    for entry in rules.load("determinations"):
        rules.check("determinations", entry, ("name", "determination", "negated", "words"))
        found.append(
            Rule(entry["name"], entry["determination"], entry["negated"], tuple(entry["words"]))
        )
    return tuple(found)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    groups = (f"(?P<{rule.name}>{'|'.join(rule.words)})" for rule in _rules())
    plain = "|".join(f"(?:{'|'.join(rule.words)})" for rule in _rules())
    item = phrase(rf"(?<![\w-])(?:{'|'.join(groups)})(?![\w-])", re.I)
    join = r"(?:\s*,\s*(?:and/or|and|or)?|\s+and/or|\s+and|\s+or|\s+nor|\s*/|\s*&|\s+but)\s*(?:,?\s*(?:therefore|thus|hence|also|is|are|considered|deemed|as|so),?\s+){0,3}"
    expression = rf"(?:{plain})(?![\w-])(?:{join}(?:{plain})(?![\w-]))*"
    passive = phrase(rf"\b(?P<lead>{_GROUP}{_BESIDE})(?P<det>{expression})", re.I)
    active = phrase(rf"\b(?P<lead>{_ACTIVE})(?P<det>{expression})", re.I)
    meets = phrase(rf"\b(?P<lead>{_MEETS})(?P<det>medical necessity|medically necessary)\b", re.I)
    coverage = phrase(rf"\b{_COVERAGE}", re.I)
    covers = phrase(rf"\b{_COVERS}", re.I)
    headless = phrase(
        rf"(?:(?:considered|deemed)\s+)?(?P<lead>)(?P<det>{expression})(?=\s*(?::|[-–—]|$)|,?\s+(?:when|if|for|in|only|as|because|due)\b)",
        re.I,
    )
    eligible = phrase(rf"\b{_ELIGIBLE}", re.I)
    return item, passive, active, meets, coverage, covers, eligible, headless


def predicates(flat: str, span: Span) -> list[Predicate]:
    """The determinations that a sentence makes, in order; what a negation undoes is none."""
    _, passive, active, meets, coverage, covers, eligible, headless = _patterns()
    found: list[Predicate] = []
    for pattern in (passive, meets, active):
        for match in pattern.finditer(flat, span.start, span.end):
            made = _made(match)
            if made is not None:
                found.append(replace(made, words=made.whole) if pattern is meets else made)
    for match in coverage.finditer(flat, span.start, span.end):
        given: Determination = "not_covered" if match["denied"] else "medically_necessary"
        found.append(
            Predicate(
                given,
                Span(*match.span()),
                _trim(flat, match.start(), match.end("given")),
                _object(flat, match.end(), span.end),
            )
        )
    for match in eligible.finditer(flat, span.start, span.end):
        found.append(
            Predicate(
                "not_covered" if match["barred"] else "medically_necessary",
                Span(*match.span()),
                _trim(flat, match.start(), match.end("eligible")),
                _object(flat, match.end(), span.end),
            )
        )
    for match in covers.finditer(flat, span.start, span.end):
        before = flat[span.start : match.start()]
        if (
            _WHO.search(before)
            and not _POLICY.search(before)
            and not re.search(r"\bmedicare\s+$", before, re.I)
        ):
            given = "not_covered" if match["refused"] else "medically_necessary"
            found.append(
                Predicate(
                    given,
                    Span(*match.span()),
                    _trim(flat, match.start(), match.end("covers")),
                    _object(flat, match.end(), span.end),
                )
            )
    if not found and (bare := headless.match(flat, span.start, span.end)):
        made = _made(bare)
        if made is not None:
            found.append(made)
    found.sort(key=lambda p: (p.whole.start, -p.whole.end))
    kept: list[Predicate] = []
    for predicate in found:
        if not kept or predicate.words.start >= kept[-1].words.end:
            kept.append(predicate)
    return kept


def determination_in(flat: str) -> Determination | None:
    """The determination that a few words name ("Not covered", "Investigational codes"), if any."""
    item = _patterns()[0]
    match = item.search(flat)
    if match is None:
        return None
    named = list(item.finditer(flat))
    negated = _DENIES.search(flat[: match.start()]) is not None
    return _meaning([m.lastgroup or "" for m in named], negated)


def determining_heading(shown: str) -> Determination | None:
    """The determination of a heading that says nothing else ("Not Medically Necessary:")."""
    bare = shown.rstrip(" :")
    if not bare or len(bare) > 80 or shown[-1] in ".;," or not bare[0].isupper():
        return None
    return None if _HEADING_WORDS.sub("", bare) else determination_in(bare)


def _made(match: re.Match[str]) -> Predicate | None:
    item = _patterns()[0]
    names = [m.lastgroup or "" for m in item.finditer(match["det"])]
    lead = match["lead"]
    object_ = Span(*match.span("object")) if "object" in match.re.groupindex else None
    verb = lead if object_ is None else lead[: object_.start - match.start("lead")]
    negations = len(_NEGATIONS.findall(verb))
    if object_ is not None and re.search(r"\bnot\s*$", lead):
        negations += 1
    meaning = _meaning(names or ["medically_necessary"], negations % 2 == 1)
    if meaning is None or negations == 2:
        return None
    soft = _SOFT_VERB.search(verb)
    start = (
        match.start("det")
        if object_ is not None
        else match.start("lead") + (soft.start() if soft else len(verb))
    )
    return Predicate(
        meaning, Span(match.start(), match.end()), Span(start, match.end("det")), object_
    )


def _meaning(names: list[str], negated: bool) -> Determination | None:
    """What several determining words mean together; a negation holds for the first of them.

    "not medically necessary and investigational" denies only the first; "not experimental or
    investigational" denies both. "Investigational and not medically necessary" is investigational.
    """
    table = {rule.name: rule for rule in _rules()}
    meant: list[str] = []
    first = table[names[0]]
    for name in names:
        rule = table[name]
        denies = negated and (rule is first or first.negated == "none" or rule.name == first.name)
        meant.append(rule.negated if denies else rule.determination)
    for determination in (
        "investigational",
        "not_medically_necessary",
        "not_covered",
        "medically_necessary",
    ):
        if determination in meant:
            return determination
    return None


def _object(flat: str, start: int, end: int) -> Span | None:
    stop = _OBJECT_END.search(flat, start, end)
    return _trim(flat, start, stop.start() if stop else end)


def _trim(flat: str, start: int, end: int) -> Span:
    while start < end and flat[start] == " ":
        start += 1
    while end > start and flat[end - 1] == " ":
        end -= 1
    return Span(start, end)
