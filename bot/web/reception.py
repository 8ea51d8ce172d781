"""Whether people are there, and how a conversation stands, as the interface tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.answer.hours import Hours, read
from bot.answer.payer import Contact
from bot.store.clock import utc_now
from bot.store.standing import Standing


@dataclass(frozen=True, slots=True)
class Reception:
    """Who is reached when a person is asked for; `hours` is None where the directory states none."""

    contact: Contact
    hours: Hours | None = None
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def of(cls, contact: Contact, clock: Callable[[], datetime] = utc_now) -> Reception:
        return cls(contact, read(contact.hours) if contact.hours else None, clock)

    def is_open(self) -> bool | None:
        return None if self.hours is None else self.hours.open_at(self.clock())

    def status(self, standing: Standing) -> dict[str, Any]:
        """The STATUS of docs/http.md."""
        day = standing.date_of_service
        return {
            "state": standing.state,
            "reason": standing.reason,
            "place": standing.place,
            "call_back": standing.call_back,
            "person": standing.person,
            "outcome": standing.outcome,
            "open": self.is_open(),
            "hours": self.contact.hours,
            "phone": self.contact.phone,
            "circumstances": {
                "member_kind": standing.member_kind,
                "date_of_service": day and day.isoformat(),
            },
            "feedback": dict(standing.feedback),
        }

    def told(self, standing: Standing) -> dict[str, Any]:
        """The part of a reply that says how things stand."""
        return {"status": self.status(standing), "last_event": standing.last_event}
