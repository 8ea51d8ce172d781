"""What the answer room asks of the store: a Protocol, so that nothing here knows about SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from bot.policy.model import Code, CodeSystem, Policy


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version of a policy: what was read, and the text in which all its spans are offsets.

    `on_file_from` and `on_file_to` bound the time in which the store held it as current (UTC;
    `on_file_to` is None for the current one).
    """

    id: str
    policy: Policy
    text: str
    on_file_from: datetime
    on_file_to: datetime | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """A policy on file, as a person would pick it from a list. `subjects` are those of its statements."""

    number: str
    title: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A row of a policy's coding section that holds a code, alone or inside a range."""

    number: str
    title: str
    code: Code


@dataclass(frozen=True, slots=True)
class TextHit:
    """A policy whose text holds these of the words that were searched; a higher `score` is a better hit."""

    number: str
    title: str
    score: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """In how many texts each word stands, and the policies that hold the rarest of them, the best first."""

    counts: Mapping[str, int]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriorAuthorization:
    """A row of the payer's prior-authorization list, with the list's date and its own words."""

    system: CodeSystem
    code: str
    code_end: str | None
    requirement: Literal["required", "not_required", "conditional"]
    condition: str | None
    reviewer: str | None
    line_of_business: str | None
    valid_from: date | None
    valid_to: date | None
    list_date: date
    row: str


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """What the payer lets be said, word for word, where no policy says it."""

    question: str
    text: str
    source: str
    approved_by: str
    line_of_business: str | None
    valid_from: date | None
    valid_to: date | None
    matter: str | None = None


class Catalogue(Protocol):
    """All methods read what is on file now; none of them raises for what is not there."""

    def revision(self) -> int:
        """Grows by each change to what is on file; what was derived from an older one is stale."""

    def titles(self) -> Sequence[Title]:
        """All policies on file that are not retired, by number."""

    def version(self, number: str, as_of: date | None = None) -> Version | None:
        """The current version of the policy with exactly this number, or the one on file at a date."""

    def editions(self, number: str, as_of: date | None = None) -> Sequence[Version]:
        """All versions that hold now, or held on a date: one for each line of business, latest first."""

    def listings(self, system: CodeSystem, code: str) -> Sequence[Listing]:
        """The rows of current versions that hold this code; `code` in upper case with its dot."""

    def search(self, words: str, limit: int = 5) -> Sequence[TextHit]:
        """The current versions whose text holds the words, the best first; see `TextHit`."""

    def holding(self, words: Sequence[str], limit: int = 8) -> Holding:
        """The current versions whose text holds any of the words that fewest texts hold; see `Holding`."""

    def prior_authorizations(
        self, system: CodeSystem, code: str, on: date
    ) -> Sequence[PriorAuthorization]:
        """The rows that hold this code and are valid on that day."""

    def prior_authorization_list(self) -> date | None:
        """The date of the prior-authorization list on file; None where there is none."""

    def approved_answers(self, on: date) -> Sequence[ApprovedAnswer]:
        """The approved answers that are valid on that day."""
