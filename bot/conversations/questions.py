"""Questions as rows: one thread a line, of which the last reply is judged.

A file is tab-separated with the columns `id turns kind topics policy determination note`; a line that
begins with # is a comment. `turns` are separated by " / ". Of `kind`, "a|b" means that either is right
and "a+b" one message of each. All of the comma-separated `topics` must be named, "a|b" as either.
`policy` and `determination` hold a value, "none" where there must be none, or "value?" for that or none.
"-" is not judged.
"""

from __future__ import annotations

from pathlib import Path

from bot.conversations.case import NONE, Case, Expected, Store, Turn
from bot.conversations.format import schema
from bot.errors import BadCase

COLUMNS = ("id", "turns", "kind", "topics", "policy", "determination", "note")


def load(path: Path) -> tuple[Case, ...]:
    """The threads of a file; those of a file named demo* are for the demo store. Raises `BadCase`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCase(f"{path} cannot be read as UTF-8 text: {error}.") from None
    rows = [
        (number, line)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]
    if not rows or tuple(rows[0][1].split("\t")) != COLUMNS:
        raise BadCase(f"{path}: the first line must name the columns {', '.join(COLUMNS)}.")
    store: Store = "demo" if path.name.startswith("demo") else "default"
    cases: dict[str, Case] = {}
    for number, line in rows[1:]:
        case = _case(line, f"{path}:{number}", str(path), number, store)
        if case.name in cases:
            raise BadCase(f"{path}:{number}: the id {case.name!r} stands here twice.")
        cases[case.name] = case
    return tuple(cases.values())


def _case(line: str, place: str, source: str, number: int, store: Store) -> Case:
    fields = line.split("\t")
    if len(fields) != len(COLUMNS):
        raise BadCase(f"{place}: {len(fields)} columns, not {len(COLUMNS)}.")
    name, turns, kind, topics, policy, determination, note = fields
    *before, last = turns.split(" / ")
    together = _known(kind.split("+"), "kind", place) if "+" in kind else []
    expected = Expected(
        kind=() if together else tuple(_known(_values(kind), "kind", place)),
        topics=tuple(
            tuple(_known(topic.split("|"), "topic", place))
            for topic in ([] if topics == "-" else topics.split(","))
        ),
        policy=_values(policy),
        determination=tuple(_known(_values(determination), "determination", place)),
    )
    return Case(
        name=name,
        turns=(
            *(Turn(words) for words in before),
            Turn(last, whole=expected, messages=tuple(Expected(kind=(k,)) for k in together)),
        ),
        source=source,
        line=number,
        why=note or None,
        store=store,
    )


def _values(field: str) -> tuple[str, ...]:
    if field == "-":
        return ()
    values = field.split("|")
    plain = [value.removesuffix("?") for value in values]
    return tuple(plain if plain == values else [*plain, NONE])


def _known(values: list[str] | tuple[str, ...], what: str, place: str) -> list[str]:
    """The values, each one that the schema of the YAML files knows."""
    definition = schema()["$defs"][what]
    known = definition.get("enum") or definition["pattern"].split("(")[1].split(")")[0].split("|")
    for value in values:
        if value not in known:
            raise BadCase(f"{place}: {value!r} is no {what}; known are {', '.join(known)}.")
    return list(values)
