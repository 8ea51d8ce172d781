"""Dates of birth: dates with a label, and dates so long ago that no service can have been then."""

from __future__ import annotations

from bot.privacy.recogniser import Recogniser, compiled

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = (
    rf"(?:\d{{1,2}}\s?[-/.\u2010-\u2015]\s?\d{{1,2}}\s?[-/.\u2010-\u2015]\s?(?:\d{{4}}|\d{{2}})"
    rf"|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|{_DAY}[ -]?(?:of )?{MONTH}[ ,-]{{0,2}}['’]?(?:\d{{4}}|\d{{2}})"
    rf"|{MONTH}[ -]{_DAY}[ ,-]{{1,2}}['’]?(?:\d{{4}}|\d{{2}}))(?!\d)"
)
BIRTH = (
    r"(?:\bd\.?[ ]?o\.?[ ]?b(?:\b|(?=\d))\.?|\bdate\s+of\s+birth\b|\bbirth\s?(?:date|day)\b|\bb-?day\b"
    r"|\bborn\b|\byear\s+of\s+birth\b|\byob\b|\bdate\s+born\b|(?<!\w)b\.(?=\s?\d))"
)
_BIRTH_LINK = r"(?:\s{0,3}(?:[,:=(-]|\b(?:is|was|on|in|the|of)\b)){0,4}\s{0,3}"

BIRTHS: tuple[Recogniser, ...] = (
    Recogniser(
        "date of birth after its label",
        "date of birth",
        compiled(
            rf"{BIRTH}{_BIRTH_LINK}(?P<secret>{DATE}|\d{{8}}(?!\d)|\d{{6}}(?!\d)|(?:19|20)\d\d(?![\d-]))"
        ),
    ),
    Recogniser(
        "date of more than a working life ago",
        "date of birth",
        compiled(
            r"(?<![\w/.-])(?P<secret>\d{1,2}([/.-])\d{1,2}\2(?:19[0-8]\d)|19[0-8]\d-\d\d-\d\d)(?![\w/-])"
        ),
    ),
)
