"""Words of a text, with where they stand, in the form in which two spellings of one word agree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, Indel

_DEVICE_ENDINGS = ("ation", "ator")
# British spellings and the American ones of policies.
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{2})our(?=s?$|ed$|ing$)"), "or"),
    (re.compile(r"(?<=h)ae(?=m)|(?<=p)ae(?=d)|(?<=n)ae(?=m)|^oe(?=[ds])|(?<=rrh)oe(?=a)"), "e"),
    (re.compile(r"is(?=(?:ation|ing|ed|e|es)s?$)(?<=[a-z]{4}is)"), "iz"),
    (re.compile(r"ys(?=(?:ing|ed|e)$)(?<=alys)"), "yz"),
)
_COUNTS = frozenset(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
# The share of letters in common, and in one order, from which a word may be another.
_CLOSE = 0.7
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


# What the redaction leaves in place of a detail: [name], [date of birth].
MARK: Final = re.compile(r"\[[a-z]+(?: [a-z]+)*\]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word at `start:end` of a text; `stem` is what is compared."""

    stem: str
    start: int
    end: int


def plain(text: str) -> str:
    """The form in which names are compared: lower case, straight apostrophes, no hyphens, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub("[\u2018\u2019\u02bc`]", "'", text)
    return " ".join(re.sub("[-\u2010-\u2015_]+", " ", text).split())


def tokenize(text: str) -> tuple[Token, ...]:
    return tuple(Token(stem(m.group()), m.start(), m.end()) for m in _WORD.finditer(text))


def stems(text: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokenize(text))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Lower case, without accents, possessive and plural endings, and one form for a thing and its device
    (stimulation, stimulator). No other ending is touched: "hardening" and "harden" stay two words."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    plain = re.sub(r"['’]s?$", "", plain).replace("'", "").replace("’", "")
    for british, american in _SPELLINGS:
        plain = british.sub(american, plain)
    if len(plain) > 4 and plain.endswith("ies"):
        plain = plain[:-3] + "y"
    elif len(plain) > 4 and plain.endswith(("sses", "xes", "ches", "shes")):
        plain = plain[:-2]
    elif len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "us", "is")):
        # TENS is no plural of ten.
        plain = plain if plain[:-1] in _COUNTS else plain[:-1]
    return next(
        (
            plain[: -len(e)]
            for e in _DEVICE_ENDINGS
            if plain.endswith(e) and len(plain) - len(e) >= 4
        ),
        plain,
    )


def related(a: str, b: str) -> bool:
    """Whether two long words are forms of one another: stimulator, stimulation."""
    shorter = min(len(a), len(b))
    if shorter < 7 or a[:6] != b[:6]:
        return False
    common = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    return common >= 0.7 * shorter


def misspells(word: str, words: Iterable[str]) -> bool:
    """Whether a word may be one of some others, badly spelt or cut short: prgm, program."""
    return any(Indel.normalized_similarity(word, other) >= _CLOSE for other in words)


class Speller:
    """Finds the known word that a misspelt one was meant to be."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_initial: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            if _spellable(word):
                self._by_initial.setdefault(word[0], []).append(word)

    def changed(self, gone: Iterable[str], come: Iterable[str]) -> Speller:
        """The speller of the words without those that are gone and with those that have come."""
        left, more = set(gone), set(come)
        made = Speller(())
        made._by_initial = self._by_initial.copy()
        for initial in {word[0] for word in left | more if _spellable(word)}:
            words = {*self._by_initial.get(initial, ())} - left
            words |= {word for word in more if word[0] == initial and _spellable(word)}
            made._by_initial[initial] = sorted(words)
        return made

    def completed(self, word: str) -> str | None:
        """The only known word that begins with a shortened one of at least four letters ("stim")."""
        if len(word) < 4 or not word.isalpha():
            return None
        longer = [w for w in self._by_initial.get(word[0], ()) if w.startswith(word)]
        return longer[0] if len(longer) == 1 else None

    def relative(self, word: str) -> str | None:
        """A known word of which a long one is another form."""
        if len(word) < 7:
            return None
        return next((w for w in self._by_initial.get(word[0], ()) if related(word, w)), None)

    def nearest(self, word: str) -> str | None:
        """The only known word within the slips that its length allows; None when there is none, or two.

        One slip (a letter missing, added, wrong, or two swapped) from four letters on, two from eight on.
        The first letter is taken to be right, unless it was swapped with the second.
        """
        if len(word) < 4 or not word.isalpha():
            return None
        allowed = 2 if len(word) >= 8 else 1
        pool = self._by_initial.get(word[0], [])
        if len(word) > 4:
            pool = pool + [w for w in self._by_initial.get(word[1], []) if w[1] == word[0]]
        best, found = allowed + 1, []
        for known in pool:
            if abs(len(known) - len(word)) > allowed:
                continue
            slips = OSA.distance(word, known, score_cutoff=allowed)
            if slips < best:
                best, found = slips, [known]
            elif slips == best and slips <= allowed:
                found.append(known)
        return found[0] if len(found) == 1 else None


def _spellable(word: str) -> bool:
    return len(word) >= 4 and word.isalpha()
