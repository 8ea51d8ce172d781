"""What an import prints: a line for each document, its warnings, and the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.cli.sheets import warnings
from bot.store.importing import Imported, Refused

_SUMS: Final = ("new", "changed", "unchanged", "retired", "refused")


def lines(report: Sequence[Imported | Refused]) -> Iterator[str]:
    for one in report:
        if isinstance(one, Imported):
            yield from _taken(one)
    counts = Counter(_outcome(one) for one in report)
    yield ", ".join(f"{counts[word]} {word}" for word in _SUMS if counts[word]) + "."


def to_json(one: Imported | Refused) -> dict[str, Any]:
    if isinstance(one, Refused):
        return {"path": str(one.path), "outcome": "refused", "reason": one.reason}
    return {
        "path": str(one.path),
        "outcome": one.filed.outcome,
        "number": one.filed.number,
        "title": one.filed.title,
        "version": one.filed.version,
        "replaced": list(one.filed.replaced),
        "in_known_sections": round(one.placed, 3),
        "warnings": [{"line": w.line, "message": w.message} for w in one.warnings],
    }


def _taken(one: Imported) -> Iterator[str]:
    filed = one.filed
    yield f"{filed.outcome:<10} {filed.number}  {filed.title}  ({one.path}, {one.placed:.0%} in known sections)"
    if filed.outcome == "retired":
        yield f'           It stays retired; to undo that: bot policies restore "{filed.number}".'
    if filed.outcome in ("new", "changed"):
        yield from warnings(one.warnings)


def _outcome(one: Imported | Refused) -> str:
    return one.filed.outcome if isinstance(one, Imported) else "refused"
