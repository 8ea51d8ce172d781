"""A text as words, and what each of them could be: part of a name, an initial, an everyday word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.privacy.cues import ENDS_ENTRY, Strength
from bot.privacy.filed import NOTHING, Filed
from bot.privacy.lexicon import (
    APOSTROPHES,
    DEGREES,
    GIVEN,
    NAMED_AFTER,
    OTHER,
    PARTICLES,
    RARE,
    SUFFIXES,
    SURNAMES,
    SURNAMES_TOO,
    WORLDWIDE,
    stem,
    unpossessed,
)

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+|-[^\W\d_]+)*\.?")
_NAME_SHAPE = re.compile(
    r"(?:(?:(?:al|el|ben|abd)-)?(?:Mc|Mac|De|Di|La|Le|Van|Fitz|O['’]|D['’])?[^\W\d_a-z][^\W\d_A-Z]+)"
    r"(?:-(?:[^\W\d_]['’])?[^\W\d_]+)*"
)

_NO_APOSTROPHES = str.maketrans("", "", APOSTROPHES)
# Between the words of a name, of which one may be a nickname in quotes.
_GAP = re.compile(r"[ \t\u00a0]{1,2}[\"“]?|[\"”]?[ \t\u00a0]{1,2}")


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a text, and what its capital letters tell.

    In `prose` they mean what they mean in prose; a `shiftless` text was typed without the shift key, or
    with it held down. `filed` says what is on file.
    """

    text: str
    words: tuple[re.Match[str], ...]
    prose: bool
    shiftless: bool
    filed: Filed = NOTHING

    @classmethod
    def of(cls, text: str, filed: Filed = NOTHING) -> Written:
        words = tuple(_WORD.finditer(text))
        written = [word[0] for word in words if len(word[0]) > 1]
        small = any(map(str.islower, written))
        few = sum(len(word) > 3 for word in written) < 4 and not all(map(str.isupper, written))
        longer = [word for word in written if len(word) > 2]
        shiftless = all(map(str.islower, longer)) or all(map(str.isupper, longer))
        return cls(text, words, small or few, shiftless, filed)

    def at(self, index: int) -> str:
        return bare(self.words[index][0]) if index < len(self.words) else ""

    def gap(self, index: int) -> str:
        """What stands between a word and the next."""
        if index + 1 >= len(self.words):
            return "\n"
        return self.text[self.words[index].end() : self.words[index + 1].start()]

    def after(self, index: int) -> str:
        """The beginning of what stands behind a word: more than any cue reads."""
        end = self.words[index].end()
        return self.text[end : end + 100]

    def before(self, index: int) -> str:
        """The end of what stands before a word; cues are short."""
        start = self.words[index].start()
        return self.text[max(0, start - 40) : start]


def longest(read: Written, first: int, strength: Strength) -> int | None:
    """The last word of the name that begins at `first`, or None."""
    last, index = None, first
    while index < len(read.words) and index - first < 5:
        word = read.at(index)
        named = can_be_name(read, index, strength) or initial(read, index)
        if named or (last is not None and _small_initial(read, index)):
            if last is not None and word.lower() in DEGREES and word.isupper():
                break
            last = index
        elif last is not None and word.lower() in SUFFIXES:
            last = index
        elif word.lower() not in PARTICLES:
            break
        gap = read.gap(index)
        if (
            gap in (", ", ",")
            and last == index < first + 2
            and given_follows(read, index + 1, strength)
        ):
            pass
        elif not _GAP.fullmatch(gap):
            break
        index += 1
    while last is not None and last > first and initial(read, last) and is_unit(read, last):
        last -= 1
    if last is not None and last == first and initial(read, first):
        return None
    return last


def can_be_name(read: Written, index: int, strength: Strength) -> bool:
    word = read.at(index)
    low = stem(word)
    if strength == "certain" and low in SURNAMES_TOO:
        return titled(word)
    if low in OTHER or len(low) < 2:
        return False
    written_as_name = read.shiftless or titled(word)
    if on_list(word) or (
        strength != "faint" and written_as_name and (low in RARE or low in WORLDWIDE)
    ):
        return word[0].isupper() or read.shiftless or strength != "faint"
    if strength in ("outright", "certain"):
        return word[0].isupper() or read.shiftless
    return read.prose and bool(_NAME_SHAPE.fullmatch(unpossessed(word)))


def given_follows(read: Written, index: int, strength: Strength) -> bool:
    """Whether a surname and a comma are followed by a given name, as on forms."""
    word = read.at(index)
    if given(word):
        return True
    shouted = not read.prose and len(word) > 2 and stem(word) not in OTHER
    written = word[:1].isupper() and (shouted or can_be_name(read, index, strength))
    return written and (
        strength in ("outright", "certain") or bool(ENDS_ENTRY.match(read.after(index)))
    )


def initial(read: Written, index: int) -> bool:
    word = read.words[index][0]
    return len(bare(word)) == 1 and (word[0].isupper() or word[-1] == ".") and word != "I"


def _small_initial(read: Written, index: int) -> bool:
    """A letter behind a name in a text typed without the shift key, as in "ron b"."""
    word = read.at(index)
    alone = bool(re.match(r"\s{1,2}[a-z]|[,.?!]|$", read.after(index)))
    return read.shiftless and len(word) == 1 and word not in "aixw" and alone


def is_unit(read: Written, index: int) -> bool:
    """A letter that belongs to what follows it, as in "John E 0650"."""
    after = read.after(index).lstrip(" ")
    belongs = after[:1].isdecimal() and not re.match(r"\d{5}(?!\d)", after)
    return belongs and read.words[index][0][-1:] != "."


def is_eponym(read: Written, last: int) -> bool:
    """Whether the word is part of what a thing is called, as "Baker" in "Baker cyst"."""
    if last > 0 and _pair(read, last - 1):
        return True
    if last + 1 >= len(read.words) or read.gap(last).strip():
        return False
    following = read.at(last + 1).lower()
    return following in NAMED_AFTER or following.rstrip("s") in NAMED_AFTER or _pair(read, last)


def _pair(read: Written, first: int) -> bool:
    if first + 1 >= len(read.words) or read.gap(first) not in (" ", "-"):
        return False
    return f"{stem(read.at(first))}-{stem(read.at(first + 1))}" in read.filed.pairs


def on_list(word: str) -> bool:
    """Whether it is a given name or a surname, or one of each joined by a hyphen."""
    parts = [part for part in stem(word).split("-") if part not in PARTICLES]
    return (
        given(word)
        or surname(word)
        or (len(parts) > 1 and all(part in GIVEN or part in SURNAMES for part in parts))
    )


def surname(word: str) -> bool:
    low = stem(word).removeprefix("al-").removeprefix("el-")
    parts = low.translate(_NO_APOSTROPHES).split("-")
    return low in SURNAMES or all(part in SURNAMES for part in parts)


def given(word: str) -> bool:
    """Whether it is a given name: in small letters only if it is hardly another word."""
    listed = WORLDWIDE if word[:1].isupper() else GIVEN
    low = stem(word)
    return low in listed or ("-" in low and all(part in listed for part in low.split("-")))


def titled(word: str) -> bool:
    """Whether it begins with a capital letter as names do in prose."""
    return bool(_NAME_SHAPE.fullmatch(unpossessed(word)))


def bare(word: str) -> str:
    return word.rstrip(".")


def end(read: Written, last: int) -> int:
    word = read.words[last]
    name = word[0] if initial(read, last) else unpossessed(bare(word[0]))
    return word.start() + len(name)
