"""How long a turn takes, through HTTP and in process, early and late in a conversation.

    .venv/bin/python benchmarks/turns.py [--samples 60]

Starts `bot serve` on a free port with a store of its own, asks, and prints a table; then does the same
with the assistant in this process, without HTTP and without keeping the transcript. Nothing else should
run on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LATE = 100
# Each stands by itself, so that it has the same answer early and late.
QUESTIONS = (
    "is work hardening covered for M54.50?",
    "why is work hardening not medically necessary?",
    "what codes do I bill for work hardening?",
    "can work hardening be done inpatient?",
    "does work hardening need prior auth?",
    "was work hardening covered in 2016?",
    "is 97545 covered for BlueCard?",
    "where is my authorization?",
    "thanks",
)
Ask = Callable[[str], Awaitable[object]]


async def timed(ask: Ask, questions: list[str]) -> list[float]:
    """Milliseconds of each turn."""
    taken = []
    for question in questions:
        began = time.perf_counter()
        await ask(question)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def measured(begin: Callable[[], Ask], samples: int) -> dict[str, list[float]]:
    """The first turns of many conversations, and the turns of one from the hundredth on."""
    await timed(begin(), list(QUESTIONS))  # what is done only once is not a turn's
    early = [(await timed(begin(), [q]))[0] for q in islice(cycle(QUESTIONS), samples)]
    long_one = begin()
    await timed(long_one, list(islice(cycle(QUESTIONS), LATE - 1)))
    late = await timed(long_one, list(islice(cycle(QUESTIONS), samples)))
    return {"turn 1": early, f"turn {LATE}": late}


class OverHttp:
    def __init__(self, home: str) -> None:
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"BOT_HOME": home, "BOT_RATE_LIMIT": "off"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        found = None
        for line in self.process.stdout:
            found = found or re.search(r"http://(\S+:\d+)/$", line.strip())
            if found:
                break
        if not found:
            sys.exit("bot serve did not start.")
        self.started = time.perf_counter() - began
        self.connection = HTTPConnection(found[1])

    def begin(self) -> Ask:
        made = self.call("/api/v1/conversations", {}, {})
        path = f"/api/v1/conversations/{made['conversation_id']}/messages"
        token = {"Authorization": f"Bearer {made['token']}"}

        async def ask(question: str) -> object:
            return self.call(path, {"text": question}, token)

        return ask

    def call(self, path: str, body: dict[str, str], headers: dict[str, str]) -> Any:
        headers = headers | {"Content-Type": "application/json"}
        self.connection.request("POST", path, json.dumps(body), headers)
        reply = self.connection.getresponse()
        content = json.loads(reply.read())
        if reply.status >= 400:
            sys.exit(f"{path}: {content['detail']}")
        return content

    def megabytes(self) -> float:
        shown = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, check=True
        )
        return int(shown.stdout) / 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def in_process(home: str, samples: int) -> dict[str, list[float]]:
    from bot.cli.logs import log_to_stderr
    from bot.prepare import prepare
    from bot.settings import Settings

    log_to_stderr()
    assistant = prepare(Settings.from_environment({"BOT_HOME": home}), lambda _: None)
    numbers = iter(range(10**6))

    def begin() -> Ask:
        number, thread = f"conversation {next(numbers)}", None

        async def ask(question: str) -> object:
            nonlocal thread
            result = await assistant.agent.respond(number, question, thread)
            thread = result.thread
            return result

        return ask

    try:
        return asyncio.run(measured(begin, samples))
    finally:
        assistant.close()


def row(name: str, taken: list[float]) -> str:
    p95 = statistics.quantiles(taken, n=20)[-1]
    return f"{name:<24}{statistics.median(taken):>9.1f}{p95:>9.1f}{max(taken):>9.1f}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--samples", type=int, default=60, help="turns for each row")
    samples = arguments.parse_args().samples
    with tempfile.TemporaryDirectory() as home:
        server = OverHttp(home)
        before = server.megabytes()
        over_http = asyncio.run(measured(server.begin, samples))
        after = server.megabytes()
        server.stop()
        again = OverHttp(home)
        again.stop()
        inside = in_process(home, samples)
    print(f"{'ms':<24}{'p50':>9}{'p95':>9}{'max':>9}")
    for name, taken in over_http.items():
        print(row(f"HTTP, {name}", taken))
    for name, taken in inside.items():
        print(row(f"in process, {name}", taken))
    print(f"\nstart with a new store   {server.started:6.1f} s")
    print(f"start after that         {again.started:6.1f} s")
    print(f"memory after the start   {before:6.0f} MB")
    print(f"memory after {2 * samples + LATE + 8} turns   {after:6.0f} MB")


if __name__ == "__main__":
    main()
