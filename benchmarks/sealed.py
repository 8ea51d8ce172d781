"""How well the assistant understands questions that nobody trained on, over policies that nobody wrote rules for.

    .venv/bin/python -m benchmarks.sealed

benchmarks/sealed holds six sets, each by another hand, written without sight of the code, the training data or
the tests: `twelve`, `ten` and `eight` over as many documents in the styles of different (fictional) payers, `fir` and
`gorse` over nine and ten, `demo` over the policies of data/policies/demo. Of `fir` and `gorse` nothing but the totals
was looked at. Of the others half was opened (the questions and conversations with an odd place) and the general faults
that it showed were mended; of the half called *blind*, only the totals were looked at, and but for `ten` the rows with
a wrong position. None of it may go into training. At least half of the questions were written to be hard. A row is right when the kind, all topics, the policy and the position are; any other position than an accepted
one, or "conditional", is *wrong*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.sets import Turn, conversations, desk_of, questions
from benchmarks.understanding import examples
from bot.answer.desk import Desk
from bot.answer.model import Reply
from bot.answer.thread import Thread
from bot.dialog.encoder import shared_encoder
from bot.dialog.needs_model import NeedsModel
from bot.dialog.reading import read

HALVED = ("twelve", "ten", "eight", "demo")
BLIND = ("fir", "gorse")
PARTS = {"opened": slice(0, None, 2), "blind": slice(1, None, 2)}
# Replies of these kinds need no topics, policy or position.
WITHOUT_POSITION = {"clarification", "handoff", "conversation", "member_specific", "out_of_scope"}


@dataclass(frozen=True, slots=True)
class Verdict:
    right: bool
    wrong: bool
    needless: bool


def judge(turn: Turn, replies: Sequence[Reply]) -> Verdict:
    answers = [reply.answer for reply in replies]
    kinds = {a.kind for a in answers}
    said = {topic for a in answers for topic in a.topics}
    policies = {a.policy.number for a in answers if a.policy}
    positions = {a.determination.status for a in answers if a.determination} - {"no_determination"}
    strange = turn.positions is not None and bool(positions - turn.positions)
    right = bool(kinds & turn.kinds) and not strange
    if not kinds <= WITHOUT_POSITION:
        right = right and all(topic & said for topic in turn.topics)
        if turn.policies is not None:
            right = right and bool(
                policies & turn.policies or (not policies and None in turn.policies)
            )
        if turn.positions is not None:
            right = right and bool(positions or None in turn.positions)
    needless = "clarification" in kinds and "clarification" not in turn.kinds
    return Verdict(right, strange and positions != {"conditional"}, needless)


def play(turns: Sequence[Turn], desk: Desk, model: NeedsModel) -> list[Verdict]:
    thread, verdicts = Thread(), []
    for turn in turns:
        text, named = desk.named(turn.say)
        done = desk.reply(read(text, model, named), thread)
        thread = done.thread
        verdicts.append(judge(turn, done.replies))
    return verdicts


def main() -> None:
    trained = list(examples())
    model = NeedsModel.train(shared_encoder(), [t for t, _ in trained], [n for _, n in trained])
    print(
        "| set | part | questions right | wrong position | asked needlessly | turns right | wrong position |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in (*HALVED, *BLIND):
        with TemporaryDirectory() as home:
            desk = desk_of(name, Path(home))
            asked = [play([turn], desk, model)[0] for turn in questions(name)]
            played = [play(turns, desk, model) for turns in conversations(name)]
        for part, places in PARTS.items() if name in HALVED else (("all blind", slice(None)),):
            some = asked[places]
            turns = [verdict for case in played[places] for verdict in case]
            print(f"| {name} | {part} | {_counts(some)} | {_counts(turns, needless=False)} |")


def _counts(verdicts: Sequence[Verdict], needless: bool = True) -> str:
    count = Counter(name for v in verdicts for name in Verdict.__slots__ if getattr(v, name))
    right = f"{count['right']} of {len(verdicts)} ({100 * count['right'] / len(verdicts):.1f} %)"
    return " | ".join([right, str(count["wrong"]), *([str(count["needless"])] if needless else [])])


if __name__ == "__main__":
    main()
