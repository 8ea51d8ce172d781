"""The word lists by which a name is told from another word."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Final

APOSTROPHES: Final = "'’"


def _listed(name: str) -> frozenset[str]:
    lines = (Path(__file__).parent / "words" / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


GIVEN = _listed("given")
WORLDWIDE = GIVEN | _listed("given_worldwide")
FREQUENT = _listed("frequent")
SURNAMES = _listed("surnames")
SURNAMES_TOO = _listed("surnames_too")
TWO_FACED = _listed("two_faced")
OTHER = _listed("other")
GREETINGS = _listed("greetings")
PARTICLES = _listed("particles")
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
DEGREES = _listed("degrees")
NAMED_AFTER = _listed("named_after")
PAIRS = _listed("pairs")
PLACES = _listed("places")
EPONYMS = _listed("eponyms")
NOT_ALONE = _listed("not_alone")
RARE = _listed("rare")
NAMED_THINGS = _listed("named_things")


def unpossessed(word: str) -> str:
    if word[-2:-1] in APOSTROPHES and word[-1:] == "s":
        return word[:-2]
    return word.rstrip(APOSTROPHES)


def stem(word: str) -> str:
    """The word as it stands on a list: in small letters, without accents."""
    low = unpossessed(word).lower()
    if low.isascii():
        return low
    decomposed = unicodedata.normalize("NFKD", low)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
