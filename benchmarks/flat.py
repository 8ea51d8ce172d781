"""Whether a turn costs the same however much there is: turns, policies, kept conversations, open connections.

    .venv/bin/python -m benchmarks.flat [--place var/benchmarks] [--short]

Each point is measured in turn with another server, which has one policy, no earlier conversations and no other
connections, so that whatever else the machine does slows both; the ratio is that of the two medians. Large stores
take long to fill, and up to ten gigabytes: that is done once, and kept in the place.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks import servers
from benchmarks.parts import Part, command_line, prepared
from benchmarks.plots import Curve, curves
from benchmarks.servers import Served
from benchmarks.stores import filling, with_policies, with_turns
from benchmarks.tables import ms, table
from benchmarks.talks import OurTalk, messages

# What there is more and more of, in the order of measuring.
NAMES: Final = ("turns", "policies", "kept", "feeds")
WARM: Final = 40
LENGTH: Final = 500
STEP: Final = 50
POLICIES: Final = (1, 10, 100, 1_000, 10_000)
KEPT: Final = (0, 1_000, 10_000, 100_000, 1_000_000)
FEEDS: Final = (0, 100, 500, 1_000, 2_000)


# A curve, and the megabytes that belong to its last point: of memory, or for what is kept, of disk.
Point = tuple[Curve, float]


def measure(place: Path, short: bool) -> dict[str, Any]:
    samples = 20 if short else 100
    with _alone(place / "alone") as alone:
        found = [
            asyncio.run(_turns(place, alone, short)),
            _policies(place, alone, POLICIES[:3] if short else POLICIES, samples),
            _kept(place, alone, KEPT[:3] if short else KEPT, samples),
            asyncio.run(_connections(place, alone, FEEDS[:2] if short else FEEDS, samples)),
        ]
    return {
        "curves": {name: asdict(curve) for name, (curve, _) in zip(NAMES, found, strict=True)},
        "megabytes": {name: held for name, (_, held) in zip(NAMES, found, strict=True)},
        "filled": filling(place, (POLICIES[2] if short else POLICIES[-1])),
    }


@contextmanager
def _alone(home: Path) -> Iterator[Served]:
    """A server on a new store."""
    shutil.rmtree(home, ignore_errors=True)
    with servers.ours(prepared(home)) as served:
        yield served


async def _say(address: str, texts: Sequence[str]) -> list[float]:
    """A new conversation's turns, in milliseconds."""
    talk = OurTalk(address, "")
    await talk.begin()
    taken = [await _timed(talk, text) for text in texts]
    talk.end()
    return taken


async def _timed(talk: OurTalk, text: str) -> float:
    began = time.perf_counter()
    status = await talk.say(text)
    if status != 200:
        raise RuntimeError(f"The server answered with {status}.")
    return (time.perf_counter() - began) * 1000


async def _in_turn(
    served: Served, alone: Served, samples: int, seed: object
) -> tuple[float, float]:
    """The medians of first turns, each said to both; another seed for each point, as words are remembered."""
    # What is done only once, as to read a policy, is not a turn's.
    for text in islice(messages("only once"), WARM):
        await _say(served.address, [text])
    taken: tuple[list[float], list[float]] = ([], [])
    for text in islice(messages(seed), samples):
        for one, times in zip((served, alone), taken, strict=True):
            times += await _say(one.address, [text])
    return statistics.median(taken[0]), statistics.median(taken[1])


async def _turns(place: Path, alone: Served, short: bool) -> Point:
    """Each turn of some long conversations beside the first turn of another."""
    length, number = (STEP * 2, 1) if short else (LENGTH, 2)
    steps = length // STEP
    late: list[list[float]] = [[] for _ in range(steps)]
    first: list[list[float]] = [[] for _ in range(steps)]
    with _alone(place / "turns") as served:
        for conversation in range(number):
            talk = OurTalk(served.address, "")
            await talk.begin()
            for turn, text in enumerate(islice(messages(f"long {conversation}"), length)):
                late[turn // STEP].append(await _timed(talk, text))
                first[turn // STEP] += await _say(alone.address, [text])
            talk.end()
        held = served.megabytes()
    at = [STEP * (step + 1) for step in range(steps)]
    return Curve("turns of a conversation", "ms", at, _medians(late), _medians(first)), held


def _policies(place: Path, alone: Served, counts: Sequence[int], samples: int) -> Point:
    values, base = [], []
    for count in counts:
        with servers.ours(with_policies(place, count)) as served:
            value, beside = asyncio.run(_in_turn(served, alone, samples, f"policies {count}"))
            held = served.megabytes()
        values.append(value)
        base.append(beside)
    return Curve("policies on file", "ms", counts, values, base), held


def _kept(place: Path, alone: Served, counts: Sequence[int], samples: int) -> Point:
    values, base = [], []
    for count in counts:
        home = with_turns(place, count)
        with servers.ours(home) as served:
            value, beside = asyncio.run(_in_turn(served, alone, samples, f"kept {count}"))
        values.append(value)
        base.append(beside)
    held = sum(file.stat().st_size for file in home.glob("bot.db*")) / 2**20
    return Curve("turns kept in the store", "ms", counts, values, base), held


async def _connections(place: Path, alone: Served, counts: Sequence[int], samples: int) -> Point:
    values, base = [], []
    with _alone(place / "connections") as served:
        for count in counts:
            async with _listening(served, count):
                value, beside = await _in_turn(served, alone, samples, f"feeds {count}")
                held = served.megabytes()
            values.append(value)
            base.append(beside)
    return Curve("open live feeds", "ms", counts, values, base), held


@asynccontextmanager
async def _listening(served: Served, count: int) -> AsyncIterator[None]:
    """So many providers with the widget open: a conversation and its live feed for each."""
    talks = [OurTalk(served.address, "") for _ in range(count)]
    for number, talk in enumerate(talks):
        await talk.begin()
        await talk.listen(f"10.{number // 40_000}.{number // 200 % 200}.{number % 200}")
    try:
        yield
    finally:
        for talk in talks:
            talk.end()


def _medians(steps: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(step) for step in steps]


def report(found: Mapping[str, Any]) -> str:
    rows = []
    for curve in (Curve(**each) for each in found["curves"].values()):
        rise = f"{curve.ratio:.2f}"
        ends = f"{curve.at[0]:,.0f} to {curve.at[-1]:,.0f}"
        rows.append([f"{curve.title}, {ends}", ms(curve.values[0]), ms(curve.values[-1]), rise])
    filled = [
        [f"{step['on_file']:,}", *(f"{1000 * step[kind] / step['added']:.0f}" for kind in ("seconds", "cpu_seconds"))]
        for step in found["filled"]
        if step["added"] > 1
    ]  # fmt: skip
    return "\n\n".join(
        (
            table(["", "p50 ms at first", "at last", "rises at most"], rows),
            table(["import up to so many policies on file", "ms a policy", "of the processors"], filled),
        )
    )  # fmt: skip


def draw(found: Mapping[str, Any], images: Path) -> list[str]:
    curves([Curve(**each) for each in found["curves"].values()], images / "performance-flat.png")
    return ["performance-flat.png"]


PART: Final = Part("flat", "Flat", measure, report, draw)

if __name__ == "__main__":
    command_line(PART, __doc__)
