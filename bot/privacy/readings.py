"""Names that no word announces: known by their own words, and by what stands around them.

Each reading says, for the word at an index, where a name ends that begins there, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.privacy.cues import (
    ACTS,
    AUTHOR,
    BORN,
    ENDS_ENTRY,
    ENTRY_GOES_ON,
    FOLLOWED_BY_BIRTH,
    MODAL,
    OPENS,
    PERSONAL,
    POSSESSED,
    SLOT,
    SPEAKS,
    STAYS_SMALL,
)
from bot.privacy.lexicon import (
    FREQUENT,
    GREETINGS,
    OTHER,
    PLACES,
    RARE,
    SURNAMES_TOO,
    TWO_FACED,
    stem,
)
from bot.privacy.recogniser import MARKED
from bot.privacy.written import (
    Written,
    can_be_name,
    given,
    initial,
    is_eponym,
    longest,
    on_list,
    surname,
    titled,
)


def _entry(read: Written, index: int) -> int | None:
    """As registers have it: surname, comma, given name."""
    word = read.at(index)
    if not re.fullmatch(r",[ \t]?|/", read.gap(index)):
        return None
    if word[0].islower():
        return _small_entry(read, index)
    if stem(word) in GREETINGS or index + 1 >= len(read.words):
        return None
    if on_list(word) and initial(read, index + 1):
        after = read.after(index + 1)
        opens = OPENS.search(read.before(index)) and stem(word) not in read.filed.things
        goes_on = _born(after) or MARKED.match(after) or (opens and ENTRY_GOES_ON.match(after))
        return index + 1 if goes_on else None
    following = read.at(index + 1)
    everyday = surname(word) and following.istitle() and stem(following) in TWO_FACED
    if not (given(following) or everyday):
        return _foreign_entry(read, index)
    opens = bool(OPENS.search(read.before(index)))
    if not on_list(word) and not (
        opens and (stem(word) not in OTHER or stem(word) in SURNAMES_TOO)
    ):
        return None
    last = index + 1 if everyday else None
    last = longest(read, index + 1, "likely") or last
    after = read.after(last) if last is not None else ""
    ends = ENDS_ENTRY.match(after) or SPEAKS.match(after) or (opens and surname(word))
    return last if ends else None


def _born(after: str) -> bool:
    return bool(BORN.match(after) or FOLLOWED_BY_BIRTH.match(after))


def _small_entry(read: Written, index: int) -> int | None:
    """The same in a text typed without the shift key, where it begins a line and the entry goes on."""
    following = index + 1
    if not read.shiftless or not given(read.at(following)) or stem(read.at(index)) in OTHER:
        return None
    if stem(read.at(index)) in GREETINGS or not OPENS.search(read.before(index)):
        return None
    after = read.after(following)
    goes_on = MARKED.match(after) or _born(after) or ENTRY_GOES_ON.match(after)
    return following if goes_on or read.gap(index) == "/" else None


def _foreign_entry(read: Written, index: int) -> int | None:
    """The same with a given name on no list, where it begins a line and the entry goes on or ends."""
    following = index + 1
    word = read.at(following)
    last = read.words[index][0]
    shaped = (titled(word) and titled(last)) or (
        word.isupper() and last.isupper() and len(word) > 2
    )
    if not shaped or stem(word) in OTHER or not surname(last) or last[-2:] in ("'s", "’s"):
        return None
    after = read.after(following)
    goes_on = MARKED.match(after) or re.match(r"\s{1,2}\d", after)
    return following if goes_on and OPENS.search(read.before(index)) else None


def _frequent(read: Written, index: int) -> int | None:
    """From a given name on that is hardly ever anything else, where capital letters tell."""
    word = read.at(index)
    if stem(word) not in FREQUENT:
        return None
    if read.shiftless:
        return _shiftless(read, index)
    if not read.prose or not word.istitle():
        return None
    if AUTHOR.match(read.after(index)):
        return None
    if in_a_place(read, index):
        return None
    last = longest(read, index, "likely")
    if last is None or any(is_eponym(read, near) for near in range(index, last + 3)):
        return None
    return with_everyday_surname(read, last)


def _shiftless(read: Written, index: int) -> int | None:
    """From a frequent given name on, in a text in which capital letters say nothing."""
    if in_a_place(read, index) or is_eponym(read, index):
        return None
    following = index + 1
    if following < len(read.words) and read.gap(index) == " ":
        word = read.at(following)
        if stem(word) not in OTHER and len(word) > 2 and ACTS.match(read.after(following)):
            return following
    before = read.before(index)
    alone = bool(SLOT.search(before) or OPENS.search(before)) and SPEAKS.match(read.after(index))
    return index if alone else None


def _full(read: Written, index: int) -> int | None:
    """A given name, perhaps an initial, and a surname."""
    word, following = read.at(index), index + 1
    two_faced = stem(word) in TWO_FACED and word.istitle()
    if not (given(word) or two_faced) or (word.islower() and read.prose and not read.shiftless):
        return None
    if following < len(read.words) and initial(read, following) and read.gap(index) == " ":
        following += 1
    if following >= len(read.words) or not _side_by_side(read, index, following):
        return None
    if is_eponym(read, following) or in_a_place(read, index):
        return None
    if not _surname(read, index, following, two_faced):
        return None
    whole = longest(read, index, "likely") if read.prose and not two_faced else None
    last = max(whole or following, following)
    return None if is_eponym(read, last) else last


def _surname(read: Written, index: int, following: int, two_faced: bool) -> bool:
    """Whether the word can be the surname behind the given name at `index`."""
    word = read.at(following)
    if surname(word) or (titled(word) and stem(word) in RARE):
        return word[0].isupper() or not read.prose or read.shiftless
    speaks = bool(SPEAKS.match(read.after(following)))
    if read.shiftless and on_list(word):
        return speaks and not two_faced
    if not read.prose or not titled(word):
        return False
    if stem(word) in SURNAMES_TOO:
        after = read.after(following)
        owns = read.words[following][0][-2:] in ("'s", "’s")
        placed = (
            owns or SLOT.search(read.before(index)) or ACTS.match(after) or PERSONAL.match(after)
        )
        return bool(placed) if two_faced else speaks
    if two_faced or not can_be_name(read, following, "likely"):
        return False
    return speaks or bool(STAYS_SMALL.match(read.after(following)))


def _stranger(read: Written, index: int) -> int | None:
    """Two capitalised words on no list of given names, in the place of a person."""
    following = index + 1
    if following >= len(read.words) or not read.prose or read.gap(index) != " ":
        return None
    first, second = read.at(index), read.at(following)
    if not (titled(first) and titled(second)) or stem(first) in OTHER or in_a_place(read, index):
        return None
    if is_eponym(read, following) or is_eponym(read, index):
        return None
    after = read.after(following)
    if surname(second) or stem(second) in SURNAMES_TOO:
        placed = SLOT.search(read.before(index)) and SPEAKS.match(after)
        return following if placed or PERSONAL.match(after) else None
    return following if stem(second) not in OTHER and PERSONAL.match(after) else None


def with_everyday_surname(read: Written, last: int) -> int:
    following = last + 1
    if following < len(read.words) and read.gap(last) == " ":
        word = read.at(following)
        if titled(word) and stem(word) in SURNAMES_TOO and SPEAKS.match(read.after(following)):
            return following
    return last


def _shortened(read: Written, index: int) -> int | None:
    """An initial and a surname, or a given name and an initial."""
    following = index + 1
    if following >= len(read.words):
        return None
    one, other = read.words[index][0], read.words[following][0]
    if len(one) == 2 and one[1] == "." and read.gap(index) in ("", " "):
        capital = one[0].isupper() == other[0].isupper()
        known = capital and surname(read.at(following))
        return following if known and not is_eponym(read, following) else None
    if (
        titled(one)
        and stem(one) not in OTHER
        and initial(read, following)
        and read.gap(index) == " "
    ):
        after = read.after(following)
        if given(one):
            return following if SPEAKS.match(after) else None
        return following if other[-1] == "." and PERSONAL.match(after) else None
    return None


def _owner(read: Written, index: int) -> int | None:
    """Who has a mother, a claim or an appointment: no disease is named with these words."""
    word = read.words[index][0]
    if not re.search(r"['’]s?$", word) or not titled(word) or not read.prose:
        return None
    if stem(word) in OTHER or not POSSESSED.match(read.after(index)):
        return None
    return index if on_list(word) else None


def _actor(read: Written, index: int) -> int | None:
    """A given name alone, which does what only persons do."""
    word = read.words[index][0]
    if not read.prose or not titled(word) or not given(word) or stem(word) in TWO_FACED:
        return None
    if in_a_place(read, index):
        return None
    placed = SLOT.search(read.before(index)) and MODAL.match(read.after(index))
    return index if placed or ACTS.match(read.after(index)) else None


def _marked(read: Written, index: int) -> int | None:
    """What begins a line as a name does, and what identifies the person behind it."""
    if read.shiftless and on_list(read.at(index)) and OPENS.search(read.before(index)):
        last = longest(read, index, "likely")
        several = last is not None and last > index and not is_eponym(read, last)
        return last if several and SPEAKS.match(read.after(last or index)) else None
    if not read.prose or not titled(read.at(index)) or not OPENS.search(read.before(index)):
        return None
    last = longest(read, index, "likely")
    if last is None or is_eponym(read, last):
        return None
    if last == index:
        known = surname(read.at(index)) or given(read.at(index))
        return last if known and BORN.match(read.after(last)) else None
    if MARKED.match(read.after(last)):
        return last
    known = any(on_list(read.at(at)) for at in range(index, last + 1))
    return last if known and ENTRY_GOES_ON.match(read.after(last)) else None


def in_a_place(read: Written, index: int) -> bool:
    """Whether the word belongs to a place: "St. Mary", "San Jose"."""
    begins = index > 0 and not read.gap(index - 1).strip() and read.at(index - 1).lower() in PLACES
    return begins or stem(read.at(index)) in PLACES


def _side_by_side(read: Written, first: int, last: int) -> bool:
    return all(re.fullmatch(r"[ \t\u00a0]{1,2}", read.gap(at)) for at in range(first, last))


Readings = tuple[tuple[Callable[[Written, int], int | None], str], ...]
# Surer than what a cue announces, of which it is a part.
ENTRIES: Readings = ((_entry, "surname, comma and given name"),)
READINGS: Readings = (
    (_full, "given name and surname"),
    (_frequent, "frequent given name"),
    (_shortened, "name with an initial"),
    (_marked, "name before what identifies a person"),
    (_stranger, "two capitalised words in the place of a person"),
    (_owner, "name before what a person has"),
    (_actor, "given name before what a person does"),
)
