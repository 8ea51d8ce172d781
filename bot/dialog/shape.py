"""Hides what a code, a number or a date says and keeps its form.

The dialog model must not learn that one code is covered and another is not: before it sees a text, every
code becomes the same code of its kind, every date the same date.
"""

from __future__ import annotations

import re

_FORMS = (
    # What the redaction left in place of a detail: [name], [member id], ...
    (re.compile(r"\[[a-z]+(?: [a-z]+)*\]"), "this"),
    (re.compile(r"\b(?:\d{1,2}([/-])\d{1,2}\1\d{2}(?:\d{2})?|\d{4}-\d{2}-\d{2})\b"), "1/1/2015"),
    (re.compile(r"\b(?:19|20)\d{2}\b(?![-.]\d)"), "2015"),
    (re.compile(r"\b\d{5}-\d{2}\b|\b\d{4}[0-9TFUM]\b", re.IGNORECASE), "99999"),
    (re.compile(r"\b[A-V]\d{4}\b", re.IGNORECASE), "A9999"),
    (re.compile(r"\b[A-TV-Z]\d[0-9A-Z](?:\s?\.\s?[0-9A-Z]{1,4})?\b", re.IGNORECASE), "A99.9"),
    (re.compile(r"\b(?=[0-9A-Z]*\d[0-9A-Z]*\d)[0-9A-Z]{7}\b", re.IGNORECASE), "0AA99ZZ"),
    (re.compile(r"\b\d+(?:\.\d+)+\b"), "9.99"),
)


def shape_of(text: str) -> str:
    """The text with each code, date and dotted number replaced by the same one of its form."""
    for form, stand_in in _FORMS:
        text = form.sub(stand_in, text)
    return text
