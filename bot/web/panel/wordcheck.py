"""What a change of the vocabulary would do, before it is made: to names of policies, and to questions of late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.answer.catalogue import Catalogue
from bot.answer.edits import Edit
from bot.answer.linker import Linker
from bot.answer.tokens import plain, stems
from bot.answer.vocabulary import Vocabulary

# What is shorter stands for too much.
_SHORTEST: Final = 3
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Shift:
    """A text that would be about other policies than now."""

    text: str
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """`refusals` keep the change from being made, `warnings` do not; `shifts` are questions that were asked."""

    refusals: Sequence[str]
    warnings: Sequence[str]
    shifts: Sequence[Shift]


def check(
    edit: Edit, catalogue: Catalogue, old: Linker, new: Linker, asked: Iterable[str], today: date
) -> Checked:
    """Compares what two linkers, without and with the change, make of names on file and of questions."""

    def shift(text: str) -> Shift | None:
        before, after = (_about(catalogue, linker, text, today) for linker in (old, new))
        return None if before == after else Shift(text, before, after)

    refusals, warnings = list(_of_the_word(edit, old)), list(_of_what_it_stands_for(edit, new))
    meant = new.names.policies_of(edit.of)
    if edit.adds and not refusals:
        alone = _about(catalogue, new, edit.word, today)
        if meant and not set(meant) & set(alone):
            now = f"is about {', '.join(alone)}" if alone else "names no policy"
            warnings.append(f"“{edit.word}” by itself {now}, also after the change.")
        for text, owners in ((edit.word, ()), *_names(edit, old)):
            if (found := shift(text)) is None:
                continue
            before = dict.fromkeys((*owners, *found.before))
            lost = [number for number in before if number not in found.after]
            if lost:
                refusals.append(
                    f"“{found.text}” stands for {', '.join(lost)}: the change would take its questions."
                )
            elif found.before:
                warnings.append(
                    f"“{found.text}” would be about {', '.join(found.after)}: the assistant would ask which."
                )
    shifts = list(filter(None, map(shift, dict.fromkeys(asked))))
    return Checked(refusals[:_SHOWN], warnings[:_SHOWN], shifts[:_SHOWN])


def words_of(vocabulary: Vocabulary, edit: Edit) -> Sequence[str]:
    """What stands for the same in the same role now."""
    of = plain(edit.of)
    if edit.role == "diagnosis":
        return [
            name
            for d in set(vocabulary.diagnoses.values())
            if d.code == edit.of
            for name in d.names
        ]
    if edit.role == "place":
        return [name for p in vocabulary.places if plain(p.name) == of for name in p.also_called]
    if edit.role == "program":
        return [name for p in vocabulary.programs if plain(p.name) == of for name in p.also_called]
    services = [service for service in vocabulary.services if plain(service.name) == of]
    if edit.role in ("cpt", "hcpcs"):
        return [code for s in services for code in s.codes.get(edit.role.upper(), ())]
    return [name for service in services for name in getattr(service, edit.role)]


def _of_the_word(edit: Edit, old: Linker) -> Iterator[str]:
    there = plain(edit.word) in map(plain, words_of(old.vocabulary, edit))
    if edit.adds and there:
        yield f"“{edit.word}” stands for {edit.of} already."
    elif edit.adds and (other := next(_standing_for(old.vocabulary, edit), None)):
        yield f"“{edit.word}” stands for {other} already: a word stands for one thing."
    elif not edit.adds and not there:
        yield f"“{edit.word}” does not stand for {edit.of} in this way."
    elif edit.adds and set(plain(edit.word).split()) <= (
        old.vocabulary.frame_words | old.vocabulary.generic_words
    ):
        yield f"“{edit.word}” is a word of every question, and names nothing by itself."


def _standing_for(vocabulary: Vocabulary, edit: Edit) -> Iterator[str]:
    """What else has the word for a name, in any part of the vocabulary."""
    word = plain(edit.word)
    named: list[tuple[str, tuple[str, ...]]] = [
        *((one.name, (one.name, *one.also_called, *one.taken_for)) for one in vocabulary.services),
        *((one.code, (name,)) for name, one in vocabulary.diagnoses.items()),
        *((one.name, (one.name, *one.also_called)) for one in vocabulary.places),
        *((one.name, (one.name, *one.also_called)) for one in vocabulary.programs),
    ]
    for of, names in named:
        if plain(of) != plain(edit.of) and word in map(plain, names):
            yield of


def _of_what_it_stands_for(edit: Edit, new: Linker) -> Iterator[str]:
    services = edit.role not in ("diagnosis", "place", "program")
    if edit.adds and services and not new.names.policies_of(edit.of):
        yield f"No policy on file is about {edit.of}: the word leads nowhere until there is one."
    if edit.adds and len(plain(edit.word)) < _SHORTEST:
        yield f"“{edit.word}” is short, and may be meant otherwise in many questions."


def _names(edit: Edit, old: Linker) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of policies and services that share a word with the new one, each with the policy whose own it is:
    others it cannot touch.
    """
    said = set(stems(edit.word))
    named: list[tuple[str, tuple[str, ...]]] = [
        (name, (title.number,))
        for title in old.names.titles.values()
        for name in (title.title, *title.subjects)
    ]
    named += [
        (name, ())
        for service in old.vocabulary.services
        if plain(service.name) != plain(edit.of)
        for name in (service.name, *service.also_called, *service.taken_for)
    ]
    yield from (one for one in named if said & set(stems(one[0])))


def _about(catalogue: Catalogue, linker: Linker, text: str, today: date) -> Sequence[str]:
    """The policies that a number, a name or a code in the text stands for."""
    links = linker.link(text, today)
    found = {number for mention in links.numbers for number in mention.numbers}
    found |= {number for mention in links.mentions for number in mention.numbers}
    for code in links.procedures:
        listed = {held.number for held in catalogue.listings(code.system, code.code)}
        found |= listed or {
            number
            for service in linker.vocabulary.services
            if code.code in service.codes.get(code.system, ())
            for number in linker.names.policies_of(service.name)
        }
    return sorted(found)
