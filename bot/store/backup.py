"""A copy of all that is kept, made and put in place while the server runs.

A backup is always one SQLite file, whichever database it was made of: the same code writes, verifies and
reads it, no other program has to be there, and what was kept in one database can be put into the other.
SQLite copies itself (its online backup interface); from PostgreSQL all rows are read in one snapshot.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Integer, func, insert, select, text, update
from sqlalchemy.engine import Connection

from bot.errors import BadBackup
from bot.store.database import Database
from bot.store.search import PostgreSQLIndex, SQLiteIndex
from bot.store.tables import chores, metadata, revision
from bot.store.verification import verify

_AT_A_TIME: Final = 1000
# What a store has before anything was put into it.
_ALWAYS_THERE: Final = (revision.name, chores.name)


@dataclass(frozen=True, slots=True)
class Copied:
    """The rows of each table, and what is wrong with the record of decisions, here as in the original."""

    rows: Mapping[str, int]
    faults: tuple[str, ...]


def back_up(source: Database, file: Path) -> Copied:
    """Writes a file, whole and verified or not at all. Raises `BadBackup`."""
    if file.exists():
        raise BadBackup(f"{file} is there already: choose another name.")
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            made = Path(folder) / "bot.db"
            _copy_into(source, made)
            copied = _verified(made)
            os.link(made, file)
            _sync(file.parent)
    except OSError as error:
        raise BadBackup(f"{file} cannot be written ({error.strerror}).") from error
    return copied


def restore(file: Path, target: Database, replace: bool) -> Copied:
    """Puts a backup in place of what a store holds, in one step, and verifies it there.

    A backup of an earlier version of the software is migrated on the way; the file itself stays as it is.
    Raises `BadBackup` for a file that is none, or damaged, and for a store that is not empty where nothing
    says to `replace` what is in it.
    """
    with TemporaryDirectory(prefix="restore-") as folder:
        copy = Path(folder) / "bot.db"
        _read(file, copy)
        with _opened(copy) as made:
            if not replace and (held := _held(target)):
                raise BadBackup(
                    f"The store is not empty ({held}): --replace puts the backup in its place."
                )
            _outgrow(made, target)
            if target.is_sqlite:
                with made.apart() as one, target.apart() as other:
                    _driver(one).backup(_driver(other))
            else:
                with made.snapshot() as one, target.filing() as other:
                    _empty(other)
                    _fill(one, other)
            expected = _counted(made)
    found = _counted(target)
    if found != expected:
        raise BadBackup("The store does not hold what the backup holds: restore it once more.")
    return Copied(found, verify(target).faults)


def _copy_into(source: Database, path: Path) -> None:
    path.touch(0o600)
    if source.is_sqlite:
        with source.apart() as connection, closing(sqlite3.connect(path)) as copy:
            _driver(connection).backup(copy)
    else:
        with _opened(path) as made, source.snapshot() as one, made.writing() as other:
            _empty(other)
            _fill(one, other)
    with closing(sqlite3.connect(path)) as copy:
        # One file, with nothing of it left in a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    _sync(path)


def _verified(path: Path) -> Copied:
    with closing(sqlite3.connect(path)) as copy:
        _check(copy, path)
    with _opened(path) as made:
        copied = Copied(_counted(made), verify(made).faults)
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
    return copied


def _read(file: Path, copy: Path) -> None:
    """Copies a backup to where it may be migrated. Raises `BadBackup`."""
    try:
        source = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(copy)) as made:
            source.backup(made)
            _check(made, file)
            made.execute("SELECT 1 FROM alembic_version")
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"{file} is no backup, or is damaged ({error}).") from error


def _check(connection: sqlite3.Connection, file: Path) -> None:
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise BadBackup(f"{file} is damaged ({said}).")


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{path}")
    try:
        yield database
    finally:
        database.close()


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _counted(database: Database) -> dict[str, int]:
    with database.snapshot() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def _held(database: Database) -> str:
    held = {name: rows for name, rows in _counted(database).items() if name not in _ALWAYS_THERE}
    return ", ".join(f"{rows} {name.replace('_', ' ')}" for name, rows in held.items() if rows)


def _outgrow(made: Database, target: Database) -> None:
    """Every process that has the target open sees by its revision that what is on file has changed."""
    with target.reading() as connection:
        now = connection.execute(select(revision.c.value)).scalar_one()
    with made.writing() as connection:
        held = connection.execute(select(revision.c.value)).scalar_one()
        connection.execute(update(revision).values(value=max(now, held) + 1))


def _empty(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names}, words"))
        return
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def _fill(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        rows = source.execute(select(table), execution_options={"yield_per": _AT_A_TIME})
        for some in rows.mappings().partitions(_AT_A_TIME):
            target.execute(insert(table), [dict(row) for row in some])
    _index(source, target)
    if target.dialect.name == "postgresql":
        _count_on(target)


def _index(source: Connection, target: Connection) -> None:
    """The text index cannot be copied from one kind of database to the other: it is built anew."""
    key = "version" if source.dialect.name == "postgresql" else "rowid"
    index = PostgreSQLIndex() if target.dialect.name == "postgresql" else SQLiteIndex()
    for version in source.execute(text(f"SELECT {key} FROM words ORDER BY 1")).scalars().all():
        index.add(target, version)


def _count_on(connection: Connection) -> None:
    """The next number that PostgreSQL gives out comes after those that were copied."""
    keys = [
        (table.name, column)
        for table in metadata.sorted_tables
        for column in table.primary_key
        if isinstance(column.type, Integer)
    ]
    for name, column in keys:
        sequence = connection.execute(
            select(func.pg_get_serial_sequence(name, column.name))
        ).scalar()
        if sequence is not None:
            following = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            connection.execute(select(func.setval(sequence, following, False)))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
