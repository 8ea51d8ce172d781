"""Variants of conversations that must come out the same, to see where understanding is brittle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from textwrap import shorten
from typing import Any, Final

import yaml

from bot.conversations import report
from bot.conversations.case import Case, Turn
from bot.conversations.runner import Result
from bot.settings import ROOT

_WORD: Final = re.compile(r"[a-z]{6,}", re.I)
_BEFORE: Final = (
    "hi, ", "hello, quick question: ", "please tell me, ", "good morning. ", "could you tell me, ",
)  # fmt: skip
_AFTER: Final = (" thanks", " please", " thank you!", " pls and thx", ", if you don't mind")
_FILLER: Final = ("um, ", "so ", "ok so ", "well, ", "hey so ", "just wondering, ", "real quick, ")
_CLAUSES: Final = re.compile(r"(?<=[?.!;]) +(?=\S)")
_SHOWN: Final = 12
_VOCABULARY: Final = ROOT / "data" / "vocabulary"

Mutation = Callable[[str, Random], "str | None"]


@dataclass(frozen=True, slots=True)
class Variant:
    """`how` names the kind of change, `of` is the case as it is written."""

    case: Case
    how: str
    of: Case


@dataclass(frozen=True, slots=True)
class Outcome:
    variant: Variant
    result: Result


def variants(case: Case, number: int, seed: int) -> list[Variant]:
    """Up to `number` of them, each different from the case and from the others; typed words alone change.

    The same seed gives the same variants of a case, whatever other cases there are and wherever its file lies.
    """
    chance = Random(f"{seed} {Path(case.source).name} {case.name}")
    found: dict[tuple[str, ...], Variant] = {}
    names = list(MUTATIONS)
    for attempt in range(number * 4):
        if len(found) == number:
            break
        how = names[attempt % len(names)]
        turns = tuple(_mutated(turn, MUTATIONS[how], chance) for turn in case.turns)
        words = tuple(turn.words for turn in turns)
        if turns != case.turns and words not in found:
            found[words] = Variant(
                replace(case, turns=turns, name=f"{case.name} ({how})"), how, case
            )
    return list(found.values())


def to_text(outcomes: Sequence[Outcome], seed: int) -> str:
    """How many of each kind held, and what did not: all that was wrong, and some of what was brittle."""
    total = Counter(outcome.variant.how for outcome in outcomes)
    held = Counter(o.variant.how for o in outcomes if o.result.passed)
    wrong = [outcome for outcome in outcomes if not outcome.result.careful]
    brittle = [o for o in outcomes if o.result.careful and not o.result.passed]
    lines = [
        f"{len(outcomes)} variants (seed {seed}):"
        f" {held.total()} held, {len(brittle)} brittle, {len(wrong)} wrong."
    ]
    for how in sorted(total, key=lambda name: held[name] / total[name]):
        lines.append(
            f"  {how:<13}{held[how]:>5} of {total[how]:<5}{100 * held[how] / total[how]:4.0f} %"
        )
    lines += [line for outcome in wrong for line in _missed("WRONG", outcome)]
    lines += [line for outcome in brittle[:_SHOWN] for line in _missed("brittle", outcome)]
    if len(brittle) > _SHOWN:
        lines.append(f"and {len(brittle) - _SHOWN} more that were brittle (--json holds all)")
    return "\n".join(lines)


def to_json(outcome: Outcome) -> Mapping[str, Any]:
    variant = outcome.variant
    return {
        **report.to_json(outcome.result),
        "variant": variant.how,
        "of": variant.of.name,
        "careful": outcome.result.careful,
    }


def _missed(said: str, outcome: Outcome) -> Iterator[str]:
    """Where it is written, what was said instead of what, and what did not hold of the reply."""
    variant, result = outcome.variant, outcome.result
    place = len(result.played) - 1 if result.played else 0
    fault = result.faults[0]
    yield f"{said}: {variant.of.source}:{variant.of.line}: {result.case.name}, turn {place + 1}"
    yield f"  “{variant.case.turns[place].words}” for “{variant.of.turns[place].words}”"
    yield f"  expected {fault.what}: {shorten(fault.expected, 80)}"
    yield f"    but came: {shorten(fault.came, 80)}"


def _mutated(turn: Turn, mutation: Mutation, chance: Random) -> Turn:
    if turn.pressed:
        return turn
    return replace(turn, words=mutation(turn.words, chance) or turn.words)


def _typo(text: str, chance: Random) -> str | None:
    """Two letters swapped, one lost or one doubled, inside one long word: never in a code or a number."""
    words = [m for m in _WORD.finditer(text) if not m[0].isupper()]
    if not words:
        return None
    word = chance.choice(words)
    at = chance.randrange(word.start() + 1, word.end() - 2)
    return chance.choice(
        (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
        )
    )


def _case(text: str, chance: Random) -> str:
    return chance.choice((text.upper(), text.lower(), text.title()))


def _polite(text: str, chance: Random) -> str:
    if chance.random() < 0.5:
        return chance.choice(_BEFORE) + text
    return text.rstrip(" .!") + chance.choice(_AFTER)


def _filler(text: str, chance: Random) -> str:
    return chance.choice(_FILLER) + text


def _order(text: str, chance: Random) -> str | None:  # noqa: ARG001
    """The last sentence first."""
    clauses = _CLAUSES.split(text)
    return " ".join([clauses[-1], *clauses[:-1]]) if len(clauses) > 1 else None


def _abbreviation(text: str, chance: Random) -> str | None:
    return _exchanged(text, _abbreviations(), chance)


def _synonym(text: str, chance: Random) -> str | None:
    return _exchanged(text, _synonyms(), chance)


def _exchanged(text: str, by_phrase: Mapping[str, Sequence[str]], chance: Random) -> str | None:
    """A phrase of the text, the longest that there is, for another that means the same."""
    low = text.casefold()
    there = [p for p in by_phrase if p in low and re.search(rf"(?<!\w){re.escape(p)}(?!\w)", low)]
    if not there:
        return None
    phrase = max(there, key=len)
    other = chance.choice(by_phrase[phrase])
    return re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", lambda _: other, text, count=1, flags=re.I)


@cache
def _abbreviations() -> Mapping[str, Sequence[str]]:
    """Of each long form of the vocabulary, its short forms."""
    read = yaml.load(
        (_VOCABULARY / "abbreviations.yml").read_text(encoding="utf-8"), yaml.BaseLoader
    )
    found: dict[str, list[str]] = {}
    for short, long in read.items():
        found.setdefault(str(long).casefold(), []).append(str(short))
    return found


@cache
def _synonyms() -> Mapping[str, Sequence[str]]:
    """Of each name of a service, its other true names."""
    found: dict[str, list[str]] = {}
    for path in sorted(_VOCABULARY.glob("services*.yml")):
        for entry in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader):
            names = [entry["service"], *entry.get("also_called", ())]
            for name in names:
                others = [other for other in names if other != name]
                if others:
                    found.setdefault(name.casefold(), []).extend(others)
    return found


MUTATIONS: Final[Mapping[str, Mutation]] = {
    "typo": _typo,
    "case": _case,
    "politeness": _polite,
    "filler": _filler,
    "order": _order,
    "abbreviation": _abbreviation,
    "synonym": _synonym,
}
