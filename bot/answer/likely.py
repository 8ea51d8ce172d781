"""Which policy on file a message is most likely about.

People name a service by a part of its name, by its brand, by what is done or by a code; they go on about what was
talked about, or turn to something else. What speaks for each policy is counted, and weighed as was fitted to
messages of which it is known what they are about, or that they are about nothing on file: a conditional logit with
"none of them" as one more choice (McFadden, 1974). `benchmarks/linking.py` fits and measures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from bot.answer.catalogue import Catalogue, Title
from bot.answer.linker import Linker, Links, Other
from bot.answer.naming import GENERIC, SMALL, is_step
from bot.answer.passages import positions, speaks_of, stands
from bot.answer.thread import Thread
from bot.answer.tokens import Token, stems

# More are not compared: what is meant is hardly further down.
_CANDIDATES: Final = 10
# Found by meaning alone, a policy is among the first few.
_ALIKE: Final = 4
# Any two texts about care are as near as this.
_UNLIKE: Final = 0.5
# Words that no other policy's text has: more of them tell no more.
_MOST_RARE: Final = 3.0
_FEW_WORDS, _MANY_WORDS = 2, 8
# What such a word counts, where so many policies are on file; where there is but one, it says nothing.
_RARE: Final = 0.7
_MANY: Final = 30
_MOST_UNSAID: Final = 4.0
# Names that stand for a policy as a whole; one of a part of it, or of what a statement is about, is worth less.
_FULL: Final = frozenset({"title", "synonym", "acronym", "initials", "head"})
_PART: Final = 0.6
# Behind these stands what a service is for, and no service.
_FOR: Final = frozenset({"for", "with", "after", "due"})
# How one goes on about the same.
_GOES_ON: Final = re.compile(
    r"^\W*(?:for|with|and|or|but|so|ok|okay|also|even|if|then|same|oh|no|actually|sorry|wait|(?:what|how)\s+(?:if|about)|"
    r"(?:does|is|would|will|did)\s+(?:that|this|it))\b",
    re.I,
)
# A message that begins with what it is for: the service was named before.
_FOR_WHAT: Final = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok|okay|what|how|about|if|then|covered|is it|it's|its)\s+)*(?:for|with|after)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one policy, or against it. Shares are of what a message's telling words tell together: the more,
    the fewer texts on file have them.

    `subject` is the share that stands in its title and in what its statements are about, `stated` in the statements
    and in what it calls its codes, `spoken` in its text; `rare` counts by weight the words that no other text has;
    `near` says how near in meaning it is (a cosine), `apart` how much nearer than the next. `mentioned` is 2 where a
    name of it was said, 1 where a part of one, `coded` where a procedure code of it, `diagnosed` where a diagnosis
    code that it lists was written, each less where others share it; `strange` where a service is named that it does not speak of, and `another` where the
    vocabulary knows that service and the policy is not about it. `few` is 1 where only one policy is on file, and 0 where
    many are; `short` and `long` tell how much was said. The others hold for the policy that is being talked about: `bare` where
    nothing telling was said, `pointing` where a pronoun was, `plain` where no other service is named, `going_on`
    where the message goes on; `earlier` where it was talked about before.
    """

    subject: float
    stated: float
    spoken: float
    rare: float
    unsaid: float
    near: float
    apart: float
    mentioned: float
    coded: float
    diagnosed: float
    strange: float
    another: float
    few: float
    short: float
    long: float
    current: float
    bare: float
    pointing: float
    plain: float
    going_on: float
    earlier: float


@dataclass(frozen=True, slots=True)
class Likely:
    number: str
    probability: float


# How much each kind of evidence counts, and what none of the policies has to be likelier than.
_WEIGHTS: Final = Evidence(
    subject=0.86,
    stated=1.10,
    spoken=1.62,
    rare=2.41,
    unsaid=-0.56,
    near=0.97,
    apart=1.68,
    mentioned=1.53,
    coded=2.99,
    diagnosed=0.34,
    strange=-0.08,
    another=-1.20,
    few=-0.71,
    short=-0.87,
    long=0.62,
    current=1.77,
    bare=0.41,
    pointing=0.71,
    plain=1.20,
    going_on=0.52,
    earlier=0.29,
)
_NONE: Final = -0.03


def likely(
    links: Links, thread: Thread, linker: Linker, catalogue: Catalogue
) -> tuple[Likely, ...]:
    """The policies that a message may be about, the likeliest first; what is left to 1 is that it is none of them."""
    scores = {
        number: sum(w * e for w, e in zip(astuple(_WEIGHTS), astuple(evidence), strict=True))
        for number, evidence in evidence_of(links, thread, linker, catalogue).items()
    }
    most = max([_NONE, *scores.values()])
    total = math.exp(_NONE - most) + sum(math.exp(score - most) for score in scores.values())
    found = [Likely(number, math.exp(score - most) / total) for number, score in scores.items()]
    return tuple(sorted(found, key=lambda one: (-one.probability, one.number)))


def none_of(found: Sequence[Likely]) -> float:
    """How likely it is that a message is about none of the policies that were found for it."""
    return 1.0 - sum(one.probability for one in found)


def evidence_of(
    links: Links, thread: Thread, linker: Linker, catalogue: Catalogue
) -> Mapping[str, Evidence]:
    """What speaks for each policy that a message may be about; `links` are those of the whole message."""
    text = links.text
    telling = telling_of(links, linker)
    words = {token.stem: text[token.start : token.end].lower() for token in telling}
    held = catalogue.holding(tuple(words.values()), _CANDIDATES)
    said = text[telling[0].start : telling[-1].end] if telling else ""
    # The words that ask, in front and behind, are as near to one service as to another.
    alike = linker.likeness(said)
    nearest = sorted(alike, key=lambda number: (-alike[number], number))[: _ALIKE + 1]
    mentioned = _mentioned(links)
    coded = _shares(
        {x.number for x in catalogue.listings(code.system, code.code)} for code in links.procedures
    )
    diagnosed = _shares(
        {x.number for x in catalogue.listings(code.system, code.code)}
        for code in links.diagnoses
        if not code.named
    )
    current = in_hand(thread)
    earlier = frozenset(thread.earlier) | set(thread.pending.numbers if thread.pending else ())
    weights = _weights(words, held.counts, len(linker.names.titles))
    told = sum(weights.values()) or 1.0
    strange = strange_services(links, linker)
    elsewhere = [_telling_of(words, o.text) for o in links.others if o.known]
    on_file = min(1.0, math.log(len(linker.names.titles) or 1) / math.log(_MANY))
    found = {}
    numbers = (*held.numbers, *nearest[:_ALIKE], *mentioned, *coded, *diagnosed, *earlier)
    for number in dict.fromkeys((*numbers, *([current] if current else []))):
        version = catalogue.version(number)
        title = linker.names.titles.get(number)
        if version is None or title is None:
            continue
        subjects = linker.names.said_of(number)
        spoken = {word for word in words if speaks_of(version, [word])}
        for name in elsewhere:
            # A word of another service's name says nothing, unless a position is taken on that very service.
            if not _is_about(title, name):
                spoken -= name
        subject = spoken & subjects
        stated = subject | {word for word in spoken if stands(word, positions(version))}
        is_current = number == current
        found[number] = Evidence(
            subject=sum(weights[w] for w in subject) / told,
            stated=sum(weights[w] for w in stated) / told,
            spoken=sum(weights[w] for w in spoken) / told,
            rare=_RARE
            * on_file
            * min(_MOST_RARE, sum(held.counts.get(words[w], 0) <= 1 for w in spoken)),
            unsaid=min(_MOST_UNSAID, float(len(words.keys() - spoken))),
            near=max(0.0, alike.get(number, 0.0) - _UNLIKE),
            apart=_apart(number, alike, nearest),
            mentioned=mentioned.get(number, 0.0),
            coded=coded.get(number, 0.0),
            diagnosed=diagnosed.get(number, 0.0),
            strange=float(
                any(not _telling_of(words, o.text) <= spoken for o in strange if not o.known)
            ),
            another=float(not all(_is_about(title, name) for name in elsewhere)),
            few=1.0 - on_file,
            short=float(len(words) <= _FEW_WORDS),
            long=float(len(words) >= _MANY_WORDS),
            current=float(is_current),
            bare=float(is_current and not words),
            pointing=float(is_current and links.pronoun),
            plain=float(is_current and not strange),
            going_on=float(is_current and bool(_GOES_ON.search(text))),
            earlier=float(number in earlier and not is_current),
        )
    return found


def telling_of(links: Links, linker: Linker) -> tuple[Token, ...]:
    """The words of a message that may say what it is about: not those that say whose member it is."""
    whose = {w for p in links.programs for name in (p.name, *p.also_called) for w in stems(name)}
    return tuple(token for token in linker.telling(links.text) if token.stem not in whose)


def begins_with_purpose(text: str) -> bool:
    """Whether a message begins with what a service is for: "and for migraine?"."""
    return bool(_FOR_WHAT.search(text))


def in_hand(thread: Thread) -> str | None:
    """The policy that is being talked about: the thread's, or the only one that we asked about."""
    offered = thread.pending.numbers if thread.pending else ()
    return offered[0] if len(offered) == 1 else thread.policy


def strange_services(links: Links, linker: Linker) -> tuple[Other, ...]:
    """What a message names as a service, by words that are no name of one on file."""
    first = min((o.start for o in links.others), default=0)
    first = min((first, *(m.start for m in links.mentions)))
    return tuple(
        o
        for o in links.others
        if not o.negated
        and (o.after not in _FOR or o.start == first)
        and (
            o.known
            or (
                not any(character.isdigit() for character in o.text)
                and not _is_step(o.text)
                and linker.thing(o.text) == "service"
            )
        )
    )


def _is_step(text: str) -> bool:
    """Whether words say what is done and not with what: removal, revise."""
    return all(is_step(word) for word in stems(text) if word not in SMALL)


def _telling_of(words: Mapping[str, str], text: str) -> frozenset[str]:
    return frozenset(w for w in stems(text) if w in words and w not in GENERIC)


def _is_about(title: Title, name: Collection[str]) -> bool:
    """Whether all words of a service's name (stems) stand in a policy's title, or in what one statement is about."""
    subjects = (title.title, *title.subjects)
    return any(all(stands(word, frozenset(stems(s))) for word in name) for s in subjects)


def _mentioned(links: Links) -> dict[str, float]:
    found: dict[str, float] = {}
    for mention in links.mentions:
        full = mention.name.kind in _FULL
        worth = (2.0 if mention.sure else 1.0) * (1.0 if full else _PART) / len(mention.numbers)
        for number in mention.numbers:
            found[number] = max(worth, found.get(number, 0.0))
    return found


def _shares(listed: Iterable[set[str]]) -> dict[str, float]:
    """For each policy, the greatest share that it has in what lists one of several codes."""
    found: dict[str, float] = {}
    for numbers in listed:
        for number in numbers:
            found[number] = max(1 / len(numbers), found.get(number, 0.0))
    return found


def _weights(words: Mapping[str, str], counts: Mapping[str, int], on_file: int) -> dict[str, float]:
    """How much each word tells, from a half to one."""
    most = math.log((on_file + 1) / 0.5)
    return {
        stem: 0.5 + 0.5 * math.log((on_file + 1) / (counts.get(word, 0) + 0.5)) / most
        for stem, word in words.items()
    }


def _apart(number: str, alike: Mapping[str, float], nearest: Sequence[str]) -> float:
    if number not in alike:
        return 0.0
    rival = next((other for other in nearest if other != number), None)
    return alike[number] - alike[rival] if rival else 0.0
