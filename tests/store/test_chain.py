"""The record: sealed in batches by anybody, and verified to the last letter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.errors import StoreUnavailable
from bot.store import Store
from bot.store.chain import BATCH, Chain
from bot.store.keeper import Keeper
from bot.store.verification import Verdict, verify
from tests.store.conftest import Clock
from tests.store.test_conversations import decided, reply, turn


def decide(store: Store, *ids: str) -> str:
    """Makes a decision a turn, in one conversation."""
    conversation, _ = store.conversations.start()
    for one in ids:
        turn(store, conversation, reply(f"Answer {one}.", decided(one)), text=f"question {one}")
    return conversation


def verdict(store: Store, head: str | None = None) -> Verdict:
    return verify(store.database, head)


@pytest.fixture
def sealed(store: Store) -> Store:
    """D-1 to D-3 under the first seal, D-4 under the second, D-5 not sealed."""
    decide(store, "D-1", "D-2", "D-3")
    store.chain.seal()
    decide(store, "D-4")
    store.chain.seal()
    decide(store, "D-5")
    return store


def tamper(store: Store, *statements: str) -> None:
    with store.database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_record_as_it_was_given(sealed: Store) -> None:
    found = verdict(sealed)
    assert found.faults == ()
    assert (found.decisions, found.unsealed, found.seals, found.purged) == (5, 1, 2, 0)
    assert sealed.chain.seal() == 1
    assert sealed.chain.seal() == 0
    assert verdict(sealed).unsealed == 0
    assert sealed.decisions.get("D-4").seal == 2


def test_nothing_decided_and_nothing_sealed(store: Store) -> None:
    assert store.chain.seal() == 0
    assert store.chain.head() is None
    assert verdict(store) == Verdict(0, 0, 0, 0, None, (), ())


_COPY = (
    "INSERT INTO decisions (id, conversation, message, number_key, version, question, answer, model, at, seal)"
    " SELECT '{id}', conversation, message, number_key, version, question, answer, model, at, {seal}"
    " FROM decisions WHERE id = '{of}'"
)
TAMPERED = {
    "another answer": (
        ["UPDATE decisions SET answer = replace(answer, 'Pumps', 'Pomps') WHERE id = 'D-2'"],
        [
            "Decision D-2 (seal 1) was changed",
            "Decision D-2 (seal 1) is not what its message shows",
        ],
    ),
    "another answer, in the message as well": (
        [
            "UPDATE decisions SET answer = replace(answer, 'Pumps', 'Pomps') WHERE id = 'D-2'",
            "UPDATE messages SET answer = replace(answer, 'Pumps', 'Pomps') WHERE answer LIKE '%D-2%'",
        ],
        ["Decision D-2 (seal 1) was changed"],
    ),
    "another message": (
        [
            "UPDATE messages SET answer = replace(answer, 'Pumps', 'Pomps') WHERE answer LIKE '%D-4%'"
        ],
        ["Decision D-4 (seal 2) is not what its message shows"],
    ),
    "another question": (
        ["UPDATE decisions SET question = 'another' WHERE id = 'D-1'"],
        ["Decision D-1 (seal 1) was changed"],
    ),
    "another version": (
        ["UPDATE decisions SET version = 'abc-101-y' WHERE id = 'D-1'"],
        ["Decision D-1 (seal 1) was changed"],
    ),
    "another model": (
        ["UPDATE decisions SET model = 'model-2' WHERE id = 'D-3'"],
        ["Decision D-3 (seal 1) was changed"],
    ),
    "another time": (
        ["UPDATE decisions SET at = '2020-01-01 00:00:00.000000' WHERE id = 'D-3'"],
        ["Decision D-3 (seal 1) was changed"],
    ),
    "one removed": (
        ["DELETE FROM decisions WHERE id = 'D-2'"],
        ["Decision D-2 (seal 1) was removed", "The decision that message"],
    ),
    "one removed with its digests": (
        ["DELETE FROM decisions WHERE id = 'D-2'", "DELETE FROM sealed WHERE decision = 'D-2'"],
        ["Seal 1 was made over 3 decisions, and holds 2", "The decision that message"],
    ),
    "one removed that was not sealed": (
        ["DELETE FROM decisions WHERE id = 'D-5'"],
        ["The decision that message"],
    ),
    "the last seal cut off": (
        [
            "DELETE FROM decisions WHERE id = 'D-4'",
            "DELETE FROM sealed WHERE decision = 'D-4'",
            "DELETE FROM seals WHERE number = 2",
        ],
        ["The decision that message"],
    ),
    "a seal removed": (
        ["DELETE FROM seals WHERE number = 1"],
        ["Records are kept under seal 1", "Seal 1 was removed"],
    ),
    "the last seal removed": (
        ["DELETE FROM seals WHERE number = 2"],
        ["Seal 2 was removed"],
    ),
    "a seal changed": (
        ["UPDATE seals SET at = '2020-01-01 00:00:00.000000' WHERE number = 2"],
        ["Seal 2 was changed"],
    ),
    "a digest changed": (
        ["UPDATE sealed SET digest = 'abc' WHERE decision = 'D-1'"],
        ["Seal 1 was changed", "Decision D-1 (seal 1) was changed"],
    ),
    "put in under a seal": (
        [_COPY.format(id="D-6", seal=2, of="D-4")],
        ["Decision D-6 was put in", "Decision D-6 (seal 2) is not what its message shows"],
    ),
    "put in with digests": (
        [
            _COPY.format(id="D-6", seal=1, of="D-1"),
            "INSERT INTO sealed (seal, place, decision, salt, text_digest, digest)"
            " SELECT 1, 9, 'D-6', salt, text_digest, digest FROM sealed WHERE decision = 'D-1'",
        ],
        ["Seal 1 was made over 3 decisions, and holds 4", "Decision D-6 (seal 1) was changed"],
    ),
    "put in and not sealed": (
        [_COPY.format(id="D-6", seal="NULL", of="D-1")],
        ["Decision D-6 (not sealed yet) is not what its message shows"],
    ),
    "taken out of its seal": (
        ["UPDATE decisions SET seal = NULL WHERE id = 'D-1'"],
        ["Decision D-1 (seal 1) was changed: it names no seal"],
    ),
    "a text taken as if by a purge": (
        ["UPDATE decisions SET question = '', answer = '', purged = at WHERE id = 'D-1'"],
        ["Decision D-1 (seal 1) has lost its text, and no purge has taken it"],
    ),
}


@pytest.mark.parametrize(("statements", "faults"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_tampered_with_is_named(
    sealed: Store, statements: list[str], faults: list[str]
) -> None:
    tamper(sealed, *statements)
    found = verdict(sealed).faults
    for fault in faults:
        assert any(one.startswith(fault) for one in found), found
    assert all(one.endswith(".") for one in found)


def test_a_head_that_was_noted_finds_a_chain_that_was_written_anew(sealed: Store) -> None:
    noted = verdict(sealed).head
    sealed.chain.seal()
    assert verdict(sealed, noted).faults == ()
    tamper(
        sealed,
        "DELETE FROM sealed",
        "DELETE FROM seals",
        "UPDATE decisions SET seal = NULL, question = 'another'",
    )
    sealed.chain.seal()
    assert verdict(sealed).faults == ()
    (fault,) = verdict(sealed, noted).faults
    assert fault.startswith(f"The chain does not hold the head {noted}")


def test_many_that_seal_at_once_seal_each_decision_once(opened: Callable[[], Store]) -> None:
    stores = [opened() for _ in range(4)]
    decide(stores[0], *(f"D-{n}" for n in range(BATCH + 30)))
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda store: store.chain.seal(), stores))
    assert sum(counts) == BATCH + 30
    found = verdict(stores[0])
    assert (found.faults, found.unsealed) == ((), 0)


def test_processes_that_seal_while_turns_are_taken(url: str, store: Store) -> None:
    program = (
        "import sys; from bot.store import open_store; store = open_store(sys.argv[1])\n"
        "while line := sys.stdin.readline(): print(store.chain.seal(), flush=True)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for number in range(40):
        decide(store, f"D-{number}")
        for process in running:
            assert process.stdin
            process.stdin.write("seal\n")
            process.stdin.flush()
    counts = [
        sum(map(int, process.communicate("seal\n", timeout=60)[0].split())) for process in running
    ]
    found = verdict(store)
    assert (found.faults, found.unsealed, found.decisions) == ((), 0, 40)
    assert sum(counts) == 40


def test_the_keeper_seals_while_it_runs_and_when_it_stops(store: Store, clock: Clock) -> None:
    keeper = Keeper(store.chain, store.retention, None, clock, every_s=60)
    keeper.start()
    decide(store, "D-1", "D-2")
    keeper.stop()
    assert verdict(store).unsealed == 0


def test_the_keeper_purges_once_a_day_and_only_one_of_many(store: Store, clock: Clock) -> None:
    keepers = [Keeper(store.chain, store.retention, timedelta(days=30), clock) for _ in range(2)]
    for keeper in keepers:
        keeper.round()
    decide(store, "D-1")
    clock.forward(days=31)
    for keeper in keepers:
        keeper.round()
    found = verdict(store)
    assert (found.purged, len(found.purges), found.faults) == (1, 1, ())


class Away(Chain):
    """A chain whose database is away at first."""

    times = 2

    def seal(self) -> int:
        self.times -= 1
        if self.times >= 0:
            raise StoreUnavailable("The database is away.")
        return super().seal()


def test_a_keeper_outlives_a_database_that_is_away(store: Store, clock: Clock) -> None:
    keeper = Keeper(Away(store.database, clock), store.retention, None, clock)
    decide(store, "D-1")
    for unsealed in (1, 1, 0):
        keeper.round()
        assert verdict(store).unsealed == unsealed
