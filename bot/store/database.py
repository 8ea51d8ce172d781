"""The connection to SQLite or PostgreSQL: opened once a process, migrated when needed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, event, func, inspect, select, text, update
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)
from sqlalchemy.exc import (
    TimeoutError as PoolTimeout,
)
from sqlalchemy.pool import QueuePool

from bot.errors import BadSetting, StoreUnavailable
from bot.store import tables

# The newest migration; a test holds it to what the folder of migrations says.
HEAD: Final = "0006"

_GIVE_UP: Final = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}

# How long a writer of SQLite waits for another one; who asked should hear of it before they give up.
_PATIENCE_S: Final = 10
# How long a new connection asks again for the write-ahead log, in seconds.
_LOG_WAITS: Final = 1.0
# The server's threads that read and write at once; with several workers PostgreSQL bears so many for each.
_CONNECTIONS: Final = 20


class Database:
    """`reading` gives a connection that sees one state; `writing` one transaction, kept or undone whole."""

    def __init__(self, url: str) -> None:
        """Raises `BadSetting` for an address that is none, `StoreUnavailable` where nothing answers."""
        self._engine = _engine(url)
        self.is_sqlite: Final[bool] = self._engine.dialect.name == "sqlite"
        if not self._is_at_head():
            self._migrate()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._answering(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A `reading` whose statements all see the state of the first one, however long they take."""
        with self._answering(), self._engine.connect() as plain:
            isolated = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
            connection = plain.execution_options(**isolated)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._answering(), self._engine.connect() as plain:
            connection = plain.execution_options(writing=True)
            with connection.begin():
                yield connection

    @contextmanager
    def filing(self) -> Iterator[Connection]:
        """A `writing` that may change what is on file: only one at a time, in all processes."""
        with self.writing() as connection:
            connection.execute(select(tables.revision).with_for_update())
            yield connection

    def check(self, patience_s: float) -> None:
        """Makes a durable write that changes nothing. Raises `StoreUnavailable` where none can be made in time."""
        if self.is_sqlite:
            self._check_sqlite(patience_s)
            return
        with self.writing() as connection:
            limit = f"SET LOCAL statement_timeout = {round(patience_s * 1000)}"
            connection.exec_driver_sql(limit)
            connection.execute(select(func.txid_current()))

    def _check_sqlite(self, patience_s: float) -> None:
        # A connection of its own, which waits less long and never makes a file that is gone.
        path = Path(str(self._engine.url.database)).resolve()
        try:
            with closing(
                sqlite3.connect(
                    f"{path.as_uri()}?mode=rw", patience_s, isolation_level=None, uri=True
                )
            ) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                # What stays as it was would not be written at all.
                for change in ("+ 1", "- 1"):
                    connection.execute(f"UPDATE revision SET value = value {change}")
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def scrub(self, *names: str) -> None:
        """Leaves nothing of what was overwritten in these tables where it can still be read.

        SQLite overwrites it in the file itself (secure_delete), and its log is emptied here; PostgreSQL
        uses the space again.
        """
        with self.apart() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
            else:
                connection.exec_driver_sql(f"VACUUM {', '.join(names)}")

    @contextmanager
    def apart(self) -> Iterator[Connection]:
        """A connection outside of any transaction, for what cannot run inside of one."""
        with self._answering(), self._engine.connect() as plain:
            if self.is_sqlite:
                yield plain.execution_options(apart=True)
            else:
                yield plain.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """What is wrong with the database itself becomes a sentence; a fault of ours stays what it is."""
        try:
            yield
        except (IntegrityError, ProgrammingError, DataError):
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        where = self._engine.url.render_as_string(hide_password=True)
        return StoreUnavailable(
            f"The database {where} cannot be used ({_cause(error)}): check BOT_DATABASE_URL."
        )

    def _is_at_head(self) -> bool:
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            found = connection.execute(text("SELECT version_num FROM alembic_version"))
            return list(found.scalars()) == [HEAD]

    def _migrate(self) -> None:
        # Alembic takes a second to import, which only the first start has to pay.
        from bot.store.migrations import upgrade

        with self.writing() as connection:
            if not self.is_sqlite:
                # Two processes that start at once: the second waits here, then finds all done.
                connection.execute(select(func.pg_advisory_xact_lock(0x626F74)))
            upgrade(connection)


def grow(connection: Connection) -> None:
    """Lets the revision grow: what is on file changes with this transaction."""
    connection.execute(update(tables.revision).values(value=tables.revision.c.value + 1))


def _engine(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() not in ("sqlite", "postgresql"):
            raise BadSetting(
                f"BOT_DATABASE_URL names {address.get_backend_name()}: the store runs on sqlite and"
                " postgresql."
            )
        options: dict[str, Any] = {
            "future": True,
            "pool_size": _CONNECTIONS,
            "pool_timeout": _PATIENCE_S,
        }
        if address.get_backend_name() == "sqlite":
            if not address.database or address.database == ":memory:":
                raise BadSetting("BOT_DATABASE_URL names no file: use sqlite:///path/to/bot.db.")
            _make_folder(Path(address.database).parent)
            options |= {
                "poolclass": QueuePool,
                "connect_args": {"check_same_thread": False}
                | ({} if "timeout" in address.query else {"timeout": _PATIENCE_S}),
            }
        else:
            # A server that has died without a word is given up, instead of waited for.
            options |= {"pool_pre_ping": True, "connect_args": _GIVE_UP}
        engine = create_engine(address, **options)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise BadSetting(f"BOT_DATABASE_URL is no database address: {_cause(error)}.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"The folder {folder} for the database cannot be made ({error.strerror}): set BOT_HOME to"
            " a folder that can be written."
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling is switched off in favour of _begin_sqlite: it would begin
    # late, so that a reader sees two states and a writer finds its reading stale.
    connection.isolation_level = None
    _keep_a_log(connection)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _keep_a_log(connection: Any) -> None:
    """Here SQLite waits for no lock, whatever its timeout: of two that start at once, one has to ask again."""
    until = time.monotonic() + _LOG_WAITS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("apart"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")


def _cause(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    return " ".join(str(original).split()).rstrip(".")
