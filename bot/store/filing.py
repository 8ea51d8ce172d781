"""Putting policies on file: staged one by one, published together.

Each document is staged in a transaction of its own, where nobody sees it; the whole import is published
in one short transaction at its end. So an import that is killed leaves the store as it was, and a long
one keeps no one else from writing. Two imports at once publish one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import uuid4

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.policy.model import Policy
from bot.store.clock import Clock
from bot.store.database import Database, grow
from bot.store.rows import KEPT_COLUMNS, code_rows, document_row, free_name, to_kept, version_row
from bot.store.search import TextIndex
from bot.store.succession import Kept, placed, succeeded
from bot.store.tables import codes, documents, versions

Outcome = Literal["new", "changed", "unchanged", "retired"]

# What a killed import left staged is swept away after a time that no living import takes.
_ABANDONED: Final = timedelta(days=1)

_STAGED: Final = versions.c.on_file_from.is_(None)


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a document: `version` names it, `replaced` those that it took over from.

    `retired` means that the document is that of a retired policy, and changed nothing.
    """

    number: str
    title: str
    outcome: Outcome
    version: str
    replaced: tuple[str, ...] = ()


class Filing:
    """One import. Either `publish` or `discard` ends it."""

    def __init__(self, database: Database, index: TextIndex, clock: Clock) -> None:
        self._database = database
        self._index = index
        self._clock = clock
        self._id = uuid4().hex
        self._sweep()

    def stage(
        self, policy: Policy, text: str, source: str, restoring: bool = False
    ) -> Filed | None:
        """None when staged; else that the document is on file unchanged, or is a retired policy's.

        `restoring` takes a retired policy's document as well.
        """
        row = version_row(policy, text)
        with self._database.writing() as connection:
            known = _known(connection, row, self._clock())
            if known is not None and not (restoring and known.outcome == "retired"):
                return known
            row |= {"source": source, "staged_by": self._id, "filed_at": self._clock()}
            pk = connection.execute(insert(versions).values(**row)).inserted_primary_key[0]
            connection.execute(insert(documents).values(**document_row(pk, policy, text)))
            if rows := code_rows(pk, policy):
                connection.execute(insert(codes), rows)
            self._index.add(connection, pk)
        return None

    def publish(self) -> list[Filed]:
        """Puts all that was staged on file; what became of each, in the order of staging."""
        with self._database.filing() as connection:
            return self._publish(connection)

    def discard(self) -> None:
        with self._database.writing() as connection:
            self._drop(connection, versions.c.staged_by == self._id)

    def _publish(self, connection: Connection) -> list[Filed]:
        now = self._clock()
        timelines = _timelines(connection, self._id)
        filed: list[Filed] = []
        written: dict[int, Kept] = {}
        for row in connection.execute(
            select(*KEPT_COLUMNS, versions.c.key, versions.c.number, versions.c.title)
            .where(versions.c.staged_by == self._id, _STAGED)
            .order_by(versions.c.pk)
        ).all():
            timeline = timelines[row.key]
            new, ended = placed(_staged(row, now), list(timeline.values()), now)
            same = next((kept for kept in ended if kept.digest == new.digest), None)
            if same is not None:
                # Another import, or an earlier file of this one, has brought the same.
                filed.append(Filed(row.number, row.title, "unchanged", same.id))
                continue
            new = replace(
                new, id=free_name(row.number, row.digest, [kept.id for kept in timeline.values()])
            )
            outcome: Outcome = "changed" if _continues(new, timeline.values(), ended) else "new"
            replaced = tuple(kept.id for kept in ended)
            filed.append(Filed(row.number, row.title, outcome, new.id, replaced))
            for kept in (*ended, new):
                timeline[kept.pk] = written[kept.pk] = kept
        connection.execute(
            update(versions).where(versions.c.staged_by == self._id, _STAGED).values(filed_at=now)
        )
        if written:
            write_times(connection, written.values())
            grow(connection)
        self._drop(connection, versions.c.staged_by == self._id)
        unindex(connection, self._index, written.values(), now)
        return filed

    def _sweep(self) -> None:
        abandoned = versions.c.filed_at < self._clock() - _ABANDONED
        with self._database.reading() as connection:
            found = connection.execute(select(versions.c.pk).where(_STAGED, abandoned)).first()
        if found is not None:
            with self._database.writing() as connection:
                self._drop(connection, abandoned)

    def _drop(self, connection: Connection, which: Any) -> None:
        staged = select(versions.c.pk).where(_STAGED, which)
        for pk in connection.execute(staged).scalars().all():
            # The index first: it reads the document that goes with the version.
            self._index.remove(connection, pk)
            connection.execute(delete(versions).where(versions.c.pk == pk))


def unindex(connection: Connection, index: TextIndex, kept: Iterable[Kept], now: datetime) -> None:
    """Takes those that hold no longer out of the indexes; the versions themselves stay."""
    for version in kept:
        if version.on_file_to is not None and version.on_file_to <= now:
            index.remove(connection, version.pk)
            connection.execute(delete(codes).where(codes.c.version == version.pk))


def _known(connection: Connection, row: dict[str, Any], now: datetime) -> Filed | None:
    kept = [
        to_kept(found)
        for found in connection.execute(
            select(*KEPT_COLUMNS)
            .where(
                versions.c.key == row["key"],
                versions.c.on_file_from.is_not(None),
                or_(
                    versions.c.on_file_to.is_(None),
                    versions.c.on_file_to > now,
                    versions.c.retired,
                ),
            )
            .order_by(versions.c.on_file_from.desc())
        )
    ]
    open_ones = [version for version in kept if version.on_file_to is None]
    same = [version for version in kept if version.digest == row["digest"]]
    if on_file := next((version for version in same if version in open_ones), None):
        return Filed(row["number"], row["title"], "unchanged", on_file.id)
    if same and same[0].retired and not succeeded(same[0].lines, open_ones):
        return Filed(row["number"], row["title"], "retired", same[0].id)
    return None


def _timelines(connection: Connection, import_id: str) -> dict[str, dict[int, Kept]]:
    """The versions on file, by primary key, of each policy that an import brings, by its key."""
    mine = select(versions.c.key).where(versions.c.staged_by == import_id, _STAGED)
    found = connection.execute(
        select(*KEPT_COLUMNS, versions.c.key).where(
            versions.c.key.in_(mine), versions.c.on_file_from.is_not(None)
        )
    )
    timelines: dict[str, dict[int, Kept]] = defaultdict(dict)
    for row in found:
        timelines[row.key][row.pk] = to_kept(row)
    return timelines


def _continues(new: Kept, timeline: Iterable[Kept], ended: Collection[Kept]) -> bool:
    """Whether there was such a policy before; an edition for another line of business is a new one."""
    return bool(ended) or any(kept.lines == new.lines for kept in timeline)


def _staged(row: Any, now: datetime) -> Kept:
    return replace(to_kept(row), on_file_from=now)


def write_times(connection: Connection, kept: Collection[Kept]) -> None:
    """Writes when versions are on file, and under what name."""
    # The ended ones first: at no moment may two versions be open.
    for ended in (True, False):
        rows = [
            {"_pk": v.pk, "id": v.id, "on_file_from": v.on_file_from, "on_file_to": v.on_file_to}
            | {"retired": v.retired}
            for v in kept
            if (v.on_file_to is not None) is ended
        ]
        if rows:
            connection.execute(update(versions).where(versions.c.pk == bindparam("_pk")), rows)
