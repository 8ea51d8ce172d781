"""Words that staff put into the vocabulary or took out of it, beside what its files say.

An edit changes entries before they are read, so that a mistake in one is found as a mistake in a file is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal

from bot.answer.entries import Entry
from bot.answer.tokens import plain
from bot.errors import BadVocabulary

Role = Literal[
    "also_called", "taken_for", "described_as", "cpt", "hcpcs", "diagnosis", "place", "program"
]

# Of the roles of a service, the way to the list in its entry.
_LISTS: Final[Mapping[Role, tuple[str, ...]]] = MappingProxyType(
    {
        "also_called": ("also_called",),
        "taken_for": ("taken_for",),
        "described_as": ("described_as",),
        "cpt": ("codes", "CPT"),
        "hcpcs": ("codes", "HCPCS"),
    }
)
# The part of the vocabulary that another role belongs to, and the field by which an entry is known.
_PARTS: Final[Mapping[Role, tuple[str, str]]] = MappingProxyType(
    {
        "diagnosis": ("diagnoses", ""),
        "place": ("places", "name"),
        "program": ("programs", "program"),
    }
)


@dataclass(frozen=True, slots=True)
class Edit:
    """`word` comes to stand for `of` in this role, or with `adds` false does so no longer.

    `of` is the name of a service, place or program as the vocabulary has it, or the code of a diagnosis;
    `source` says where the edit was made.
    """

    role: Role
    of: str
    word: str
    adds: bool
    source: str


def edited(parts: Mapping[str, Iterable[Entry]], edits: Iterable[Edit]) -> dict[str, list[Entry]]:
    """The entries of each part, after the edits in their order.

    A service or a diagnosis that was not there begins with its first word. Raises `BadVocabulary` for a
    place or a program that is not there.
    """
    changed = {part: list(found) for part, found in parts.items()}
    for edit in edits:
        part, field = _PARTS.get(edit.role, ("services", "service"))
        entries = changed[part]
        at = next((n for n, e in enumerate(entries) if _name(e, field) == plain(edit.of)), None)
        if at is None and edit.adds:
            entries.append(_begun(edit, field))
            at = len(entries) - 1
        if at is not None:
            value = _value(entries[at], edit)
            # A diagnosis without a name says nothing.
            entries[at : at + 1] = [replace(entries[at], value=value)] if value else []
    return changed


def _name(entry: Entry, field: str) -> str:
    held = entry.value.get(field) if field and isinstance(entry.value, dict) else entry.key
    return plain(held) if isinstance(held, str) else ""


def _begun(edit: Edit, field: str) -> Entry:
    if edit.role == "diagnosis":
        return Entry(edit.source, 0, edit.of, [])
    if edit.role in _PARTS:
        raise BadVocabulary(
            f"The vocabulary names no {edit.role} {edit.of!r}: choose one that it names."
        )
    return Entry(edit.source, 0, "", {field: edit.of})


def _value(entry: Entry, edit: Edit) -> Any:
    way = _LISTS.get(edit.role, () if edit.role == "diagnosis" else ("also_called",))
    return _with(entry.value, way, edit)


def _with(value: Any, way: tuple[str, ...], edit: Edit) -> Any:
    """The value with the list at the end of the way changed; what has another shape stays as it is."""
    if way:
        held = {} if value in (None, "") else value
        if not isinstance(held, dict):
            return value
        return held | {way[0]: _with(held.get(way[0]), way[1:], edit)}
    listed = [] if value in (None, "") else value
    if not isinstance(listed, list):
        return value
    others = [one for one in listed if not isinstance(one, str) or plain(one) != plain(edit.word)]
    return [*others, edit.word] if edit.adds else others
