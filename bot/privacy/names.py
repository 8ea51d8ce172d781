"""Names of persons, as far as their neighbourhood gives them away.

A name is known by what introduces it (a title, "my name is", "patient", "spoke with"), by what follows
it ("DOB", "here from"), or by a given name that is hardly another word before a surname. Capital
letters count only in texts that use them as prose does; elsewhere a word must stand on a list. An
eponym ("Bell's palsy", "Austin Moore prosthesis") is known by the noun behind it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.privacy.cues import (
    AMBIGUOUS_TITLE,
    AUTHOR,
    BIRTH_AFTER,
    CUES,
    ENDS_ENTRY,
    FOLLOWED_BY_BIRTH,
    INITIALS,
    IS_HERE,
    SPEAKS,
    Cue,
    Strength,
)
from bot.privacy.lexicon import (
    DEGREES,
    FREQUENT,
    GIVEN,
    NAMED_AFTER,
    OTHER,
    PARTICLES,
    SUFFIXES,
    SURNAMES,
    TWO_FACED,
)

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+|-[^\W\d_]+)*\.?")
_NAME_SHAPE = re.compile(
    r"(?:(?:(?:al|el|ben|abd)-)?(?:Mc|Mac|De|Di|La|Le|Van|Fitz|O['’]|D['’])?[^\W\d_a-z][^\W\d_A-Z]+)"
    r"(?:-(?:[^\W\d_]['’])?[^\W\d_]+)*"
)


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a text, and what its capital letters tell.

    In `prose` they mean what they mean in prose; a `shiftless` text was typed without the shift key, or
    with it held down.
    """

    text: str
    words: tuple[re.Match[str], ...]
    prose: bool
    shiftless: bool

    @classmethod
    def of(cls, text: str) -> _Text:
        words = tuple(_WORD.finditer(text))
        written = [word[0] for word in words if len(word[0]) > 1]
        small = any(map(str.islower, written))
        few = sum(len(word) > 3 for word in written) < 4 and not all(map(str.isupper, written))
        longer = [word for word in written if len(word) > 2]
        shiftless = all(map(str.islower, longer)) or all(map(str.isupper, longer))
        return cls(text, words, small or few, shiftless)

    def at(self, index: int) -> str:
        return _bare(self.words[index][0]) if index < len(self.words) else ""

    def gap(self, index: int) -> str:
        """What stands between a word and the next."""
        if index + 1 >= len(self.words):
            return "\n"
        return self.text[self.words[index].end() : self.words[index + 1].start()]

    def after(self, index: int) -> str:
        return self.text[self.words[index].end() :]


def names_in(text: str) -> Iterator[tuple[Literal["name", "date of birth"], int, int, str]]:
    """Kind, start, end and reason of each name, and of each date that stands behind a name."""
    read = _Text.of(text)
    taken: set[int] = set()
    for first, last, why in _spans(read):
        if not taken.isdisjoint(range(first, last + 1)):
            continue
        taken.update(range(first, last + 1))
        start, end = read.words[first].start(), _end(read, last)
        yield "name", start, end, why
        birth = BIRTH_AFTER.match(text, end)
        if birth and (birth["mark"] or re.search(r"(?:19\d\d|[4-9]\d)$", birth["date"])):
            yield "date of birth", *birth.span("date"), "date behind a name"
    for match in INITIALS.finditer(text):
        yield "name", *match.span(1), "initials after the word"


def _spans(read: _Text) -> Iterator[tuple[int, int, str]]:
    """First and last word of each name, the surest readings first."""
    starts = {word.start(): index for index, word in enumerate(read.words)}
    for cue in CUES:
        for match in cue.pattern.finditer(read.text):
            first = starts.get(match.end())
            if first is None or (AMBIGUOUS_TITLE.search(match[0]) and not _on_list(read.at(first))):
                continue
            last = _longest(read, first, cue.strength)
            if last is not None and _holds(read, first, last, cue):
                yield first, last, cue.name
    for reading, why in _READINGS:
        for index in range(len(read.words)):
            last = reading(read, index)
            if last is not None:
                yield index, last, why
    for index, word in enumerate(read.words):
        if read.at(index).lower() in GIVEN and IS_HERE.match(read.text, word.end()):
            yield index, index, "given name of who is here"
        if FOLLOWED_BY_BIRTH.match(read.after(index)):
            first = _back(read, index)
            if first is not None and not all(_initial(read, at) for at in range(first, index + 1)):
                yield first, index, "name before a birth date"


def _longest(read: _Text, first: int, strength: Strength) -> int | None:
    """The last word of the name that begins at `first`, or None."""
    last, index = None, first
    while index < len(read.words) and index - first < 5:
        word = read.at(index)
        if _can_be_name(read, index, strength) or _initial(read, index):
            if last is not None and word.lower() in DEGREES and word.isupper():
                break
            last = index
        elif not (word.lower() in PARTICLES or (last is not None and word.lower() in SUFFIXES)):
            break
        gap = read.gap(index)
        if gap == ", " and last == first and _given_follows(read, index + 1, strength):
            pass
        elif not re.fullmatch(r"[ \t\u00a0]{1,2}", gap):
            break
        index += 1
    while last is not None and last > first and _initial(read, last) and _is_unit(read, last):
        last -= 1
    if last is not None and last == first and _initial(read, first):
        return None
    return last


def _holds(read: _Text, first: int, last: int, cue: Cue) -> bool:
    if _is_eponym(read, last):
        return False
    if any(_on_list(read.at(index)) for index in range(first, last + 1)):
        return bool(cue.listed.match(read.after(last)))
    if cue.strength == "outright" or (cue.strength == "likely" and last > first):
        return True
    return last - first < 3 and bool(cue.unlisted.match(read.after(last)))


def _uncued(read: _Text, index: int) -> int | None:
    """The last word of a name that shows itself: a given name, perhaps initials, and a surname."""
    word, following = read.at(index), index + 1
    given, two_faced = _stem(word) in GIVEN, _stem(word) in TWO_FACED and word.istitle()
    if not (given or two_faced) or (read.prose and word.islower() and not read.shiftless):
        return None
    if following < len(read.words) and _initial(read, following) and read.gap(index) == " ":
        following += 1
    if following >= len(read.words) or read.gap(following - 1).strip() or "\n" in read.gap(index):
        return None
    surname = read.at(following)
    if _stem(surname) in SURNAMES:
        if read.prose and not surname[0].isupper() and not read.shiftless:
            return None
    elif (
        not given
        or not _can_be_name(read, following, "likely")
        or not SPEAKS.match(read.after(following))
    ):
        return None
    if _is_eponym(read, following):
        return None
    longest = _longest(read, index, "likely") if given and read.prose else None
    last = max(longest or following, following)
    return None if _is_eponym(read, last) else last


def _frequent(read: _Text, index: int) -> int | None:
    """The last word of a name that begins with a given name which is hardly ever anything else."""
    word = read.at(index)
    if not read.prose or not word.istitle() or _stem(word) not in FREQUENT:
        return None
    if AUTHOR.match(read.after(index)):
        return None
    if index and read.at(index - 1).lower() in ("st", "saint") and not read.gap(index - 1).strip():
        return None
    last = _longest(read, index, "likely")
    if last is None or any(_is_eponym(read, near) for near in range(index, last + 3)):
        return None
    return last


def _entry(read: _Text, index: int) -> int | None:
    """The last word of a name as registers have it: surname, comma, given name."""
    word = read.at(index)
    if not word[0].isupper() or _stem(word) not in SURNAMES or read.gap(index) != ", ":
        return None
    if _stem(read.at(index + 1)) not in GIVEN:
        return None
    last = _longest(read, index, "likely")
    return last if last is not None and ENDS_ENTRY.match(read.after(last)) else None


_READINGS = (
    (_entry, "surname, comma and given name"),
    (_frequent, "frequent given name with a capital letter"),
    (_uncued, "given name and surname"),
)


def _back(read: _Text, last: int) -> int | None:
    """The first word of the name that ends at `last`."""
    first = None
    index = last
    while index >= 0 and last - index < 4:
        if not (_can_be_name(read, index, "likely") or _initial(read, index)):
            break
        first = index
        if index == 0 or not re.fullmatch(r",? {1,2}", read.gap(index - 1)):
            break
        index -= 1
    return first


def _can_be_name(read: _Text, index: int, strength: Strength) -> bool:
    word = read.at(index)
    low = _stem(word)
    if low in OTHER or len(low) < 2:
        return False
    if _on_list(word):
        return word[0].isupper() or strength == "outright" or read.shiftless or strength == "likely"
    if strength == "outright":
        return word[0].isupper() or read.shiftless
    return read.prose and bool(_NAME_SHAPE.fullmatch(_unpossessed(word)))


def _given_follows(read: _Text, index: int, strength: Strength) -> bool:
    """Whether a surname and a comma are followed by a given name, as on forms."""
    word = read.at(index)
    if _stem(word) in GIVEN:
        return True
    written = word[:1].isupper() and _can_be_name(read, index, strength)
    return written and (strength == "outright" or bool(ENDS_ENTRY.match(read.after(index))))


def _initial(read: _Text, index: int) -> bool:
    word = read.words[index][0]
    return len(_bare(word)) == 1 and (word[0].isupper() or word[-1] == ".") and word != "I"


def _is_unit(read: _Text, index: int) -> bool:
    """A letter that belongs to what follows it, as in "John E 0650"."""
    return (
        bool(re.match(r"[\d.-]*\d", read.after(index).lstrip(" ")[:1]))
        and read.words[index][0][-1:] != "."
    )


def _is_eponym(read: _Text, last: int) -> bool:
    if last + 1 >= len(read.words):
        return False
    return read.at(last + 1).lower() in NAMED_AFTER and not read.gap(last).strip()


def _on_list(word: str) -> bool:
    low = _stem(word)
    return low in GIVEN or low in SURNAMES


def _bare(word: str) -> str:
    return word.rstrip(".")


def _unpossessed(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _stem(word: str) -> str:
    """The word as it stands on a list: in small letters, without accents."""
    decomposed = unicodedata.normalize("NFKD", _unpossessed(word).lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _end(read: _Text, last: int) -> int:
    word = read.words[last]
    bare = _unpossessed(_bare(word[0])) if not _initial(read, last) else word[0]
    return word.start() + len(bare)
