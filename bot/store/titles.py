"""The titles of the policies on file, read once: after a change, only those that the change brought."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


# The key of a number, the number, the title: editions of a policy that share them are one to choose from.
_Policy = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _State:
    held: Mapping[int, _Held]
    editions: Mapping[_Policy, tuple[int, ...]]
    made: Mapping[_Policy, Title]


class Titles:
    """Safe to use from several threads: a state is replaced, and never changed."""

    def __init__(self) -> None:
        self._state = _State({}, {}, {})

    def __call__(self, connection: Connection, current: Any) -> Sequence[Title]:
        """The policies whose versions fulfil the condition, by number; editions of one title as one."""
        state = self._state
        on_file = set(connection.execute(select(versions.c.pk).where(current)).scalars())
        gone = state.held.keys() - on_file
        come = _read(connection, sorted(on_file - state.held.keys()))
        if gone or come:
            state = self._state = _changed(state, gone, come)
        return list(state.made.values())


def _changed(state: _State, gone: Iterable[int], come: Mapping[int, _Held]) -> _State:
    held = {**state.held, **come}
    editions = dict(state.editions)
    touched: set[_Policy] = set()
    for pk in gone:
        policy = held.pop(pk)[:3]
        editions[policy] = tuple(other for other in editions[policy] if other != pk)
        touched.add(policy)
    for pk, said in come.items():
        editions[said[:3]] = (*editions.get(said[:3], ()), pk)
        touched.add(said[:3])
    made = dict(state.made)
    for policy in touched:
        if editions[policy]:
            made[policy] = _title([held[pk] for pk in sorted(editions[policy])])
        else:
            del editions[policy], made[policy]
    # Editions with different titles stand in the order in which they came.
    in_order = sorted(made, key=lambda policy: (policy[0], min(editions[policy])))
    return _State(held, editions, {policy: made[policy] for policy in in_order})


def _read(connection: Connection, pks: Sequence[int]) -> dict[int, _Held]:
    columns = versions.c
    wanted = select(columns.pk, columns.key, columns.number, columns.title, columns.subjects)
    return {
        pk: _Held(key, number, title, tuple(json.loads(subjects)))
        for start in range(0, len(pks), _AT_ONCE)
        for pk, key, number, title, subjects in connection.execute(
            wanted.where(columns.pk.in_(pks[start : start + _AT_ONCE]))
        )
    }


def _title(editions: Sequence[_Held]) -> Title:
    subjects = dict.fromkeys(subject for said in editions for subject in said.subjects)
    return Title(editions[0].number, editions[0].title, tuple(subjects))
