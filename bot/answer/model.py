"""What the provider gets: an Answer assembled from stored facts, and the reply that says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.policy.model import Code, Criteria

Kind = Literal[
    "answer",
    "clarification",
    "no_policy",
    "not_in_policy",
    "member_specific",
    "out_of_scope",
    "handoff",
    "conversation",
]
Status = Literal[
    "medically_necessary",
    "not_medically_necessary",
    "investigational",
    "conditional",
    "not_covered",
    "no_determination",
]
Source = Literal["policy", "prior_auth_list", "vocabulary", "payer", "approved_answer", "code_set"]


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """Names a stored version exactly."""

    number: str
    title: str
    version: str
    last_reviewed: str | None = None


@dataclass(frozen=True, slots=True)
class AboutCode:
    """A code that the provider named; None where the code set on hand cannot tell."""

    system: str
    code: str
    valid: bool | None = None
    billable: bool | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What the question was understood to be about."""

    service: str | None = None
    codes: tuple[AboutCode, ...] = ()
    place_of_service: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """The policy's determination, in its own words."""

    status: Status
    wording: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation; for the source "policy" it stands at `start:end` of the version's text."""

    source: Source
    quote: str
    section: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class AppliesTo:
    line_of_business: str | None = None
    date_of_service: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply as data. What does not apply is None or empty, and left out of the JSON."""

    kind: Kind
    topics: tuple[str, ...] = ()
    decision_id: str | None = None
    as_of: str | None = None
    policy: PolicyRef | None = None
    about: About | None = None
    determination: Position | None = None
    reasoning: str | None = None
    codes: tuple[Code, ...] = ()
    criteria: Criteria | None = None
    citations: tuple[Citation, ...] = ()
    caveats: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    applies_to: AppliesTo | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """`payload` has Rasa's form: `/need{"policy": "CAM 80306"}`."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the bot: the answer, the words that say it, and what can be pressed next."""

    text: str
    answer: Answer
    buttons: tuple[Button, ...] = ()
