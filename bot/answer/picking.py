"""The answer to a question of ours: which of the policies that were offered is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answer.asks import SURE, Ask, named_numbers
from bot.answer.catalogue import Catalogue
from bot.answer.circumstances import circumstances_of
from bot.answer.linker import Linker
from bot.answer.parts import Act, Part, Question
from bot.answer.subjects import by_text, of_line
from bot.answer.thread import Thread
from bot.answer.tokens import stems
from bot.answer.understanding import Understanding

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def picked(
    understanding: Understanding,
    asks: Sequence[Ask],
    thread: Thread,
    linker: Linker,
    catalogue: Catalogue,
) -> tuple[Part, ...]:
    """The answer to our own question: one of the policies offered, by words, number or place in the list."""
    pending = thread.pending
    assert pending is not None
    acts = {need for ask in asks for need in ask.needs}
    if pending.asks == "person":
        return (Act("person"),) if acts & {"affirm", "person"} else ()
    named = {number for ask in asks for number in named_numbers(ask.links)}
    if named and any(
        ask.clause.needs.get(topic, 0) >= SURE for ask in asks for topic in ask.topics
    ):
        return ()
    number = next(iter(named)) if len(named) == 1 else None
    number = number or _place_in_list(understanding.text, pending.numbers)
    if number is None:
        programs = [program for ask in asks for program in ask.links.programs]
        fitting = of_line(pending.numbers, programs, linker, catalogue)
        number = fitting[0] if len(fitting) == 1 and len(pending.numbers) > 1 else None
    if number is None and len(pending.numbers) > 1:
        meant = [by_text(pending.numbers, ask.links, catalogue) for ask in asks]
        number = next((numbers[0] for numbers in meant if len(numbers) == 1), None)
    if number is None and len(pending.numbers) == 1 and "affirm" in acts:
        number = pending.numbers[0]
    if number is None:
        said = set(stems(understanding.text))
        titles = {n: set(stems(linker.names.titles[n].title)) | set(stems(n)) for n in pending.numbers
                  if n in linker.names.titles}  # fmt: skip
        if titles:
            common = set.intersection(*titles.values()) if len(titles) > 1 else set()
            shared = {n: len((words - common) & said) for n, words in titles.items()}
            best = [n for n, count in shared.items() if count == max(shared.values()) and count]
            number = best[0] if len(best) == 1 else None
    if number is None:
        return ()
    circumstances = circumstances_of([ask.links for ask in asks], thread, linker, same_policy=False)
    return (
        Question(number, pending.topics or ("coverage",), replace(circumstances, indications=())),
    )


def _place_in_list(text: str, numbers: Sequence[str]) -> str | None:
    words = text.casefold()
    if found := re.fullmatch(r"\W*(?:(?:number|no\.?|option|#)\s*)?(\d)\W*", words):
        index = int(found[1]) - 1
        return numbers[index] if 0 <= index < len(numbers) else None
    for index, ordinal in enumerate(_ORDINALS[: len(numbers)]):
        if re.search(rf"\b{ordinal}\b", words):
            return numbers[index]
    if numbers and re.search(r"\b(?:last|latter)\b", words):
        return numbers[-1]
    return None
