"""Codes and ranges as they follow one another in a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.policy.codes import contains, normalise, same_shape, system_of, well_formed
from bot.policy.model import CodeSystem, Finding, Span

TOKEN: Final = re.compile(
    r"\+?(?:[A-Za-z]\d[0-9A-Za-z]{1,5}|\d{4}[FTUMftum]|\d{2,5}|[0-9A-Za-z]{7})(?:\.[0-9A-Za-z]{1,4})?[+*]?(?![\w.]*\w)"
)
_RANGE: Final = re.compile(r"\s*(?:[-–—‑−]|\bto\b|\bthrough\b|\bthru\b)\s*", re.I)
# "97014-59", "L0625-RT": the code with a modifier, two characters behind a hyphen.
_MODIFIER: Final = re.compile(r"-(?:\d\d|[A-Z][A-Z0-9])(?!\w)")
_AND_FINER: Final = re.compile(r"-(?=\s+[a-z]|\s*[;,)]|\s*$)")
_WORD: Final = re.compile(r"\S+")
_GAP: Final = re.compile(r"\s{2,}|\t|\|")
_LONGEST_LIST: Final = 12
_BETWEEN: Final = re.compile(
    r"\s*(?:,|;|/|&|\band\b|\bor\b|\bplus\b)\s*(?:(?:and|or)\s+)?|\s+", re.I
)


@dataclass(frozen=True, slots=True)
class Row:
    """A code, or a range up to `code_end`, in the spelling of its system."""

    system: CodeSystem
    code: str
    code_end: str | None
    span: Span


def codes_at(
    flat: str, text: str, start: int, end: int, likely: Sequence[CodeSystem], number: int
) -> tuple[list[Row], int, list[Finding]]:
    """The codes and ranges that stand one after the other from `start`; where they end; what is odd."""
    rows: list[Row] = []
    findings: list[Finding] = []
    at = start
    while at < end:
        token = TOKEN.match(flat, at, end)
        if token is None or not _reads_as_code(token[0], likely, bool(rows)):
            break
        system = system_of(token[0], likely)
        if system is None:
            break
        first = normalise(system, token[0])
        stop = token.end()
        last: str | None = None
        if (gap := _RANGE.match(flat, stop, end)) and gap.end() > stop:
            behind = TOKEN.match(flat, gap.end(), end)
            odd = re.compile(r"[A-Za-z]?\d[\w.]*").match(flat, gap.end(), end)
            if behind and (system_of(behind[0], (system,)) == system):
                last, stop = normalise(system, behind[0]), behind.end()
            elif odd and system in ("CPT", "HCPCS") and _MODIFIER.match(flat, stop, end):
                stop = odd.end()
            elif (
                odd
                and "-" not in text[odd.start() : odd.end() + 1]
                and (
                    flat[gap.start() : gap.end()].strip() in "-–—‑−"
                    and gap.end() - gap.start() == 1
                )
            ):
                findings.append(
                    Finding(
                        number,
                        f"The range {text[token.start() : odd.end()]} does not end in a {system} code; only {first} was taken.",
                    )
                )
                stop = odd.end()
        if last is not None and (not same_shape(first, last) or not contains(first, last, first)):
            findings.append(
                Finding(
                    number, f"The range {first}–{last} is not in order; neither end was mended."
                )
            )
        elif last is not None and first > last:
            findings.append(
                Finding(number, f"The range {first}–{last} runs backwards; neither end was mended.")
            )
        if last is None and system == "ICD-10-CM" and _AND_FINER.match(flat, stop, end):
            first, stop = f"{first}-", stop + 1  # "H40.2- angle closure"
        rows.append(Row(system, first, last, Span(token.start(), stop)))
        at = stop
        between = _BETWEEN.match(flat, stop, end)
        if between is None:
            break
        follows = TOKEN.match(flat, between.end(), end)
        if (
            follows is None
            or not _reads_as_code(follows[0], likely, True)
            or (between[0].isspace() and not _list_of_codes(flat, between.end(), end, likely))
        ):
            break
        at = between.end()
    return rows, rows[-1].span.end if rows else start, findings


def _list_of_codes(flat: str, start: int, end: int, likely: Sequence[CodeSystem]) -> bool:
    """Whether blanks alone part codes here: everything up to the end of the cell, or far enough, is a code."""
    gap = _GAP.search(flat, start, end)
    end = gap.start() if gap else end
    return all(
        TOKEN.fullmatch(word[0].strip(",;")) and system_of(word[0].strip(",;"), likely)
        for word in itertools.islice(_WORD.finditer(flat, start, end), _LONGEST_LIST)
    )


def _reads_as_code(token: str, likely: Sequence[CodeSystem], inside: bool) -> bool:
    system = system_of(token, likely)
    if system is None:
        return False
    if token.islower() and token.isalpha():
        return False
    if system == "ICD-10-PCS":
        return any(c.isdigit() for c in token) and len(token) == 7
    if system in ("ICD-9-DX", "ICD-9-PROC") and not inside and "." not in token:
        return True
    return well_formed(system, normalise(system, token))
