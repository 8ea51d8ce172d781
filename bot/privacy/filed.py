"""What things go by: the eponyms of the lists, and the words of the titles on file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.privacy.lexicon import EPONYMS, PAIRS, stem

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_JOINED = re.compile(r"[ \t\u00a0-]")


@dataclass(frozen=True, slots=True)
class Filed:
    """`titled` are the words of titles; `things` are these and the eponyms, which alone are no person's.

    Nor are `pairs` of words side by side.
    """

    titled: frozenset[str]
    things: frozenset[str]
    pairs: frozenset[str]

    @classmethod
    def of(cls, titles: Iterable[str]) -> Filed:
        """What is on file under these titles and names."""
        titled: set[str] = set()
        pairs: set[str] = set()
        for title in titles:
            words = list(_WORD.finditer(title))
            for word, following in pairwise(words):
                if _JOINED.fullmatch(title[word.end() : following.start()]):
                    pairs.add(f"{stem(word[0])}-{stem(following[0])}")
            for one in map(stem, (word[0] for word in words)):
                titled.update((one, *one.split("-")))
                if "-" in one:
                    pairs.add(one)
        return cls(frozenset(titled), EPONYMS | titled, PAIRS | pairs)


NOTHING: Final = Filed.of(())
