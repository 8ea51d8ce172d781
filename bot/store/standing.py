"""How a conversation stands: with the bot, waiting in the queue, with a person, or closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection

from bot.store.events import newest
from bot.store.tables import conversations, feedback
from bot.store.transcript import none_such

State = Literal["bot", "waiting", "with_person", "closed"]
Reason = Literal["asked", "complaint", "not_understood", "feedback", "call_back"]
Outcome = Literal["answered", "call_back", "referred", "provider_left", "other"]
MemberKind = Literal["ours", "other_blue_plan", "federal_program", "medicare_advantage", "not_sure"]


# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_CONVERSATION: Final = select(conversations).where(conversations.c.id == bindparam("conversation"))
_FEEDBACK: Final = select(feedback.c.message, feedback.c.helpful).where(
    feedback.c.conversation == bindparam("conversation")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`place` is that in the queue, 1 for the next; `person` is what the person who has it is called.

    `reason` and `call_back` are told while it waits. `feedback` says by a message's id whether it helped.
    `last_event` is the id of its newest event, 0 where there is none.
    """

    state: State
    reason: Reason | None
    place: int | None
    call_back: bool
    person: str | None
    outcome: Outcome | None
    member_kind: MemberKind | None
    date_of_service: date | None
    feedback: Mapping[str, bool]
    last_event: int


def standing(connection: Connection, conversation: str) -> Standing:
    """Raises `NotOnFile` where there is no such conversation."""
    row = connection.execute(_CONVERSATION, {"conversation": conversation}).first()
    if row is None:
        raise none_such(conversation)
    waiting = row.state == "waiting"
    said = connection.execute(_FEEDBACK, {"conversation": conversation})
    return Standing(
        state=row.state,
        reason=row.waiting_reason if waiting else None,
        place=_place(connection, row) if waiting else None,
        call_back=waiting and row.call_back is not None,
        person=row.agent_name if row.state == "with_person" else None,
        outcome=row.outcome if row.state == "closed" else None,
        member_kind=row.member_kind,
        date_of_service=row.date_of_service,
        feedback={each.message: each.helpful for each in said},
        last_event=newest(connection, conversation),
    )


def _place(connection: Connection, row: Any) -> int:
    c = conversations.c
    earlier = (c.waiting_since < row.waiting_since) | (
        (c.waiting_since == row.waiting_since) & (c.id <= row.id)
    )
    before = select(func.count()).where(c.state == "waiting", earlier)
    return int(connection.execute(before).scalar() or 0)
