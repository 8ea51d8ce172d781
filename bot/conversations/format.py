"""Conversation tests as people write them: YAML files held to `bot/schemas/case.schema.json`.

Every scalar is read as it is written, so that `say: no` says no and `say: 97545` says 97545; only `true`
and `false` are more than text. A mistake is reported with its line and column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from yaml.nodes import MappingNode, Node, SequenceNode

from bot.conversations.case import Case, Change, Expected, Turn
from bot.conversations.mistakes import find, nearest, place, sentence
from bot.errors import BadCase

SCHEMAS: Final = Path(__file__).resolve().parent.parent / "schemas"


class _AsWritten(yaml.BaseLoader):
    """Reads every scalar as text, save for true and false."""


_AsWritten.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), ["t", "f"])
_AsWritten.add_constructor("tag:yaml.org,2002:bool", lambda _, node: node.value == "true")


def load(path: Path) -> tuple[Case, ...]:
    """The conversations of a file, in its order. Raises `BadCase`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCase(f"{path} cannot be read as UTF-8 text: {error}.") from None
    return parse(text, str(path))


def parse(text: str, source: str) -> tuple[Case, ...]:
    """The conversations of a text; `source` names it in messages. Raises `BadCase`."""
    loader = _AsWritten(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise BadCase(f"{source}: holds no conversation; write a list of them.")
        _refuse_repeats(root, source)
        data = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise BadCase(f"{source}{where}: this is not YAML: {error.problem}.") from None
    finally:
        loader.dispose()
    mistake = best_match(_validator().iter_errors(data))
    if mistake is not None:
        mistake = nearest(mistake)
        raise BadCase(f"{place(root, mistake, source)}: {sentence(mistake)}")
    cases = tuple(_case(item, source, node) for item, node in zip(data, root.value, strict=True))
    _check(cases)
    return cases


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of the files, for editors too."""
    found = json.loads((SCHEMAS / "case.schema.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _check(cases: Sequence[Case]) -> None:
    """What the schema cannot say."""
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise BadCase(
                f"{case.source}:{case.line}: a second conversation is called {case.name!r};"
                " give each a name of its own."
            )
        seen.add(case.name)
        for turn in case.turns:
            for pattern in (p for e in _all(turn.whole, *turn.messages) for p in e.text_matches):
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise BadCase(
                        f"{case.source}:{case.line}: {pattern!r} is no regular expression: {error}."
                    ) from None


def _all(*expected: Expected) -> Iterator[Expected]:
    for one in expected:
        yield one
        yield from _all(*one.any_of)


def _case(data: Mapping[str, Any], source: str, node: Node) -> Case:
    return Case(
        name=data["name"],
        turns=tuple(
            _turn(turn, source, find(node, ["turns", index]))
            for index, turn in enumerate(data["turns"])
        ),
        source=source,
        line=node.start_mark.line + 1,
        tags=_words(data.get("tags")),
        why=data.get("why"),
        store=data.get("store", "default"),
        date=_date(data, source, node),
        secret=_words(data.get("secret")),
    )


def _turn(data: Mapping[str, Any], source: str, node: Node) -> Turn:
    if ("say" in data) == ("press" in data):
        raise BadCase(f"{_at(node, source)}: a turn has either say or press, and one of them.")
    *before, words = _words(data["say"] if "say" in data else data["press"])
    return Turn(
        words=words,
        pressed="press" in data,
        whole=_expected(data),
        messages=tuple(_expected(message) for message in data.get("messages", ())),
        before=tuple(before),
        provider=data.get("provider", ""),
        changes=tuple(_changes(data, source, node)),
    )


def _changes(data: Mapping[str, Any], source: str, node: Node) -> Iterator[Change]:
    """The day first, so that what comes on file does so on that day."""
    if day := _date(data, source, node):
        yield Change("date", day)
    for number in _words(data.get("retire")):
        yield Change("retire", number)
    for name in _words(data.get("import")):
        path = Path(source).parent / name
        if not path.is_file():
            raise BadCase(f"{_at(find(node, ['import']), source)}: there is no document {path}.")
        yield Change("import", str(path))


def _date(data: Mapping[str, Any], source: str, node: Node) -> str | None:
    day = data.get("date")
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise BadCase(
                f"{_at(find(node, ['date']), source)}: the calendar has no {day}."
            ) from None
    return day


def _at(node: Node, source: str) -> str:
    return f"{source}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def _expected(data: Mapping[str, Any]) -> Expected:
    codes, text = data.get("codes", {}), data.get("text", {})
    topics = _words(data.get("topics"))
    return Expected(
        kind=_words(data.get("kind")),
        topics=tuple(tuple(topic.split(" or ")) for topic in topics),
        no_topics="topics" in data and not topics,
        policy=_words(data.get("policy")),
        determination=_words(data.get("determination")),
        codes_present=_words(codes.get("present")),
        codes_absent=_words(codes.get("absent")),
        about_codes=_words(data.get("about")),
        citation=_words(data.get("citation")),
        criteria=_words(data.get("criteria")),
        text_contains=_words(text.get("contains")),
        text_absent=_words(text.get("absent")),
        text_matches=_words(text.get("matches")),
        buttons=_words(data.get("buttons")),
        decision=data.get("decision"),
        handed_over=data.get("handed_over"),
        intent=_words(data.get("intent")),
        slots=tuple((name, _words(value)) for name, value in data.get("slots", {}).items()),
        events=_words(data.get("events")),
        any_of=tuple(_expected(one) for one in data.get("any", ())),
    )


def _words(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _refuse_repeats(node: Node, source: str) -> None:
    """YAML takes the last of two equal keys in silence, and a lost expectation is a test that cannot fail."""
    for mapping in _mappings(node):
        seen: set[str] = set()
        for key, _ in mapping.value:
            if key.value in seen:
                mark = key.start_mark
                raise BadCase(
                    f"{source}:{mark.line + 1}:{mark.column + 1}: {key.value!r} stands here twice."
                )
            seen.add(str(key.value))


def _mappings(node: Node) -> Iterator[MappingNode]:
    if isinstance(node, MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _mappings(value)
