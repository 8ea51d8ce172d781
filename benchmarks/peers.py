"""This assistant beside what people would otherwise run, Rasa's default deployment, and beside the floor.

    .venv/bin/python -m benchmarks.peers [--place var/benchmarks] [--short]

Both are made from the same domain and training data, stand on this machine, keep each turn durably in SQLite,
and are told the same conversations in turn, so that whatever else the machine does slows both. The peer's
training takes long: it is done with a part of Rasa's epochs, and kept in the place with what it cost the processors until
something changes that it was made from. `--short` tries all this out.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from benchmarks import servers
from benchmarks.load import load
from benchmarks.parts import Part, command_line, prepared
from benchmarks.peer import deployment
from benchmarks.plots import bars
from benchmarks.servers import ROOT, Served
from benchmarks.tables import ms, table, times
from benchmarks.talks import KINDS, messages
from bot.dialog.training import fingerprint

# Which turns of a conversation stand for which.
TURNS: Final = {"1": range(1, 2), "20": range(11, 31), "200": range(181, 201)}
LONG: Final = 3
AT_ONCE: Final = (1, 8, 64, 256)
NAMES: Final = {"ours": "this assistant", "peer": "Rasa's default", "floor": "floor"}

Start = Callable[[], AbstractContextManager[Served]]


def measure(place: Path, short: bool) -> dict[str, Any]:
    folder = place / "peer"
    training = {
        "ours": asdict(_our_training(place)),
        "peer": asdict(deployment.trained(folder)),
    }
    home = prepared(place / "home")
    starts: dict[str, Start] = {
        "ours": partial(servers.ours, home),
        "peer": partial(servers.peer, folder, home),
        "floor": partial(servers.floor, place / "floor"),
    }
    first = {
        kind: statistics.median(asyncio.run(_first_answer(kind, starts[kind])) for _ in range(runs))
        for kind, runs in (("ours", 1 if short else 3), ("peer", 1 if short else 2))
    }
    with ExitStack() as stack:
        served = {kind: stack.enter_context(start()) for kind, start in starts.items()}
        turns, silent = asyncio.run(_played(served, short))
        loads: dict[str, list[dict[str, Any]]] = {kind: [] for kind in served}
        seconds = 3 if short else 8
        for at_once in AT_ONCE[:2] if short else AT_ONCE:
            for kind, one in served.items():
                loads[kind].append(asdict(load(kind, one.address, at_once, seconds, seconds / 3)))
        memory = {kind: one.megabytes() for kind, one in served.items()}
    return {
        "training": training,
        "first_answer": first,
        "turns": turns,
        "silent": silent,
        "loads": loads,
        "memory": memory,
    }


def _our_training(place: Path) -> deployment.Cost:
    program = (
        "from pathlib import Path; from bot.dialog.training import train;"
        f" train(Path({str(place / 'trained')!r}), print)"
    )
    record = place / "training.yml"
    return deployment.kept(record, fingerprint(), [sys.executable, "-c", program], ROOT)


async def _first_answer(kind: str, start: Start) -> float:
    began = time.monotonic()
    with start() as served:
        talk = KINDS[kind](served.address, str(uuid4()))
        await talk.begin()
        while await talk.say("is work hardening covered?") != 200:
            await asyncio.sleep(0.02)
        taken = time.monotonic() - began
        talk.end()
    return taken


async def _played(
    served: Mapping[str, Served], short: bool
) -> tuple[dict[str, dict[str, list[float]]], dict[str, int]]:
    """Of each server and each turn that is looked at, how long it took, in milliseconds; how many had no reply."""
    silent = dict.fromkeys(served, 0)
    taken: dict[str, dict[str, list[float]]] = {
        kind: {turn: [] for turn in TURNS} for kind in served
    }

    async def converse(name: str, length: int) -> None:
        talks = {kind: KINDS[kind](one.address, str(uuid4())) for kind, one in served.items()}
        for talk in talks.values():
            await talk.begin()
        for number, text in enumerate(islice(messages(name), length), 1):
            for kind, talk in talks.items():
                began = time.perf_counter()
                status = await talk.say(text)
                spent = (time.perf_counter() - began) * 1000
                if status not in (200, 204):
                    sys.exit(f"{NAMES[kind]} answered with {status} to: {text}")
                silent[kind] += status == 204
                for turn, numbers in TURNS.items():
                    if number in numbers:
                        taken[kind][turn].append(spent)
        for talk in talks.values():
            talk.end()

    await converse("what is done only once is not a turn's", 10)
    for measured in taken.values():
        for times_of_turn in measured.values():
            times_of_turn.clear()
    for number in range(5 if short else 100 - LONG):
        await converse(f"short {number}", 1)
    for number in range(1 if short else LONG):
        await converse(f"long {number}", 30 if short else 200)
    return taken, silent


def _cuts(taken: Sequence[float]) -> tuple[float, float, float]:
    if len(taken) < 2:
        return (float("nan"),) * 3
    cut = statistics.quantiles(taken, n=100, method="inclusive")
    return cut[49], cut[94], cut[98]


def report(found: Mapping[str, Any]) -> str:
    turns = []
    for turn in TURNS:
        cuts = {kind: _cuts(found["turns"][kind][turn]) for kind in NAMES}
        for place, name in enumerate(("p50", "p95", "p99")):
            mine, other, floor = (cuts[kind][place] for kind in NAMES)
            row = [f"turn {turn}, {name}", ms(mine), ms(other), ms(floor)]
            turns.append([*row, times(other, mine), times(mine, floor)])
    rates = []
    for mine, other, floor in zip(*(found["loads"][kind] for kind in NAMES), strict=True):
        row = [str(mine["at_once"])]
        row += [f"{each['turns_per_second']:.1f}" for each in (mine, other, floor)]
        row += [times(mine["turns_per_second"], other["turns_per_second"])]
        row += [ms(each["p95"]) for each in (mine, other)]
        rates.append([*row, f"{mine['generator_cpu']:.0%}"])
    cost, first, memory = (found[name] for name in ("training", "first_answer", "memory"))
    once = [
        [
            "start to first answer",
            *(f"{first[kind]:.1f} s" for kind in ("ours", "peer")),
            times(first["peer"], first["ours"]),
        ],
        [
            "memory after all this",
            *(f"{memory[kind]:.0f} MB" for kind in ("ours", "peer")),
            times(memory["peer"], memory["ours"]),
        ],
        [
            f"training, seconds of a processor; Rasa's with {deployment.EPOCHS} of its {deployment.FULL} epochs",
            *(f"{cost[kind]['cpu_seconds']:.0f} s" for kind in ("ours", "peer")),
            times(cost["peer"]["cpu_seconds"], cost["ours"]["cpu_seconds"]),
        ],
    ]
    ours, peer, floor = NAMES.values()
    return "\n\n".join(
        (
            table(["ms", ours, peer, floor, f"{peer} / ours", f"ours / {floor}"], turns),
            table(
                ["at once", f"{ours}, turns/s", peer, floor, "ours / Rasa's", "p95 ms", f"{peer}, p95 ms", "generator, of a core"],
                rates,
            ),
            table(["", ours, peer, "ratio"], once),
            f"Turns without any reply: {found['silent']['ours']} of {ours}, {found['silent']['peer']} of {peer}.",
        )
    )  # fmt: skip


def draw(found: Mapping[str, Any], images: Path) -> list[str]:
    groups = {
        f"turn {turn}": {NAMES[kind]: _cuts(found["turns"][kind][turn])[0] for kind in NAMES}
        for turn in TURNS
    }
    bars(groups, "p50 of a turn, ms (logarithmic)", images / "performance-turns.png")
    return ["performance-turns.png"]


PART: Final = Part("peers", "Beside Rasa's default deployment", measure, report, draw)

if __name__ == "__main__":
    command_line(PART, __doc__)
