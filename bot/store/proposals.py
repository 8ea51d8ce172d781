"""Documents that wait to be put on file: uploaded by one, approved or refused by one who may."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update

from bot.errors import NotOnFile, OwnProposal
from bot.policy import wire
from bot.policy.model import Policy
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.filing import Filing
from bot.store.handover import Person
from bot.store.panel_tables import proposals
from bot.store.policies import Policies
from bot.store.rows import to_policy


@dataclass(frozen=True, slots=True)
class Proposal:
    """`state` is `open`, `approved` or `refused`; `version` names what it became."""

    id: str
    source: str
    number: str
    title: str
    by: Person
    at: datetime
    state: str
    decided_by: str | None
    why: str | None
    version: str | None


class Proposals:
    def __init__(self, database: Database, policies: Policies, clock: Clock) -> None:
        self._database = database
        self._policies = policies
        self._clock = clock

    def propose(self, policy: Policy, text: str, source: str, by: Person) -> str:
        """Keeps a document that was read, and gives the proposal's id."""
        made = uuid4().hex
        with self._database.writing() as connection:
            connection.execute(
                insert(proposals).values(
                    id=made,
                    source=source,
                    number=policy.number,
                    title=policy.title,
                    text=text,
                    policy=json.dumps(wire.to_json(policy), ensure_ascii=False),
                    by=by.id,
                    name=by.name,
                    at=self._clock(),
                )
            )
        return made

    def listed(self, most: int = 50) -> Sequence[Proposal]:
        """Those that are open first, then the latest."""
        wanted = (
            select(proposals)
            .order_by((proposals.c.state != "open"), proposals.c.at.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            return [_proposal(row) for row in connection.execute(wanted)]

    def get(self, proposal: str) -> tuple[Proposal, Policy, str]:
        """With what was read, and the text. Raises `NotOnFile`."""
        with self._database.reading() as connection:
            row = connection.execute(select(proposals).where(proposals.c.id == proposal)).first()
        if row is None:
            raise NotOnFile("There is no such document.")
        return _proposal(row), to_policy(row.policy), row.text

    def approve(self, proposal: str, by: Person, by_another: bool = False) -> str:
        """Puts it on file, once; gives the version. Raises `NotOnFile` where it is not open any more.

        With `by_another`, raises `OwnProposal` for whoever brought it.
        """
        found, policy, text = self.get(proposal)
        if by_another and found.by.id == by.id:
            raise OwnProposal("You brought this document: somebody else has to approve it.")
        self._decide(proposal, "approved", by)
        try:
            version = self._filed(policy, text, found.source)
        except BaseException:
            # Nothing came on file: it waits for a decision as before.
            self._set(proposal, state="open", decided_by=None, decided=None)
            raise
        self._set(proposal, version=version)
        return version

    def refuse(self, proposal: str, by: Person, why: str) -> None:
        """Raises `NotOnFile` where it is not open any more."""
        self._decide(proposal, "refused", by)
        self._set(proposal, why=why)

    def _filed(self, policy: Policy, text: str, source: str) -> str:
        filing: Filing = self._policies.filing()
        try:
            known = filing.stage(policy, text, source)
            (filed,) = [known] if known else filing.publish()
        except BaseException:
            filing.discard()
            raise
        return filed.version

    def _decide(self, proposal: str, state: str, by: Person) -> None:
        with self._database.writing() as connection:
            changed = connection.execute(
                update(proposals)
                .where(proposals.c.id == proposal, proposals.c.state == "open")
                .values(state=state, decided_by=by.name, decided=self._clock())
            )
            if not changed.rowcount:
                raise NotOnFile("This document was decided on already.")

    def _set(self, proposal: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(proposals).where(proposals.c.id == proposal).values(**values))


def _proposal(row: Any) -> Proposal:
    return Proposal(
        row.id,
        row.source,
        row.number,
        row.title,
        Person(row.by, row.name),
        row.at,
        row.state,
        row.decided_by,
        row.why,
        row.version,
    )
