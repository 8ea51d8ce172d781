"""Hours of traffic, compressed: neither memory nor handles grow once what is remembered has filled up.

    TURNS=9600 pytest tests/faults/test_steady.py

is the long form; with the trained model it is `python -m benchmarks.steady`.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import psutil

from tests.faults.harm import Serve, Served, Talk

TURNS = int(os.environ.get("TURNS", "480"))
LENGTH = 6
AT_ONCE = 8
# What the allocator keeps for itself.
PLAY_MB = 12


def talked(served: Served, turns: int) -> tuple[float, int]:
    """What the server holds after so many turns: megabytes, and open handles."""

    def converse(_: int) -> None:
        with served.client() as client:
            talk = Talk.begin(client)
            for number in range(LENGTH):
                talk.say_until_told(f"message {number}")
            assert len(talk.transcript()) == 2 * LENGTH

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(converse, range(turns // LENGTH)))
    process = psutil.Process(served.process.pid)
    return process.memory_info().rss / 2**20, process.num_fds()


def test_neither_memory_nor_handles_grow(serve: Serve) -> None:
    served = serve()
    assert served.says() == "ready"
    before, handles = talked(served, TURNS // 3)
    after, handles_after = talked(served, TURNS - TURNS // 3)
    # Connections to the database stay open, as many as were needed at once.
    assert handles_after <= handles + AT_ONCE
    assert after <= before + PLAY_MB
