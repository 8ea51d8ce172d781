"""What the dialog model made of a message, before anything is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the message that may ask something by itself.

    `needs` holds the probability of each need that is worth considering, by its name, best first;
    `familiar` says, from 0 to 1, how near the clause is to anything the model was trained on.
    """

    text: str
    start: int
    end: int
    needs: Mapping[str, float]
    familiar: float = 1.0


@dataclass(frozen=True, slots=True)
class Understanding:
    """`whole` are the needs of the message read in one piece, `clauses` those of its parts.

    A pressed button arrives with `choice`: the values that its payload carried ("policy", "topics", ...).
    """

    text: str
    whole: Clause
    clauses: tuple[Clause, ...] = ()
    choice: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
