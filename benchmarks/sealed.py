"""How well the assistant understands questions that nobody trained on, over policies that nobody wrote rules for.

    .venv/bin/python -m benchmarks.sealed

benchmarks/sealed holds four sets, each by another hand, written without sight of the code, the training data or
the tests: `twelve`, `ten` and `eight` over as many documents in the styles of different (fictional) payers, `demo` over
the policies of data/policies/demo. Half of each was opened (the questions and conversations with an odd place) and the
general faults that it showed were mended; of the other half, *blind*, only the totals were looked at, and but for `ten`
the rows with a wrong position. None of it may go into training. At least half of the questions were written to be
hard. A row is right when the kind, all topics, the policy and the position are; any other position than an accepted
one, or "conditional", is *wrong*.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks.understanding import examples
from bot.answer.desk import Desk
from bot.answer.model import Reply
from bot.answer.thread import Thread
from bot.assembly import open_desk
from bot.dialog.encoder import shared_encoder
from bot.dialog.needs_model import NeedsModel
from bot.dialog.reading import read
from bot.prepare import demo_settings, prepare_store
from bot.settings import Settings
from bot.store import open_store
from bot.store.importing import Stated, documents, import_documents

SETS = Path(__file__).parent / "sealed"
# Replies of these kinds need no topics, policy or position.
WITHOUT_POSITION = {"clarification", "handoff", "conversation", "member_specific", "out_of_scope"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said and what is right: None stands for "none", and a missing set for anything."""

    say: str
    kinds: frozenset[str]
    topics: tuple[frozenset[str], ...]
    policies: frozenset[str | None] | None
    positions: frozenset[str | None] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    right: bool
    wrong: bool
    needless: bool


def questions(path: Path) -> Iterator[Turn]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in rows:
            if not row or row[0].startswith("#") or row[0] == "policy":
                continue
            policy, say, kinds, topics, position = row[:5]
            named = _marked(policy.replace("&", "|"))
            yield Turn(
                say,
                frozenset(kinds.split("|")),
                _topics(topics.partition("+")[0].split(",")),
                None if named == {None} else named,
                _marked(position),
            )


def conversations(path: Path) -> Iterator[list[Turn]]:
    for case in yaml.safe_load(path.read_text(encoding="utf-8")):
        yield [
            Turn(
                turn["say"],
                frozenset(turn["kinds"]),
                _topics(turn.get("topics") or []),
                _listed(turn["policy"]) if turn.get("policy") is not None else None,
                _listed(turn["determination"]) if "determination" in turn else None,
            )
            for turn in case["turns"]
        ]


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
        "| set | half | questions right | wrong position | asked needlessly | turns right | wrong position |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in ("twelve", "ten", "eight", "demo"):
        with TemporaryDirectory() as home:
            desk = desk_of(name, Path(home))
            asked = [
                play([turn], desk, model)[0] for turn in questions(SETS / name / "questions.tsv")
            ]
            played = [
                play(turns, desk, model)
                for turns in conversations(SETS / name / "conversations.yml")
            ]
        for half, first in (("opened", 0), ("blind", 1)):
            some = asked[first::2]
            turns = [verdict for case in played[first::2] for verdict in case]
            print(f"| {name} | {half} | {_counts(some)} | {_counts(turns, needless=False)} |")


def desk_of(name: str, home: Path) -> Desk:
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'bot.db'}")
    if name == "demo":
        settings = demo_settings(settings)
        return open_desk(settings, prepare_store(settings, _report, demo=True))
    store = open_store(settings.database_url)
    import_documents(store.policies.filing(), documents([SETS / name / "documents"]), Stated())
    return open_desk(settings, store)


def _report(line: str) -> None:
    print(line, file=sys.stderr)


def _counts(verdicts: Sequence[Verdict], needless: bool = True) -> str:
    count = Counter(name for v in verdicts for name in Verdict.__slots__ if getattr(v, name))
    right = f"{count['right']} of {len(verdicts)} ({100 * count['right'] / len(verdicts):.1f} %)"
    return " | ".join([right, str(count["wrong"]), *([str(count["needless"])] if needless else [])])


def _topics(written: Sequence[str]) -> tuple[frozenset[str], ...]:
    names = (topic.strip().replace("/", "|") for topic in written)
    return tuple(frozenset(name.split("|")) for name in names if name and name != "-")


def _marked(written: str) -> frozenset[str | None] | None:
    if written.strip() in ("", "*"):
        return None
    return frozenset(None if part.strip() == "-" else part.strip() for part in written.split("|"))


def _listed(value: Any) -> frozenset[str | None]:
    values = value if isinstance(value, list) else [value]
    return frozenset(None if v in (None, "none") else v for v in values)


if __name__ == "__main__":
    main()
