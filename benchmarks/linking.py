"""Which policy a message is about: fits the weights of bot/answer/likely.py, and measures them.

    .venv/bin/python -m benchmarks.linking

It learns from the first messages of benchmarks/linking.tsv, each with the policy that it means, or "-" for none of
those on file, over the documents of benchmarks/sealed and data/policies; and from the questions and conversations of
benchmarks/opened. None of them is from the sealed questions. Each turn is read in the thread as it should be; and half
of the first messages also as a change of subject, with less weight. What is printed of each set was measured with
weights that were fitted to the others.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.logit import Row, fit, printed, probabilities
from benchmarks.sets import OPENED, conversations, desk_of, questions
from bot.answer.desk import Desk
from bot.answer.likely import Evidence, evidence_of
from bot.answer.thread import Thread

MESSAGES: Final = Path(__file__).with_name("linking.tsv")
SETS: Final = ("twelve", "ten", "demo", *OPENED)
SURE: Final = (0.5, 0.6, 0.7, 0.8, 0.9)
# How much a message counts that was put behind another subject.
MOVED: Final = 0.2
# And one to a payer that has no more policies than these on file.
FEW: Final = 0.2
KEPT: Final = (6, 2, 1)


@dataclass(frozen=True, slots=True)
class Said:
    """A message in its thread, and the policies that it may mean; none where it is about nothing on file."""

    text: str
    thread: Thread
    meant: frozenset[str]
    weight: float = 1.0


def first_messages(name: str) -> Iterator[Said]:
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row and row[0] == name:
                yield Said(row[2], Thread(), frozenset(row[1].split("|")) - {"-"})
    for turn in questions(name) if name in OPENED else ():
        meant = frozenset(p for p in turn.policies or () if p)
        if meant or "no_policy" in turn.kinds:
            yield Said(turn.say, Thread(), meant)


def turns(name: str) -> Iterator[Said]:
    for case in conversations(name) if name in OPENED else ():
        thread = Thread()
        for turn in case:
            meant = frozenset(p for p in turn.policies or () if p)
            if thread.policy and (meant or "no_policy" in turn.kinds):
                yield Said(turn.say, thread, meant)
            if len(meant) == 1:
                thread = about(thread, *meant)


def about(thread: Thread, policy: str) -> Thread:
    if policy == thread.policy:
        return thread
    earlier = (thread.policy, *thread.earlier) if thread.policy else thread.earlier
    return Thread(policy, tuple(n for n in earlier if n != policy), ("coverage",))


def moved(some: list[Said], on_file: list[str]) -> Iterator[Said]:
    drawn = random.Random(0)
    for said in some:
        others = [number for number in on_file if number not in said.meant]
        if others and drawn.random() < 0.5:
            thread = about(Thread(), drawn.choice(others))
            yield replace(said, thread=thread, weight=MOVED)


def few(some: list[Said], on_file: list[str]) -> Iterator[Said]:
    """The messages where hardly any policy is on file: then most of them are about none."""
    for said in some:
        yield replace(said, meant=said.meant & set(on_file), weight=FEW)


def row(said: Said, desk: Desk) -> Row | None:
    """The evidence of a message; None where the policy that it means is not among the candidates."""
    linker = desk.linking()
    links = linker.link(said.text, desk._today())
    if links.numbers:
        return None
    evidence = evidence_of(links, said.thread, linker, desk.catalogue)
    right = tuple(i for i, number in enumerate(evidence) if number in said.meant)
    if said.meant and not right:
        return None
    table = np.array([astuple(one) for one in evidence.values()])
    return Row(table.reshape(-1, len(Evidence.__slots__)), right, said.weight)


def reduced(desk: Desk, on_file: list[str], kept: int) -> list[str]:
    """Retires all policies but so many."""
    left = random.Random(kept).sample(on_file, kept)
    for number in set(on_file) - set(left):
        desk.catalogue.retire(number)
    return left


def main() -> None:
    found: dict[str, dict[str, list[Row]]] = {}
    for name in SETS:
        with TemporaryDirectory() as home:
            desk = desk_of(name, Path(home))
            first = list(first_messages(name))
            on_file = [title.number for title in desk.catalogue.titles()]
            kinds = {
                "first": first,
                "later": list(turns(name)),
                "moved": list(moved(first, on_file)),
            }
            found[name] = {
                kind: [one for said in some if (one := row(said, desk))]
                for kind, some in kinds.items()
            }
            for kept in KEPT:
                on_file = reduced(desk, on_file, kept)
                found[name]["few"] = [
                    *found[name].get("few", ()),
                    *(one for said in few(first, on_file) if (one := row(said, desk))),
                ]
    print("| messages | likeliest right | " + " | ".join(f"from {s} on" for s in SURE) + " |")
    print("|---" * (2 + len(SURE)) + "|")
    tops: dict[str, list[tuple[float, bool]]] = {"first": [], "later": [], "moved": [], "few": []}
    for name in SETS:
        others = [
            r for other in SETS if other != name for rows in found[other].values() for r in rows
        ]
        weights = fit(others)
        for kind, rows in found[name].items():
            for one in rows:
                sure = probabilities(one.evidence, weights)[:-1]
                best = int(sure.argmax()) if len(sure) else -1
                tops[kind].append((float(sure[best]) if len(sure) else 0.0, best in one.right))
    for kind, some in tops.items():
        cells = [f"{sum(right for _, right in some)} of {len(some)}"]
        for least in SURE:
            taken = [right for sure, right in some if sure >= least]
            cells.append(f"{sum(taken)} of {len(taken)}")
        print(f"| {kind} | {' | '.join(cells)} |")
    every = [r for name in SETS for rows in found[name].values() for r in rows]
    print(printed(Evidence.__slots__, fit(every)))


if __name__ == "__main__":
    main()
