"""The parts that a message comes down to: what it asks of which policy, or what else it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.answer.catalogue import Title
from bot.answer.coded import CodeMention
from bot.answer.periods import Period
from bot.answer.vocabulary import Place, Program, Service
from bot.policy.model import CodeSystem


@dataclass(frozen=True, slots=True)
class Assumption:
    """The provider wrote `written`, and it was taken for the policy's service; `how` says on what ground."""

    written: str
    how: Literal[
        "misspelt",
        "partial",
        "vocabulary",
        "code",
        "number",
        "earlier",
        "text",
        "offered",
        "likely",
    ]
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the question says beside the service: each may decide which part of the policy applies.

    An indication is the words that say what the service is for, with what the same is also called. `case` is what was
    told, and `words` (stems) those of it that may tell one case from another, with what the same is also called.
    """

    codes: tuple[CodeMention, ...] = ()
    systems: tuple[CodeSystem, ...] = ()
    place: Place | None = None
    programs: tuple[Program, ...] = ()
    period: Period | None = None
    indications: tuple[tuple[str, ...], ...] = ()
    case: str = ""
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one policy on file. `insists` where the provider presses for another answer.

    `sought` are the words (stems) that say what of the policy is wanted, beside its topics.
    """

    number: str
    topics: tuple[str, ...]
    circumstances: Circumstances
    sought: tuple[str, ...] = ()
    assumption: Assumption | None = None
    insists: bool = False
    denied_claim: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Several policies fit, or none was named: which one is meant has to be asked."""

    numbers: tuple[str, ...]
    topics: tuple[str, ...]
    circumstances: Circumstances
    written: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A service, code or policy number that nothing on file is about."""

    written: str
    topics: tuple[str, ...]
    circumstances: Circumstances
    near: tuple[Title, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """What no policy says: an appeal, where to send a request, ...

    `number` is the policy, if one was named, and `programs` say whose member it is about.
    """

    matter: str
    number: str | None = None
    programs: tuple[Program, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberData:
    """Needs the data of a member or a claim."""


@dataclass(frozen=True, slots=True)
class Act:
    """A move in the conversation: a greeting, thanks, a wish for a person, ..."""

    act: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`off_topic` where it is clear that it has nothing to do with coverage."""

    off_topic: bool


Part = Question | Ambiguity | Unknown | Matter | MemberData | Act | NotUnderstood
