"""Backup and restore, from each database into each, while others write."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import BadBackup
from bot.store import Store, open_store
from bot.store.backup import back_up, restore
from bot.store.migrations import downgrade
from bot.store.verification import verify
from tests.store.made import file, policy
from tests.store.test_chain import decide
from tests.store.test_conversations import turn


@pytest.fixture
def filled(store: Store) -> Store:
    file(store, policy(), policy("ABC 102", "Braces"), text="Words of the document.")
    file(store, policy(title="Better Pumps"), text="Newer words of the document.")
    decide(store, "D-1", "D-2")
    store.chain.seal()
    decide(store, "D-3")
    return store


@pytest.fixture
def target(empty_url: str) -> Iterator[Store]:
    store = open_store(empty_url)
    yield store
    store.close()


@pytest.fixture
def made(filled: Store, tmp_path: Path) -> Path:
    path = tmp_path / "made.backup"
    back_up(filled.database, path)
    return path


def test_all_that_is_kept_goes_into_a_file_and_comes_back(
    filled: Store, target: Store, tmp_path: Path
) -> None:
    path = tmp_path / "made.backup"
    copied = back_up(filled.database, path)
    assert (copied.rows["versions"], copied.rows["decisions"], copied.faults) == (3, 3, ())
    assert restore(path, target.database, replace=False) == copied

    assert target.policies.titles() == filled.policies.titles()
    assert [hit.number for hit in target.policies.search("newer pumps")] == [
        hit.number for hit in filled.policies.search("newer pumps")
    ]
    assert target.decisions.get("D-3") == filled.decisions.get("D-3")
    assert verify(target.database) == verify(filled.database)


def test_a_restored_store_goes_on(made: Path, target: Store) -> None:
    restore(made, target.database, replace=False)
    assert file(target, policy("ABC 103", "Casts"))[0].outcome == "new"
    assert file(target, policy(title="Best Pumps"))[0].outcome == "changed"
    decide(target, "D-4")
    assert target.chain.seal() == 2
    assert verify(target.database).faults == ()


def test_a_backup_is_one_file_for_its_owner_alone(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [path.name for path in made.parent.iterdir() if "backup" in path.name] == [made.name]


def test_a_backup_never_overwrites_a_file(filled: Store, made: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(BadBackup, match="is there already"):
        back_up(filled.database, made)
    assert made.read_bytes() == before


def test_a_folder_that_is_not_there(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="cannot be written"):
        back_up(filled.database, tmp_path / "nowhere" / "made.backup")


def test_a_store_with_something_in_it_is_replaced_only_when_told(made: Path, target: Store) -> None:
    decide(target, "D-9")
    with pytest.raises(BadBackup, match=r"not empty \(.*\b1 conversations.*--replace"):
        restore(made, target.database, replace=False)
    assert target.decisions.get("D-9").id == "D-9"
    restore(made, target.database, replace=True)
    assert [one.id for one in target.decisions.received("ABC 101")] == ["D-1", "D-2", "D-3"]


def test_others_who_have_the_store_open_see_what_was_restored(
    made: Path, opened: Callable[[], Store]
) -> None:
    server, restoring = opened(), opened()
    file(server, policy("ABC 999", "Later"))
    conversation = decide(server, "D-8")
    assert "ABC 999" in [title.number for title in server.policies.titles()]
    restore(made, restoring.database, replace=True)
    assert [title.number for title in server.policies.titles()] == ["ABC 101", "ABC 102"]
    assert server.conversations.messages(conversation) == []
    decide(server, "D-10")
    assert verify(server.database).faults == ()


def test_a_backup_taken_while_turns_are_taken_is_whole(
    opened: Callable[[], Store], tmp_path: Path, target: Store
) -> None:
    writing, backing = opened(), opened()
    conversation, _ = writing.conversations.start()
    with ThreadPoolExecutor(1) as speaking:
        turns = [speaking.submit(turn, writing, conversation, text=f"q{n}") for n in range(60)]
        copies = [back_up(backing.database, tmp_path / f"{number}.backup") for number in range(3)]
        assert all(one.result() for one in turns)
    for number, copied in enumerate(copies):
        assert copied.rows["messages"] % 2 == 0
        restore(tmp_path / f"{number}.backup", target.database, replace=True)
        said = [m["text"] for m in target.conversations.messages(conversation)]
        assert said[::2] == [f"q{n}" for n in range(len(said) // 2)]


def test_a_backup_of_the_first_version_is_brought_up_to_date(
    filled: Store, made: Path, target: Store
) -> None:
    before = made.read_bytes()
    old = made.with_name("old.backup")
    old.write_bytes(before)
    earlier = open_store(f"sqlite:///{old}")
    with earlier.database.writing() as connection:
        downgrade(connection, "0001")
    earlier.close()
    restore(old, target.database, replace=False)
    assert target.decisions.get("D-1").answer == filled.decisions.get("D-1").answer
    assert target.chain.seal() == 3
    assert verify(target.database).faults == ()


@pytest.mark.parametrize(
    "content", [b"", b"This is a shopping list. " * 100, None], ids=["empty", "text", "damaged"]
)
def test_a_file_that_is_no_backup(
    content: bytes | None, made: Path, target: Store, tmp_path: Path
) -> None:
    path = tmp_path / "other"
    if content is None:
        content = made.read_bytes()
        content = content[:4096] + b"\xff" * 40000 + content[44096:]
    path.write_bytes(content)
    decide(target, "D-9")
    with pytest.raises(BadBackup, match=r"no backup|damaged"):
        restore(path, target.database, replace=True)
    assert target.decisions.get("D-9").id == "D-9"


def test_a_record_that_was_tampered_with_is_copied_and_told(filled: Store, tmp_path: Path) -> None:
    with filled.database.writing() as connection:
        connection.execute(text("UPDATE decisions SET question = 'x' WHERE id = 'D-1'"))
    copied = back_up(filled.database, tmp_path / "made.backup")
    assert len(copied.faults) == 1
