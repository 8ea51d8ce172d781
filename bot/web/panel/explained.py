"""What the assistant made of a message, in words: what it took it to ask, how surely, and what is named in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.answer.linker import Linker, Links

_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Clause:
    """`needs` are what it was taken to ask, each with its probability; `named` what its words stand for."""

    text: str
    needs: Sequence[tuple[str, float]]
    named: Sequence[str]


@dataclass(frozen=True, slots=True)
class Explained:
    """`rule` is the dialog rule that fitted; a button that was pressed has no clauses."""

    rule: str | None
    confidence: float
    clauses: Sequence[Clause]


def explained(understood: Mapping[str, Any], linker: Linker, on: date) -> Explained:
    """What was kept of a turn's understanding; the words are linked by what is on file now."""
    intent = understood.get("intent") or {}
    clauses = (understood.get("understanding") or {}).get("clauses") or ()
    return Explained(
        rule=intent.get("name"),
        confidence=intent.get("confidence") or 0.0,
        clauses=[
            Clause(
                clause["text"],
                sorted(clause["needs"].items(), key=lambda held: -held[1])[:_MOST],
                list(_named(linker.link(clause["text"], on))),
            )
            for clause in clauses
        ],
    )


def _named(links: Links) -> Iterator[str]:
    for number in links.numbers:
        yield f"policy {', '.join(number.numbers) or number.written}"
    for mention in links.mentions:
        said, unsure = links.text[mention.start : mention.end], "" if mention.sure else ", perhaps"
        yield f"“{said}”: {', '.join(mention.numbers)}{unsure}"
    for code in links.codes:
        yield f"{code.system} {code.code}" + (f" (“{code.named}”)" if code.named else "")
    if links.place:
        yield f"place: {links.place.name}"
    yield from (f"program: {program.name}" for program in links.programs)
    if links.period:
        yield f"date: “{links.text[links.period.start : links.period.end]}”"
    yield from (f"not on file: “{other.text}”" for other in links.others)
