"""How a policy's title and the subjects of its statements give the names that its service goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from bot.answer.tokens import related, stem, stems

# Words that say what kind of thing a service is, and do not tell one service from another.
GENERIC = frozenset(
    stem(word)
    for word in [
        "program",
        "programs",
        "therapy",
        "therapies",
        "treatment",
        "treatments",
        "service",
        "services",
        "device",
        "devices",
        "system",
        "systems",
        "procedure",
        "procedures",
        "technique",
        "techniques",
        "management",
        "use",
        "outpatient",
        "inpatient",
        "medical",
        "clinical",
        "policy",
        "guideline",
        "guidelines",
        "coverage",
        "evaluation",
        "testing",
        "test",
        "tests",
        "surgery",
        "surgical",
        "adult",
        "pediatric",
        "equipment",
        "supplies",
        "care",
        "intervention",
        "application",
    ]
)
# Steps of a treatment: "removal" alone names none.
_STEPS = frozenset(
    stem(word)
    for word in [
        "removal",
        "replacement",
        "revision",
        "implantation",
        "implant",
        "insertion",
        "repeat",
        "continuation",
        "initial",
        "permanent",
        "temporary",
        "trial",
        "rental",
        "purchase",
        "repair",
        "placement",
        "reoperation",
        "additional",
        "second",
        "following",
        "all",
        "other",
        "any",
        "these",
        "those",
        "such",
        "each",
        "further",
        "extended",
        "coverage",
        "benefit",
    ]
)
SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "other",
        "per",
        "the",
        "to",
        "with",
        "without",
    ]
)
_HEAD_ENDS = re.compile(r"\s+(?:for|in|of|as|with|to|by|using)\s+|\s*[(:;–—]\s*|\s+-\s+", re.I)
_PARTS = re.compile(r"\s*[/;,]\s*|\s+(?:and|or)\s+", re.I)
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z-]{0,2}[A-Z]{1,6})s?\)")
_LONGEST_SUBJECT = 6
LONG = 8

NameKind = Literal[
    "title",
    "head",
    "part",
    "acronym",
    "initials",
    "subject",
    "called",
    "synonym",
    "taken_for",
    "described",
]
# How good a name is as a sign of its policy; the lower the better.
RANK: dict[NameKind, int] = {
    "title": 0,
    "synonym": 0,
    "acronym": 1,
    "initials": 1,
    "head": 1,
    "subject": 2,
    "part": 2,
    "called": 2,
    "taken_for": 2,
    "described": 3,
}


def is_step(word: str) -> bool:
    """Whether a word (stem) says what is done and not with what: implanted, implantation."""
    return word in _STEPS or any(related(word, step) for step in _STEPS)


def core_of(phrase: str) -> tuple[tuple[str, ...], frozenset[str]]:
    words = [w for w in stems(phrase) if w not in SMALL]
    core = [w for w in words if w not in GENERIC]
    if len(core) < 2:
        core = words
    return tuple(dict.fromkeys(core)), frozenset(words) - frozenset(core)


def title_names(title: str) -> Iterator[tuple[str, NameKind]]:
    yield title, "title"
    for acronym in _ACRONYM.findall(title):
        yield acronym, "acronym"
    bare = re.sub(r"\([^)]*\)", " ", title)
    segments = [s for s in _HEAD_ENDS.split(bare) if s and s.strip()]
    for segment in segments:
        if _tells(segment):
            yield segment.strip(), "head"
            yield from ((short, "initials") for short in _initials(segment))
            parts = [p for p in _PARTS.split(segment) if p.strip()]
            if len(parts) > 1:
                yield from ((p.strip(), "part") for p in parts if _tells(p))
            break


def _initials(segment: str) -> Iterator[str]:
    """The short forms of a head, whole and of its parts: three letters or more, each a word's first."""
    whole = [] if "," in segment else [segment]
    for part in (*whole, *_PARTS.split(segment)):
        words = [w for w in re.findall(r"[A-Za-z]+", part) if w.lower() not in SMALL]
        if 3 <= len(words) <= 6 and all(w[0].isupper() for w in words):
            yield "".join(w[0] for w in words).upper()


def subject_names(subject: str) -> Iterator[str]:
    """What a statement's subject calls its service, or each of several: all of it where it is short, else its head."""
    for one in subject.split(";"):
        segments = [segment for segment in _HEAD_ENDS.split(one) if segment and segment.strip()]
        head = next((segment for segment in segments if _telling(segment)), "")
        for name in _PARTS.split(head):
            if len(_telling(name)) >= 2 or any(len(w) >= LONG for w in _telling(name)):
                yield name.strip()
        if head != one and len(stems(one)) <= _LONGEST_SUBJECT and len(_telling(one)) >= 2:
            yield one.strip()


def _telling(phrase: str) -> list[str]:
    """The words of a subject that tell its service from another."""
    return [w for w in stems(phrase) if w not in SMALL and w not in GENERIC and w not in _STEPS]


def _tells(phrase: str) -> bool:
    """Whether a piece of a title is enough to name a service by."""
    core = [w for w in stems(phrase) if w not in SMALL and w not in GENERIC]
    return len(core) >= 2 or any(len(w) >= 8 for w in core)
