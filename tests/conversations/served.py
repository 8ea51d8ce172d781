"""A server on loopback that gives the calls of the contract which a test needs, answered from a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.conversations.assistant import Message

from .scripted import DOCUMENT, Scripted, covered

SCRIPT = {
    "is work hardening covered?": covered(),
    '/need{"topics": "reason"}': covered(topics=["reason"]),
}


class Handler(BaseHTTPRequestHandler):
    """The calls of the contract that a test needs, answered from the script."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/v1/conversations":
            self._give(201, {"conversation_id": "c-1", "token": "t-1"})
        elif self.headers["Authorization"] != "Bearer t-1":
            self._give(401, {"title": "Unauthorized", "detail": "The token is missing."})
        else:
            reply = Scripted(SCRIPT).send(body.get("text") or body["payload"])
            self._give(200, {"messages": [wire(message) for message in reply.messages]})

    def do_GET(self) -> None:
        self._give(200, {"text": DOCUMENT})

    def log_message(self, *_: Any) -> None:
        pass

    def _give(self, status: int, data: Any) -> None:
        raw = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def wire(message: Message) -> dict[str, Any]:
    return {"sender": "bot", **asdict(message)}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()
