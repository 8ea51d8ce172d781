"""What a purge takes, and what stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.store import Store
from bot.store.retention import Purged
from bot.store.tables import metadata
from bot.store.verification import verify
from tests.store.conftest import Clock
from tests.store.test_chain import decide
from tests.store.test_conversations import decided, reply, turn

WORD = "Zanzibar"


@pytest.fixture
def spoken(store: Store, clock: Clock) -> tuple[str, str]:
    """Two conversations in which the word is said everywhere: one ended, one that went on a month later."""
    ids = []
    for number in range(2):
        conversation, _ = store.conversations.start()
        answer = decided(f"D-{number}") | {"summary": WORD}
        (message,) = turn(
            store,
            conversation,
            reply(f"{WORD}!", answer, f"/{WORD}"),
            text=f"is {WORD} covered?",
            thread={"asked": WORD},
        )
        store.feedback.give(conversation, message["id"], False, f"no {WORD} here")
        ids.append(conversation)
    clock.forward(days=30)
    turn(store, ids[1], text="go on", thread={"asked": "more"})
    return ids[0], ids[1]


def words_left(store: Store) -> list[str]:
    """The columns of the database that still hold the word."""
    with store.database.reading() as connection:
        return [
            f"{table.name}.{column}"
            for table in metadata.sorted_tables
            for row in connection.execute(text(f"SELECT * FROM {table.name}"))
            for column, value in row._mapping.items()
            if WORD in str(value)
        ]


def test_a_purge_takes_every_word_and_leaves_the_frame(
    store: Store, clock: Clock, spoken: tuple[str, str]
) -> None:
    ended, went_on = spoken
    purged = store.retention.purge(clock() - timedelta(days=10))
    assert purged == Purged(conversations=1, messages=4, decisions=2)
    assert words_left(store) == []
    assert store.conversations.messages(ended) == []
    assert [m["text"] for m in store.conversations.messages(went_on)] == ["go on", "Yes."]
    assert store.conversations.before_turn(ended, None).thread is None
    assert store.conversations.before_turn(went_on, None).thread == {"asked": "more"}
    decision = store.decisions.get("D-0")
    assert (decision.question, decision.answer, decision.purged) == (None, None, clock())
    assert (decision.version, decision.model, decision.seal) == ("abc-101-x", "model-1", 1)
    assert store.decisions.turn(decision) == []


@pytest.mark.usefixtures("spoken")
def test_the_chain_verifies_after_a_purge_and_goes_on(store: Store, clock: Clock) -> None:
    store.retention.purge(clock() - timedelta(days=10))
    decide(store, "D-7")
    store.chain.seal()
    found = verify(store.database)
    assert (found.faults, found.decisions, found.purged) == ((), 3, 2)
    assert found.purges[0].purged_before == clock() - timedelta(days=10)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE decisions SET version = 'other' WHERE id = 'D-0'"))
    assert verify(store.database).faults == (
        "Decision D-0 (seal 1) was changed after it was sealed.",
    )


@pytest.mark.usefixtures("spoken")
def test_a_dry_run_counts_and_takes_nothing(store: Store, clock: Clock) -> None:
    before = words_left(store)
    counted = store.retention.purge(clock() - timedelta(days=10), dry_run=True)
    assert counted == Purged(1, 4, 2)
    assert words_left(store) == before
    assert verify(store.database).seals == 0


@pytest.mark.usefixtures("spoken")
def test_a_second_purge_finds_nothing_and_notes_nothing(store: Store, clock: Clock) -> None:
    store.retention.purge(clock() - timedelta(days=10))
    assert store.retention.purge(clock() - timedelta(days=10)) == Purged(0, 0, 0)
    assert len(verify(store.database).purges) == 1


def test_a_conversation_goes_on_after_a_purge(
    store: Store, clock: Clock, spoken: tuple[str, str]
) -> None:
    ended, _ = spoken
    last = 2
    store.retention.purge(clock() - timedelta(days=10))
    turn(store, ended, text="again")
    assert [m["text"] for m in store.conversations.messages(ended, after=last)] == ["again", "Yes."]


def test_nothing_of_it_is_left_in_the_files_of_sqlite(store: Store, url: str, clock: Clock) -> None:
    if not store.database.is_sqlite:
        # PostgreSQL keeps what was overwritten until it uses the space again; its own tools see to that.
        return
    for number in range(40):
        conversation, _ = store.conversations.start()
        for again in range(8):
            words = f"{WORD} {'x' * (number * again * 37 % 2500)}"
            answer = decided(f"D-{number}-{again}") | {"summary": words}
            turn(store, conversation, reply(words, answer), text=words, thread={"t": words})
    clock.forward(days=1)
    store.retention.purge(clock())
    path = Path(str(make_url(url).database))
    files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
    assert [file.name for file in files if WORD.encode() in file.read_bytes()] == []
