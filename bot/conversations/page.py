"""Pages to look at rather than to read: one file each, with nothing to load from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.conversations.report import understood
from bot.conversations.runner import Played, Result

_PAGES: Final = Path(__file__).parent / "pages"
_PLACES: Final = 10


def render(name: str, **values: Any) -> str:
    """The page `name`.html. All values are escaped."""
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["gist"] = _gist
    return environment.get_template(f"{name}.html").render(**values)


@dataclass(slots=True)
class Tally:
    """How many held; `careful` did not, but said nothing that misleads."""

    name: str
    held: int = 0
    careful: int = 0
    wrong: int = 0
    results: list[Result] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.held + self.careful + self.wrong

    def add(self, state: str) -> None:
        setattr(self, state, getattr(self, state) + 1)


def state(result: Result) -> str:
    """held, careful or wrong."""
    return "held" if result.passed else "careful" if result.careful else "wrong"


def results_page(results: Sequence[Result]) -> str:
    """By category (the file), conversation, topic and policy; a turn counts for what its reply names."""
    whole = Tally("all")
    categories: dict[str, Tally] = {}
    for result in results:
        name = Path(result.case.source).stem.replace("_", " ")
        category = categories.setdefault(name, Tally(name))
        category.results.append(result)
        for tally in (whole, category):
            tally.add(state(result))
    places = {id(result): place for place, result in enumerate(results)}
    return render(
        "results",
        whole=whole,
        categories=sorted(categories.values(), key=lambda tally: tally.name),
        breakdowns={
            "Topics": _by_turn(results, _topics),
            "Kinds": _by_turn(results, _kinds),
            "Turns": _by_place(results),
            "Policies": _by_turn(results, _policies),
        },
        state=state,
        understood=understood,
        number=lambda result: places[id(result)],
    )


def _by_turn(results: Iterable[Result], named: Callable[[Played], set[str]]) -> list[Tally]:
    found: dict[str, Tally] = {}
    for result in results:
        for place, played in enumerate(result.played):
            last = place == len(result.played) - 1
            for name in named(played):
                found.setdefault(name, Tally(name)).add(state(result) if last else "held")
    return sorted(found.values(), key=lambda tally: tally.name)


def _by_place(results: Iterable[Result]) -> list[Tally]:
    """By the turn's place in its conversation; those from the tenth on together."""
    found = [Tally(f"turn {place}") for place in range(1, _PLACES)] + [Tally("later turns")]
    for result in results:
        for place, _ in enumerate(result.played, 1):
            last = place == len(result.played)
            found[min(place, _PLACES) - 1].add(state(result) if last else "held")
    return [tally for tally in found if tally.total]


def _answers(played: Played) -> list[Any]:
    return [message.answer for message in played.reply.messages if message.answer]


def _topics(played: Played) -> set[str]:
    return {topic for answer in _answers(played) for topic in answer.get("topics") or ()}


def _kinds(played: Played) -> set[str]:
    return {str(answer.get("kind")) for answer in _answers(played)}


def _policies(played: Played) -> set[str]:
    return {a["policy"]["number"] for a in _answers(played) if a.get("policy")}


def _gist(answer: Any) -> str:
    """Kind, topics, policy and position of an answer, in a line."""
    if not answer:
        return "a person"
    policy, position = answer.get("policy") or {}, answer.get("determination") or {}
    parts = [answer.get("kind"), ", ".join(answer.get("topics") or ())]
    parts += [policy.get("number"), (position.get("status") or "").replace("_", " ")]
    return " · ".join(part for part in parts if part)
