"""What is on file: the catalogue that answers are made from, and what the staff look up in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.engine import Connection

from bot.answer.catalogue import (
    ApprovedAnswer,
    Holding,
    Listing,
    PriorAuthorization,
    TextHit,
    Title,
    Version,
)
from bot.errors import NotOnFile
from bot.policy.codes import contains
from bot.policy.model import CodeSystem, Policy
from bot.policy.number import key, matching
from bot.store.clock import Clock
from bot.store.codekeys import may_hold
from bot.store.database import Database, grow
from bot.store.filing import Filing, unindex, write_times
from bot.store.lists import Lists
from bot.store.rows import KEPT_COLUMNS, to_code, to_kept, to_policy
from bot.store.search import TextIndex
from bot.store.succession import Kept, in_force
from bot.store.tables import codes, documents, revision, versions
from bot.store.titles import Titles

# Written once: to put a statement together takes SQLAlchemy several times as long as to run it.
_ARRIVED: Final = select(func.count()).where(
    versions.c.on_file_from > versions.c.filed_at, versions.c.on_file_from <= bindparam("now")
)
_REVISION: Final = select(revision.c.value + _ARRIVED.scalar_subquery())
# The versions of a policy, the latest first.
_OF: Final = (
    select(*KEPT_COLUMNS)
    .where(versions.c.key == bindparam("key"), versions.c.on_file_from.is_not(None))
    .order_by(versions.c.on_file_from.desc(), versions.c.pk.desc())
)

# Parsed versions that are held in memory; a long policy takes about a megabyte.
_HELD: Final = 64


@dataclass(frozen=True, slots=True)
class Summary:
    """A version that is current, or was the last one of a policy that is retired."""

    number: str
    title: str
    version: str
    lines_of_business: tuple[str, ...]
    on_file_from: datetime
    retired: bool


class Policies:
    """Implements `bot.answer.catalogue.Catalogue`; safe to use from several threads."""

    def __init__(self, database: Database, index: TextIndex, lists: Lists, clock: Clock) -> None:
        self._database = database
        self._index = index
        self._lists = lists
        self._clock = clock
        self._titles = Titles()
        self._content = lru_cache(maxsize=_HELD)(self._read_content)

    # The catalogue

    def revision(self) -> int:
        """Grows by each change; a version whose day comes is a change too."""
        with self._database.reading() as connection:
            return int(connection.execute(_REVISION, {"now": self._clock()}).scalar_one())

    def titles(self) -> Sequence[Title]:
        with self._database.reading() as connection:
            return self._titles(connection, _current(self._clock()))

    def current(self) -> dict[str, str]:
        """The ids of the versions on file, each with the number of its policy."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(versions.c.id, versions.c.number)
                .where(_current(self._clock()))
                .order_by(versions.c.key, versions.c.pk)
            ).all()
        return dict(map(tuple, found))

    def version(self, number: str, as_of: date | None = None) -> Version | None:
        """The current version, else the last one of a retired policy; with `as_of`, that day's.

        Where versions for several lines of business hold, the one that came last; `editions` gives all.
        """
        if as_of is None:
            return next(iter(self.versions(number)), None)
        return next(iter(self.editions(number, as_of)), None)

    def editions(self, number: str, as_of: date | None = None) -> Sequence[Version]:
        """The versions that hold now, or held on a day: one for each line of business, latest first."""
        now = self._clock()
        with self._database.reading() as connection:
            kept = _kept(connection, number)
            if as_of is None:
                holding = [version for version in kept if version.holds_at(now)]
            else:
                holding = list(in_force(kept, as_of))
            return [self._version(version) for version in holding]

    def versions(self, number: str) -> Sequence[Version]:
        """All versions, those that hold now first, then from the latest to the oldest."""
        now = self._clock()
        with self._database.reading() as connection:
            kept = _kept(connection, number)
            kept.sort(key=lambda v: (v.holds_at(now), *v.rank()), reverse=True)
            return [self._version(version) for version in kept]

    def by_id(self, version: str) -> Version:
        """The version with exactly this id. Raises `NotOnFile`."""
        with self._database.reading() as connection:
            found = connection.execute(select(*KEPT_COLUMNS).where(versions.c.id == version))
            row = found.first()
            if row is None:
                raise NotOnFile(f"No version {version} is on file.")
            return self._version(to_kept(row))

    def listings(self, system: CodeSystem, code: str) -> Sequence[Listing]:
        with self._database.reading() as connection:
            found = connection.execute(
                select(versions.c.number, versions.c.title, codes.c.row)
                .join(versions, versions.c.pk == codes.c.version)
                .where(codes.c.system == system, may_hold(codes.c, code), _current(self._clock()))
                .order_by(versions.c.key, codes.c.version, codes.c.seq)
            ).all()
        rows = (Listing(number, title, to_code(row)) for number, title, row in found)
        return [row for row in rows if contains(row.code.code or "", row.code.code_end, code)]

    def search(self, words: str, limit: int = 5) -> Sequence[TextHit]:
        with self._database.reading() as connection:
            return self._index.search(connection, words, self._clock(), limit)

    def holding(self, words: Sequence[str], limit: int = 8) -> Holding:
        with self._database.reading() as connection:
            return self._index.holding(connection, words, self._clock(), limit)

    def prior_authorizations(
        self, system: CodeSystem, code: str, on: date
    ) -> Sequence[PriorAuthorization]:
        return self._lists.prior_authorizations(system, code, on)

    def prior_authorization_list(self) -> date | None:
        return self._lists.prior_authorization_list()

    def approved_answers(self, on: date) -> Sequence[ApprovedAnswer]:
        return self._lists.approved_answers(on)

    # What the staff do

    def number(self, written: str) -> str:
        """The number on file that is meant by one in any shape. Raises `NotOnFile`."""
        with self._database.reading() as connection:
            on_file = connection.execute(
                select(versions.c.number)
                .where(versions.c.on_file_from.is_not(None))
                .distinct()
                .order_by(versions.c.number)
            ).scalars()
            found = {key(number): number for number in matching(written, on_file)}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            raise NotOnFile(f"{written} may be {' or '.join(found.values())}: name one of them.")
        raise NotOnFile(f"No policy {written} is on file: see bot policies list.")

    def listed(self) -> Sequence[Summary]:
        """All policies by number; of those that are retired, the last version."""
        later = versions.alias()
        retired = versions.c.retired & ~exists().where(
            later.c.key == versions.c.key,
            later.c.lines == versions.c.lines,
            later.c.on_file_from > versions.c.on_file_from,
        )
        with self._database.reading() as connection:
            found = connection.execute(
                select(
                    versions.c.number,
                    versions.c.title,
                    versions.c.id,
                    versions.c.lines,
                    versions.c.on_file_from,
                    versions.c.retired,
                )
                .where(or_(_current(self._clock()), retired))
                .order_by(versions.c.key, versions.c.on_file_from.desc())
            ).all()
        return [
            Summary(
                row.number,
                row.title,
                row.id,
                tuple(filter(None, row.lines.split("|"))),
                row.on_file_from,
                row.retired,
            )
            for row in found
        ]

    def two_versions(
        self, number: str, before: str | None = None, after: str | None = None
    ) -> tuple[Version, Version]:
        """The versions with these ids; by default the first of `versions` and the next older one, of
        those for the same lines of business if there is one.

        Raises `NotOnFile` where there are no two, or one of them is another policy's.
        """
        on_file = self.versions(number)
        named = {version.id: version for version in on_file}
        for wanted in (before, after):
            if wanted is not None and wanted not in named:
                raise NotOnFile(f"{number} has no version {wanted}: it has {', '.join(named)}.")
        new = named[after] if after else on_file[0]
        older = on_file[on_file.index(new) + 1 :]
        if before is None and not older:
            raise NotOnFile(f"Only one version of {number} is on file, {new.id}.")
        same = [version for version in older if _lines(version) == _lines(new)]
        return (named[before] if before else (same or older)[0]), new

    def filing(self) -> Filing:
        """Begins an import."""
        return Filing(self._database, self._index, self._clock)

    def retire(self, number: str) -> str:
        """Takes a policy, in all its editions, off file; its versions stay. Raises `NotOnFile`."""
        number = self.number(number)
        now = self._clock()
        with self._database.filing() as connection:
            kept = _kept(connection, number)
            ending = [v for v in kept if v.on_file_to is None or v.on_file_to > now]
            if not ending:
                raise NotOnFile(f"{number} is retired already.")
            ended = [
                replace(v, on_file_from=min(v.on_file_from, now), on_file_to=now, retired=True)
                for v in ending
            ]
            write_times(connection, ended)
            grow(connection)
            unindex(connection, self._index, ended, now)
        return number

    def restore(self, number: str) -> str:
        """Puts what was retired last of a policy, in all its editions, on file again. Raises `NotOnFile`."""
        number = self.number(number)
        kept = self.versions(number)
        if not kept[0].retired:
            raise NotOnFile(f"{number} is not retired.")
        filing = self.filing()
        for last in reversed(kept):
            if last.retired and last.on_file_to == kept[0].on_file_to:
                filing.stage(last.policy, last.text, f"restored from {last.id}", restoring=True)
        filing.publish()
        return number

    def _version(self, kept: Kept) -> Version:
        policy, text = self._content(kept.pk)
        return Version(kept.id, policy, text, kept.on_file_from, kept.on_file_to, kept.retired)

    def _read_content(self, pk: int) -> tuple[Policy, str]:
        # What a version says never changes, unlike the time in which it holds.
        with self._database.reading() as connection:
            row = connection.execute(
                select(documents.c.policy, documents.c.text).where(documents.c.version == pk)
            ).one()
        return to_policy(row.policy), row.text


def _current(now: datetime) -> Any:
    return (versions.c.on_file_from <= now) & or_(
        versions.c.on_file_to.is_(None), versions.c.on_file_to > now
    )


def _lines(version: Version) -> frozenset[str]:
    return frozenset(" ".join(line.lower().split()) for line in version.policy.lines_of_business)


def _kept(connection: Connection, number: str) -> list[Kept]:
    """The versions of a policy, the latest first."""
    return [to_kept(row) for row in connection.execute(_OF, {"key": key(number)})]
