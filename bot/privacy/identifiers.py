"""Numbers that identify a person or a file about one: by label, by shape, and at last by length."""

from __future__ import annotations

import re

from bot.privacy.checks import MBI, code_like, date_like, luhn
from bot.privacy.recogniser import Kind, Recogniser, blank, compiled

_DASH = r"[-\u2010-\u2015]"

# Between a label and its value: "is", "number", "#", ":" and the like, in any order people use.
_WORDS = r"number|numbers|num|nbr|no|id|ids|ref|reference|is|was|are|reads|its|it's|on\s+file|card"
_LINK = rf"(?:\s{{0,3}}(?:[#:=.(]|{_DASH}|\b(?:{_WORDS})\b(?![-.]\w))){{0,6}}\s{{0,3}}"
# The same with something in it that says outright that a value follows.
_MARK = r"(?:[#]|\b(?:number|numbers|num|nbr|no|id|ids)\b)"
_EXPLICIT = rf"(?:\s{{0,3}}(?:[:=.(]|{_DASH}))?\s{{0,3}}{_MARK}{_LINK}"

_COUNTED = (
    r"(?!\s{0,2}(?:x\b|visits?|sessions?|units?|hours?|hrs?|days?|weeks?|months?|years?|%|mg|/))"
)
# An identifier in groups ("KLM 9081 77234"), or in one piece ("REF-2024-00123").
_GROUPS = (
    rf"(?:[a-z]{{1,4}}|(?-i:[A-Z]{{1,4}}) )\d{{2,4}}(?:(?: \d{{2,6}}\b{_COUNTED}){{1,4}}|(?:-\d{{2,6}}\b){{1,4}})"
    rf"|(?-i:[A-Z]{{2,4}}) \d{{6,12}}|[a-z]{{1,4}}\d{{5,12}} \d\d\b{_COUNTED}"
    rf"|\d{{8,12}} \d\d\b{_COUNTED}"
    rf"|\d{{3,4}}(?:(?: \d{{2,6}}\b{_COUNTED}){{1,4}}|(?:-\d{{2,6}}\b){{1,4}})"
)
_PIECE = r"(?=[a-z./-]{0,8}\d)[a-z0-9](?:[a-z0-9]|[./-](?=[a-z0-9])){2,29}"
_VALUE = rf"(?<![\w.])(?P<secret>#?(?:{_GROUPS}|{_PIECE}))(?!\w|[./-]\w)"


def _identifier(value: str) -> bool:
    """What follows an explicit label: anything with a digit or two that is no date."""
    return sum(map(str.isdecimal, value)) >= 2 and not date_like(value)


def _plain_identifier(value: str) -> bool:
    """What follows a word that may be just a word ("claim", "auth"): long, no date and no code."""
    digits = sum(map(str.isdecimal, value))
    return digits >= 5 and not date_like(value) and not code_like(value)


def _labelled(kind: Kind, label: str, plain: str = "") -> list[Recogniser]:
    """The recognisers of numbers after a label; `plain` are labels that need no "number" behind them."""
    found = [
        Recogniser(
            f"{kind} after a label that announces it",
            kind,
            compiled(rf"\b(?:{label})s?{_EXPLICIT}{_VALUE}"),
            _identifier,
        ),
        Recogniser(
            f"{kind} after its label",
            kind,
            compiled(rf"\b(?:{label})s?{_LINK}{_VALUE}"),
            _plain_identifier,
        ),
    ]
    joined = r"(?:\s{0,2}(?:[,&/+]|\band\b|\bor\b)){1,2}\s{0,2}#?"
    found.append(
        Recogniser(
            f"another {kind}",
            kind,
            compiled(rf"{blank(kind)}{joined}{_VALUE}"),
            _plain_identifier,
        )
    )
    if plain:
        pattern = compiled(rf"\b(?:{plain}){_LINK}{_VALUE}")
        found.append(Recogniser(f"{kind} after its own word", kind, pattern, _identifier))
    return found


IDENTIFIERS: tuple[Recogniser, ...] = (
    *_labelled(
        "mrn",
        r"mrn|med(?:ical)?\s+rec(?:ord)?s?|chart|hospital|emr|ehr",
        plain=r"mrn",
    ),
    Recogniser(
        "Medicare Beneficiary Identifier",
        "mbi",
        compiled(rf"(?<!\w)(?P<secret>{MBI})(?!\w)"),
        None,
        "CMS, Understanding the Medicare Beneficiary Identifier (MBI) Format",
    ),
    Recogniser(
        "Social Security number after its label",
        "ssn",
        compiled(
            rf"\b(?:ssn?|soc(?:ial)?(?:\s+sec(?:urity)?)?|hicn?)\b(?:\s{{0,3}}(?:[#:=.]|{_DASH}"
            r"|\b(?:number|num|nbr|no|is|are|on\s+file|ending|ends|in|with|last|four|4(?!\d)|digits|of|the)\b)){0,8}"
            r"\s{0,3}(?:[x*]{3}[ -]?[x*]{2}[ -]?)?"
            r"(?P<secret>\d{3}[ .-]?\d{2}[ .-]?\d{4}[a-z]?\d?|\d{4})(?!\w)"
        ),
    ),
    Recogniser(
        "Social Security number",
        "ssn",
        compiled(
            rf"(?<![\w-])(?P<secret>\d{{3}}(?P<gap>[ .]|{_DASH})\d{{2}}(?P=gap)\d{{4}}(?:-?[a-z]\d?)?)(?![\w-])"
        ),
        None,
        "SSA, three-two-four; the Medicare claim number of before 2020 adds a letter",
    ),
    Recogniser(
        "masked Social Security number",
        "ssn",
        compiled(r"[x*]{3}[ -]?[x*]{2}[ -]?(?P<secret>\d{4})(?!\w)"),
    ),
    Recogniser(
        "payment card",
        "card number",
        compiled(
            r"(?<![\w-])(?P<secret>\d{4}(?P<gap>[ -]?)\d{4,6}(?P=gap)\d{4,5}(?:(?P=gap)\d{1,7})?)(?![\w-])"
        ),
        lambda value: 13 <= sum(map(str.isdecimal, value)) <= 19 and luhn(value),
        "ISO/IEC 7812-1",
    ),
    Recogniser(
        "payment card after its label",
        "card number",
        compiled(
            r"\b(?:credit|debit|payment|visa|mastercard|amex|discover)\b(?:\s{0,2}(?:[#:]|\b(?:card|number|no|is)\b)){0,4}"
            r"\s{0,2}(?P<secret>\d{4}(?:[ -]?\d{3,6}){2,4})(?!\w)"
        ),
    ),
    Recogniser(
        "National Provider Identifier",
        "npi",
        compiled(rf"\bnpi\b{_LINK}(?P<secret>\d{{10}})(?!\w)"),
        None,
        "45 CFR 162.406: ten digits",
    ),
    Recogniser(
        "taxpayer number",
        "tax id",
        compiled(rf"\b(?:tax|tin|ein|fein)\b{_LINK}(?P<secret>\d{{2}}-?\d{{7}})(?!\w)"),
        None,
        "IRS, employer identification number",
    ),
    *_labelled("claim number", r"claim|clm|icn|dcn|tcn", plain=r"icn|dcn|tcn"),
    *_labelled(
        "authorization number",
        r"(?:prior\s+)?auth(?:orization|orisation)?|pre-?auth(?:orization)?|pre-?cert(?:ification)?|pa"
        r"|certification|cert|ref|reference|referral|case|tracking|confirmation|ticket|reconsideration"
        r"|appeal|grievance|inquiry|call\s+ref|approval|intake|determination|decision|request|order",
    ),
    *_labelled(
        "account number",
        r"(?:patient\s+)?acc(?:oun)?t|invoice|bank|routing",
    ),
    *_labelled(
        "member id",
        r"member(?:ship)?|mbr|mem|subscriber|subscr|sub|insured(?:'s)?|insurance|enrollee|beneficiary"
        r"|policy\s?holder(?:'s)?|medicaid|medicare|certificate|contract|cin|hcid|ident(?:ification)?"
        r"|patient|pt|card|enrollment|plan|rx|health\s+plan|benefit",
        plain=r"(?:her|his|their|the)\s+id|ids?(?=\s{0,2}[#:]|\s+is\b)|ids?|insurance\s+card\s+says",
    ),
    Recogniser(
        "last digits of a number",
        "number",
        compiled(
            r"\b(?:claim|card|visa|mastercard|amex|account|acct|member|id|auth(?:orization)?)\b[^.?!\n\d]{0,24}"
            r"\b(?:end(?:s|ing)\s+(?:in|with)|last\s+(?:four|4)(?:\s+(?:are|is|of|digits))*)\s{1,2}(?P<secret>\d{3,6})(?!\w)"
        ),
    ),
    Recogniser(
        "prefix of a member id",
        "member id",
        compiled(
            r"\b(?:prefix(?:\s{0,2}(?:[:=]|\bis\b)){0,2}|ids?\s+(?:starts|begins|starting|beginning)\s+with)\s{0,2}"
            r"(?P<secret>(?-i:[A-Z]{3}))(?!\w)"
        ),
        None,
        "Blue Cross Blue Shield Association, three letters before a member id",
    ),
)

# Read first and left alone: long numbers of things, not of persons.
_OF_A_THING = (
    r"\b(?:ndc|upc|gtin|udi|lot|snomed|rxcui|loinc|pmid|pmc|pmcid|doi|isbn|issn|nct|isrctn)\b[^\w]{0,3}"
    r"(?:(?:code|number|no|ct|id)\b[^\w]{0,3}){0,2}[\d-]{6,24}|(?<!\w)(?:nct|pmc|isrctn)\d{6,12}"
)


def _is_long_grouped(value: str) -> bool:
    groups = re.split(r"\D", value)
    ndc = tuple(map(len, groups)) in {(5, 4, 2), (5, 3, 2), (4, 4, 2), (5, 4, 1)}
    codes = all(len(group) == 5 for group in groups)
    return sum(map(len, groups)) >= 9 and not ndc and not codes and not date_like(value)


BARE_NUMBERS: tuple[Recogniser, ...] = (
    Recogniser(
        "letters and a long number, as on member cards",
        "member id",
        compiled(
            rf"{_OF_A_THING}|(?<![\w.@-])(?P<secret>(?=\d{{0,4}}[a-z]{{1,4}}\d{{5}})[a-z0-9]{{9,20}}"
            r"|(?-i:[A-Z]{3}) \d{9}(?:\d{2})?)(?![\w-])"
        ),
    ),
    Recogniser(
        "letters and a long number in groups, as on member cards",
        "member id",
        re.compile(r"(?<![\w.-])(?P<secret>[A-Z]{3}(?: \d{2,4}){2,4})(?![\w/-])"),
        lambda value: sum(map(str.isdecimal, value)) >= 9,
    ),
    Recogniser(
        "long number",
        "number",
        compiled(rf"{_OF_A_THING}|(?<![\w.-])(?P<secret>\d{{9,}})(?!\w)"),
    ),
    Recogniser(
        "long number in groups",
        "number",
        compiled(rf"{_OF_A_THING}|(?<![\w./-])(?P<secret>\d{{2,}}(?:-\d{{2,}}){{2,6}})(?![\w/-])"),
        _is_long_grouped,
    ),
)
