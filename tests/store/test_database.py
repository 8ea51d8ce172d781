"""Opening a database: made, migrated, refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.errors import BadSetting, StoreUnavailable
from bot.store import open_store
from bot.store.database import HEAD, Database, grow
from bot.store.migrations import configuration, downgrade, upgrade
from bot.store.tables import metadata
from tests.store.made import file, policy


def test_an_empty_database_is_made_ready_and_opened_again(empty_url: str) -> None:
    first = open_store(empty_url)
    file(first, policy())
    first.close()
    second = open_store(empty_url)
    assert [title.number for title in second.policies.titles()] == ["ABC 101"]
    second.close()


def test_the_newest_migration_is_the_one_that_is_expected(url: str) -> None:
    database = Database(url)
    with database.reading() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection))
    database.close()
    assert scripts.get_heads() == [HEAD]


def test_the_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    database = Database(url)
    with database.reading() as connection:
        own = ("words", "sqlite_")  # the text index, and what SQLite keeps for itself
        options = {
            "include_name": lambda name, kind, _: kind != "table" or not name.startswith(own)
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    database.close()


def test_down_to_nothing_and_up_again(empty_url: str) -> None:
    database = Database(empty_url)
    with database.writing() as connection:
        downgrade(connection, "base")
        assert set(inspect(connection).get_table_names()) <= {
            "alembic_version",
            "sqlite_sequence",
        }
    with database.writing() as connection:
        upgrade(connection)
    database.close()
    store = open_store(empty_url)
    assert file(store, policy())[0].outcome == "new"
    store.close()


def test_processes_that_start_at_once_make_the_tables_once(empty_url: str) -> None:
    program = "import sys; from bot.store import open_store; print(open_store(sys.argv[1]).policies.titles())"
    command = [sys.executable, "-c", program, empty_url]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outcomes = [process.communicate(timeout=120) for process in running]
    assert [(out, err) for out, err in outcomes] == [("[]\n", "")] * 2


def test_a_database_of_a_newer_version_is_refused_and_not_touched(empty_url: str) -> None:
    database = Database(empty_url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreUnavailable, match="newer version"):
        Database(empty_url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("no address", "BOT_DATABASE_URL is no database address"),
        ("mysql://localhost/bot", "BOT_DATABASE_URL names mysql"),
        ("sqlite://", "BOT_DATABASE_URL names no file"),
        ("postgresql://localhost:notaport/bot", "BOT_DATABASE_URL is no database address"),
    ],
)
def test_an_address_that_cannot_be_used(url: str, sentence: str) -> None:
    with pytest.raises(BadSetting, match=sentence):
        open_store(url)


def test_a_server_that_does_not_answer_and_whose_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be used") as refused:
        open_store(f"postgresql://bot:secret@/bot?host={tmp_path}")
    assert "secret" not in str(refused.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("This is a shopping list, and long enough to be read as a header. " * 20)
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        open_store(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'deep' / 'bot.db'}")


def test_a_transaction_that_fails_is_undone_whole(url: str) -> None:
    database = Database(url)

    def fail_after_writing() -> None:
        with database.writing() as connection:
            grow(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    with database.reading() as connection:
        assert connection.execute(text("SELECT value FROM revision")).scalar() == 0
    database.close()
