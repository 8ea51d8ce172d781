"""Where a mistake in a conversation test stands, and what it is, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jsonschema.exceptions import ValidationError
from yaml.nodes import MappingNode, Node, SequenceNode


def place(root: Node, error: ValidationError, source: str) -> str:
    node = find(root, error.absolute_path)
    unknown = _unknown(error)
    if unknown and isinstance(node, MappingNode):
        node = next(key for key, _ in node.value if key.value == unknown[0])
    return f"{source}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def find(node: Node, path: Iterator[str | int] | Sequence[str | int]) -> Node:
    for step in path:
        if isinstance(node, MappingNode):
            node = next(value for key, value in node.value if key.value == step)
        elif isinstance(node, SequenceNode):
            node = node.value[int(step)]
    return node


def nearest(error: ValidationError) -> ValidationError:
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


def sentence(error: ValidationError) -> str:
    allowed: Any = error.validator_value
    schema_part: Any = error.schema
    found: Any = error.instance
    if unknown := _unknown(error):
        return f"{unknown[0]!r} is no key here; known are {', '.join(schema_part['properties'])}."
    if error.validator == "enum":
        return f"{found!r} is none of {', '.join(str(value) for value in allowed)}."
    if error.validator == "pattern":
        return f"{found!r} is no {schema_part['title']}."
    if error.validator == "required":
        return f"{next(key for key in allowed if key not in found)!r} is missing."
    return f"{error.message}."
