"""Two workers beside one, on PostgreSQL and Redis.

    .venv/bin/python -m benchmarks.scaling [--place var/benchmarks] [--short]

Both stand at once, each with a database of its own, and are loaded one after the other, some times over. The
load generator and PostgreSQL run on the same machine: what they take of its processors is measured and told.
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import servers
from benchmarks.load import load
from benchmarks.parts import Part, command_line, prepared
from benchmarks.plots import bars
from benchmarks.tables import ms, table, times

WORKERS: Final = (1, 2)
AT_ONCE: Final = 32


def measure(place: Path, short: bool) -> dict[str, Any]:
    rounds, seconds = (1, 4) if short else (3, 12)
    prepared(place / "home")
    with ExitStack() as stack:
        services = stack.enter_context(servers.shared_services())
        served = {}
        for workers in WORKERS:
            home = place / f"workers-{workers}"
            shutil.rmtree(home, ignore_errors=True)
            start = partial(
                servers.ours, home, more=servers.new_database(services, f"bot{workers}")
            )
            served[workers] = stack.enter_context(
                start("--workers", str(workers)) if workers > 1 else start()
            )
        found: dict[int, list[dict[str, float]]] = {workers: [] for workers in WORKERS}
        for _ in range(rounds):
            for workers, one in served.items():
                before = one.cpu_seconds()
                loaded = load("ours", one.address, AT_ONCE, seconds, 2)
                cpu = (one.cpu_seconds() - before) / (seconds + 2)
                found[workers].append({**asdict(loaded), "server_cpu": cpu})
        memory = {workers: one.megabytes() for workers, one in served.items()}
    return {
        "cores": os.cpu_count(),
        "loads": {
            str(workers): {
                key: statistics.median(each[key] for each in loads) for key in loads[0]
            }
            for workers, loads in found.items()
        },
        "memory": {str(workers): held for workers, held in memory.items()},
    }  # fmt: skip


def report(found: Mapping[str, Any]) -> str:
    rows = []
    for workers, loaded in found["loads"].items():
        row = [workers, f"{loaded['turns_per_second']:.1f}", ms(loaded["p50"]), ms(loaded["p95"])]
        row += [f"{loaded['server_cpu']:.0%}", f"{loaded['generator_cpu']:.0%}"]
        rows.append([*row, f"{found['memory'][workers]:.0f} MB"])
    one, two = (found["loads"][str(workers)] for workers in WORKERS)
    ratio = times(two["turns_per_second"], one["turns_per_second"])
    return "\n\n".join(
        (
            table(
                ["workers", "turns/s", "p50 ms", "p95 ms", "workers' processors", "generator's", "memory"],
                rows,
            ),
            f"{AT_ONCE} conversations at once on {found['cores']} cores: two workers give × {ratio}. The shares are"
            " of one core; the rest of the machine's is PostgreSQL's, which runs there too.",
        )
    )  # fmt: skip


def draw(found: Mapping[str, Any], images: Path) -> list[str]:
    groups = {
        f"{workers} worker{'s' * (workers != '1')}": {"turns a second": loaded["turns_per_second"]}
        for workers, loaded in found["loads"].items()
    }
    bars(groups, "turns a second (logarithmic)", images / "performance-workers.png")
    return ["performance-workers.png"]


PART: Final = Part("scaling", "Two workers", measure, report, draw)

if __name__ == "__main__":
    command_line(PART, __doc__)
