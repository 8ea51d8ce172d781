"""Every name that a service on file goes by, and the policies that it names.

A policy is known by its title, by the title's head ("Sacral Nerve Stimulation" of "Sacral Nerve
Stimulation for Urge Incontinence"), by an acronym in the title, by the subjects of its statements, and by
the names that the payer's vocabulary gives its service. Nothing here is trained.

An index never changes, so that any thread may read it; `changed` gives another one that shares with it
whatever the change does not touch. With ten thousand policies on file, that takes milliseconds, where making
it anew takes a second.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.answer.catalogue import Title
from bot.answer.naming import LONG, NameKind, core_of, subject_names, title_names
from bot.answer.tokens import Speller
from bot.answer.vocabulary import Service, Vocabulary
from bot.policy.number import key

# A phrase, what kind of name it is, and the vocabulary's service that it stands for, if any.
_Key = tuple[str, NameKind, str]
_Postings = dict[str, dict[_Key, "Name"]]

# Words whose policies are held ready: a common word has thousands.
_MOST_HELD = 100


@dataclass(frozen=True, slots=True)
class Name:
    """`core` are the stems that must be said, `words` those and what may be; `numbers` are policies."""

    phrase: str
    kind: NameKind
    core: tuple[str, ...]
    words: frozenset[str]
    numbers: tuple[str, ...]
    service: Service | None = None

    @property
    def key(self) -> _Key:
        return self.phrase, self.kind, self.service.name if self.service else ""


class NameIndex:
    """The names of all policies on file, in one state of the catalogue."""

    def __init__(self, titles: Iterable[Title], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._cores = [(_cores_of(s), s) for s in vocabulary.services]
        self.titles: dict[str, Title] = {}
        self._on_file: dict[str, tuple[Title, ...]] = {}
        self._names: dict[_Key, Name] = {}
        # A name stands under each word of its core; and under its rarest, without which it is not there.
        self._postings: _Postings = {}
        self._anchored: _Postings = {}
        self._joined: dict[str, tuple[str, ...]] = {}
        self._numbers: dict[str, tuple[str, ...]] = {}
        self.speller = Speller(())
        self._holders: dict[str, frozenset[str]] = {}
        self._take(titles)

    def changed(self, titles: Iterable[Title]) -> NameIndex:
        """The index of these policies, where few of them differ from those of this one."""
        made = object.__new__(NameIndex)
        made._vocabulary, made._cores = self._vocabulary, self._cores
        made._on_file = self._on_file
        made._names = self._names.copy()
        made._postings = self._postings.copy()
        made._anchored = self._anchored.copy()
        made._joined = self._joined.copy()
        made._numbers = self._numbers.copy()
        made.speller = self.speller
        made._holders = {}
        made._take(titles)
        return made

    @property
    def services(self) -> Sequence[Service]:
        return self._vocabulary.services

    def policies_of(self, service: str) -> tuple[str, ...]:
        """The policies that are about a service of the vocabulary."""
        return self._numbers.get(service, ())

    def knows(self, word: str) -> bool:
        return word in self._postings

    def weight(self, word: str) -> float:
        """How much a word tells: the more, the fewer names hold it."""
        held = len(self._postings.get(word, ())) or 1
        return 1.0 + math.log((1 + len(self._names)) / held)

    def among(self, words: Collection[str]) -> Collection[Name]:
        """The names whose core holds the rarest of the words that are known."""
        found = [self._postings[word] for word in words if word in self._postings]
        return min(found, key=len).values() if found else ()

    def under(self, word: str) -> Collection[Name]:
        """The names of which the word is the rarest: each name is under one word of its core."""
        found = self._anchored.get(word)
        return found.values() if found else ()

    def holders(self, word: str) -> frozenset[str]:
        """The policies that have the word in a name."""
        found = self._holders.get(word)
        if found is None:
            names = self._postings.get(word, {}).values()
            found = frozenset(number for name in names for number in name.numbers)
            if len(self._holders) < _MOST_HELD:
                self._holders[word] = found
        return found

    def parts(self, word: str) -> tuple[str, ...]:
        """The words that were written as one."""
        return self._joined.get(word, ())

    def _take(self, titles: Iterable[Title]) -> None:
        before = self._on_file
        grouped: dict[str, tuple[Title, ...]] = {}
        for title in titles:
            grouped[title.number] = (*grouped.get(title.number, ()), title)
        self._on_file = grouped
        self.titles = {number: held[0] for number, held in grouped.items()}
        gone = [title for n, old in before.items() if grouped.get(n) != old for title in old]
        come = [title for n, new in grouped.items() if before.get(n) != new for title in new]
        known = set(self._postings)
        update = _Update(self._names, self._postings, self._anchored)
        cores = update.numbers(_named(gone), _named(come))
        self._services(update, gone, cores)
        update.settle()
        self._join(update.come, update.gone - update.come)
        words = set(self._postings)
        self.speller = self.speller.changed(known - words, words - known)

    def _services(
        self, update: _Update, gone: Sequence[Title], cores: Collection[frozenset[str]]
    ) -> None:
        """Looks anew for the policies of the services that the change may touch."""
        left = {title.number for title in gone}
        come = frozenset(word for words in cores for word in words)
        for called, service in self._cores:
            held = self._numbers.get(service.name, ())
            if left.isdisjoint(held) and not any(
                core <= come and any(core <= words for words in cores) for core in called
            ):
                continue
            numbers = self._about(called)
            if numbers != held:
                self._numbers[service.name] = numbers
                for phrase, kind in _phrases(service):
                    update.put(phrase, kind, numbers, service)

    def _about(self, called: Iterable[frozenset[str]]) -> tuple[str, ...]:
        """The policies whose title, or a subject in it, is about the service by one of its names."""
        best: dict[str, int] = {}
        for core in called:
            for name in self.among(core):
                if name.service is None and core <= name.words:
                    missing = len(set(name.core) - core)
                    for number in name.numbers:
                        best[number] = min(missing, best.get(number, missing))
        least = min(best.values(), default=0)
        return in_order(number for number, missing in best.items() if missing == least)

    def _join(self, come: Iterable[tuple[str, ...]], gone: Iterable[tuple[str, ...]]) -> None:
        for core in gone:
            if not any(name.core == core for name in self.among(core)):
                self._joined.pop("".join(core), None)
        self._joined.update(("".join(core), core) for core in come if len(core) > 1)


class _Update:
    """A change to the tables of an index; rows that another index holds too are copied first."""

    def __init__(self, names: dict[_Key, Name], postings: _Postings, anchored: _Postings) -> None:
        self._names = names
        self._postings = postings
        self._anchored = anchored
        self._own: set[tuple[int, str]] = set()
        self._adrift: dict[_Key, None] = {}
        # The cores of the names that came, and of those that went.
        self.come: set[tuple[str, ...]] = set()
        self.gone: set[tuple[str, ...]] = set()

    def numbers(
        self,
        gone: Mapping[tuple[str, NameKind], set[str]],
        come: Mapping[tuple[str, NameKind], set[str]],
    ) -> set[frozenset[str]]:
        """Takes policies from names and gives them others; the words of the names that got some."""
        said = set()
        for phrase, kind in dict.fromkeys((*gone, *come)):
            old = self._names.get((phrase, kind, ""))
            numbers = set(old.numbers if old else ()) - gone.get((phrase, kind), set())
            more = come.get((phrase, kind), set())
            self.put(phrase, kind, in_order(numbers | more))
            new = self._names.get((phrase, kind, ""))
            if new and more:
                said.add(new.words)
        return said

    def put(
        self,
        phrase: str,
        kind: NameKind,
        numbers: tuple[str, ...],
        service: Service | None = None,
    ) -> None:
        """Lets a name stand for these policies; for none, it is no name."""
        wanted = (phrase, kind, service.name if service else "")
        old = self._names.get(wanted)
        if old is None:
            core, rest = core_of(phrase)
            if core and numbers:
                name = Name(phrase, kind, core, rest.union(core), numbers, service)
                self._set(name)
                self.come.add(core)
                self._adrift[wanted] = None
        elif numbers == old.numbers:
            return
        elif numbers:
            name = Name(phrase, kind, old.core, old.words, numbers, service)
            self._set(name)
            if wanted not in self._adrift:
                self._row(self._anchored, self._anchor(old))[wanted] = name
        else:
            self._drop(old)

    def settle(self) -> None:
        """Puts the new names under their rarest words, once all are there."""
        for adrift in self._adrift:
            name = self._names[adrift]
            rarest = min(name.core, key=lambda word: len(self._postings[word]))
            self._row(self._anchored, rarest)[adrift] = name
        self._adrift = {}

    def _set(self, name: Name) -> None:
        self._names[name.key] = name
        for word in name.core:
            self._row(self._postings, word)[name.key] = name

    def _drop(self, name: Name) -> None:
        del self._names[name.key]
        self.gone.add(name.core)
        for word in name.core:
            self._take_out(self._postings, word, name)
        if name.key in self._adrift:
            del self._adrift[name.key]
        else:
            self._take_out(self._anchored, self._anchor(name), name)

    def _anchor(self, name: Name) -> str:
        return next(word for word in name.core if name.key in self._anchored.get(word, ()))

    def _take_out(self, table: _Postings, word: str, name: Name) -> None:
        row = self._row(table, word)
        del row[name.key]
        if not row:
            del table[word]

    def _row(self, table: _Postings, word: str) -> dict[_Key, Name]:
        mine = (id(table), word)
        if mine not in self._own or word not in table:
            table[word] = table[word].copy() if word in table else {}
            self._own.add(mine)
        return table[word]


def in_order(numbers: Iterable[str]) -> tuple[str, ...]:
    """Numbers of policies as a list on file has them."""
    return tuple(sorted(set(numbers), key=lambda number: (key(number), number)))


def _named(titles: Iterable[Title]) -> dict[tuple[str, NameKind], set[str]]:
    """What the policies are called by their own words."""
    found: dict[tuple[str, NameKind], set[str]] = defaultdict(set)
    # Many policies speak of the same subjects.
    called: dict[str, tuple[str, ...]] = {}
    for title in titles:
        for phrase, kind in title_names(title.title):
            found[phrase, kind].add(title.number)
        for subject in title.subjects:
            if subject not in called:
                called[subject] = tuple(subject_names(subject))
            for phrase in called[subject]:
                found[phrase, "subject"].add(title.number)
    return found


def _cores_of(service: Service) -> tuple[frozenset[str], ...]:
    """The words by which the titles of policies may call a service: its name, and each synonym that tells enough."""
    others = (core_of(name)[0] for name in service.also_called)
    telling = (core for core in others if len(core) > 1 or any(len(w) >= LONG for w in core))
    return tuple(dict.fromkeys(map(frozenset, (core_of(service.name)[0], *telling))))


def _phrases(service: Service) -> Iterator[tuple[str, NameKind]]:
    kinds: tuple[tuple[Sequence[str], NameKind], ...] = (
        ((service.name, *service.also_called), "synonym"),
        (service.taken_for, "taken_for"),
        (service.described_as, "described"),
    )
    for phrases, kind in kinds:
        yield from ((phrase, kind) for phrase in phrases)
