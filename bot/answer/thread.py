"""What is carried from one turn to the next: all that the dialog remembers of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.answer.periods import Period, bounds
from bot.policy.model import CodeSystem


@dataclass(frozen=True, slots=True)
class Pending:
    """A question of ours that waits for its answer.

    `asks` says for what: which policy is meant, or whether a person should take over. `numbers` are the
    policies offered, in the order in which they stood.
    """

    asks: Literal["policy", "person"]
    topics: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """`policy` is the number of the policy being talked about and `earlier` those before it, newest first.

    `topics` were asked last; `indications` are what the service is for, `codes` those by which it was asked about, and
    `case` is what was told of it, all as said about that policy. `program` is whose member it is, and `date_of_service`
    (ISO) the day of a service, where the provider gave them for the conversation; `unknown` is a service asked about
    last for which no policy is on file; `misses` counts the messages not understood in a row.
    """

    policy: str | None = None
    earlier: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    indications: tuple[tuple[str, ...], ...] = ()
    codes: tuple[tuple[CodeSystem, str], ...] = ()
    case: str = ""
    program: str | None = None
    date_of_service: str | None = None
    unknown: str | None = None
    pending: Pending | None = None
    misses: int = 0

    def serviced(self) -> Period | None:
        """The day of the service; None where none was given."""
        if self.date_of_service is None:
            return None
        return Period(*bounds(self.date_of_service), self.date_of_service, 0, 0)

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {
            name: value
            for name in self.__slots__
            if name != "pending" and (value := getattr(self, name))
        }
        if self.pending:
            plain["pending"] = {
                "asks": self.pending.asks,
                "topics": list(self.pending.topics),
                "numbers": list(self.pending.numbers),
            }
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Thread:
        if not data:
            return cls()
        pending = data.get("pending")
        return cls(
            policy=data.get("policy"),
            earlier=tuple(data.get("earlier", ())),
            topics=tuple(data.get("topics", ())),
            indications=tuple(tuple(words) for words in data.get("indications", ())),
            codes=tuple((system, code) for system, code in data.get("codes", ())),
            case=data.get("case", ""),
            program=data.get("program"),
            date_of_service=data.get("date_of_service"),
            unknown=data.get("unknown"),
            pending=pending
            and Pending(pending["asks"], tuple(pending["topics"]), tuple(pending["numbers"])),
            misses=data.get("misses", 0),
        )
