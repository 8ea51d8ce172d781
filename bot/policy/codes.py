"""Codes of the six systems: their shapes, one spelling for each, and whether a range holds a code.

The shapes are those that the keepers of the code sets publish: CPT (five digits; four and F, T, U or M),
HCPCS level II (A-V and four digits), ICD-10-CM and ICD-9 (NCHS), ICD-10-PCS (CMS; neither I nor O).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.policy.model import CodeSystem

SHAPES: Final[dict[CodeSystem, re.Pattern[str]]] = {
    "CPT": re.compile(r"\d{5}|\d{4}[FTUM]"),
    "HCPCS": re.compile(r"[A-V]\d{4}"),
    "ICD-10-CM": re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?[+*-]?"),
    "ICD-10-PCS": re.compile(r"[0-9A-HJ-NP-Z]{7}"),
    "ICD-9-DX": re.compile(r"(?:\d{3}|V\d{2})(?:\.\d{1,2})?|E\d{3}(?:\.\d)?"),
    "ICD-9-PROC": re.compile(r"\d{2}(?:\.\d{1,2})?"),
}
_OPEN: Final = "+*-"


def normalise(system: CodeSystem, code: str) -> str:
    """The one spelling of a code: upper case, ICD with its dot, without the `+` before an add-on code.

    A sign behind an ICD code (`S00.00X+`, `M54.5-`) is kept: it says that more characters follow.
    """
    bare = code.strip().upper().lstrip("+")
    if system == "ICD-10-CM" and "." not in bare:
        stem = bare.rstrip(_OPEN)
        if len(stem) > 3:
            return f"{stem[:3]}.{stem[3:]}{bare[len(stem) :]}"
    return bare


def well_formed(system: CodeSystem, code: str) -> bool:
    """Whether a code, in the spelling of `normalise`, has the shape of its system."""
    return SHAPES[system].fullmatch(code) is not None


def system_of(code: str, likely: Iterable[CodeSystem] = ()) -> CodeSystem | None:
    """The system a code can belong to by its shape: one of the `likely` first, then what is unmistakable."""
    for system in likely:
        if well_formed(system, normalise(system, code)):
            return system
    bare = code.strip().upper().lstrip("+")
    for system in ("CPT", "HCPCS"):
        if SHAPES[system].fullmatch(bare):
            return system
    if "." in bare and SHAPES["ICD-10-CM"].fullmatch(bare):
        return "ICD-10-CM"
    return None


def contains(row_code: str, row_end: str | None, code: str) -> bool:
    """Whether a row of a policy, a single code or a range, holds a code; all in the spelling of `normalise`.

    A range holds what lies below its last code too (`I70.0-I70.9` holds `I70.92`), and only codes of the
    same shape. A code that ends in a sign or in the placeholder X holds all that begin with it.
    """
    asked = _key(code)
    first = _key(row_code)
    if row_end is None:
        if row_code[-1:] in ("+", "*", "-") or ("." in row_code and first.endswith("X")):
            return asked.startswith(first)
        return asked == first and ("." in row_code) == ("." in code)
    last = _key(row_end)
    if not same_shape(row_code, row_end) or not same_shape(row_code, code):
        return asked in (first, last)
    if first > last:
        return asked in (first, last)
    return first <= asked and (asked <= last or (_is_icd(row_end) and asked.startswith(last)))


def same_shape(one: str, other: str) -> bool:
    """Whether two codes are written alike, so that one range can hold both."""
    return _family(one) == _family(other)


def _family(code: str) -> str:
    bare = code.upper().lstrip("+").rstrip(_OPEN)
    if re.fullmatch(r"\d{5}", bare):
        return "CPT"
    if re.fullmatch(r"\d{4}[FTUM]", bare):
        return f"CPT {bare[-1]}"
    if re.fullmatch(r"[A-V]\d{4}", bare):
        return "HCPCS"
    if re.fullmatch(r"[0-9A-HJ-NP-Z]{7}", bare):
        return "ICD-10-PCS"
    if re.fullmatch(r"\d{3}(?:\.\d{1,2})?", bare):
        return "ICD-9-DX"
    if re.fullmatch(r"\d{2}(?:\.\d{1,2})?", bare):
        return "ICD-9-PROC"
    return "ICD" if re.fullmatch(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?", bare) else "other"


def _is_icd(code: str) -> bool:
    return _family(code) in ("ICD", "ICD-9-DX", "ICD-9-PROC")


def _key(code: str) -> str:
    return code.upper().lstrip("+").rstrip(_OPEN).replace(".", "")
