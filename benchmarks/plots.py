"""The pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot

_COLORS: Final = ("#1f6f8b", "#c8553d", "#8a8a8a", "#588157")
_WIDTH, _HEIGHT = 7.2, 3.4


@dataclass(frozen=True, slots=True)
class Curve:
    """`base` was measured in turn with `values`, where nothing was there to slow it."""

    title: str
    unit: str
    at: Sequence[float]
    values: Sequence[float]
    base: Sequence[float]

    @property
    def ratio(self) -> float:
        """How far it rises at most."""
        return max(value / base for value, base in zip(self.values, self.base, strict=True))


def bars(groups: Mapping[str, Mapping[str, float]], unit: str, path: Path) -> None:
    """A group of bars for each name, one of each colour."""
    figure, axes = pyplot.subplots(figsize=(_WIDTH, _HEIGHT))
    kinds = list(next(iter(groups.values())))
    for place, kind in enumerate(kinds):
        heights = [group[kind] for group in groups.values()]
        at = [number + (place - (len(kinds) - 1) / 2) * 0.27 for number in range(len(groups))]
        drawn = axes.bar(at, heights, 0.25, label=kind, color=_COLORS[place])
        axes.bar_label(drawn, fmt="%.3g", fontsize=8)
    axes.set_xticks(range(len(groups)), list(groups))
    axes.set_yscale("log")
    axes.set_title(unit, fontsize=10, loc="left")
    axes.legend(frameon=False, fontsize=8)
    _save(figure, axes, path)


def curves(found: Sequence[Curve], path: Path) -> None:
    """Each beside the others, from zero, with its base."""
    figure, grid = pyplot.subplots(2, (len(found) + 1) // 2, figsize=(_WIDTH * 1.4, _HEIGHT * 1.7))
    for curve, axes in zip(found, grid.flat, strict=False):
        at = range(len(curve.at)) if _wide(curve.at) else curve.at
        axes.plot(at, curve.values, color=_COLORS[0], marker="o", markersize=3, label="p50")
        axes.plot(at, curve.base, color=_COLORS[2], linestyle="--", label="beside it, with nothing")
        if _wide(curve.at):
            axes.set_xticks(at, [f"{value:,.0f}" for value in curve.at], fontsize=8)
        axes.set_ylim(0, 1.6 * max((*curve.values, *curve.base)))
        axes.set_title(f"{curve.title}: at most × {curve.ratio:.2f}", fontsize=10, loc="left")
        axes.set_ylabel(curve.unit, fontsize=8)
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in list(grid.flat)[len(found) :]:
        axes.remove()
    _save(figure, None, path)


def shares(found: Mapping[str, float], unit: str, path: Path) -> None:
    """One bar for each share, in the order of their size."""
    ordered = sorted(found.items(), key=lambda item: item[1])
    figure, axes = pyplot.subplots(figsize=(_WIDTH, _HEIGHT * 1.2))
    drawn = axes.barh([name for name, _ in ordered], [v for _, v in ordered], color=_COLORS[0])
    axes.bar_label(drawn, fmt="%.1f", fontsize=8, padding=2)
    axes.set_title(unit, fontsize=10, loc="left")
    _save(figure, axes, path)


def over_time(at: Sequence[float], lines: Mapping[str, Sequence[float]], path: Path) -> None:
    """Curves of different units, one under the other, each from zero."""
    figure, grid = pyplot.subplots(len(lines), figsize=(_WIDTH, _HEIGHT), sharex=True)
    for axes, (name, values) in zip(grid, lines.items(), strict=True):
        axes.plot(at, values, color=_COLORS[0])
        axes.set_ylim(0, 1.3 * max(values))
        axes.set_title(name, fontsize=9, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
    _save(figure, None, path)


def _wide(at: Sequence[float]) -> bool:
    """Whether the steps are so unlike that each gets the same width."""
    return len(at) < 8


def _save(figure: Any, axes: Any, path: Path) -> None:
    if axes is not None:
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
