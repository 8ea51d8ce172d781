"""Stores on real databases: a file of SQLite, and a throw-away PostgreSQL where its programs are found."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from bot.store import Store, open_store
from bot.store.database import Database
from bot.store.tables import metadata, revision

_NOT_ROOT = "postgres"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, days: int = 0, **more: int) -> datetime:
        self.now += timedelta(days=days, **more)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with its tables made, to copy from."""
    path = tmp_path_factory.mktemp("migrated") / "bot.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of this session, with a `{}` for the database's name."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(programs[-1]) if programs else shutil.which("initdb")
    if found is None:
        pytest.skip("PostgreSQL is not installed: no initdb in /usr/lib/postgresql or on the PATH")
    programs_folder = Path(found).parent
    # The path of a socket may have no more than about a hundred letters: not under pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        try:
            pwd.getpwnam(_NOT_ROOT)
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        shutil.chown(folder, _NOT_ROOT)
        prefix = ["runuser", "-u", _NOT_ROOT, "--"]

    def run(*command: str) -> None:
        done = subprocess.run([*prefix, *command], capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stderr or done.stdout

    data = str(folder / "data")
    run(
        f"{programs_folder}/initdb",
        "-D",
        data,
        "-U",
        "bot",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    )
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    try:
        run(
            *(f"{programs_folder}/pg_ctl", "-D", data, "-o", options, "-w"),
            *("-l", f"{folder}/log", "start"),
        )
        yield f"postgresql://bot@/{{}}?host={folder}"
    finally:
        run(f"{programs_folder}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _shared(postgresql: str) -> Iterator[Database]:
    """A database of PostgreSQL with its tables, for one test after the other: making one takes long."""
    _create(postgresql, "shared")
    database = Database(postgresql.format("shared"))
    yield database
    database.close()


def _create(server: str, name: str) -> None:
    engine = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with its tables and nothing in them."""
    if request.param == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("_migrated"), path)
        return f"sqlite:///{path}"
    server: str = request.getfixturevalue("postgresql")
    with request.getfixturevalue("_shared").writing() as connection:
        # Rows of the audit log cannot be deleted, so that all go at once.
        names = ", ".join(table.name for table in metadata.sorted_tables if table is not revision)
        connection.execute(text(f"TRUNCATE {names}, words"))
        connection.execute(revision.update().values(value=0))
    return server.format("shared")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any tables; of SQLite not even its folder."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'deep' / 'down' / 'bot.db'}"
    server: str = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    _create(server, name)
    return server.format(name)


@pytest.fixture
def opened(url: str, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the test's database, each time as another process would."""
    stores: list[Store] = []

    def open_again() -> Store:
        stores.append(open_store(url, clock))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()
