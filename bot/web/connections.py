"""How many connections may be open, and how long one may take to say what it wants."""

from __future__ import annotations

import asyncio
import json
import resource
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ALL: Final = 4_000
PER_ADDRESS: Final = 500
# From the first byte that could come to the end of the headers.
HEAD_S: Final = 20.0
MAX_HEAD: Final = 64 * 1024
# The database, the log and the model are open too.
_OTHER_FILES: Final = 256
_RETRY_S: Final = 10


def bounded(
    trusted: frozenset[str],
    everybody: int = ALL,
    per_address: int = PER_ADDRESS,
    head_s: float = HEAD_S,
) -> type[HttpToolsProtocol]:
    """Uvicorn's protocol with these bounds; `trusted` are proxies, behind which many stand."""
    open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = everybody if open_files < 0 else max(1, min(everybody, open_files - _OTHER_FILES))

    class Bounded(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._head: asyncio.TimerHandle | None = None
            self._head_size = 0
            self._await_head()
            if len(self.connections) > most:
                self._refuse(503, "Too many connections are open: try again in a few seconds.")
            elif self._of_this_address() > per_address:
                self._refuse(429, "Your address has too many connections open: close some.")

        def connection_lost(self, exc: Exception | None) -> None:
            self._have_head()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self.transport.is_closing():
                return
            super().data_received(data)
            if self._head is not None:
                self._head_size += len(data)
                if self._head_size > MAX_HEAD:
                    self._refuse(431, f"The headers are larger than {MAX_HEAD // 1024} KiB.")

        def on_message_begin(self) -> None:
            super().on_message_begin()
            if self._head is None:
                self._await_head()

        def on_headers_complete(self) -> None:
            self._have_head()
            super().on_headers_complete()

        def send_400_response(self, msg: str) -> None:
            self._refuse(400, msg)

        def _await_head(self) -> None:
            self._head_size = 0
            self._head = self.loop.call_later(
                head_s, self._refuse, 408, "The headers came too late."
            )

        def _have_head(self) -> None:
            if self._head is not None:
                self._head.cancel()
                self._head = None

        def _of_this_address(self) -> int:
            host = self.client[0] if self.client else None
            if host is None or host in trusted:
                return 0
            here: Any = self.connections
            return sum(each.client is not None and each.client[0] == host for each in here)

        def _refuse(self, status: int, detail: str) -> None:
            self._have_head()
            if not self.transport.is_closing():
                self.transport.write(_refusal(status, detail))
                self.transport.close()

    return Bounded


def _refusal(status: int, detail: str) -> bytes:
    """A whole response, for when there is no request that could be answered in the usual way."""
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps(problem).encode()
    head = [
        f"HTTP/1.1 {status} {title}",
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "connection: close",
    ]
    if status in (429, 503):
        head.append(f"retry-after: {_RETRY_S}")
    return "\r\n".join([*head, "", ""]).encode("ascii") + body
