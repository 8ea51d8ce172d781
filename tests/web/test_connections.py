"""Connections: how many, how long without a word, how large a head."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from bot.web.api import Gateway
from bot.web.app import application
from bot.web.connections import MAX_HEAD, bounded

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@contextlib.contextmanager
def serving(**bounds: Any) -> Iterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application(Gateway(None)),
        http=bounded(frozenset(bounds.pop("trusted", ())), **bounds),
        ws="none",
        log_config=None,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()


def opened(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=20)


def answer(connection: socket.socket, sent: bytes = b"") -> tuple[int, dict[str, Any], str]:
    """Status, body and head of the next response."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(sent)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(4096)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().lower().splitlines()
    length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
    while len(body) < length:
        body += connection.recv(4096)
    return int(lines[0].split()[1]), json.loads(body), "\n".join(lines)


@pytest.mark.parametrize(
    ("bounds", "status"), [({"everybody": 2}, 503), ({"per_address": 2}, 429)], ids=str
)
def test_one_too_many_is_told_so_at_once(bounds: dict[str, int], status: int) -> None:
    with serving(**bounds) as address, contextlib.ExitStack() as held:
        for _ in range(2):
            connection = held.enter_context(opened(address))
            assert answer(connection, HEALTH)[0] == 200
        with opened(address) as third:
            got, problem, head = answer(third)
            assert (got, problem["status"]) == (status, status)
            assert "application/problem+json" in head
            assert "retry-after" in head
            assert third.recv(1) == b""
        assert answer(connection, HEALTH)[0] == 200


def test_many_may_stand_behind_a_trusted_proxy() -> None:
    bounds = {"per_address": 1, "trusted": ("127.0.0.1",)}
    with serving(**bounds) as address, opened(address) as one, opened(address) as other:
        assert answer(one, HEALTH)[0] == answer(other, HEALTH)[0] == 200


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTT", HEALTH[:-2]], ids=["nothing", "a word", "no end"]
)
def test_who_says_nothing_is_not_waited_for(sent: bytes) -> None:
    with serving(head_s=0.1) as address, opened(address) as connection:
        assert answer(connection, sent)[0] == 408
        assert connection.recv(1) == b""


def test_a_second_request_is_not_waited_for_either() -> None:
    with serving(head_s=0.5) as address, opened(address) as connection:
        assert answer(connection, HEALTH)[0] == 200
        assert answer(connection, b"GET /")[0] == 408


def test_an_endless_head_is_refused() -> None:
    with serving() as address, opened(address) as connection:
        sent = b"GET / HTTP/1.1\r\nX-Long: " + b"a" * (MAX_HEAD * 2)
        assert answer(connection, sent)[0] == 431


@pytest.mark.parametrize(
    "sent", [b"\x00\x01\x02\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n", b"POST\r\n\r\n"]
)
def test_what_is_no_http_is_a_problem_too(sent: bytes) -> None:
    with serving() as address, opened(address) as connection:
        status, problem, _ = answer(connection, sent)
        assert (status, problem["status"]) == (400, 400)


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 6\r\nTransfer-Encoding: chunked",
        "Content-Length: 6\r\nContent-Length: 5",
        "Content-Length: -1",
        "Transfer-Encoding: xchunked",
        "Content-Length : 6",
        "X: a\r\n b",
        "X: a\0b",
        "X: a\nContent-Length: 6",
    ],
    ids=ascii,
)
def test_a_head_that_could_be_read_in_two_ways_is_refused(head: str) -> None:
    # Behind it stands another request, which must not be answered: a proxy has not seen it.
    smuggled = "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = f"POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n{smuggled}"
    with serving() as address, opened(address) as connection:
        assert answer(connection, sent.encode())[0] == 400
        # The connection ends with it, cleanly or not.
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(4096) == b""
