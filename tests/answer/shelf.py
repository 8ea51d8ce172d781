"""A catalogue in memory: what the answer room needs of a store, over versions that a test puts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone

from bot.answer.catalogue import (
    ApprovedAnswer,
    Holding,
    Listing,
    PriorAuthorization,
    TextHit,
    Title,
    Version,
)
from bot.answer.tokens import stem, stems
from bot.policy.codes import contains
from bot.policy.model import CodeSystem, Policy

FILED = datetime(2026, 1, 5, tzinfo=timezone.utc)


def titled(number: str, title: str, *subjects: str) -> Title:
    return Title(number, title, subjects)


@dataclass
class Shelf:
    held: dict[str, Version] = field(default_factory=dict)
    others: list[Version] = field(default_factory=list)
    bare_titles: list[Title] = field(default_factory=list)
    authorizations: list[PriorAuthorization] = field(default_factory=list)
    approved: list[ApprovedAnswer] = field(default_factory=list)
    list_date: date | None = None

    def put(self, policy: Policy, text: str) -> None:
        self.held[policy.number] = Version(f"{policy.number}@1", policy, text, FILED)

    def put_beside(self, policy: Policy, text: str) -> None:
        """Another edition of a policy that is held, for other lines of business."""
        self.others.append(Version(f"{policy.number}@2", policy, text, FILED))

    def revision(self) -> int:
        return len(self.held) + len(self.others)

    def titles(self) -> Sequence[Title]:
        return [
            *self.bare_titles,
            *(
                Title(
                    v.policy.number,
                    v.policy.title,
                    tuple(s.subject for s in v.policy.statements if s.subject),
                )
                for v in self.held.values()
            ),
        ]

    def version(self, number: str, as_of: date | None = None) -> Version | None:
        version = self.held.get(number)
        if version and as_of and as_of < version.on_file_from.date():
            return None
        return version

    def editions(self, number: str, as_of: date | None = None) -> Sequence[Version]:
        first = self.version(number, as_of)
        return [*([first] if first else []), *(v for v in self.others if v.policy.number == number)]

    def listings(self, system: CodeSystem, code: str) -> Sequence[Listing]:
        return [
            Listing(v.policy.number, v.policy.title, row)
            for v in self.held.values()
            for row in v.policy.codes
            if row.system == system and row.code and contains(row.code, row.code_end, code)
        ]

    def search(self, words: str, limit: int = 5) -> Sequence[TextHit]:
        wanted = set(stems(words))
        found = [v.policy for v in self.held.values() if wanted <= set(stems(v.text))]
        return [TextHit(p.number, p.title, 1.0, tuple(wanted)) for p in found[:limit]]

    def holding(self, words: Sequence[str], limit: int = 8) -> Holding:
        texts = {number: set(stems(v.text)) for number, v in self.held.items()}
        counts = {w: sum(stem(w) in text for text in texts.values()) for w in words}
        rare = [stem(w) for w in words if counts[w]]
        shared = {number: sum(w in text for w in rare) for number, text in texts.items()}
        best = sorted((n for n in shared if shared[n]), key=lambda n: -shared[n])
        return Holding(counts, tuple(best[:limit]))

    def prior_authorizations(
        self, system: CodeSystem, code: str, on: date
    ) -> Sequence[PriorAuthorization]:
        return [
            row
            for row in self.authorizations
            if row.system == system
            and contains(row.code, row.code_end, code)
            and _valid(row.valid_from, row.valid_to, on)
        ]

    def prior_authorization_list(self) -> date | None:
        return self.list_date

    def approved_answers(self, on: date) -> Sequence[ApprovedAnswer]:
        return [a for a in self.approved if _valid(a.valid_from, a.valid_to, on)]


def _valid(first: date | None, last: date | None, on: date) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)
