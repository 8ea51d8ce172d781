"""The titles of the policies on file, read once: after a change, only those that the change brought."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.answer.catalogue import Title
from bot.store.tables import versions

# A database allows a few thousand values in a query at the least.
_AT_ONCE: Final = 500


class _Held(NamedTuple):
    """What a version says; it never changes, unlike the time in which it holds."""

    key: str
    number: str
    title: str
    subjects: tuple[str, ...]


class Titles:
    """Safe to use from several threads: what is held is replaced, and never changed."""

    def __init__(self) -> None:
        self._held: dict[int, _Held] = {}
        self._made: dict[tuple[int, ...], Title] = {}

    def __call__(self, connection: Connection, current: Any) -> Sequence[Title]:
        """The policies whose versions fulfil the condition, by number; editions of one title as one."""
        on_file = connection.execute(select(versions.c.pk).where(current)).scalars().all()
        known = self._held
        new = [pk for pk in on_file if pk not in known]
        held = {pk: known[pk] for pk in on_file if pk in known}
        for start in range(0, len(new), _AT_ONCE):
            held.update(_read(connection, new[start : start + _AT_ONCE]))
        grouped: dict[tuple[str, str, str], tuple[int, ...]] = {}
        for pk, said in held.items():
            editions = (said.key, said.number, said.title)
            grouped[editions] = (*grouped.get(editions, ()), pk)
        made = {pks: self._made.get(pks) or _title([held[pk] for pk in sorted(pks)])
                for pks in grouped.values()}  # fmt: skip
        self._held, self._made = held, made
        in_order = sorted((key, min(pks), pks) for (key, _, _), pks in grouped.items())
        return [made[pks] for _, _, pks in in_order]


def _read(connection: Connection, pks: Sequence[int]) -> dict[int, _Held]:
    columns = versions.c
    found = connection.execute(
        select(columns.pk, columns.key, columns.number, columns.title, columns.subjects).where(
            columns.pk.in_(pks)
        )
    )
    return {
        pk: _Held(key, number, title, tuple(json.loads(subjects)))
        for pk, key, number, title, subjects in found
    }


def _title(editions: Sequence[_Held]) -> Title:
    subjects = dict.fromkeys(subject for said in editions for subject in said.subjects)
    return Title(editions[0].number, editions[0].title, tuple(subjects))
