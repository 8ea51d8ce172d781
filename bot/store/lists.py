"""The payer's lists at rest: prior authorization and approved answers, each replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import Table, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.answer.catalogue import ApprovedAnswer, PriorAuthorization
from bot.policy.codes import contains
from bot.policy.model import CodeSystem
from bot.store.clock import Clock
from bot.store.codekeys import keys, may_hold
from bot.store.csvlists import AnswerRow, PriorAuthRow
from bot.store.database import Database, grow
from bot.store.tables import approved_answers, lists, prior_auth_rows

Kind = Literal["prior_auth", "answers"]


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a list: `rows` on file now, dated `dated`; not `changed` where it was on file."""

    changed: bool
    rows: int
    dated: date

    def sentence(self, what: str) -> str:
        rows = f"{self.rows} row{'' if self.rows == 1 else 's'}"
        if not self.changed:
            return f"The {what} of {self.dated} is on file already: {rows}, nothing changed."
        return f"The {what} of {self.dated} is on file: {rows}."


class Lists:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def file_prior_auth(
        self, rows: Sequence[PriorAuthRow], digest: str, source: str, dated: date
    ) -> Listed:
        values = [{**asdict(row), **keys(row.code, row.code_end)._asdict()} for row in rows]
        return self._file("prior_auth", prior_auth_rows, values, digest, source, dated)

    def file_answers(
        self, rows: Sequence[AnswerRow], digest: str, source: str, dated: date
    ) -> Listed:
        values = [asdict(row) for row in rows]
        return self._file("answers", approved_answers, values, digest, source, dated)

    def prior_authorizations(
        self, system: CodeSystem, code: str, on: date
    ) -> list[PriorAuthorization]:
        table = prior_auth_rows.c
        with self._database.reading() as connection:
            found = connection.execute(
                select(prior_auth_rows, lists.c.dated)
                .join(lists)
                .where(
                    _on_file("prior_auth"),
                    table.system == system,
                    may_hold(table, code),
                    _valid(table, on),
                )
                .order_by(table.line)
            )
            return [
                PriorAuthorization(
                    system=row.system,
                    code=row.code,
                    code_end=row.code_end,
                    requirement=row.requirement,
                    condition=row.condition,
                    reviewer=row.reviewer,
                    line_of_business=row.line_of_business,
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                    list_date=row.dated,
                    row=row.row,
                )
                for row in found
                if contains(row.code, row.code_end, code)
            ]

    def prior_authorization_list(self) -> date | None:
        with self._database.reading() as connection:
            dated: date | None = connection.execute(_DATED).scalar()
            return dated

    def approved_answers(self, on: date) -> list[ApprovedAnswer]:
        table = approved_answers.c
        with self._database.reading() as connection:
            found = connection.execute(
                select(approved_answers)
                .join(lists)
                .where(_on_file("answers"), _valid(table, on))
                .order_by(table.line)
            )
            return [
                ApprovedAnswer(
                    question=row.question,
                    text=row.text,
                    source=row.source,
                    approved_by=row.approved_by,
                    line_of_business=row.line_of_business,
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                    matter=row.matter,
                )
                for row in found
            ]

    def _file(
        self,
        kind: Kind,
        table: Table,
        rows: Sequence[dict[str, Any]],
        digest: str,
        source: str,
        dated: date,
    ) -> Listed:
        with self._database.filing() as connection:
            if self._is_on_file(connection, kind, digest, dated):
                return Listed(False, len(rows), dated)
            now = self._clock()
            connection.execute(update(lists).where(_on_file(kind)).values(on_file_to=now))
            pk = connection.execute(
                insert(lists).values(
                    kind=kind, dated=dated, source=source, digest=digest, on_file_from=now
                )
            ).inserted_primary_key[0]
            grow(connection)
            connection.execute(insert(table), [{**row, "list": pk} for row in rows])
        return Listed(True, len(rows), dated)

    def _is_on_file(self, connection: Connection, kind: Kind, digest: str, dated: date) -> bool:
        same = select(lists.c.pk).where(
            _on_file(kind), lists.c.digest == digest, lists.c.dated == dated
        )
        return connection.execute(same).first() is not None


def _on_file(kind: Kind) -> Any:
    return (lists.c.kind == kind) & lists.c.on_file_to.is_(None)


# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_DATED: Final = select(lists.c.dated).where(_on_file("prior_auth"))


def _valid(columns: Any, on: date) -> Any:
    return or_(columns.valid_from.is_(None), columns.valid_from <= on) & or_(
        columns.valid_to.is_(None), columns.valid_to >= on
    )
