"""Checksums and shapes that tell a real number from one that only looks like it."""

from __future__ import annotations

import re

# Each position of a Medicare Beneficiary Identifier: C 1-9, A a letter but S L O I B Z, N a digit,
# X either of the last two (CMS, "Understanding the Medicare Beneficiary Identifier (MBI) Format").
_MBI_SHAPE = "CAXNAXNAANN"
_MBI_CLASS = {"C": "[1-9]", "A": "[AC-HJKMNP-RT-Y]", "N": "[0-9]", "X": "[0-9AC-HJKMNP-RT-Y]"}

MBI = "[- ]?".join(_MBI_CLASS[place] for place in _MBI_SHAPE)
"""A pattern for it; CMS writes no dashes, but prints them on the card after places 4 and 7."""


def luhn(text: str) -> bool:
    """Whether the digits in it end with their check digit (ISO/IEC 7812-1, annex B)."""
    digits = [int(character) for character in text if character.isdecimal()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return any(digits) and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_CODE = re.compile(
    r"\d{5}|\d{4}[TFUAM]|[A-Z]\d{4}"  # CPT categories I to III, PLA, and HCPCS
    r"|[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?"  # ICD-10-CM, with or without the dot
    r"|(?=\d*[A-Z])[0-9BCDFGHX][0-9A-HJ-NP-Z]{6}"  # ICD-10-PCS: its sections, and a letter among seven
    r"|\d{3}\.\d{1,2}",  # ICD-9
    re.IGNORECASE,
)
_MODIFIED = re.compile(rf"(?:{_CODE.pattern})(?:-[0-9A-Z]{{2}})?", re.IGNORECASE)
_DATE = re.compile(
    r"(?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:\d{4}|\d{2})"
    r"|\d{4}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    rf"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:{_MONTHS})[a-z]*[-/ ]\d[-/ \d]*",
    re.IGNORECASE,
)


# Only in obstetrics and of glaucoma do diagnosis codes end with seven places of digits (ICD-10-CM).
_NO_CODE = re.compile(r"(?![oh])[a-z]\d{6}", re.IGNORECASE)


def code_like(value: str) -> bool:
    """Whether it has the shape of a procedure or diagnosis code, or of several joined by - or /."""
    if _NO_CODE.fullmatch(value):
        return False
    return bool(_MODIFIED.fullmatch(value)) or all(
        _CODE.fullmatch(part) for part in re.split(r"[-/]", value)
    )


def date_like(value: str) -> bool:
    return bool(_DATE.fullmatch(value))
