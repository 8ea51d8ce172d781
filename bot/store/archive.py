"""Conversations looked up afterwards: by words, policy, kind, person, day or reference number."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Final

from sqlalchemy import exists, func, or_, select
from sqlalchemy.engine import Connection

from bot.policy.number import key
from bot.store.calls import as_reference
from bot.store.database import Database
from bot.store.panel_tables import calls
from bot.store.standing import standing
from bot.store.tables import conversations, decisions, messages
from bot.store.transcript import none_such

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is empty does not matter; all that is not must hold. `until` is the last day that counts."""

    words: str = ""
    policy: str = ""
    kind: str = ""
    person: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`reference` and `caller_of` are those of a call; `asked` is what was said first."""

    conversation: str
    began: datetime
    state: str
    outcome: str | None
    reference: str | None
    caller_of: str | None
    asked: str
    said: int


class Archive:
    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, wanted: Wanted) -> Sequence[Found]:
        """The latest first, at most a hundred; conversations in which nothing was said are left out."""
        c = conversations.c
        first = (
            select(messages.c.text)
            .where(messages.c.conversation == c.id, messages.c.sender == "provider")
            .order_by(messages.c.seq)
            .limit(1)
            .scalar_subquery()
        )
        said = (
            select(func.count())
            .select_from(messages)
            .where(messages.c.conversation == c.id)
            .scalar_subquery()
        )
        chosen = (
            select(
                c.id, c.created, c.state, c.outcome, calls.c.reference, calls.c.name, first, said
            )
            .select_from(conversations.outerjoin(calls))
            .where(first.is_not(None), *_conditions(wanted))
            .order_by(c.created.desc())
            .limit(_MOST)
        )
        with self._database.reading() as connection:
            return [Found(*row) for row in connection.execute(chosen)]

    def asked(self, most: int) -> Sequence[str]:
        """What was asked last, each text once."""
        latest = func.max(messages.c.at)
        chosen = (
            select(messages.c.text)
            .where(messages.c.sender == "provider", messages.c.text != "")
            .group_by(messages.c.text)
            .order_by(latest.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            return list(connection.execute(chosen).scalars())

    def turns(self, conversation: str) -> Mapping[str, Any]:
        """A conversation as one row of an export; raises `NotOnFile` where there is none.

        `messages` hold, beside what was said, what the assistant understood.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                select(conversations, calls.c.reference, calls.c.name.label("caller_of"))
                .select_from(conversations.outerjoin(calls))
                .where(conversations.c.id == conversation)
            ).first()
            if row is None:
                raise none_such(conversation)
            told = [_told(each) for each in _messages(connection, conversation)]
            thought = standing(connection, conversation).feedback
        answers = [m["answer"] for m in told if m["answer"]]
        policies = [a["policy"]["number"] for a in answers if a.get("policy")]
        return {
            "conversation": row.id,
            "began": row.created.isoformat(),
            "channel": "call" if row.reference else "chat",
            "reference": row.reference,
            "state": row.state,
            "outcome": row.outcome,
            "person": row.caller_of or row.agent_name,
            "member_kind": row.member_kind,
            "kinds": list(dict.fromkeys(a["kind"] for a in answers)),
            "policies": list(dict.fromkeys(policies)),
            "decisions": [a["decision_id"] for a in answers if a.get("decision_id")],
            "helpful": sum(thought.values()),
            "not_helpful": sum(not helped for helped in thought.values()),
            "messages": told,
        }


def _conditions(wanted: Wanted) -> list[Any]:
    c, mine = conversations.c, messages.c.conversation == conversations.c.id
    found: list[Any] = []
    for word in wanted.words.split():
        held = func.lower(messages.c.text).contains(word.lower(), autoescape=True)
        found.append(exists().where(mine, held))
    if wanted.kind:
        held = messages.c.answer.contains(f'"kind":"{wanted.kind}"', autoescape=True)
        found.append(exists().where(mine, held))
    if wanted.policy:
        of = decisions.c.conversation == c.id
        found.append(exists().where(of, decisions.c.number_key == key(wanted.policy)))
    if wanted.person:
        named = func.lower(messages.c.agent_name).contains(wanted.person.lower(), autoescape=True)
        called = func.lower(calls.c.name).contains(wanted.person.lower(), autoescape=True)
        found.append(or_(called, exists().where(mine, named)))
    if wanted.reference:
        written = wanted.reference.strip()
        of = (decisions.c.conversation == c.id) & (decisions.c.id == written.upper())
        reference = calls.c.reference == as_reference(written)
        found.append(or_(c.id == written, reference, exists().where(of)))
    if wanted.since:
        found.append(c.created >= _midnight(wanted.since))
    if wanted.until:
        found.append(c.created < _midnight(wanted.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.utc)


def _messages(connection: Connection, conversation: str) -> Sequence[Any]:
    chosen = select(messages).where(messages.c.conversation == conversation, messages.c.text != "")
    return list(connection.execute(chosen.order_by(messages.c.seq)))


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "seq": row.seq,
        "turn": row.turn,
        "sender": row.sender,
        "name": row.agent_name,
        "text": row.text,
        "buttons": json.loads(row.buttons) if row.buttons else [],
        "answer": row.answer and json.loads(row.answer),
        "understood": row.understood and json.loads(row.understood),
        "at": row.at.isoformat(),
    }
