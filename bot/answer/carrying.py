"""What a clause asks that names no need of its own: what was asked before, or what it names implies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.answer.asks import Ask
from bot.answer.catalogue import Catalogue
from bot.answer.circumstances import turns_away
from bot.answer.coded import code_mention
from bot.answer.naming import GENERIC, SMALL
from bot.answer.needs import MATTERS, MEMBER_DATA
from bot.answer.parts import Circumstances
from bot.answer.passages import speaks_of
from bot.answer.subjects import Subject
from bot.answer.thread import Thread
from bot.answer.tokens import stems, tokenize

# What asks nothing, whatever it names.
_COURTESIES = frozenset({"greet", "thank", "goodbye", "help", "person", "complaint"})
# What a circumstance of the case may change.
_OF_A_CASE = frozenset({"coverage", "criteria", "diagnoses", "place_of_service", "prior_auth"})

# What stands around a name that is all that is said.
_NAMING: Final = SMALL | frozenset(
    stems(
        "i we mean meant meaning sorry no not oh ok okay yes actually just it its the that one about program programs"
    )
)

# A member is spoken of.
_SOMEONE = re.compile(
    r"\b(?:s?he|her|hers|him|his|pt|patient|member|mom|mother|dad|father|wife|husband|son|daughter|kid|child|baby|"
    r"boy|girl|lady|guy|man|woman)(?:['’]s)?\b",
    re.I,
)
# What depends on which of a policy's statements applies.
_OF_A_STAND = frozenset({"coverage", "reason", "criteria"})


def carried(thread: Thread) -> tuple[str, ...]:
    """What a bare name asks: the same as before, else for the policy's position."""
    if thread.pending and thread.pending.topics:
        return thread.pending.topics
    return thread.topics or ("coverage",)


def topics_of(
    ask: Ask, thread: Thread, subjects: Sequence[Subject], catalogue: Catalogue
) -> tuple[str, ...]:
    """The topics of a clause; a fragment that only names something gets them from what it names."""
    names_something = any(not subject.carried for subject in subjects)
    if _only_names(ask):
        return carried(thread)
    if ask.topics:
        return ask.topics
    if any(need in MATTERS or need == MEMBER_DATA for need in ask.needs):
        return ()
    if ask.needs and set(ask.needs) <= _COURTESIES:
        return ()
    if "confirm" in ask.needs and (subjects or thread.policy):
        return ("coverage",)
    if {"context", "out_of_scope"} & set(ask.needs) or (
        "inform" in ask.needs and not names_something
    ):
        told = _of_the_case(ask, thread, subjects, catalogue)
        if told or "inform" not in ask.needs:
            return told
    on_file = any(subject.numbers for subject in subjects) if names_something else False
    if not ({"inform", "deny", "affirm"} & set(ask.needs) or on_file or thread.policy):
        return ()
    links = ask.links
    if on_file:
        if links.numbers and not links.mentions and not thread.topics and not thread.pending:
            return ("policy_identity",)
        return carried(thread)
    if names_something:
        return carried(thread)
    if not thread.policy:
        return carried(thread) if "inform" in ask.needs and links.codes else ()
    implied: tuple[tuple[object, str], ...] = (
        (links.period, "history"),
        (links.place, "place_of_service"),
        (links.programs, "benefit_application"),
        (links.systems, "codes"),
        (links.codes, "coverage"),
    )
    topics = tuple(topic for said, topic in implied if said)
    return topics[:1]


def _only_names(ask: Ask) -> bool:
    """Whether a clause says no more than which service is meant: "sorry, I mean work hardening"."""
    links = ask.links
    named = [(m.start, m.end) for m in links.mentions if m.sure]
    rest = [t for t in tokenize(links.text) if not any(a <= t.start < b for a, b in named)]
    return bool(named) and all(t.stem in _NAMING for t in rest)


def in_focus(
    topics: tuple[str, ...], ask: Ask, circumstances: Circumstances, thread: Thread
) -> Circumstances:
    """Why, and whether that is a no, is asked of the case that was spoken of last; where, is asked in general."""
    links = ask.links
    if "place_of_service" in topics and circumstances.indications == thread.indications:
        return replace(circumstances, indications=())
    if not set(topics) <= _OF_A_STAND or links.others or links.codes or links.mentions:
        return circumstances
    if turns_away(links.text):
        return circumstances
    codes = tuple(code_mention(system, code) for system, code in thread.codes)
    return replace(circumstances, codes=codes)


def _of_the_case(
    ask: Ask, thread: Thread, subjects: Sequence[Subject], catalogue: Catalogue
) -> tuple[str, ...]:
    """A circumstance told of the policy being talked about asks where it stands with that."""
    here = all(subject.carried for subject in subjects)
    version = catalogue.version(thread.policy) if thread.policy and here else None
    if version is None or thread.pending:
        return ()
    links = ask.links
    said = [w for o in links.others for w in stems(o.text)]
    titled = {*stems(version.policy.title), *SMALL, *GENERIC}
    known = any(speaks_of(version, [word]) for word in said if word not in titled)
    of_someone = bool(_SOMEONE.search(links.text)) and "out_of_scope" not in ask.needs
    told = "context" in ask.needs and "out_of_scope" not in ask.needs and bool(links.others)
    if known or links.diagnoses or told or of_someone:
        return tuple(t for t in thread.topics if t in _OF_A_CASE) or ("coverage",)
    return ()
