"""The sets of questions and conversations over documents of fictional payers, as other hands wrote them.

`benchmarks/opened` may be looked at and learned from; of `benchmarks/sealed` half or all of each set is kept from that
(benchmarks/sealed.py says which). Each set is a folder with its documents, but for `demo`, which is about those of
data/policies/demo.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.answer.desk import Desk
from bot.assembly import open_desk
from bot.prepare import demo_settings, prepare_store
from bot.settings import Settings
from bot.store import open_store
from bot.store.importing import Stated, documents, import_documents

HERE: Final = Path(__file__).parent
OPENED: Final = ("amber", "birch", "cedar", "dune")


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said and what is right: None stands for "none", and a missing set for anything.

    `settles` are pieces of the statements that the question settles, word for word; None where that was not written down.
    """

    say: str
    kinds: frozenset[str]
    topics: tuple[frozenset[str], ...]
    policies: frozenset[str | None] | None
    positions: frozenset[str | None] | None
    settles: tuple[str, ...] | None = None


def folder(name: str) -> Path:
    return HERE / ("opened" if name in OPENED else "sealed") / name


def questions(name: str) -> list[Turn]:
    with (folder(name) / "questions.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    head = next((row for row in rows if row and row[0] == "policy"), [])
    settling = head.index("settles") if "settles" in head else None
    found = []
    for row in rows:
        if not row or row[0].startswith("#") or row == head:
            continue
        policy, say, kinds, topics, position = row[:5]
        named = _marked(policy.replace("&", "|"))
        found.append(
            Turn(
                say,
                frozenset(kinds.split("|")),
                _topics(topics.partition("+")[0].split(",")),
                None if named == {None} else named,
                _marked(position),
                None if settling is None else _pieces(row[settling]),
            )
        )
    return found


def conversations(name: str) -> list[list[Turn]]:
    text = (folder(name) / "conversations.yml").read_text(encoding="utf-8")
    return [
        [
            Turn(
                turn["say"],
                frozenset(turn["kinds"]),
                _topics(turn.get("topics") or []),
                _listed(turn["policy"]) if turn.get("policy") is not None else None,
                _listed(turn["determination"]) if "determination" in turn else None,
            )
            for turn in case["turns"]
        ]
        for case in yaml.safe_load(text)
    ]


def desk_of(name: str, home: Path) -> Desk:
    """A desk over the documents of a set; they are imported into `home` where it does not hold them yet."""
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'bot.db'}")
    if name == "demo":
        settings = demo_settings(settings)
        return open_desk(settings, prepare_store(settings, _report, demo=True))
    store = open_store(settings.database_url)
    import_documents(store.policies.filing(), documents([folder(name) / "documents"]), Stated())
    return open_desk(settings, store)


def _report(line: str) -> None:
    print(line, file=sys.stderr)


def _topics(written: Sequence[str]) -> tuple[frozenset[str], ...]:
    names = (topic.strip().replace("/", "|") for topic in written)
    return tuple(frozenset(name.split("|")) for name in names if name and name != "-")


def _marked(written: str) -> frozenset[str | None] | None:
    if written.strip() in ("", "*"):
        return None
    return frozenset(None if part.strip() == "-" else part.strip() for part in written.split("|"))


def _pieces(written: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in written.split("||") if p.strip() not in ("", "-"))


def _listed(value: Any) -> frozenset[str | None]:
    values = value if isinstance(value, list) else [value]
    return frozenset(None if v in (None, "none") else v for v in values)
