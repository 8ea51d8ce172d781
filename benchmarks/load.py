"""So many conversations at once, each saying the next thing when it has its reply: a process of its own.

    python -m benchmarks.load KIND ADDRESS --at 8 --seconds 10

prints what came of it as JSON, with the processor's time that it took itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import uvloop

from benchmarks.talks import KINDS, Talk, messages

ROOT: Final = Path(__file__).resolve().parents[1]
# When the server refuses a turn, whoever asked waits; this is what the server says at least.
_BACK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """What so many conversations got in so long; times in milliseconds, `refused` are 503s."""

    at_once: int
    turns_per_second: float
    p50: float
    p95: float
    p99: float
    refused: int
    failed: int
    generator_cpu: float


async def _loaded(kind: str, address: str, at_once: int, seconds: float, warm: float) -> Load:
    talks = [KINDS[kind](address, str(uuid4())) for _ in range(at_once)]
    await asyncio.gather(*(talk.begin() for talk in talks))
    began = time.perf_counter() + warm
    ends = began + seconds
    taken: list[float] = []
    statuses: Counter[int] = Counter()

    async def speak(talk: Talk, number: int) -> None:
        for text in messages(number):
            asked = time.perf_counter()
            status = await talk.say(text)
            now = time.perf_counter()
            if began <= now <= ends:
                statuses[status] += 1
                if status in (200, 204):
                    taken.append((now - asked) * 1000)
            if now >= ends:
                return
            if status == 503:
                await asyncio.sleep(_BACK_S)

    async def cpu() -> float:
        await asyncio.sleep(began - time.perf_counter())
        before = _own_cpu()
        await asyncio.sleep(ends - time.perf_counter())
        return (_own_cpu() - before) / seconds

    *_, generator = await asyncio.gather(*(speak(t, n) for n, t in enumerate(talks)), cpu())
    for talk in talks:
        talk.end()
    done = statuses[200] + statuses[204]
    cut = statistics.quantiles(taken, n=100) if len(taken) > 1 else [float("nan")] * 99
    failed = sum(statuses.values()) - done - statuses[503]
    return Load(
        at_once, done / seconds, cut[49], cut[94], cut[98], statuses[503], failed, generator
    )


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def load(kind: str, address: str, at_once: int, seconds: float, warm: float) -> Load:
    """Runs it in a process of its own."""
    options = ["--at", str(at_once), "--seconds", str(seconds), "--warm", str(warm)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", kind, address, *options],
        cwd=ROOT, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return Load(**json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("address")
    parser.add_argument("--at", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm", type=float, default=2)
    given = parser.parse_args()
    uvloop.install()
    made = asyncio.run(_loaded(given.kind, given.address, given.at, given.seconds, given.warm))
    print(json.dumps(asdict(made)))


if __name__ == "__main__":
    main()
