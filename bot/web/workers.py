"""Several processes on one listening socket: started anew when one ends, ended together.

They are spawned, as TensorFlow does not outlive a fork. A worker takes connections from when it is ready, so
that no request meets one that is still loading; the socket's queue outlives each of them.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final

from bot.errors import WorkerFailed
from bot.web.server import interruptible

_LOG = logging.getLogger(__name__)
# One that ends again and again must not keep the processors busy with starting it.
_PAUSE_S: Final = 2.0
# For turns in flight, which the server of a worker waits for itself.
_PATIENCE_S: Final = 30.0

# Serves the socket until it is interrupted, and calls the other when it is ready; gives the exit code.
Work = Callable[[socket.socket, Callable[[], None]], int]


@dataclass(slots=True)
class _Worker:
    """`line` breaks when either end is gone; through it the worker says that it is ready."""

    process: BaseProcess
    line: Connection
    ready: bool = False


class Workers:
    """So many workers, from `run` until it is interrupted."""

    def __init__(self, listener: socket.socket, number: int, work: Work) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._listener = listener
        self._number = number
        self._work = work
        self._workers: list[_Worker] = []
        self._were_ready = False

    def run(self, told: Callable[[int], None]) -> None:
        """Calls `told` with how many are ready, at each that becomes so.

        Raises `WorkerFailed` when one ends before any was ready.
        """
        try:
            for _ in range(self._number):
                self._start()
            while True:
                self._look(told)
        finally:
            self._stop()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_worker, args=(self._work, self._listener, theirs), name="worker"
        )
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))

    def _look(self, told: Callable[[int], None]) -> None:
        wait([worker.line for worker in self._workers])
        for worker in list(self._workers):
            if not worker.line.poll():
                continue
            try:
                worker.line.recv()
            except (EOFError, ConnectionError):
                self._replace(worker)
            else:
                worker.ready = self._were_ready = True
                told(sum(each.ready for each in self._workers))

    def _replace(self, ended: _Worker) -> None:
        ended.process.join()
        ended.line.close()
        self._workers.remove(ended)
        if not self._were_ready:
            raise WorkerFailed("A worker could not start: the line before this one says why.")
        _LOG.warning("A worker ended with %s: another one starts.", ended.process.exitcode)
        if not ended.ready:
            time.sleep(_PAUSE_S)
        self._start()

    def _stop(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic() + _PATIENCE_S
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            worker.process.kill()
            worker.process.join()
            worker.line.close()


def _worker(work: Work, listener: socket.socket, line: Connection) -> None:
    """A process of its own; it ends as well when the one that started it is gone."""
    # Ctrl-C reaches all processes of a terminal, and the first one then ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(line,), name="line", daemon=True).start()
    code = 0
    with interruptible(), suppress(KeyboardInterrupt):
        code = work(listener, lambda: line.send("ready"))
    # Threads of libraries may live on, and nothing of theirs has to be kept.
    os._exit(code)


def _follow(line: Connection) -> None:
    with suppress(EOFError, ConnectionError):
        line.recv()
    os.kill(os.getpid(), signal.SIGTERM)
