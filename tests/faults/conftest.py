"""Servers, databases and a Redis for one test each."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from bot.store import open_store
from tests.faults.harm import RedisServer, Serve, Served, on_server
from tests.store.conftest import postgresql  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _serving(home: Path) -> Iterator[Serve]:
    started: list[Served] = []

    def start(*options: str) -> Served:
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.faults.serving",
                str(home),
                str(listener.fileno()),
                *options,
            ],
            pass_fds=(listener.fileno(),),
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        started.append(Served(listener, process, home / "bot.db"))
        return started[-1]

    yield start
    for served in started:
        # With all that it has started, which is a group of its own.
        if served.process.poll() is None:
            os.killpg(os.getpgid(served.process.pid), signal.SIGKILL)
        served.process.wait()
        assert served.process.stdout
        served.process.stdout.close()
        served.listener.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    with _serving(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One process for the tests of a module that leave it as it was; it takes ten turns at once."""
    with _serving(tmp_path_factory.mktemp("served")) as start:
        one = start("--slow", "0.02", "--most", "10")
        assert one.says() == "ready"
        yield one


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of the database that `serve` uses, with its tables."""
    path = tmp_path / "bot.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def postgres(postgresql: str) -> str:  # noqa: F811
    """The address of a new database with its tables."""
    name = f"faults_{uuid4().hex}"
    on_server(postgresql.format("postgres"), f"CREATE DATABASE {name}")
    url = postgresql.format(name)
    open_store(url).close()
    return url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed: no redis-server on the PATH")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = RedisServer(port, program)
    server.start()
    yield server
    server.stop()
