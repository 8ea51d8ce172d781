"""Every name that a service on file goes by, and which of them a message mentions.

A policy is known by its title, by the title's head ("Sacral Nerve Stimulation" of "Sacral Nerve
Stimulation for Urge Incontinence"), by an acronym in the title, by the subjects of its statements, and by
the names that the payer's vocabulary gives its service. Nothing here is trained.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.answer.catalogue import Title
from bot.answer.naming import (
    GENERIC,
    LONG,
    RANK,
    SMALL,
    NameKind,
    core_of,
    subject_names,
    title_names,
)
from bot.answer.tokens import Speller, Token, stems
from bot.answer.vocabulary import Service, Vocabulary

_COMMON = 500  # a word in more names than this tells nothing


@dataclass(frozen=True, slots=True)
class Name:
    """`core` are the stems that must be said, `rest` those that may be; `numbers` are policies."""

    phrase: str
    kind: NameKind
    core: tuple[str, ...]
    rest: frozenset[str]
    numbers: tuple[str, ...]
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the message that names one policy, or several that it fits equally.

    `sure` is False where less was said than a name needs, but nothing else fits; `taken_for` is the
    vocabulary's entry where the payer's staff tied the words to another service's name.
    """

    start: int
    end: int
    numbers: tuple[str, ...]
    name: Name
    sure: bool = True
    misspelt: bool = False
    words: tuple[int, ...] = field(default=(), repr=False)


class Names:
    """The names of all policies on file. Built once for each revision of the catalogue."""

    def __init__(self, titles: Iterable[Title], vocabulary: Vocabulary) -> None:
        self.titles = {title.number: title for title in titles}
        grouped: dict[tuple[str, ...], dict[tuple[str, NameKind], list[str]]] = {}
        for title in self.titles.values():
            said = list(title_names(title.title))
            said += [(head, "subject") for s in title.subjects for head in subject_names(s)]
            for phrase, kind in said:
                core, _ = core_of(phrase)
                if core:
                    numbers = grouped.setdefault(core, {}).setdefault((phrase, kind), [])
                    if title.number not in numbers:
                        numbers.append(title.number)
        self._names: list[Name] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        for core, phrases in grouped.items():
            for (phrase, kind), numbers in phrases.items():
                self._add(Name(phrase, kind, core, core_of(phrase)[1], tuple(numbers)))
        for service in vocabulary.services:
            self._add_service(service)
        self._weights = {
            word: 1.0 + math.log((1 + len(self._names)) / len(ids))
            for word, ids in self._postings.items()
        }
        # A name can only be there when its rarest word is: the only one under which it is looked for.
        self._anchored: dict[str, list[Name]] = defaultdict(list)
        for name in self._names:
            self._anchored[max(name.core, key=self._weights.__getitem__)].append(name)
        self._unknown_weight = 1.0 + math.log(1 + len(self._names))
        self.speller = Speller(self._postings)
        self._joined = {"".join(name.core): name.core for name in self._names if len(name.core) > 1}

    def _add(self, name: Name) -> None:
        for word in name.core:
            self._postings[word].append(len(self._names))
        self._names.append(name)

    def _add_service(self, service: Service) -> None:
        numbers = self._of_service(service.name)
        if not numbers:
            return
        kinds: tuple[tuple[Sequence[str], NameKind], ...] = (
            ((service.name, *service.also_called), "synonym"),
            (service.taken_for, "taken_for"),
            (service.described_as, "described"),
        )
        for phrases, kind in kinds:
            for phrase in phrases:
                core, rest = core_of(phrase)
                if core:
                    self._add(Name(phrase, kind, core, rest, numbers, service))

    def _of_service(self, service: str) -> tuple[str, ...]:
        """The policies whose title, or a subject in it, is about the service by this name."""
        core = set(core_of(service)[0])
        best: dict[str, int] = {}
        for index in self._sharing(core):
            name = self._names[index]
            if name.kind not in ("synonym", "taken_for", "described") and core <= {
                *name.core,
                *name.rest,
            }:
                missing = len(set(name.core) - core)
                for number in name.numbers:
                    best[number] = min(missing, best.get(number, missing))
        return tuple(number for number, missing in best.items() if missing == min(best.values()))

    def _sharing(self, words: set[str]) -> Sequence[int]:
        """The names that hold the rarest of the words."""
        postings = [self._postings[w] for w in words if w in self._postings]
        return min(postings, key=len) if postings else ()

    def policies_of(self, service: str) -> tuple[str, ...]:
        return self._of_service(service)

    def knows(self, word: str) -> bool:
        return word in self._postings

    def weight(self, word: str) -> float:
        return self._weights.get(word, self._unknown_weight)

    def mentions(
        self,
        tokens: Sequence[Token],
        frame: frozenset[str],
        apart: Callable[[Token], bool] = lambda _: False,
    ) -> tuple[Mention, ...]:
        """The stretches of a message that name policies on file, in their order.

        `apart` tells the words that stand for something else (a place, a diagnosis): they may belong to
        a full name, and to nothing less.

        `frame` are the words that ask; alone, they name nothing. A full name beats a part of one, a
        longer one a shorter, and of names that fit alike the better kind, so that what is left is either
        one policy or a real ambiguity.
        """
        words, misspelt = self._corrected(tokens, frame)
        found = list(self._full(words, misspelt))
        taken: set[int] = set()
        chosen: list[Mention] = []
        found.sort(key=lambda f: (-len(f[1].core), RANK[f[1].kind], f[0][-1] - f[0][0], f[0]))
        for at, name in found:
            if taken & set(at):
                continue
            if all(words[i] in frame for i in at) and len(at) < 2:
                continue
            taken.update(at)
            rivals = [n for a, n in found if a == at and len(n.core) == len(name.core)]
            chosen.append(self._mention(at, rivals, words, tokens, misspelt, frame))
        taken |= {i for i, token in enumerate(tokens) if apart(token)}
        for run in runs(tokens, words, frame, taken):
            partial = self._partial(run, words, tokens, misspelt)
            if partial:
                chosen.append(partial)
        return tuple(sorted(chosen, key=lambda m: m.start))

    def _corrected(
        self, tokens: Sequence[Token], frame: frozenset[str]
    ) -> tuple[list[str], set[int]]:
        words, misspelt = [], set()
        for i, token in enumerate(tokens):
            word = token.stem
            if not self.knows(word) and word not in frame:
                meant = (
                    self.speller.nearest(word)
                    or self.speller.completed(word)
                    or self.speller.relative(word)
                )
                if meant:
                    word = meant
                    misspelt.add(i)
            words.append(word)
        return words, misspelt

    def _full(
        self, words: Sequence[str], misspelt: set[int]
    ) -> Iterator[tuple[tuple[int, ...], Name]]:
        """Each name whose core words all stand close together, with where they stand."""
        where: dict[str, list[int]] = defaultdict(list)
        for i, word in enumerate(words):
            where[word].append(i)
            if not self.knows(word):
                for part in self._joined.get(word, ()):
                    where[part].append(i)
        for word in list(where):
            for name in self._anchored.get(word, ()):
                if all(w in where for w in name.core):
                    at = _closest(name.core, where)
                    if at and _one_phrase(at, words, misspelt):
                        yield at, name

    def _mention(
        self,
        at: tuple[int, ...],
        rivals: Sequence[Name],
        words: Sequence[str],
        tokens: Sequence[Token],
        misspelt: set[int],
        frame: frozenset[str],
    ) -> Mention:
        best = min(RANK[r.kind] for r in rivals)
        numbers = list(dict.fromkeys(n for r in rivals if RANK[r.kind] == best for n in r.numbers))
        if len(numbers) > 1:
            numbers = self._by_context(numbers, set(words) - frame)
        return Mention(
            tokens[at[0]].start,
            tokens[at[-1]].end,
            tuple(numbers),
            next(r for r in rivals if RANK[r.kind] == best),
            misspelt=bool(misspelt & set(at)),
            words=at,
        )

    def _by_context(self, numbers: Sequence[str], words: set[str]) -> list[str]:
        """Of several policies with one name, those whose titles share most with the whole message."""
        shared = {n: len(words & set(stems(self.titles[n].title))) for n in numbers}
        return [n for n in numbers if shared[n] == max(shared.values())]

    def _partial(
        self,
        run: tuple[int, ...],
        words: Sequence[str],
        tokens: Sequence[Token],
        misspelt: set[int],
    ) -> Mention | None:
        """What a run of words means when all of them stand in one name, and only there.

        Of several words, those in front may be strange: an infected sacral stimulator is a sacral
        stimulator. A single word must begin a name and be long enough to be no everyday word.
        """
        for first in range(len(run)):
            at = run[first:]
            said = {words[i] for i in at}
            if not said - GENERIC or (first and len(said) < 2):
                return None
            fits = self._holding(said, bool(misspelt & set(at)))
            if fits:
                missing = {w for name in fits for w in name.core} - said - GENERIC
                return Mention(
                    tokens[at[0]].start,
                    tokens[at[-1]].end,
                    tuple(dict.fromkeys(n for name in fits for n in name.numbers)),
                    min(fits, key=lambda n: (len(n.core), RANK[n.kind])),
                    sure=not missing,
                    misspelt=bool(misspelt & set(at)),
                    words=at,
                )
        return None

    def _holding(self, said: set[str], misspelt: bool) -> list[Name]:
        """The names that hold all of the words."""
        if not all(self.knows(w) for w in said - GENERIC):
            return []
        word = next(iter(said)) if len(said) == 1 else None
        if word and (len(word) < LONG or misspelt):
            return []
        return [
            name
            for name in (self._names[i] for i in self._sharing(said))
            if said <= {*name.core, *name.rest}
            and name.kind in ("title", "head", "part", "subject", *(() if word else ("synonym",)))
            and (word is None or name.core[0] == word)
        ]

    def near(self, text: str, limit: int = 3) -> tuple[Title, ...]:
        """The titles that share the telling words of a service that is not on file, best first.

        At least half of what was said, by weight, must stand in a policy's names; one small word in
        common is no nearness.
        """
        return tuple(title for _, title in self._shared(text, 0.5)[:limit])

    def holding(self, text: str) -> tuple[str, ...]:
        """The policies in whose names all telling words of the text stand: any of them may be meant."""
        return tuple(title.number for _, title in self._shared(text, 1.0))

    def _shared(self, text: str, least: float) -> list[tuple[float, Title]]:
        said = {w for w in stems(text) if w not in SMALL and w not in GENERIC}
        said = {w if self.knows(w) else self.speller.nearest(w) or w for w in said}
        total = sum(self.weight(w) for w in said)
        shared: dict[str, float] = defaultdict(float)
        for word in said:
            ids = self._postings.get(word, ())
            if len(ids) <= _COMMON:
                for number in {n for i in ids for n in self._names[i].numbers}:
                    shared[number] += self.weight(word)
        close = [
            (score, number) for number, score in shared.items() if score >= least * total - 1e-9
        ]
        close.sort(key=lambda pair: (-pair[0], pair[1]))
        return [(score, self.titles[number]) for score, number in close]


def runs(
    tokens: Sequence[Token], words: Sequence[str], frame: frozenset[str], taken: set[int]
) -> Iterator[tuple[int, ...]]:
    """Stretches of words that neither ask nor belong to something already recognised."""
    run: list[int] = []
    for i, word in enumerate(words):
        if i in taken or word in frame or word in SMALL or tokens[i].stem in frame:
            if run:
                yield tuple(run)
            run = []
        else:
            run.append(i)
    if run:
        yield tuple(run)


def _closest(core: Sequence[str], where: dict[str, list[int]]) -> tuple[int, ...] | None:
    """The tightest places of the words, around each place of the rarest one."""
    anchor = min(core, key=lambda w: len(where[w]))
    best: tuple[int, ...] | None = None
    for place in where[anchor]:
        at = tuple(sorted({min(where[w], key=lambda i: abs(i - place)) for w in core}))
        if best is None or at[-1] - at[0] < best[-1] - best[0]:
            best = at
    return best


def _one_phrase(at: tuple[int, ...], words: Sequence[str], misspelt: set[int]) -> bool:
    """Whether words at these places belong together: side by side, or with small words between.

    What had to be corrected must stand side by side: "work on hardened wax" is not work hardening.
    """
    between = set(range(at[0], at[-1] + 1)) - set(at)
    if misspelt & set(at):
        return not between
    return len(between) <= 2 and all(words[i] in SMALL or words[i] in GENERIC for i in between)
