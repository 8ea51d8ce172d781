"""Documents in questions and answers: what a question asks of which service, and what "Yes" or "No" says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.policy.model import Determination, Span
from bot.policy.patterns import phrase
from bot.policy.verbs import Predicate

_ASKED: Final = (
    phrase(
        r"(?:is|are) (?P<subject>.{2,160}?) (?:(?P<necessary>(?:considered )?medically necessary)|(?:ever )?(?:covered|eligible|approved|paid for|reimbursed|(?:a )?(?:covered )?benefits?)\b).*\?",
        re.I,
    ),
    phrase(
        r"(?:does|do|will|can) .{1,40}? (?:cover|pay for|approve|authorize|reimburse) (?P<subject>.{2,160}?)\?",
        re.I,
    ),
)
_ANSWER: Final = phrase(r"(?P<word>yes|no|never)\b(?=\s*[.,;:–—-]|\s*$)[.,;:]?\s*", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """The service that a question is about, and what "no" says of it."""

    subject: str
    denied: Determination


def asked(heading: str) -> Asked | None:
    """What a heading asks; None for one that asks of no service whether it is covered."""
    shown = " ".join(heading.split())
    for shape in _ASKED:
        if match := shape.fullmatch(shown):
            necessary = "necessary" in match.re.groupindex and match["necessary"]
            denied: Determination = "not_medically_necessary" if necessary else "not_covered"
            return Asked(match["subject"], denied)
    return None


def answer(flat: str, span: Span, question: Asked) -> Predicate | None:
    """What a sentence that begins with yes or no determines."""
    match = _ANSWER.match(flat, span.start, span.end)
    if match is None:
        return None
    words = Span(*match.span("word"))
    meant: Determination = (
        "medically_necessary" if match["word"].lower() == "yes" else question.denied
    )
    return Predicate(meant, words, words)
