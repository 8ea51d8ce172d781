"""Eight hours of traffic, as fast as they can be answered: what memory and handles do meanwhile.

    .venv/bin/python -m benchmarks.steady [--place var/benchmarks] [--short]

A turn every five seconds for eight hours, in conversations of six turns, eight of them at once. What grows in
the first part is what is remembered up to a bound; from there on nothing may.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

from benchmarks import servers
from benchmarks.parts import Part, command_line, prepared
from benchmarks.plots import over_time
from benchmarks.servers import Served
from benchmarks.tables import table
from benchmarks.talks import OurTalk, messages

TURNS: Final = 8 * 3600 // 5
LENGTH: Final = 6
AT_ONCE: Final = 8
LOOKS: Final = 48
# What is remembered has filled up by then.
SETTLED: Final = 1 / 3


def measure(place: Path, short: bool) -> dict[str, Any]:
    home = place / "steady"
    shutil.rmtree(home, ignore_errors=True)
    with servers.ours(prepared(home)) as served:
        return asyncio.run(_spoken(served, TURNS // 50 if short else TURNS))


async def _spoken(served: Served, turns: int) -> dict[str, Any]:
    began, numbers = time.monotonic(), count()
    looks: list[dict[str, float]] = []

    async def speak() -> None:
        while (conversation := next(numbers)) * LENGTH < turns:
            talk = OurTalk(served.address, "")
            await talk.begin()
            for text in islice(messages(conversation), LENGTH):
                status = await talk.say(text)
                if status != 200:
                    raise RuntimeError(f"The server answered with {status}.")
            talk.end()
            if conversation * LENGTH * LOOKS // turns >= len(looks):
                looks.append(
                    {
                        "turns": conversation * LENGTH,
                        "megabytes": served.megabytes(),
                        "handles": served.handles(),
                    }
                )

    await asyncio.gather(*(speak() for _ in range(AT_ONCE)))
    return {"turns": turns, "seconds": time.monotonic() - began, "looks": looks}


def report(found: Mapping[str, Any]) -> str:
    looks = found["looks"]
    settled = looks[int(len(looks) * SETTLED)]
    rows = [
        [name, *(f"{look[key]:.0f}" for look in (looks[0], settled, looks[-1]))]
        for name, key in (("memory, MB", "megabytes"), ("open handles", "handles"))
    ]
    heads = [
        "",
        "at the start",
        f"after {settled['turns']:,.0f} turns",
        f"after {found['turns']:,}",
    ]
    return f"{table(heads, rows)}\n\nPlayed in {found['seconds']:.0f} s."


def draw(found: Mapping[str, Any], images: Path) -> list[str]:
    looks = found["looks"]
    lines = {
        "memory, MB": [look["megabytes"] for look in looks],
        "open handles": [look["handles"] for look in looks],
    }
    over_time([look["turns"] for look in looks], lines, images / "performance-steady.png")
    return ["performance-steady.png"]


PART: Final = Part("steady", "Eight hours", measure, report, draw)

if __name__ == "__main__":
    command_line(PART, __doc__)
