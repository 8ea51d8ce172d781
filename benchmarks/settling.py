"""Which statement of a policy a question settles: fits the weights of bot/answer/stand.py, and measures them.

    .venv/bin/python -m benchmarks.settling

It learns from benchmarks/opened: of a question it is written down which statements it settles, or that it settles none; of
a turn of a conversation only which positions are right. So are those of tests/questions/demo.tsv. What is printed of
each set was measured with weights that were fitted to the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.logit import Row, fit, printed, probabilities
from benchmarks.sets import OPENED, Turn, conversations, desk_of, questions
from benchmarks.understanding import examples
from bot.answer.desk import Desk
from bot.answer.parts import Question
from bot.answer.resolution import resolve
from bot.answer.stand import Sign, signs_of, told
from bot.answer.thread import Thread
from bot.conversations.case import Turn as Said
from bot.conversations.suite import load
from bot.dialog.encoder import shared_encoder
from bot.dialog.needs_model import NeedsModel
from bot.dialog.reading import read
from bot.policy.model import Statement

OWN: Final = "demo"
OWN_QUESTIONS: Final = Path(__file__).parents[1] / "tests" / "questions" / "demo.tsv"
SURE: Final = (0.5, 0.6, 0.7, 0.8, 0.9)
# Positions that leave open which statement holds.
OPEN: Final = frozenset({None, "conditional", "medically_necessary", "no_determination"})
NECESSARY: Final = "medically_necessary"


@dataclass(frozen=True, slots=True)
class Case:
    """`kinds` are the determinations of the statements, `positions` those that are right."""

    row: Row
    kinds: tuple[str, ...]
    positions: frozenset[str | None]


def cases(name: str, model: NeedsModel) -> Iterator[Case]:
    with TemporaryDirectory() as home:
        desk = desk_of(name, Path(home))
        for thread_of in threads(name):
            thread = Thread()
            for turn in thread_of:
                text, named = desk.named(turn.say)
                understanding = read(text, model, named)
                linker, today = desk.linking(), desk._today()
                parts = resolve(understanding, thread, linker, desk.catalogue, today)
                asked = [part for part in parts if isinstance(part, Question)]
                yield from filter(None, (_case(turn, part, desk) for part in asked))
                thread = desk.reply(understanding, thread).thread


def threads(name: str) -> list[list[Turn]]:
    if name == OWN:
        return [[_turn(turn) for turn in case.turns] for case in load(OWN_QUESTIONS)]
    return [[turn] for turn in questions(name)] + conversations(name)


def _turn(turn: Said) -> Turn:
    if turn.whole is None:
        return Turn(turn.say, frozenset(), (), None, None)
    positions = frozenset(None if p == "none" else p for p in turn.whole.determination)
    return Turn(turn.say, frozenset(turn.whole.kind), (), frozenset(turn.whole.policy), positions)


def _case(turn: Turn, question: Question, desk: Desk) -> Case | None:
    version = desk.catalogue.version(question.number)
    if (
        version is None
        or len(version.policy.statements) < 2
        or question.number not in (turn.policies or ())
    ):
        return None
    statements, positions = version.policy.statements, turn.positions or frozenset()
    right = _right(turn, statements)
    if right is None:
        return None
    circumstances = question.circumstances
    alike = desk.linking().nearness(version, told(version.policy, circumstances))
    table = np.array([astuple(sign) for sign in signs_of(version.policy, circumstances, alike)])
    return Case(Row(table, right), tuple(s.determination for s in statements), positions)


def _right(turn: Turn, statements: tuple[Statement, ...]) -> tuple[int, ...] | None:
    """The places of the statements that are settled; None where that cannot be told.

    Where it is conditional, a statement with criteria is as right as none, whose place is behind the last.
    """
    if turn.settles is None:
        wanted = (turn.positions or frozenset()) - {None}
        if wanted == {"conditional"}:
            necessary = [i for i, s in enumerate(statements) if s.determination == NECESSARY]
            return (*necessary, len(statements))
        if wanted and not wanted & OPEN:
            return tuple(i for i, s in enumerate(statements) if s.determination in wanted) or None
        return None
    texts = [" ".join(s.text.split()) for s in statements]
    places = [
        [i for i, text in enumerate(texts) if " ".join(piece.split()) in text]
        for piece in turn.settles
    ]
    if not all(places):
        return None
    return tuple(sorted({i for found in places for i in found}))


def main() -> None:
    trained = list(examples())
    model = NeedsModel.train(shared_encoder(), [t for t, _ in trained], [n for _, n in trained])
    names = (*OPENED, OWN)
    found = {name: list(cases(name, model)) for name in names}
    print("| likelier than | positions taken | right | of those that exclude | right |")
    print("|---|---|---|---|---|")
    taken: list[tuple[float, str, bool]] = []
    for name in names:
        weights = fit([c.row for other in names if other != name for c in found[other]])
        for case in found[name]:
            sure = probabilities(case.row.evidence, weights)[:-1]
            held: dict[str, float] = {}
            for kind, probability in zip(case.kinds, sure.tolist(), strict=True):
                held[kind] = held.get(kind, 0.0) + probability
            best = max(held, key=lambda kind: held[kind])
            fits = {best, "conditional"} if best == NECESSARY else {best}
            taken.append((held[best], best, bool(fits & case.positions)))
    for least in SURE:
        some = [(kind, right) for sure, kind, right in taken if sure >= least]
        against = [right for kind, right in some if kind != NECESSARY]
        print(
            f"| {least} | {len(some)} of {len(taken)} | {sum(r for _, r in some)} | {len(against)} | {sum(against)} |"
        )
    print(printed(Sign.__slots__, fit([case.row for some in found.values() for case in some])))


if __name__ == "__main__":
    main()
