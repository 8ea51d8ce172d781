"""Server processes to do harm to, and conversations with them."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from redis import Redis, RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

# With it the servers under test sign what staff do.
SECRET = b"a secret of the tests"


@dataclass(slots=True)
class Served:
    """A process of serving.py on a socket that the test holds, so that it outlives the process."""

    listener: socket.socket
    process: subprocess.Popen[str]
    database: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def says(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def client(self, **more: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=30, **more)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@dataclass(slots=True)
class Talk:
    """One conversation over one connection, as a tab of a browser has it."""

    client: httpx.Client
    path: str
    headers: dict[str, str]
    told: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begin(cls, client: httpx.Client) -> Talk:
        for _ in range(10):
            made = client.post("/api/v1/conversations", json={})
            if made.status_code != 503:  # it was busy, and says to come again
                break
        assert made.status_code == 201, made.text
        body = made.json()
        headers = {"Authorization": f"Bearer {body['token']}"}
        return cls(client, f"/api/v1/conversations/{body['conversation_id']}", headers)

    def tab(self, client: httpx.Client) -> Talk:
        return Talk(client, self.path, self.headers)

    def say(self, words: str, client_id: str | None = None) -> httpx.Response:
        body = {"text": words, "client_id": client_id or str(uuid4())}
        return self.client.post(f"{self.path}/messages", json=body, headers=self.headers)

    def say_until_told(self, words: str) -> None:
        """As the widget does: the same message with the same id again, until there is a reply."""
        client_id = str(uuid4())
        while True:
            try:
                reply = self.say(words, client_id)
            except httpx.TransportError:
                continue
            if reply.status_code == 200:
                self.told += reply.json()["messages"]
                return
            assert reply.status_code == 503, reply.text

    def transcript(self) -> list[dict[str, Any]]:
        reply = self.client.get(f"{self.path}/messages", headers=self.headers)
        assert reply.status_code == 200, reply.text
        found: list[dict[str, Any]] = reply.json()["messages"]
        return found


Serve = Callable[..., Served]


@dataclass(slots=True)
class RedisServer:
    port: int
    program: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL)
        with Redis.from_url(self.url) as redis:
            wait_until(lambda: _answers(redis))

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class SlowLine:
    """A line to a PostgreSQL server that holds back each thing said to it for `delay` seconds."""

    def __init__(self, server: URL) -> None:
        self.delay = 0.0
        self._upstream = f"{server.query['host']}/.s.PGSQL.{server.port or 5432}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        self.url = f"postgresql://{server.username}@{host}:{port}/{server.database}"

    def __enter__(self) -> SlowLine:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Of a socket that is only closed, one that waits in `accept` hears nothing.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self._upstream)
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while said := here.recv(65536):
                if there.family == socket.AF_UNIX:
                    time.sleep(self.delay)
                there.sendall(said)
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False


def on_server(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came to pass"
        time.sleep(0.02)
