"""Names that stand alone: known by a list and a capital letter, or by what only persons do.

Each reading says, for the word at an index, where a name ends that begins there, or None.
"""

from __future__ import annotations

import re

from bot.privacy.cues import (
    ASKED_OF,
    AUTHOR,
    CODE_BEFORE,
    CONCERNS,
    ENTRY_GOES_ON,
    FROM,
    GETS,
    NEEDS,
    OPENS,
    PERSON_BEFORE,
    PERSONS_ALONE,
    PERSONS_OR_PLANS,
    SLOT,
    SPEAKS,
    TITLE_BEFORE,
    TURNS_TO,
    WHO_WRITES,
)
from bot.privacy.lexicon import (
    FREQUENT,
    NOT_ALONE,
    OTHER,
    RARE,
    SURNAMES_TOO,
    TWO_FACED,
    stem,
)
from bot.privacy.readings import Readings, in_a_place, with_everyday_surname
from bot.privacy.written import (
    Written,
    given,
    initial,
    is_eponym,
    longest,
    surname,
    titled,
)


def _listed(read: Written, index: int) -> int | None:
    """From a word on that is a name wherever it has a capital letter."""
    word = read.at(index)
    if not read.prose or read.shiftless or not titled(word) or not only_a_name(read, word):
        return None
    if in_a_place(read, index) or AUTHOR.match(read.after(index)):
        return None
    last = longest(read, index, "faint")
    if last == index and not _stands_as_a_person(read, index):
        return None
    if last is None or _is_eponym(read, index, last):
        return None
    if last - index + 1 == len(read.words) and stem(word) not in FREQUENT:
        # A message of a name and nothing else asks about what goes by that name.
        return None
    return with_everyday_surname(read, last)


def _is_eponym(read: Written, first: int, last: int) -> bool:
    """Of a given name and a surname that have a surgery, the surgery is not named after them."""
    owns = last > first and given(read.at(first)) and read.words[last][0][-2:] in ("'s", "’s")
    return any(is_eponym(read, near) for near in range(first, last + (not owns)))


def _stands_as_a_person(read: Written, index: int) -> bool:
    """Not before a noun, as a name stands that a device or a method has."""
    if read.words[index][0][-2:] in ("'s", "’s") or PERSON_BEFORE.search(read.before(index)):
        return True
    after = read.after(index)
    return bool(SPEAKS.match(after) or CONCERNS.match(after) or SLOT.search(read.before(index)))


def only_a_name(read: Written, word: str) -> bool:
    low = stem(word)
    if low in read.filed.things or low in OTHER:
        return False
    return given(word) or surname(word) or low in RARE or not low.isascii()


def _small_pair(read: Written, index: int) -> int | None:
    """Two words side by side that are names, in a text in which capital letters say nothing."""
    following = index + 1
    if not read.shiftless or following >= len(read.words) or read.gap(index) != " ":
        return None
    one, other = read.at(index), read.at(following)
    if not _small_name(read, other) or is_eponym(read, following):
        return None
    if stem(one) in TWO_FACED:
        return following if SPEAKS.match(read.after(following)) else None
    return following if _small_name(read, one) else None


def _small_name(read: Written, word: str) -> bool:
    low = stem(word)
    return (
        len(low) > 2
        and low not in read.filed.things
        and (given(low) or surname(low) or low in RARE)
    )


def _small_alone(read: Written, index: int) -> int | None:
    """A name in such a text where a person stands, or with what a person has."""
    word = read.words[index][0]
    if not read.shiftless or not _small_name(read, word):
        return None
    if is_eponym(read, index) or in_a_place(read, index):
        return None
    if not (given(word.lower()) or surname(word)):
        turned = TURNS_TO.search(read.before(index)) and SPEAKS.match(read.after(index))
        return index if turned or PERSONS_ALONE.match(read.after(index)) else None
    owns = word[-2:].lower() in ("'s", "’s")
    opens = OPENS.search(read.before(index))
    aged = opens and ENTRY_GOES_ON.match(read.after(index))
    acts = PERSONS_ALONE.match(read.after(index)) or (opens and NEEDS.match(read.after(index)))
    return index if owns or acts or aged or TURNS_TO.search(read.before(index)) else None


def _doer(read: Written, index: int) -> int | None:
    """An everyday word that does what neither things nor plans do: "Grace wants", "bill is asking"."""
    word = read.at(index)
    known = stem(word) in TWO_FACED or (stem(word) in SURNAMES_TOO and titled(word))
    if not known or len(read.words) == 1 or is_eponym(read, index) or in_a_place(read, index):
        return None
    following = index + 1
    if read.prose and titled(word) and following < len(read.words) and read.gap(index) == " ":
        second = read.at(following)
        named = titled(second) and (stem(second) in SURNAMES_TOO or stem(second) in TWO_FACED)
        if named and PERSONS_OR_PLANS.match(read.after(following)):
            return following
    after = read.after(index)
    if PERSONS_ALONE.match(after):
        return index
    if stem(word) not in TWO_FACED or stem(word) in NOT_ALONE:
        return None
    if read.prose and titled(word) and not read.shiftless:
        return index if NEEDS.match(after) or read.words[index][0][-2:] in ("'s", "’s") else None
    asked = read.shiftless and ASKED_OF.search(read.before(index)) and GETS.match(after)
    return index if asked else None


def _amid(read: Written, index: int) -> int | None:
    """An everyday word with a capital letter where a sentence goes on, in the place of a person."""
    word = read.at(index)
    if not read.prose or not word.istitle() or read.shiftless or stem(word) in NOT_ALONE:
        return None
    if stem(word) not in TWO_FACED or in_a_place(read, index):
        return None
    if not SLOT.search(read.before(index)):
        return None
    return index if PERSONS_OR_PLANS.match(read.after(index)) else None


def _unlisted(read: Written, index: int) -> int | None:
    """An initial with its point and a word on no list, at the beginning of a line or in a person's place."""
    following = index + 1
    if following >= len(read.words) or not initial(read, index) or not read.prose:
        return None
    word = read.at(following)
    if read.words[index][0][-1:] != "." or read.gap(index) not in ("", " ") or not titled(word):
        return None
    if stem(word) in OTHER or len(word) < 4 or is_eponym(read, following):
        return None
    before = read.before(index)
    return following if OPENS.search(before) or SLOT.search(before) else None


def _fellow(read: Written, index: int) -> int | None:
    """An everyday word with a capital letter that an "and" joins to a name."""
    word, joined = read.at(index), read.at(index + 1)
    if joined not in ("and", "&") or not read.prose or not titled(word) or read.shiftless:
        return None
    other = read.at(index + 2)
    named = stem(word) in TWO_FACED or stem(word) in SURNAMES_TOO
    return index if named and titled(other) and given(other) and only_a_name(read, other) else None


def _titled_stranger(read: Written, index: int) -> int | None:
    """A word on no list behind a title, in a text in which capital letters say nothing."""
    if not read.shiftless or not TITLE_BEFORE.search(read.before(index)):
        return None
    word = stem(read.at(index))
    acts = len(word) > 3 and word not in OTHER and PERSONS_ALONE.match(read.after(index))
    return index if acts else None


def _behind_a_code(read: Written, index: int) -> int | None:
    """A name between a code and the end of the entry: "97110 Okafor", "M17.11 / Okafor /"."""
    word = read.at(index)
    if not titled(word) or not only_a_name(read, word) or is_eponym(read, index):
        return None
    ends = CODE_BEFORE.search(read.before(index)) and re.match(
        r"\s*(?:[/|,;\n]|$)", read.after(index)
    )
    return index if ends else None


def _who_writes(read: Written, index: int) -> int | None:
    """A name that is an everyday word too, of who says where they are."""
    word = read.at(index)
    if stem(word) not in TWO_FACED and stem(word) not in SURNAMES_TOO:
        return None
    says = titled(word) and WHO_WRITES.search(read.before(index))
    return index if says and FROM.match(read.after(index)) else None


ALONE: Readings = (
    (_listed, "name by its capital letter"),
    (_small_pair, "two names side by side"),
    (_small_alone, "name in small letters in the place of a person"),
    (_doer, "everyday word that does what only persons do"),
    (_amid, "everyday word with a capital letter in the place of a person"),
    (_fellow, "everyday word joined to a name"),
    (_titled_stranger, "word behind a title that does what only persons do"),
    (_behind_a_code, "name behind a code"),
    (_who_writes, "everyday word of who writes"),
    (_unlisted, "initial and a word on no list"),
)
