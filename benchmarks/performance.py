"""Measures all of it, prints the tables, and writes docs/performance.md, its pictures, and the sizing in docs/operations.md.

    .venv/bin/python -m benchmarks.performance [--place var/benchmarks] [--only peers,flat] [--short]

With `--only` the other parts stand as they were measured last. `--short` tries it out, and writes no document.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks import flat, peers, scaling, sizing, steady, where
from benchmarks.parts import PLACE, ROOT, Part

PARTS: Final[Sequence[Part]] = (peers.PART, where.PART, flat.PART, scaling.PART, steady.PART)
DOCUMENT: Final = ROOT / "docs" / "performance.md"
OPERATIONS: Final = ROOT / "docs" / "operations.md"
IMAGES: Final = ROOT / "docs" / "images"


def machine() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = psutil.virtual_memory().total / 2**30
    processor = names[0] if names else platform.processor()
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def measured(place: Path, only: Sequence[str], short: bool) -> dict[str, Any]:
    kept = place / ("results-short.json" if short else "results.json")
    found: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
    for part in PARTS:
        if part.name in only:
            began = time.monotonic()
            one = part.measure(place, short)
            took = time.monotonic() - began
            found[part.name] = {"on": str(date.today()), "took": took, "machine": machine(), **one}
            kept.write_text(json.dumps(found))
            print(f"\n## {part.title} ({took:.0f} s)\n\n{part.report(one)}", flush=True)
    return found


def written(found: Mapping[str, Any]) -> str:
    """The document: what stands between its marks is measured, the rest is said by hand."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for part in PARTS:
        one = found[part.name]
        pictures = "\n\n".join(f"![{part.title}](images/{name})" for name in part.draw(one, IMAGES))
        about = f"Measured on {one['on']} on {one['machine']}, in {one['took'] / 60:.0f} min."
        text = between(text, part.name, f"{about}\n\n{part.report(one)}\n\n{pictures}")
    return text


def between(text: str, name: str, new: str) -> str:
    """The text with what stands between the marks of that name replaced."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{new}\n\n{end}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--place", type=Path, default=PLACE, help="where it keeps its files")
    parser.add_argument("--only", default=",".join(part.name for part in PARTS))
    parser.add_argument("--short", action="store_true", help="try it out with few samples")
    given = parser.parse_args()
    place = given.place.resolve()
    place.mkdir(parents=True, exist_ok=True)
    found = measured(place, given.only.split(","), given.short)
    if not given.short:
        DOCUMENT.write_text(written(found), encoding="utf-8")
        sized = between(OPERATIONS.read_text(encoding="utf-8"), "sizing", sizing.report(found))
        OPERATIONS.write_text(sized, encoding="utf-8")
        print(f"\nWrote {DOCUMENT.relative_to(ROOT)} and {OPERATIONS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
