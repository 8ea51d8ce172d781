"""The floor under a turn, as a server: `python -m benchmarks.floor PORT DATABASE`.

An ASGI echo under the same web server, one pass of the same encoder, one durable commit in the same database.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn

from bot.dialog.encoder import SentenceEncoder


class Floor:
    """As a server would: the encoder on one thread, the database on another."""

    def __init__(self, database: str) -> None:
        self._encoder = SentenceEncoder()
        self._database = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE IF NOT EXISTS said (text TEXT)",
        ):
            self._database.execute(statement)
        self._encodes, self._keeps = ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    async def __call__(
        self,
        _scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        body = (await receive()).get("body")
        if body:
            loop, text = asyncio.get_running_loop(), json.loads(body)["text"]
            await loop.run_in_executor(self._encodes, self._encoder.encode, [text])
            await loop.run_in_executor(
                self._keeps, self._database.execute, "INSERT INTO said VALUES (?)", (text,)
            )
        reply = body or b"{}"
        length = str(len(reply)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": reply})


def main() -> None:
    port, database = sys.argv[1:]
    app: Any = Floor(database)
    quiet = {"lifespan": "off", "ws": "none", "log_level": "error", "access_log": False}
    uvicorn.run(app, port=int(port), **quiet)


if __name__ == "__main__":
    main()
