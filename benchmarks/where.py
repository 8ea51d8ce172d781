"""Where the time of a turn goes, by a profiler that looks at the running server from outside.

    .venv/bin/python -m benchmarks.where [--place var/benchmarks] [--short]

One conversation at a time. The profiler counts what each thread does when it does something; the rest of a turn
is waiting: for the disk, and for another thread to take over.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks import servers
from benchmarks.load import load
from benchmarks.parts import Part, command_line, prepared
from benchmarks.plots import shares
from benchmarks.tables import ms, table

PER_SECOND: Final = 250
# The innermost frame whose file is one of these says whose time it is.
WHOSE: Final = (
    ("bot/dialog/encoder.py", "sentence encoder"),
    ("bot/dialog/", "classifier"),
    ("bot/privacy/", "redaction"),
    ("bot/store/", "database"),
    ("bot/assembly.py", "answer"),
    ("bot/answer/", "answer"),
    ("actions/", "answer"),
    ("rasa/", "Rasa"),
    ("rasa_sdk/", "Rasa"),
    ("bot/web/", "gateway"),
    ("uvicorn/", "gateway"),
    ("starlette/", "gateway"),
    ("anyio/", "gateway"),
)


def measure(place: Path, short: bool) -> dict[str, Any]:
    home, seconds = prepared(place / "home"), 4 if short else 20
    stacks = place / "stacks.txt"
    with servers.ours(home) as served:
        load("ours", served.address, 1, 2, 1)
        profiler = str(Path(sys.executable).with_name("py-spy"))
        options = ["--rate", str(PER_SECOND), "--format", "raw", "--nonblocking"]
        options += ["--duration", str(seconds), "--output", str(stacks)]
        looking = subprocess.Popen(
            [profiler, "record", *options, "--pid", str(served.processes[0].pid)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        loaded = load("ours", served.address, 1, seconds - 1, 0.5)
        looking.wait()
    counted: Counter[str] = Counter()
    for line in stacks.read_text().splitlines():
        stack, _, number = line.rpartition(" ")
        counted[_whose(stack)] += int(number)
    turns = loaded.turns_per_second * seconds
    took = {whose: 1000 * n / PER_SECOND / turns for whose, n in counted.items() if whose}
    turn = 1000 / loaded.turns_per_second
    return {"turn": turn, "took": took | {"waiting": max(0.0, turn - sum(took.values()))}}


def _whose(stack: str) -> str:
    for frame in reversed(stack.split(";")):
        for path, whose in WHOSE:
            if f"({path}" in frame:
                return whose
    return ""


def report(found: Mapping[str, Any]) -> str:
    ordered = sorted(found["took"].items(), key=lambda item: -item[1])
    rows = [[whose, ms(taken), f"{taken / found['turn']:.0%}"] for whose, taken in ordered]
    return table(["", "ms of a turn", "share"], [*rows, ["together", ms(found["turn"]), ""]])


def draw(found: Mapping[str, Any], images: Path) -> list[str]:
    shares(found["took"], "ms of a turn", images / "performance-where.png")
    return ["performance-where.png"]


PART: Final = Part("where", "Where a turn's time goes", measure, report, draw)

if __name__ == "__main__":
    command_line(PART, __doc__)
