"""Conversation tests as people write them: YAML files held to `bot/schemas/case.schema.json`.

Every scalar is read as it is written, so that `say: no` says no and `say: 97545` says 97545; only `true`
and `false` are more than text. A mistake is reported with its line and column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from yaml.nodes import MappingNode, Node, SequenceNode

from bot.conversations.case import Case, Expected, Turn
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
        mistake = _nearest(mistake)
        raise BadCase(f"{_place(root, mistake, source)}: {_sentence(mistake)}")
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
            for pattern in (p for e in (turn.whole, *turn.messages) for p in e.text_matches):
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise BadCase(
                        f"{case.source}:{case.line}: {pattern!r} is no regular expression: {error}."
                    ) from None


def _case(data: Mapping[str, Any], source: str, node: Node) -> Case:
    mark = node.start_mark
    turns = []
    for index, turn in enumerate(data["turns"]):
        if ("say" in turn) == ("press" in turn):
            place = _find(node, ["turns", index]).start_mark
            raise BadCase(
                f"{source}:{place.line + 1}:{place.column + 1}:"
                " a turn has either say or press, and one of them."
            )
        turns.append(
            Turn(
                words=turn.get("say") or turn["press"],
                pressed="press" in turn,
                whole=_expected(turn),
                messages=tuple(_expected(message) for message in turn.get("messages", ())),
            )
        )
    return Case(
        name=data["name"],
        turns=tuple(turns),
        source=source,
        line=mark.line + 1,
        tags=_words(data.get("tags")),
        why=data.get("why"),
        store=data.get("store", "default"),
    )


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


def _place(root: Node, error: ValidationError, source: str) -> str:
    node = _find(root, error.absolute_path)
    unknown = _unknown(error)
    if unknown and isinstance(node, MappingNode):
        node = next(key for key, _ in node.value if key.value == unknown[0])
    return f"{source}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def _find(node: Node, path: Iterator[str | int] | Sequence[str | int]) -> Node:
    for step in path:
        if isinstance(node, MappingNode):
            node = next(value for key, value in node.value if key.value == step)
        elif isinstance(node, SequenceNode):
            node = node.value[int(step)]
    return node


def _nearest(error: ValidationError) -> ValidationError:
    """Of "one value or a list of them", the mistake in what was written."""
    while error.context:
        branch = 1 if isinstance(error.instance, list) else 0
        error = next(e for e in error.context if e.schema_path[0] == branch)
    return error


def _unknown(error: ValidationError) -> list[str]:
    allowed: Any = error.schema
    found: Any = error.instance
    if error.validator != "additionalProperties":
        return []
    return [key for key in found if key not in allowed["properties"]]


def _sentence(error: ValidationError) -> str:
    allowed: Any = error.validator_value
    schema_part: Any = error.schema
    found: Any = error.instance
    if unknown := _unknown(error):
        return f"{unknown[0]!r} is no key here; known are {', '.join(schema_part['properties'])}."
    if error.validator == "enum":
        return f"{found!r} is none of {', '.join(str(value) for value in allowed)}."
    if error.validator == "pattern":
        return f"{found!r} is no topic."
    if error.validator == "required":
        return f"{next(key for key in allowed if key not in found)!r} is missing."
    return f"{error.message}."
