"""The server: it listens at once, answers "still starting" until the service is there, and ends cleanly.

It runs on a thread of its own, so that the main thread can prepare the service; a signal interrupts that
with all the processes that it started.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import uvicorn

from bot.errors import CannotListen
from bot.web.api import Gateway
from bot.web.app import application
from bot.web.body import MAX_BODY
from bot.web.connections import bounded

# For turns in flight; one takes some milliseconds.
_PATIENCE_S = 20


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `CannotListen`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = f"Port {port} on {host} is in use: choose another with --port."
        else:
            why = f"The server cannot listen on {host} port {port} ({_cause(error)}): choose others with --host and --port."
        raise CannotListen(why) from error


def _cause(error: OSError) -> str:
    # Python adds the address once more to the system's own sentence; a name's look-up has other numbers.
    looked_up = isinstance(error, socket.gaierror)
    return str(error.strerror) if looked_up else os.strerror(error.errno or 0)


def address(host: str, port: int) -> str:
    """The web address of a host, by name or by number of either version, and a port."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Server:
    """Serves from `start` until `stop`."""

    def __init__(self, gateway: Gateway, listener: socket.socket) -> None:
        self._gateway = gateway
        settings = gateway.settings
        config = uvicorn.Config(
            application(gateway),
            http=bounded(frozenset(settings.trusted_proxies.split(","))),
            # The library of the default is newer than what Rasa has installed.
            ws="wsproto" if "socketio" in settings.rasa_channels else "none",
            ws_max_size=MAX_BODY,
            # Neither the log nor the headers tell more than they must.
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=_PATIENCE_S,
        )
        self._server = uvicorn.Server(config)
        self._listener = listener
        # A thread whose join was interrupted counts as ended for Python 3.11, though it still runs.
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Returns when the server has ended."""
        self._ended.wait()

    def stop(self) -> None:
        """Takes no more requests, and waits until those in flight are answered; live feeds end."""
        self._server.should_exit = True
        if self._gateway.service:
            self._gateway.service.bell.close()
        if self._thread.ident is not None:
            self._ended.wait()

    def _run(self) -> None:
        try:
            self._server.run([self._listener])
        finally:
            self._ended.set()


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does: by a KeyboardInterrupt."""

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
