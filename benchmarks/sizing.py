"""What a payer of some size needs, worked out from what was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.tables import table

PROVIDERS: Final = (5_000, 50_000, 500_000)
# Assumptions, told with the table: what a provider asks on a working day, and how much of it in the busiest hour.
TURNS_A_DAY: Final = 3
BUSIEST_HOUR: Final = 0.2
WORKING_DAYS: Final = 250
# Of what it can do at most, so that turns hardly wait.
USED: Final = 0.5
_MB: Final = 2**10


def report(found: Mapping[str, Any]) -> str:
    scaling, flat = found["scaling"], found["flat"]
    one = scaling["loads"]["1"]
    a_core = one["turns_per_second"] / one["server_cpu"]
    worker = scaling["memory"]["1"]
    curves, held = flat["curves"], flat["megabytes"]
    feeds, policies, kept = (curves[name]["at"][-1] for name in ("feeds", "policies", "kept"))
    a_turn = held["kept"] * _MB / kept
    rows = [
        ["turns a second for each core of the workers", f"{a_core:.0f}"],
        ["turns a second of one worker, at most", f"{one['turns_per_second']:.0f}"],
        ["memory of a worker", f"{worker:.0f} MB"],
        [f"more with {policies:,} policies on file", f"{max(0, held['policies'] - worker):.0f} MB"],
        [f"more with {feeds:,} open widgets", f"{max(0, held['feeds'] - worker):.0f} MB"],
        ["disk for each turn that is kept", f"{a_turn:.1f} kB"],
    ]
    sizes = []
    for providers in PROVIDERS:
        peak = providers * TURNS_A_DAY * BUSIEST_HOUR / 3600
        workers = max(2, math.ceil(peak / (USED * one["turns_per_second"])))
        disk = providers * TURNS_A_DAY * WORKING_DAYS * a_turn / _MB**2
        sizes.append(
            [f"{providers:,}", f"{peak:.1f}", str(workers), f"{workers * worker / _MB:.1f} GB", f"{disk:.0f} GB"]
        )  # fmt: skip
    assumed = (
        f"With {TURNS_A_DAY} turns of each provider on a working day, {BUSIEST_HOUR:.0%} of them in the busiest hour, and"
        f" workers that are {USED:.0%} busy then; two at least, so that one can be missing:"
    )
    heads = ["providers", "turns/s", "workers", "their memory", "disk a year"]
    return "\n\n".join((table(["measured", ""], rows), assumed, table(heads, sizes)))
