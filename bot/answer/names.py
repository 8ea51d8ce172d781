"""Which of the names of services on file a message mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.answer.catalogue import Title
from bot.answer.nameindex import Name, NameIndex, in_order
from bot.answer.naming import GENERIC, LONG, RANK, SMALL, is_step
from bot.answer.tokens import Token, misspells, stems
from bot.answer.vocabulary import Vocabulary

# Titles whose words are held ready; of many policies with one name, all are compared with the message.
_REMEMBERED = 20000


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
    """Finds the names of policies in messages, in one state of the catalogue."""

    def __init__(
        self, titles: Iterable[Title], vocabulary: Vocabulary, before: Names | None = None
    ) -> None:
        """`before` are those of an earlier state, with the same vocabulary: what is the same is taken over."""
        self.index: NameIndex = (
            before.index.changed(titles) if before else NameIndex(titles, vocabulary)
        )
        self.titles = self.index.titles

    def policies_of(self, service: str) -> tuple[str, ...]:
        """The policies that are about a service of the vocabulary."""
        return self.index.policies_of(service)

    def words_of(self, number: str) -> frozenset[str]:
        """The telling words of a policy's title and of what its statements are about."""
        return self.said_of(number) - GENERIC - SMALL

    def said_of(self, number: str) -> frozenset[str]:
        """All words of a policy's title and of what its statements are about."""
        title = self.titles.get(number)
        if title is None:
            return frozenset()
        return frozenset(w for text in (title.title, *title.subjects) for w in _words_of(text))

    def knows(self, word: str) -> bool:
        return self.index.knows(word)

    def mentions(self, tokens: Sequence[Token], frame: frozenset[str]) -> tuple[Mention, ...]:
        """The stretches of a message that name policies on file, in their order.

        `frame` are the words that ask; alone, they name nothing. A full name beats a part of one, a
        longer one a shorter, and of names that fit alike the better kind, so that what is left is either
        one policy or a real ambiguity.
        """
        words, misspelt, shortened = self._corrected(tokens, frame)
        found = [
            (at, name)
            for at, name in self._full(words, misspelt)
            if len(name.core) > 1 or not shortened & set(at)
            # A slip of the pen makes no acronym: to heal is not to HEAT.
            if name.kind not in ("acronym", "initials") or not misspelt & set(at)
        ]
        taken: set[int] = set()
        chosen: list[Mention] = []
        found.sort(
            key=lambda f: (
                -len(f[1].core),
                RANK[f[1].kind],
                f[0][-1] - f[0][0],
                f[0],
                f[1].phrase,
            )
        )
        for at, name in found:
            if taken & set(at):
                continue
            if all(words[i] in frame for i in at) and len(at) < 2:
                continue
            taken.update(at)
            rivals = [n for a, n in found if a == at and len(n.core) == len(name.core)]
            chosen.append(self._mention(at, rivals, words, tokens, misspelt, frame))
        for run in runs(tokens, words, frame, taken):
            partial = self._partial(run, words, tokens, misspelt)
            if partial:
                chosen.append(partial)
        return tuple(sorted(chosen, key=lambda m: m.start))

    def _corrected(
        self, tokens: Sequence[Token], frame: frozenset[str]
    ) -> tuple[list[str], set[int], set[int]]:
        """The words as the index knows them, and where one was misspelt, where one was cut short."""
        words, misspelt, shortened = [], set(), set()
        speller = self.index.speller
        for i, token in enumerate(tokens):
            word = token.stem
            if not self.knows(word) and word not in frame:
                meant = self._written_apart(tokens[i : i + 2]) or speller.nearest(word)
                if meant is None and (meant := speller.completed(word)):
                    shortened.add(i)
                meant = meant or speller.relative(word)
                if meant:
                    word = meant
                    misspelt.add(i)
            words.append(word)
        return words, misspelt, shortened

    def _written_apart(self, pair: Sequence[Token]) -> str | None:
        """The known word that two stand for: hippo therapy, hippotherapy."""
        joined = "".join(token.stem for token in pair)
        return joined if len(pair) == 2 and len(joined) >= LONG and self.knows(joined) else None

    def _full(
        self, words: Sequence[str], misspelt: set[int]
    ) -> Iterator[tuple[tuple[int, ...], Name]]:
        """Each name whose core words all stand close together, with where they stand."""
        where: dict[str, list[int]] = defaultdict(list)
        for i, word in enumerate(words):
            where[word].append(i)
            if not self.knows(word):
                for part in self.index.parts(word):
                    where[part].append(i)
        for word in list(where):
            for name in self.index.under(word):
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
        numbers: Sequence[str] = in_order(
            n for r in rivals if RANK[r.kind] == best for n in r.numbers
        )
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
        shared = {n: len(words & _words_of(self.titles[n].title)) for n in numbers}
        return [n for n in numbers if shared[n] == max(shared.values())]

    def _partial(
        self,
        run: tuple[int, ...],
        words: Sequence[str],
        tokens: Sequence[Token],
        misspelt: set[int],
    ) -> Mention | None:
        """What a run of words means when all of them stand in one name, and only there.

        Of several words, those in front may be strange where the rest is the whole name: an infected sacral
        stimulator is a sacral stimulator, but a sacral nerve stimulator is no vagus nerve stimulator. A single
        word must begin a name and be long enough to be no everyday word.
        """
        for at in _stretches(run):
            said = {words[i] for i in at}
            if not said - GENERIC or (at != run and len(said) < 2):
                continue
            slipped = bool(misspelt & set(at))
            fits = self._holding(said, slipped) or self._holding(said - GENERIC, slipped)
            if fits:
                missing = {w for name in fits for w in name.core} - said - GENERIC
                front = [words[i] for i in run if i < at[0]]
                if missing and front and not any(misspells(word, missing) for word in front):
                    return None
                return Mention(
                    tokens[at[0]].start,
                    tokens[at[-1]].end,
                    in_order(n for name in fits for n in name.numbers),
                    min(fits, key=lambda n: (len(n.core), RANK[n.kind], n.phrase)),
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
        if word and (len(word) < LONG or misspelt or is_step(word)):
            return []
        return [
            name
            for name in self.index.among(said)
            if said <= name.words
            and name.kind in ("title", "head", "part", "subject", "synonym")
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
        index = self.index
        said = {w for w in stems(text) if w not in SMALL and w not in GENERIC}
        said = {w if self.knows(w) else index.speller.nearest(w) or w for w in said}
        weights = sorted(((index.weight(w), w) for w in said), reverse=True)
        left = sum(weight for weight, _ in weights)
        needed = least * left - 1e-9
        shared: dict[str, float] = {}
        for weight, word in weights:
            holders = index.holders(word)
            # Whoever has none of the rarer words cannot reach what is needed with the rest.
            if left >= needed:
                shared = {**dict.fromkeys(holders, 0.0), **shared}
            for number in shared.keys() & holders:
                shared[number] += weight
            left -= weight
        close = [(score, number) for number, score in shared.items() if score >= needed]
        close.sort(key=lambda pair: (-pair[0], pair[1]))
        return [(score, self.titles[number]) for score, number in close]


@lru_cache(maxsize=_REMEMBERED)
def _words_of(title: str) -> frozenset[str]:
    return frozenset(stems(title))


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


def _stretches(run: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The run, then without what stands in front, then without what stands behind: the longest first."""
    yield from (run[first:] for first in range(len(run)))
    yield from (run[:end] for end in range(len(run) - 1, 0, -1))


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
