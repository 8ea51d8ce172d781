"""What a recogniser is: pattern, context, check and source, as data.

The patterns hold no unbounded repetition inside another, so that a text of any kind is read in linear
time; the letters' case does not count in them unless they say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "name",
    "date of birth",
    "member id",
    "claim number",
    "authorization number",
    "account number",
    "mrn",
    "mbi",
    "ssn",
    "npi",
    "tax id",
    "phone",
    "fax",
    "email",
    "address",
    "card number",
    "number",
]


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The pattern names the part to be removed `secret`; what stands around it there is the context;
    a match without it is something known that is left alone.

    `check` is asked about that part. `source` says whose format or list it is; empty where it is our own reading of how people
    write.
    """

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    check: Callable[[str], bool] | None = None
    source: str = ""


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def blank(kind: Kind) -> str:
    """The letter of no alphabet that fills the place of a find while the text is read on."""
    return chr(0xE000 + get_args(Kind).index(kind))


MARKED = re.compile(r"[\s,;:|/(-]{0,4}[\ue000-\ue0ff]")
"""What was found already, close behind."""
