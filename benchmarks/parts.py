"""What the parts of the whole measurement have in common: each measures, reports and draws."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.prepare import prepare_files
from bot.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
# The folder for everything that the measurements write, the peer's model among it.
PLACE: Final = ROOT / "var" / "benchmarks"


@dataclass(frozen=True, slots=True)
class Part:
    """`measure` takes the place and whether it is only tried out; `draw` gives the names of its pictures."""

    name: str
    title: str
    measure: Callable[[Path, bool], dict[str, Any]]
    report: Callable[[Mapping[str, Any]], str]
    draw: Callable[[Mapping[str, Any], Path], list[str]]


def prepared(home: Path) -> Path:
    """A folder with the policies of data/policies on file, and a model that fits."""
    prepare_files(Settings.from_environment({"BOT_HOME": str(home)}), print)
    return home


def command_line(part: Part, about: str | None) -> None:
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--place", type=Path, default=PLACE, help="where it keeps its files")
    parser.add_argument("--short", action="store_true", help="try it out with few samples")
    given = parser.parse_args()
    print(part.report(part.measure(given.place.resolve(), given.short)))
