"""What a message says beside the service that it asks about, and what of the policy it seeks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.linker import Linker, Links
from bot.answer.naming import SMALL
from bot.answer.parts import Circumstances
from bot.answer.subjects import INDICATES, asked_about
from bot.answer.thread import Thread
from bot.answer.tokens import stems

# Things that are counted; a sentence that holds the same one may say how many.
_UNITS = frozenset(
    [
        "session",
        "visit",
        "hour",
        "day",
        "week",
        "month",
        "year",
        "treatment",
        "course",
        "time",
        "unit",
        "lifetime",
        "renewal",
        "reauthorization",
    ]
)
# A clause of more words than these tells a story.
_STORY = 15
# What is remembered of a case, in characters.
_LONGEST_CASE = 600
# The provider turns to another case: what was said of the last one does not go for it. "And 76", "the 52" is the end of
# another code.
_TURNS = re.compile(
    r"\bback\s+to\b|\b(?:what|how)\s+about\b|\binstead\b|\bif\b|\bsuppose\b|^\W*(?:and|or)\s+(?:the\s+)?\d{2,3}\W*$|"
    r"\bthe\s+\d{2,3}\b(?!\s*-?\s*(?:hours?|days?|weeks?|months?|years?|visits?|sessions?|units?|mg|mm|%))",
    re.I,
)


def circumstances_of(
    said: Sequence[Links], thread: Thread, linker: Linker, *, same_policy: bool
) -> Circumstances:
    """What was said beside the service, here and, about the same policy, before: first the clause that asks.

    Whose member it is and the date of service hold for the whole conversation, until others are named.
    """
    codes = tuple(
        {(c.system, c.code): c for links in said for c in links.codes if not c.negated}.values()
    )
    asking = said[0] if said else None
    indications: list[tuple[str, ...]] = [
        (o.text,)
        for links in said
        for o in links.others
        if not o.negated
        # In a story, plain words say nothing of what the service is for.
        and ((links is asking and _is_short(links.text)) or linker.thing(o.text) != "detail")
        and (
            o.after in INDICATES
            or links.mentions
            or links.numbers
            or links.pronoun
            or links.codes
            or same_policy
        )
    ]
    indications += [
        (links.text[m.start : m.end], m.name.phrase)
        for links in said
        for m in links.mentions
        if m not in asked_about(links)
    ]
    indications += [
        tuple(dict.fromkeys((c.named, *c.also)))
        for links in said
        for c in links.diagnoses
        if c.named and not c.negated
    ]
    indications += [
        names
        for links in said
        for c in links.diagnoses
        if not c.named and (names := linker.vocabulary.names_of(c.code))
    ]
    turns = any(turns_away(links.text) for links in said)
    if same_policy and not indications and not codes and not turns:
        indications = list(thread.indications)
    programs = [p for links in said for p in links.programs] or [
        p for p in linker.vocabulary.programs if p.name == thread.program
    ]
    case = _case(said, thread, linker, same_policy=same_policy, turns=turns)
    return Circumstances(
        codes=codes,
        systems=tuple(dict.fromkeys(s for links in said for s in links.systems)),
        place=next((links.place for links in said if links.place), None),
        programs=tuple(dict.fromkeys(programs)),
        period=next((links.period for links in said if links.period), thread.serviced()),
        indications=tuple(indications),
        case=case,
        words=_words(case, said, linker),
    )


def _case(
    said: Sequence[Links], thread: Thread, linker: Linker, *, same_policy: bool, turns: bool
) -> str:
    """What was told: here, and where the message goes on about the same policy, before."""
    now = " ".join(links.text for links in said)
    if not same_policy or turns:
        return now
    tells = any(links.codes or linker.telling(links.text) for links in said)
    return f"{thread.case} {now}".strip()[-_LONGEST_CASE:] if tells else thread.case


def _words(case: str, said: Sequence[Links], linker: Linker) -> frozenset[str]:
    """The words that may tell one case from another: not those that ask, nor what is said not to be so."""
    denied = {w for links in said for o in links.others if o.negated for w in stems(o.text)}
    also = (name for links in said for c in links.diagnoses if not c.negated for name in c.also)
    told = {token.stem for token in linker.telling(case)}
    return frozenset(told - denied | {w for name in also for w in stems(name) if w not in SMALL})


def turns_away(text: str) -> bool:
    """Whether a text turns to another case, so that what was said of the last one does not go for it."""
    return bool(_TURNS.search(text))


def _is_short(text: str) -> bool:
    return len(stems(text)) <= _STORY


def sought_in(links: Links) -> tuple[str, ...]:
    """The words that say what of the policy is wanted, as stems."""
    said = [o.text for o in links.others if not o.negated] + [
        c.named for c in links.codes if c.named
    ]
    words = [w for text in said for w in stems(text) if w not in SMALL and not w.isdigit()]
    units = [w for w in stems(links.text) if w in _UNITS]
    return tuple(dict.fromkeys((*words, *units)))
