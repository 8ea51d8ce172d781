"""Policy numbers in a message, in any shape people write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.policy.number import key

_CHUNK = re.compile(r"[A-Za-z]+|\d+[A-Za-z]{0,3}(?![A-Za-z])|\d+")
_JOINT = re.compile(r"[\s.#_:–-]{0,3}|\s*(?:#|no\.?|number|num\.?|policy)\s*", re.I)
_LETTERS = re.compile(r"^[A-Z]+(?=\d)")
_LONGEST = 7
_PLAIN_WORDS = frozenset(
    {"NO", "NUMBER", "POLICY", "NUM", "THE", "OF", "IN", "CPT", "HCPCS", "CODE"}
)


@dataclass(frozen=True, slots=True)
class NumberMention:
    """`numbers` are the policies it can mean; empty where it has the form of ours but is not on file.

    `bare` says that the letters in front were left out, so that it may as well be a code.
    """

    start: int
    end: int
    written: str
    numbers: tuple[str, ...]
    bare: bool = False


class Numbers:
    """The numbers of all policies on file."""

    def __init__(self, numbers: Iterable[str], before: Numbers | None = None) -> None:
        """`before` are those of an earlier state: what is the same is taken over."""
        self._on_file = dict.fromkeys(numbers)
        self._whole: dict[str, tuple[str, ...]] = before._whole.copy() if before else {}
        # Without the zeros in front of its digits, and without the letters in front of those.
        self._short: dict[str, tuple[str, ...]] = before._short.copy() if before else {}
        self._bare: dict[str, tuple[str, ...]] = before._bare.copy() if before else {}
        self._prefixes: Counter[str] = before._prefixes.copy() if before else Counter()
        old = before._on_file if before else {}
        for number in old.keys() - self._on_file.keys():
            self._count(number, -1)
        for number in self._on_file:
            if number not in old:
                self._count(number, 1)

    def _count(self, number: str, by: int) -> None:
        """Puts a number in, or takes it out."""
        whole = key(number).replace(".", "")
        found = _LETTERS.match(whole)
        forms = [(self._whole, whole)]
        if found:
            self._prefixes[found.group()] += by
            bare = whole[found.end() :]
            forms += [(self._short, found.group() + bare.lstrip("0"))]
            forms += [(self._bare, form) for form in dict.fromkeys((bare, bare.lstrip("0")))]
        for table, form in forms:
            numbers = set(table.get(form, ())) - {number} | ({number} if by > 0 else set())
            if numbers:
                table[form] = tuple(sorted(numbers, key=key))
            else:
                del table[form]

    def mentions(self, text: str) -> tuple[NumberMention, ...]:
        """The longest readings, left to right."""
        chunks = list(_CHUNK.finditer(text))
        found: list[NumberMention] = []
        i = 0
        while i < len(chunks):
            mention = next(self._readings(text, chunks, i), None)
            if mention is None:
                i += 1
                continue
            found.append(mention)
            while i < len(chunks) and chunks[i].start() < mention.end:
                i += 1
        return tuple(found)

    def _readings(
        self, text: str, chunks: Sequence[re.Match[str]], first: int
    ) -> Iterator[NumberMention]:
        start = chunks[first].start()
        if start and text[start - 1].isalnum():
            return
        reach = first
        while (
            reach + 1 < len(chunks)
            and reach + 1 - first < _LONGEST
            and _JOINT.fullmatch(text, chunks[reach].end(), chunks[reach + 1].start())
        ):
            reach += 1
        for last in range(reach, first - 1, -1):
            end = chunks[last].end()
            if end < len(text) and text[end].isalnum():
                continue
            parts = [chunks[i].group().upper() for i in range(first, last + 1)]
            folded = "".join(
                p
                for n, p in enumerate(parts)
                if n == 0 or n == len(parts) - 1 or p not in _PLAIN_WORDS
            )
            if not any(c.isdigit() for c in folded):
                continue
            written = text[start:end]
            if folded in self._whole:
                yield NumberMention(start, end, written, self._whole[folded])
            elif folded in self._short:
                yield NumberMention(start, end, written, self._short[folded])
            elif folded in self._bare and folded[0].isdigit() and len(folded) >= 3:
                yield NumberMention(start, end, written, self._bare[folded], True)
        letters = chunks[first].group().upper()
        if self._prefixes[letters] and len(letters) >= 2 and reach > first:
            following = chunks[first + 1]
            if following.group()[0].isdigit():
                yield NumberMention(start, following.end(), text[start : following.end()], ())
