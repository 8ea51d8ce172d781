"""kill -9 at random moments: what was acknowledged is there, once, in its order, and the record verifies.

    KILLS=200 pytest tests/faults/test_killed.py

is the long form.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

import httpx

from tests.faults.harm import Serve, Talk

KILLS = int(os.environ.get("KILLS", "12"))
TALKS = 4


def talk_until(ended: threading.Event, told: SimpleQueue[None], client: httpx.Client) -> Talk:
    while True:
        try:
            talk = Talk.begin(client)
            break
        except httpx.TransportError:
            continue
    while not ended.is_set():
        talk.say_until_told(f"message {len(talk.told) + 1}")
        told.put(None)
    return talk


def test_nothing_is_lost_and_nothing_doubled(serve: Serve, database: Path) -> None:
    served = serve("--anew", "--slow", "0.01")
    ended = threading.Event()
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(TALKS))
        told: SimpleQueue[None] = SimpleQueue()
        talks = [
            pool.submit(talk_until, ended, told, stack.enter_context(served.client()))
            for _ in range(TALKS)
        ]
        for _ in range(KILLS):
            process = int(served.says())
            for _ in range(told.qsize() + 1):
                told.get()
            ended.wait(moments.uniform(0, 0.1))
            os.kill(process, signal.SIGKILL)
        ended.set()
        spoken = [talk.result() for talk in talks]
        transcripts = [talk.transcript() for talk in spoken]
    turns = 0
    for talk, kept in zip(spoken, transcripts, strict=True):
        said = [message["text"] for message in kept if message["sender"] == "provider"]
        replies = [message for message in kept if message["sender"] == "bot"]
        assert said == [f"message {number + 1}" for number in range(len(talk.told))], seed
        assert replies == talk.told, seed
        assert [reply["text"].partition(" (")[0] for reply in replies] == [
            f"{number}: {words}" for number, words in enumerate(said, 1)
        ], seed
        turns += len(said)
    assert turns > KILLS, "hardly anything was said between the kills"
    done = subprocess.run(
        [sys.executable, "-m", "bot", "decisions", "verify", "--json"],
        env=os.environ | {"BOT_DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (seed, done.stdout, done.stderr)
    assert f'"decisions": {turns}' in done.stdout, (seed, done.stdout)
