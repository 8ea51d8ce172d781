"""Server processes to measure: each is started from nothing, and ends with its block."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
from sqlalchemy import create_engine, text

from benchmarks.peer import deployment

ROOT: Final = Path(__file__).resolve().parents[1]
SETTINGS: Final = {"BOT_RATE_LIMIT": "off", "BOT_LOG_REQUESTS": "off", "BOT_TRAIN": "off"}
_PATIENCE_S: Final = 900


@dataclass(frozen=True, slots=True)
class Served:
    """Where it is reached, and the processes that it consists of."""

    address: str
    processes: tuple[psutil.Process, ...]

    def _tree(self) -> list[psutil.Process]:
        return [each for one in self.processes for each in (one, *one.children(recursive=True))]

    def megabytes(self) -> float:
        """What all its processes hold in memory; what they share counts once."""
        return sum(each.memory_full_info().pss for each in self._tree()) / 2**20

    def handles(self) -> int:
        """Open files, sockets and pipes."""
        return sum(each.num_fds() for each in self._tree())

    def cpu_seconds(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self._tree())


@contextmanager
def ours(home: Path, *options: str, more: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`bot serve` on a free port, ready."""
    environment = os.environ | SETTINGS | {"BOT_HOME": str(home)} | (more or {})
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", *options]
    with _started(command, environment, ROOT, home / "server.log") as process:
        address = _said(home / "server.log", r"Chat widget +(http://\S+)/$", process)
        yield Served(address, (process,))


@contextmanager
def peer(folder: Path, home: Path) -> Iterator[Served]:
    """Rasa's default deployment with the model that was trained in `folder`, ready."""
    port, actions_port = free_port(), free_port()
    (folder / "trackers.db").unlink(missing_ok=True)
    environment = deployment.environment(home)
    with ExitStack() as stack:
        processes = [
            stack.enter_context(_started(command, environment, folder, folder / log))
            for command, log in zip(
                deployment.commands(folder, port, actions_port),
                ("actions.log", "rasa.log"),
                strict=True,
            )
        ]
        _answering(f"http://127.0.0.1:{actions_port}/health", processes)
        _answering(f"http://127.0.0.1:{port}/", processes)
        yield Served(f"http://127.0.0.1:{port}", tuple(processes))


@contextmanager
def floor(folder: Path) -> Iterator[Served]:
    """The least that a turn could be: an echo, one durable commit and one pass of the encoder."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.floor", str(port), str(folder / "floor.db")]
    with _started(command, os.environ, ROOT, folder / "floor.log") as process:
        _answering(f"http://127.0.0.1:{port}/", [process])
        yield Served(f"http://127.0.0.1:{port}", (process,))


@contextmanager
def shared_services() -> Iterator[Mapping[str, str]]:
    """A throw-away PostgreSQL, which writes durably, and a Redis; the settings that name them."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs or not shutil.which("redis-server"):
        sys.exit("Several workers need PostgreSQL and Redis: install both.")
    # The path of a socket may have no more than about a hundred letters.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, pwd.getpwnam("postgres").pw_name)
        prefix = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*prefix, str(programs[-1] / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    data, port = str(folder / "data"), free_port()
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c max_connections=200"
    run("initdb", "-D", data, "-U", "bot", "-A", "trust", "-E", "UTF8")
    with ExitStack() as stack:
        run("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(folder / "log"), "start")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(run, "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
        redis = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        stack.enter_context(_started(redis, os.environ, folder, Path(os.devnull)))
        yield {
            "BOT_DATABASE_URL": f"postgresql://bot@/postgres?host={folder}",
            "BOT_REDIS_URL": f"redis://127.0.0.1:{port}/0",
        }


def new_database(services: Mapping[str, str], name: str) -> Mapping[str, str]:
    """The same services with an empty database of that name."""
    url = services["BOT_DATABASE_URL"]
    engine = create_engine(url, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return {**services, "BOT_DATABASE_URL": url.replace("/postgres?", f"/{name}?")}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def _started(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> Iterator[psutil.Process]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as written:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=written, stderr=subprocess.STDOUT
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(log: Path, pattern: str, process: psutil.Process) -> str:
    def look() -> str | None:
        found = re.search(pattern, log.read_text(), re.M)
        return found[1] if found else None

    return _awaited(look, [process], log)


def _answering(url: str, processes: Sequence[psutil.Process]) -> None:
    def look() -> str | None:
        try:
            urlopen(url).close()
        except HTTPError:
            return url
        except (URLError, ConnectionError):
            return None
        return url

    _awaited(look, processes, url)


def _awaited(
    look: Callable[[], str | None], processes: Sequence[psutil.Process], what: object
) -> str:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        if any(not each.is_running() or each.status() == "zombie" for each in processes):
            break
        time.sleep(0.02)
    sys.exit(f"A server did not start: {what}")
