"""The subject of a statement: what it is about, with the list below it and with what is taken out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy import scopes
from bot.policy.blocks import Block
from bot.policy.patterns import phrase
from bot.policy.verbs import Predicate

FOLLOWING: Final = phrase(r"\b(?:the following|these|listed below|below)\b", re.I)
_GENERIC_SUBJECT: Final = phrase(
    r"(?:(?:any|all|each|one|some|both|uses?|of|the|these|this|following|services?|procedures?|tests?|treatments?|indications?|items?|devices?|therap(?:y|ies)|interventions?|conditions?|or|and|for|in|modalities|techniques?|programs?|supplies|drugs?|list(?:ed)?|below|other|is|are|methods?|tools?|applications?|situations?|experimental|investigational|\(.*?\)|,)\s*)+:?",
    re.I,
)
LONGEST: Final = 600


def is_generic(subject: str) -> bool:
    """Whether a subject names nothing by itself ("the following services")."""
    return _GENERIC_SUBJECT.fullmatch(subject) is not None


def items(text: str, blocks: Sequence[Block]) -> str | None:
    """The items of a list as one subject; None where they are too many to name."""
    shown = "; ".join(b.body.of(text).strip(" ;.,") for b in blocks if not b.connective)
    return shown if 0 < len(shown) <= LONGEST else None


def with_items(
    text: str, subject: str | None, blocks: Sequence[Block], whole: bool = False
) -> str | None:
    """ "The following uses of X" with what follows; with `whole`, any subject with the list under it."""
    listed = items(text, blocks)
    if listed is None or subject is None or is_generic(subject):
        return listed or subject
    return f"{subject}: {listed}" if whole or FOLLOWING.search(subject) else subject


def with_colon(subject: str | None, behind: str | None) -> str | None:
    """ "The following uses are investigational: A; B." with what its colon lists."""
    if behind is None:
        return subject
    if subject is None or is_generic(subject):
        return behind
    return (
        f"{subject}: {behind}" if FOLLOWING.search(subject) and len(behind) <= LONGEST else subject
    )


def less(
    flat: str,
    text: str,
    subject: str | None,
    start: int,
    predicate: Predicate,
    end: int,
    rest: Sequence[Block],
) -> str | None:
    """The subject with what is taken out of it: no answer may leave an exception away."""
    exception = scopes.proviso_of(flat, start, predicate, end)
    if exception is None or subject is None:
        return subject
    shown = flat[exception.start : exception.end]
    if shown[1:2].islower():
        shown = shown[0].lower() + shown[1:]
    if shown in subject:
        return subject
    listed = items(text, rest) if rest and flat[end - 1] == ":" else None
    return f"{subject} ({shown}: {listed})" if listed else f"{subject} ({shown})"
