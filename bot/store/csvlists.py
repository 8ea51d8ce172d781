"""The payer's lists as CSV files: read, checked as a whole, refused with the lines that are wrong."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Generic, TypeVar, cast, get_args

from bot.answer.needs import MATTERS, MEMBER_DATA
from bot.errors import BadList
from bot.policy.codes import normalise, same_shape, well_formed
from bot.policy.model import CodeSystem

REQUIREMENTS: Final = ("required", "not_required", "conditional")
PRIOR_AUTH_HEADER: Final = (
    "code",
    "code_end",
    "system",
    "requirement",
    "condition",
    "reviewer",
    "line_of_business",
    "valid_from",
    "valid_to",
)
ANSWERS_HEADER: Final = (
    "question",
    "text",
    "matter",
    "line_of_business",
    "source",
    "valid_from",
    "valid_to",
    "approved_by",
)

_MOST_MISTAKES: Final = 5

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PriorAuthRow:
    """`row` is the line as it stands in the file, `line` its number."""

    line: int
    system: CodeSystem
    code: str
    code_end: str | None
    requirement: str
    condition: str | None
    reviewer: str | None
    line_of_business: str | None
    valid_from: date | None
    valid_to: date | None
    row: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    line: int
    question: str
    text: str
    matter: str | None
    line_of_business: str | None
    source: str
    valid_from: date | None
    valid_to: date | None
    approved_by: str


@dataclass(frozen=True, slots=True)
class CsvList(Generic[Row]):
    rows: tuple[Row, ...]
    digest: str


class _Mistake(Exception):
    """What is wrong with a row."""


def read_prior_auth(path: Path) -> CsvList[PriorAuthRow]:
    """Raises `BadList` with the first lines that are wrong; nothing of such a file is used."""
    return _read(path, PRIOR_AUTH_HEADER, _prior_auth_row)


def read_answers(path: Path) -> CsvList[AnswerRow]:
    """Raises `BadList` with the first lines that are wrong; nothing of such a file is used."""
    return _read(path, ANSWERS_HEADER, _answer_row)


def _prior_auth_row(line: int, cells: dict[str, str], raw: str) -> PriorAuthRow:
    system = _system(cells["system"])
    code = _code(system, cells["code"])
    code_end = _code(system, cells["code_end"]) if cells["code_end"] else None
    if code_end is not None and not (same_shape(code, code_end) and code < code_end):
        raise _Mistake(f"{code} to {code_end} is no range")
    condition = cells["condition"] or None
    requirement = _one_of("requirement", cells["requirement"], REQUIREMENTS)
    if requirement == "conditional" and condition is None:
        raise _Mistake("a conditional requirement needs its condition")
    valid_from, valid_to = _validity(cells)
    return PriorAuthRow(
        line,
        system,
        code,
        code_end,
        requirement,
        condition,
        cells["reviewer"] or None,
        cells["line_of_business"] or None,
        valid_from,
        valid_to,
        raw,
    )


def _answer_row(line: int, cells: dict[str, str], _raw: str) -> AnswerRow:
    for name in ("question", "text", "source", "approved_by"):
        if not cells[name]:
            raise _Mistake(f"{name} is empty")
    matter = _one_of("matter", cells["matter"], ("", *MATTERS, MEMBER_DATA)) or None
    valid_from, valid_to = _validity(cells)
    return AnswerRow(
        line,
        cells["question"],
        cells["text"],
        matter,
        cells["line_of_business"] or None,
        cells["source"],
        valid_from,
        valid_to,
        cells["approved_by"],
    )


def _read(
    path: Path, header: Sequence[str], to_row: Callable[[int, dict[str, str], str], Row]
) -> CsvList[Row]:
    content = _text(path)
    lines = content.split("\n")
    try:
        records = list(_records(content))
    except csv.Error as error:
        raise BadList(f"{path.name} is no CSV file: {error}.") from error
    if not records or tuple(cell.strip().lower() for cell in records[0][2]) != tuple(header):
        raise BadList(f"{path.name} must begin with the header {','.join(header)}.")
    rows, mistakes = [], []
    for first, last, cells in records[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            if len(cells) != len(header):
                raise _Mistake(f"{len(cells)} cells instead of {len(header)}")
            named = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            rows.append(to_row(first, named, "\n".join(lines[first - 1 : last])))
        except _Mistake as mistake:
            mistakes.append(f"line {first}: {mistake}")
    if mistakes:
        raise BadList(f"{path.name} was not imported: {_some(mistakes)}.")
    if not rows:
        raise BadList(f"{path.name} was not imported: it holds no rows.")
    return CsvList(tuple(rows), hashlib.sha256(content.encode()).hexdigest())


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BadList(f"{path.name} is not in UTF-8: save it as CSV UTF-8.") from error
    except OSError as error:
        raise BadList(f"{path.name} cannot be read: {error.strerror}.") from error


def _records(content: str) -> Iterator[tuple[int, int, list[str]]]:
    """Each record with its first and last line; a quoted cell may go over several."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    first = 1
    for cells in reader:
        yield first, reader.line_num, cells
        first = reader.line_num + 1


def _some(mistakes: Sequence[str]) -> str:
    more = len(mistakes) - _MOST_MISTAKES
    return "; ".join(mistakes[:_MOST_MISTAKES]) + (f"; and {more} more lines" if more > 0 else "")


def _system(written: str) -> CodeSystem:
    for system in get_args(CodeSystem):
        if written.upper() == system:
            return cast("CodeSystem", system)
    raise _Mistake(f"system is {written!r}: it must be one of {', '.join(get_args(CodeSystem))}")


def _code(system: CodeSystem, written: str) -> str:
    code = normalise(system, written)
    if not well_formed(system, code):
        raise _Mistake(f"{written or 'an empty code'} is no {system} code")
    return code


def _one_of(name: str, written: str, allowed: Sequence[str]) -> str:
    value = written.lower().replace(" ", "_")
    if value not in allowed:
        names = ", ".join(word or "empty" for word in allowed)
        raise _Mistake(f"{name} is {written!r}: it must be one of {names}")
    return value


def _validity(cells: dict[str, str]) -> tuple[date | None, date | None]:
    valid_from, valid_to = _day("valid_from", cells), _day("valid_to", cells)
    if valid_from and valid_to and valid_to < valid_from:
        raise _Mistake(f"valid_to {valid_to} is before valid_from {valid_from}")
    return valid_from, valid_to


def _day(name: str, cells: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(cells[name]) if cells[name] else None
    except ValueError as error:
        raise _Mistake(f"{name} is {cells[name]!r}: write it as 2025-01-31") from error
