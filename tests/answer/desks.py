"""A desk over policies in memory, with the payer's real vocabulary and the real encoder, on a fixed day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from bot.answer import payer, things
from bot.answer.descriptions import Descriptions, Matrix
from bot.answer.desk import Desk
from bot.answer.linking import Linking
from bot.answer.things import Things
from bot.dialog.encoder import shared_encoder
from bot.policy.parser import parse
from bot.store.described import described
from tests.answer.shelf import Shelf
from tests.vocabularies import Fixed

DATA = Path(__file__).parents[2] / "data"
EXAMPLES = things.load(DATA / "things.yml")


class Described:
    """What the policies on a shelf are about."""

    def __init__(self, shelf: Shelf) -> None:
        self._policies = [version.policy for version in shelf.held.values()]

    def vectors(self) -> tuple[Sequence[str], Matrix]:
        told = [described(policy) for policy in self._policies]
        return [policy.number for policy in self._policies], shared_encoder().encode(told)


@cache
def learned() -> Matrix:
    return np.asarray(things.fit(EXAMPLES, shared_encoder()))


def desk_over(*documents: str) -> Desk:
    shelf = Shelf()
    for text in documents:
        shelf.put(parse(text), text)
    words = Fixed({p.name: p.read_text("utf-8") for p in (DATA / "vocabulary").glob("*.yml")})
    return Desk(
        shelf,
        Linking(
            shelf,
            words,
            Descriptions(Described(shelf), shared_encoder),
            Things(EXAMPLES, learned, shared_encoder),
        ),
        payer.load(DATA / "payer.yml"),
        lambda: date(2026, 11, 23),
        lambda: "ID",
    )
