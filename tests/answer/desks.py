"""A desk over policies in memory, with the payer's real vocabulary, on a fixed day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.answer import payer
from bot.answer.desk import Desk
from bot.answer.linking import Linking
from bot.policy.parser import parse
from tests.answer.shelf import Shelf
from tests.vocabularies import Fixed

DATA = Path(__file__).parents[2] / "data"


def desk_over(*documents: str) -> Desk:
    shelf = Shelf()
    for text in documents:
        shelf.put(parse(text), text)
    words = Fixed({p.name: p.read_text("utf-8") for p in (DATA / "vocabulary").glob("*.yml")})
    return Desk(
        shelf,
        Linking(shelf, words),
        payer.load(DATA / "payer.yml"),
        lambda: date(2026, 11, 23),
        lambda: "ID",
    )
