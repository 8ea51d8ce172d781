"""Reads the YAML files that staff edit into entries that know their line, so that a mistake can be pointed at.

Every scalar is text, whatever it looks like: `02` stays a code, `no` a word and `2026-01-01` a date as written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import yaml

from bot.errors import BadVocabulary

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list, or one `key: value` of a mapping (`key` is empty for an item).

    What stands in no file has the line 0, and its `file` says where it comes from.
    """

    file: str
    line: int
    key: str
    value: Any

    @property
    def source(self) -> str:
        return f"{self.file}, line {self.line}" if self.line else self.file

    def wrong(self, message: str) -> BadVocabulary:
        return BadVocabulary(f"{self.source}: {message}")

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> dict[str, Any]:
        """The value as a mapping of known keys; raises `BadVocabulary` for another shape."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"expected the keys {', '.join(sorted(known))}, each with a value.")
        for key in self.value:
            if key not in known:
                raise self.wrong(f"the key {key!r} is unknown: use {', '.join(sorted(known))}.")
        for key in required:
            if not self.value.get(key):
                raise self.wrong(f"{key!r} is missing: add it.")
        return dict(self.value)

    def text(self, value: Any) -> str:
        """A single text, trimmed; raises `BadVocabulary` for a list or a mapping."""
        if not isinstance(value, str):
            raise self.wrong("expected a single text, not a list or keys.")
        return " ".join(value.split())

    def texts(self, value: Any) -> tuple[str, ...]:
        """A list of texts that are not empty; nothing at all is the empty list."""
        if value in (None, ""):
            return ()
        if not isinstance(value, list):
            raise self.wrong(f"expected a list in brackets, for example [{value}].")
        found = tuple(self.text(item) for item in value)
        if not all(found):
            raise self.wrong("an item of the list is empty: take it out.")
        return found


def entries(file: str, text: str) -> list[Entry]:
    """The entries of a file that holds a list or a mapping; raises `BadVocabulary` for what is neither."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return []
        if isinstance(root, yaml.SequenceNode):
            pairs = [("", node, node) for node in root.value]
        elif isinstance(root, yaml.MappingNode):
            pairs = [(str(key.value), key, node) for key, node in root.value]
        else:
            raise BadVocabulary(f"{file}: expected a list or `name: value` lines.")
        found = []
        for key, start, node in pairs:
            _refuse_repeated_keys(file, node)
            line = start.start_mark.line + 1
            found.append(Entry(file, line, key, loader.construct_object(node, deep=True)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadVocabulary(
            f"{file}, line {line}: not readable as YAML ({error.problem}): check quotes, colons "
            "and indentation."
        ) from error
    finally:
        loader.dispose()
    return found


def _refuse_repeated_keys(file: str, node: yaml.Node) -> None:
    # YAML itself would silently keep the last one.
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            raise BadVocabulary(
                f"{file}, line {key.start_mark.line + 1}: {key.value!r} stands here twice: keep one."
            )
        seen.add(key.value)
        _refuse_repeated_keys(file, value)
