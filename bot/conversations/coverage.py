"""What a run exercised of all that the assistant can do and say, and what it never did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import yaml

from bot.answer.model import Kind
from bot.answer.needs import TOPICS
from bot.conversations.runner import Played, Result
from bot.policy.model import Code, Policy, Statement
from bot.settings import ROOT

_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Area:
    """`counts` says how often each item was exercised; what never was has 0."""

    name: str
    counts: Mapping[str, int]

    @property
    def never(self) -> tuple[str, ...]:
        return tuple(item for item, count in self.counts.items() if not count)

    @property
    def reached(self) -> int:
        return len(self.counts) - len(self.never)

    @property
    def share(self) -> float:
        """In percent."""
        return 100 * self.reached / len(self.counts) if self.counts else 100.0


def measure(results: Sequence[Result], policies: Sequence[Policy]) -> tuple[Area, ...]:
    """`policies` are those on file where the conversations took place."""
    turns = [played for result in results for played in result.played]
    answers = [m.answer for played in turns for m in played.reply.messages if m.answer]
    rules = _rules()
    intents = Counter(_intent(played) for played in turns)
    offered = {
        _need(b.payload) for played in turns for m in played.reply.messages for b in m.buttons
    }
    pressed = Counter(_need(_words(played)) for played in turns if played.turn.pressed)
    statements, rows = Counter(_statements(answers, policies)), Counter(_rows(answers))
    numbers = Counter(a["policy"]["number"] for a in answers if a.get("policy"))
    return (
        _area("topics", TOPICS, Counter(t for a in answers for t in a.get("topics") or ())),
        _area("kinds", get_args(Kind), Counter(a["kind"] for a in answers)),
        _area("rules", [name for name, _ in rules.values()], _sum(intents, rules, 0)),
        _area("actions", sorted({action for _, action in rules.values()}), _sum(intents, rules, 1)),
        _area("buttons", sorted(offered), pressed),
        _area("policies", [policy.number for policy in policies], numbers),
        _area("statements", [_stated(p, s) for p in policies for s in p.statements], statements),
        _area("code rows", [_row(p.number, _coded(c)) for p in policies for c in p.codes], rows),
    )


def whole(areas: Sequence[Area]) -> float:
    """The mean share of the areas, in percent: the many rows of codes do not outweigh the topics."""
    return sum(area.share for area in areas) / len(areas)


def to_text(areas: Sequence[Area]) -> str:
    lines = [f"Exercised: {whole(areas):.0f} % on average"]
    for area in areas:
        lines.append(
            f"  {area.name:<11}{area.reached:>5} of {len(area.counts):<5} {area.share:3.0f} %"
        )
        lines += [f"      never: {item}" for item in area.never[:_SHOWN]]
        if len(area.never) > _SHOWN:
            lines.append(f"      and {len(area.never) - _SHOWN} more")
    return "\n".join(lines)


def to_json(areas: Sequence[Area]) -> dict[str, Any]:
    return {
        "share": round(whole(areas), 1),
        "areas": [
            {"name": area.name, "share": round(area.share, 1), "counts": dict(area.counts)}
            for area in areas
        ],
    }


def _area(name: str, items: Iterable[str], counts: Mapping[str, int]) -> Area:
    return Area(name, {item: counts.get(item, 0) for item in items})


def _rules() -> dict[str, tuple[str, str]]:
    """Of each intent, the rule that answers it and the action that it calls."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            asked, answered = rule["steps"][:2]
            found[asked["intent"]] = (rule["rule"], answered["action"])
    return found


def _sum(
    intents: Mapping[str, int], rules: Mapping[str, tuple[str, str]], place: int
) -> Counter[str]:
    counted: Counter[str] = Counter()
    for intent, count in intents.items():
        if intent in rules:
            counted[rules[intent][place]] += count
    return counted


def _intent(played: Played) -> str:
    return str((played.reply.understood.get("intent") or {}).get("name"))


def _words(played: Played) -> str:
    """What a press sent."""
    return str(played.reply.understood.get("text", ""))


def _need(payload: str) -> str:
    return payload.removeprefix("/").partition("{")[0]


def _statements(answers: Iterable[Any], policies: Sequence[Policy]) -> Iterator[str]:
    """The statements of which an answer quotes something."""
    by_number = {policy.number: policy for policy in policies}
    for answer in answers:
        policy = by_number.get((answer.get("policy") or {}).get("number", ""))
        quotes = [
            _plain(c["quote"]) for c in answer.get("citations") or () if c["source"] == "policy"
        ]
        for statement in policy.statements if policy else ():
            text = _plain(statement.text)
            if any(quote in text or text in quote for quote in quotes):
                yield _stated(policy, statement) if policy else ""


def _rows(answers: Iterable[Any]) -> Iterator[str]:
    for answer in answers:
        for row in answer.get("codes") or ():
            yield _row(answer["policy"]["number"], row)


def _stated(policy: Policy, statement: Statement) -> str:
    return f"{policy.number}: {_plain(statement.text)[:90]}"


def _row(number: str, row: Mapping[str, Any]) -> str:
    codes = "–".join(str(row[key]) for key in ("code", "code_end") if row.get(key))
    return f"{number}: {row['system']} {codes or row['status']}"


def _coded(code: Code) -> Mapping[str, Any]:
    return {
        "system": code.system,
        "status": code.status,
        "code": code.code,
        "code_end": code.code_end,
    }


def _plain(text: str) -> str:
    return " ".join(text.split())
