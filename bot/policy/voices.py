"""Who speaks in a sentence: the payer, or somebody whose view the document only reports."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.policy import rules
from bot.policy.patterns import phrase

_REPORTS: Final = (
    r"(?:has|have|had|does|do|did|may|might|can|could|also|still|currently|not|never|no longer)"
)
_SAYS: Final = (
    r"(?:stat|conclud|determin|consider|deem|regard|view|hold|held|recommend|suggest|find|found|believ|argu|report|classif|"
    r"list|note|say|said|endors|decid|rul)\w*"
)


# Verbs that need no "that" behind them ("the vendor states the device is ...").
_CLAIMS: Final = (
    r"(?:states?|stated|says?|said|claims?|claimed|believes?|argues?|asserts?|maintains?|feels?)"
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    table = rules.load("voices")
    rules.check("voices", table, ("others",))
    others = rf"\b(?:{'|'.join(table['others'])})\b"
    body = rf"{others}(?: of(?: the)? [\w ,&-]{{1,60}}?| \([^()]{{1,40}}\)| (?:in|for|on) [\w ]{{1,30}}?)?"
    return (
        phrase(rf"{body}(?: {_REPORTS}){{0,3}}\s*$", re.I),
        phrase(
            rf"{body}(?: {_REPORTS}){{0,3}} (?:{_SAYS}(?: \w+)? that|{_CLAIMS}(?= \w+ \w+))\b",
            re.I,
        ),
        phrase(
            rf"\W*(?:according to|in the (?:opinion|view) of|as (?:stated|noted|described) by|per|by)\b[^,]{{0,40}}?{others}",
            re.I,
        ),
        phrase(rf"\s*,?\s*(?:by|according to) [^,.;]{{0,40}}?{others}", re.I),
        phrase(rf"(?:some|many|most|other|the|several|a|an)? ?(?:\w+ )?{others}", re.I),
    )


def others_consider(before: str) -> bool:
    """Whether the words before "considers" name somebody other than the payer."""
    return _patterns()[0].search(before) is not None


def others_report(before: str) -> bool:
    """Whether a sentence opens as a report of others ("The FDA has stated that", "According to NCCN,")."""
    _, reported, opening, *_ = _patterns()
    return bool(reported.search(before) or opening.match(before))


def others_speak(sentence: str) -> bool:
    """Whether a sentence begins with somebody other than the payer ("Some authors consider ...")."""
    return _patterns()[4].match(sentence) is not None


def others_behind(behind: str) -> bool:
    """Whether the words behind a determination ascribe it to others ("investigational by the FDA")."""
    return _patterns()[3].match(behind) is not None
