"""Accounts, sessions, attempts and the audit log, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.errors import BadAccount, NotOnFile, StoreUnavailable
from bot.store import Store
from bot.store.accounts import Role
from bot.store.audit import Actor
from bot.store.sessions import LONGEST
from tests.store.conftest import Clock

SOMEBODY = Actor(None, "somebody at the command line")
PASSWORD = "four words of a river"
IDLE = timedelta(minutes=30)


def at_once(number: int, work: Callable[[], object]) -> list[object]:
    """What came of doing it at the same moment, an error in its place."""
    gate = threading.Barrier(number)

    def one(_: int) -> object:
        gate.wait()
        try:
            return work()
        except (BadAccount, NotOnFile) as error:
            return type(error)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [
        ("", None, "1 to 64"),
        ("  ", None, "1 to 64"),
        ("x" * 65, None, "1 to 64"),
        ("a\0b", None, "printable"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", None, "printable"),
        ("DANA", None, "There is an account"),
        ("kim", "short", "12 to 200"),
        ("kim", "x" * 201, "12 to 200"),
        ("kim", "abababababab", "repeats"),
        ("kim", "the river KIM knows", "holds the name"),
    ],
)
def test_a_name_or_password_that_cannot_be_used(
    store: Store, name: str, password: str | None, says: str
) -> None:
    store.accounts.add("Dana", Role.agent, None, SOMEBODY)
    with pytest.raises(BadAccount, match=says):
        store.accounts.add(name, Role.agent, password, SOMEBODY)
    assert [account.name for account in store.accounts.all()] == ["Dana"]


def test_what_is_done_with_an_account_is_in_the_audit_log(store: Store, clock: Clock) -> None:
    dana = store.accounts.add(" Dana  Ortiz ", Role.agent, PASSWORD, SOMEBODY)
    assert (dana.name, dana.has_password, dana.created) == ("Dana Ortiz", True, clock.now)
    found = store.accounts.check("dana ortiz", PASSWORD)
    assert found is not None
    store.sessions.begin(found)
    assert store.accounts.change_role("DANA ORTIZ", Role.auditor, dana.actor).role is Role.auditor
    assert store.accounts.called("dana ortiz").sessions == 1
    store.accounts.disable("dana ortiz", SOMEBODY)
    assert store.accounts.check("dana ortiz", PASSWORD) is None
    with pytest.raises(BadAccount, match="is disabled"):
        store.accounts.link("dana ortiz", SOMEBODY)
    enabled = store.accounts.enable("dana ortiz", SOMEBODY)
    assert (enabled.disabled, enabled.sessions) == (None, 0)
    entries = list(store.audit.read())
    assert [(e.action, e.name) for e in entries] == [
        ("account_added", SOMEBODY.name),
        ("signed_in", "Dana Ortiz"),
        ("role_changed", "Dana Ortiz"),
        ("account_disabled", SOMEBODY.name),
        ("account_enabled", SOMEBODY.name),
    ]
    assert entries[2].detail == {"from": "agent", "to": "auditor"}
    assert {e.object for e in entries} == {f"account {dana.id}", None}
    with pytest.raises(NotOnFile, match="no account nobody"):
        store.accounts.disable("nobody", SOMEBODY)


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit SET name = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE id > 0"],
)
def test_the_database_refuses_to_change_the_audit_log(store: Store, change: str) -> None:
    store.audit.write(SOMEBODY, "looked", "decision D-1", {"why": "a question"})
    before = list(store.audit.read())
    with (
        pytest.raises((StoreUnavailable, DBAPIError), match="only appended to"),
        store.database.writing() as connection,
    ):
        connection.execute(text(change))
    assert list(store.audit.read()) == before


def test_the_audit_log_is_read_in_its_order(store: Store, clock: Clock) -> None:
    dana = store.accounts.add("Dana", Role.agent, None, SOMEBODY)
    for number in range(1100):
        by = dana.actor if number % 2 else SOMEBODY
        store.audit.write(by, "looked", f"decision {number}")
    noon = clock.forward(hours=2)
    store.audit.write(dana.actor, "looked", "the last")
    objects = [entry.object for entry in store.audit.read()][1:]
    assert objects == [*(f"decision {number}" for number in range(1100)), "the last"]
    assert len(list(store.audit.read(by=dana.id))) == 551
    assert [entry.object for entry in store.audit.read(since=noon)] == ["the last"]


def test_the_first_link_is_for_whoever_comes_first(store: Store, clock: Clock) -> None:
    older, newer = store.accounts.first_link(), store.accounts.first_link()
    assert older
    assert newer
    assert store.accounts.invitation(older) is None
    came = at_once(4, lambda: store.accounts.accept(newer, PASSWORD, "Root"))
    assert sum(result is NotOnFile for result in came) == 3
    (root,) = store.accounts.all()
    assert (root.role, store.accounts.first_link()) == (Role.admin, None)
    assert clock.now == root.created


def test_the_first_link_ends(store: Store, clock: Clock) -> None:
    token = store.accounts.first_link()
    assert token
    assert store.accounts.invitation(token) is not None
    clock.forward(hours=24)
    with pytest.raises(NotOnFile, match="has ended"):
        store.accounts.accept(token, PASSWORD, "Root")


def test_a_first_link_is_worth_nothing_once_there_is_an_account(store: Store) -> None:
    token = store.accounts.first_link()
    assert token
    store.accounts.add("Dana", Role.agent, None, SOMEBODY)
    assert store.accounts.invitation(token) is None
    with pytest.raises(NotOnFile, match="has ended"):
        store.accounts.accept(token, PASSWORD, "Root")


def test_attempts_at_once_are_counted_each(store: Store) -> None:
    buckets = {"account": (5, timedelta(seconds=30)), "address": (100, timedelta(seconds=6))}
    waits = at_once(12, lambda: store.attempts.take(buckets))
    assert sorted(waits, key=str) == [0] * 5 + [30] * 7


def test_attempts_come_back_with_time_and_when_they_were_none(store: Store, clock: Clock) -> None:
    buckets = {"a": (2, timedelta(seconds=10))}
    assert [store.attempts.take(buckets) for _ in range(3)] == [0, 0, 10]
    assert store.attempts.take({"b": (1, timedelta(seconds=10))}) == 0
    store.attempts.give_back(buckets)
    assert [store.attempts.take(buckets) for _ in range(2)] == [0, 10]
    clock.forward(seconds=7)
    assert store.attempts.take(buckets) == 3
    clock.forward(seconds=13)
    assert [store.attempts.take(buckets) for _ in range(3)] == [0, 0, 10]


def test_a_full_bucket_takes_nothing_from_the_others(store: Store) -> None:
    one, other = {"a": (1, timedelta(hours=1))}, {"b": (1, timedelta(hours=1))}
    assert store.attempts.take(one) == 0
    assert store.attempts.take(one | other) == 3600
    assert store.attempts.take(other) == 0


def test_sessions_that_ended_are_cleared_away(store: Store, clock: Clock) -> None:
    dana = store.accounts.add("Dana", Role.agent, None, SOMEBODY)
    old = store.sessions.begin(dana)
    clock.forward(hours=LONGEST // timedelta(hours=1))
    new = store.sessions.begin(dana)
    assert store.accounts.called("Dana").sessions == 1
    assert store.sessions.account(old, IDLE) is None
    assert store.sessions.account(new, IDLE) is not None
    store.sessions.end(new, dana.actor)
    assert store.sessions.account(new, IDLE) is None
    assert list(store.audit.read())[-1].action == "signed_out"


def test_people_of_a_provider_who_come_at_once_have_one_account(store: Store) -> None:
    at_once(4, lambda: store.accounts.of_provider("https://id.example", "7", "Kim", Role.agent))
    assert [(one.name, one.issuer) for one in store.accounts.all()] == [
        ("Kim", "https://id.example")
    ]
