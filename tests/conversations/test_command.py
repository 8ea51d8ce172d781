"""`bot test` against a server: exit codes, what is printed, what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import bot, run
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


CASES = """
- name: the position
  tags: [smoke]
  turns:
    - say: is work hardening covered?
      determination: not_medically_necessary
    - press: Why?
      topics: reason
- name: a wish
  turns:
    - say: is work hardening covered?
      determination: medically_necessary
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "cases.yml").write_text(CASES, encoding="utf-8")
    return tmp_path


def invoke(*args: object) -> Result:
    return CliRunner().invoke(bot, [str(arg) for arg in args], standalone_mode=False)


def test_what_holds(cases: Path, server: str) -> None:
    result = invoke("test", cases, "--url", server, "--tags", "smoke")
    assert result.return_value == 0
    assert result.output == "1 conversation: all that was expected held.\n"


def test_what_does_not(cases: Path, server: str) -> None:
    result = invoke("test", cases / "cases.yml", "--url", server)
    assert result.return_value == 1
    assert "cases.yml:9: a wish\n  provider: is work hardening covered?" in result.output
    assert "  expected determination: medically_necessary\n    but came: not_med" in result.output
    assert result.output.endswith("\n2 conversations, 1 failed.\n")


def test_a_choice_by_name(cases: Path, server: str) -> None:
    assert invoke("test", cases, "--url", server, "-k", "POSITION").return_value == 0


def test_results_for_programs(cases: Path, server: str) -> None:
    found = json.loads(invoke("test", cases, "--url", server, "--json").output)
    assert [(one["name"], one["passed"]) for one in found] == [
        ("the position", True),
        ("a wish", False),
    ]
    assert found[0]["turns"][1]["press"] == "Why?"
    assert found[1]["faults"] == [
        {
            "what": "determination",
            "expected": "medically_necessary",
            "came": "not_medically_necessary",
        }
    ]


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (["-k", "nobody"], "No conversation fits", 1),
        (["--url", "ftp://x"], "is no address", 1),
        (["--url", "http://127.0.0.1:9"], "does not answer", 1),
    ],
)
def test_what_cannot_be_run(
    cases: Path, args: list[str], said: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["test", str(cases), *args]
    assert run(lambda: bot.main(command, prog_name="bot", standalone_mode=False)) == code
    assert said in capsys.readouterr().err


def test_a_folder_without_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["test", str(tmp_path)]
    assert run(lambda: bot.main(command, prog_name="bot", standalone_mode=False)) == 1
    assert "holds no conversation tests" in capsys.readouterr().err
