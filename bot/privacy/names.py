"""Names of persons, as far as their neighbourhood gives them away.

A name is known by what introduces it (a title, "my name is", "patient", "spoke with"), by what follows
it ("DOB", "here from"), or by a given name that is hardly another word before a surname. Capital
letters count only in texts that use them as prose does; elsewhere a word must stand on a list. An
eponym ("Bell's palsy", "Austin Moore prosthesis") is known by the noun behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from bot.privacy.alone import ALONE, only_a_name
from bot.privacy.cues import (
    AMBIGUOUS_TITLE,
    BIRTH_AFTER,
    CUES,
    FOLLOWED_BY_BIRTH,
    INITIALS,
    IS_HERE,
    Cue,
)
from bot.privacy.filed import NOTHING, Filed
from bot.privacy.lexicon import GIVEN, OTHER, PARTICLES, PLACES, SURNAMES_TOO, TWO_FACED, stem
from bot.privacy.readings import ENTRIES, READINGS, Readings
from bot.privacy.written import (
    Written,
    can_be_name,
    end,
    initial,
    is_eponym,
    longest,
    on_list,
    titled,
)

# What goes by letters.
_LETTERED = frozenset(
    [
        "factor",
        "grade",
        "group",
        "hepatitis",
        "part",
        "phase",
        "plan",
        "schedule",
        "stage",
        "tier",
        "type",
        "vitamin",
    ]
)


def names_in(
    text: str, filed: Filed = NOTHING
) -> Iterator[tuple[Literal["name", "date of birth"], int, int, str]]:
    """Kind, start, end and reason of each name, and of each date that stands behind a name."""
    read = Written.of(text, filed)
    taken: set[int] = set()
    for first, last, why in _spans(read):
        if not taken.isdisjoint(range(first, last + 1)):
            continue
        free = max((at + 1 for at in taken if at < first), default=0)
        first = max(free, _leftmost(read, first))
        taken.update(range(first, last + 1))
        start, stop = read.words[first].start(), end(read, last)
        yield "name", start, stop, why
        birth = BIRTH_AFTER.match(text, stop)
        if birth and (birth["mark"] or re.search(r"(?:19\d\d|[4-9]\d)$", birth["date"])):
            yield "date of birth", *birth.span("date"), "date behind a name"
    for first in range(1, len(read.words)):
        ends = _fellow(read, first, taken)
        if ends is not None:
            taken.update(range(first, ends + 1))
            yield "name", read.words[first].start(), end(read, ends), "name beside a name"
    for match in INITIALS.finditer(text):
        start, stop = match.span(match.lastindex or 0)
        if not any(start < read.words[at].end() and read.words[at].start() < stop for at in taken):
            yield "name", start, stop, "initials after the word"


def _fellow(read: Written, first: int, taken: set[int]) -> int | None:
    """The end of the name that goes on a list of names: "Abdi, Yusuf and Warsame"."""
    word, before = read.at(first), first - 1
    if first in taken or not read.prose or not titled(word) or not only_a_name(read, word):
        return None
    joined = read.gap(before).strip()
    if not joined and read.at(before) in ("and", "or"):
        before -= 1
    elif joined not in (",", "&", "/"):
        return None
    if before not in taken or is_eponym(read, first):
        return None
    last = longest(read, first, "likely")
    return None if last is None or not taken.isdisjoint(range(first, last + 1)) else last


def _spans(read: Written) -> Iterator[tuple[int, int, str]]:
    """First and last word of each name, the surest readings first."""
    yield from _read(read, ENTRIES)
    starts = {word.start(): index for index, word in enumerate(read.words)}
    for cue in CUES:
        for match in cue.pattern.finditer(read.text):
            first = starts.get(match.end())
            if first is None or (AMBIGUOUS_TITLE.search(match[0]) and not on_list(read.at(first))):
                continue
            last = longest(read, first, cue.strength)
            if last is not None and _holds(read, first, last, cue):
                yield first, last, cue.name
    yield from _read(read, READINGS)
    yield from _read(read, ALONE)
    for index, word in enumerate(read.words):
        greets = stem(read.at(index)) in GIVEN and stem(read.at(index)) not in read.filed.things
        if greets and IS_HERE.match(read.text, word.end()):
            yield index, index, "given name of who is here"
        if FOLLOWED_BY_BIRTH.match(read.after(index)):
            first = _back(read, index)
            if first is not None and not all(initial(read, at) for at in range(first, index + 1)):
                yield first, index, "name before a birth date"


def _read(read: Written, readings: Readings) -> Iterator[tuple[int, int, str]]:
    for reading, why in readings:
        for index in range(len(read.words)):
            last = reading(read, index)
            if last is not None:
                yield index, last, why


def _holds(read: Written, first: int, last: int, cue: Cue) -> bool:
    if cue.strength not in ("certain", "outright") and is_eponym(read, last):
        return False
    if cue.strength == "faint" and first == last and stem(read.at(first)) in read.filed.titled:
        return False
    if any(on_list(read.at(index)) for index in range(first, last + 1)):
        return bool(cue.listed.match(read.after(last)))
    if cue.strength in ("certain", "outright") or (cue.strength == "likely" and last > first):
        return True
    return last - first < 3 and bool(cue.unlisted.match(read.after(last)))


def _leftmost(read: Written, first: int) -> int:
    """The first word of a name of which only the end has shown itself."""
    while first > 0 and read.gap(first - 1) in (" ", ""):
        word = read.at(first - 1)
        if _joins(read, first - 1):
            first -= 1
            continue
        if stem(word) in OTHER or stem(word) in TWO_FACED or stem(word) in PLACES:
            break
        if not (on_list(word) if read.shiftless else read.prose and _like_a_name(read, first - 1)):
            break
        first -= 1
    return first


def _joins(read: Written, index: int) -> bool:
    """Whether the word leads into a name: an initial without its point, or a particle behind another part."""
    word, before = read.at(index), read.at(index - 1) if index else ""
    led = index == 0 or not before[:1].isupper()
    if len(word) == 1:
        pointed = read.words[index][0][-1:] == "."
        lettered = stem(before) in _LETTERED
        return word.isupper() and not lettered and (pointed or (led and word not in "AFIM"))
    particle = word.lower() in PARTICLES and read.prose
    return particle and (word.istitle() or (titled(before) and stem(before) not in OTHER))


def _like_a_name(read: Written, index: int) -> bool:
    """Whether a capital letter seems to be a name's, and not that of a sentence which begins with a verb."""
    word = read.at(index)
    return titled(word) and len(word) > 2 and not word.endswith(("ing", "ed", "ly"))


def _back(read: Written, last: int) -> int | None:
    """The first word of the name that ends at `last`."""
    first = None
    index = last
    while index >= 0 and last - index < 4:
        everyday = stem(read.at(index)) in SURNAMES_TOO or stem(read.at(index)) in TWO_FACED
        named = can_be_name(read, index, "likely") or (everyday and titled(read.at(index)))
        if not (named or initial(read, index)):
            break
        first = index
        if index == 0 or not re.fullmatch(r",? {0,2}", read.gap(index - 1)):
            break
        index -= 1
    return first
