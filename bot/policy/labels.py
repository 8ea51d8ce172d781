"""What stands before a sentence and names its matter: a label in the same paragraph, or a heading over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.policy.model import Span
from bot.policy.patterns import phrase
from bot.policy.subjects import FOLLOWING, is_generic
from bot.policy.verbs import is_sentence

# Names of kinds of service that say nothing without what stands before them.
_BARE: Final = phrase(
    r"(?:(?:the|this|a|an|any|such|all|initial|repeat|second|further|continued|ongoing) )*"
    r"(?:surgery|operations?|procedures?|services?|treatments?|therap(?:y|ies)|tests?|testing|devices?|replacements?|removal|repairs?|revisions?"
    r"|imaging|injections?|infusions?|stimulation|implantation|drugs?|products?|use|uses|screening|evaluation|monitoring|rental|purchase|coverage)",
    re.I,
)
_LONGEST: Final = 16  # words


def run_in(flat: str, sentences: Sequence[Span]) -> Span | None:
    """The label with which a paragraph begins, where its first sentence is no sentence; without its stop."""
    if len(sentences) < 2:
        return None
    first = sentences[0]
    shown = flat[first.start : first.end]
    if not shown.endswith(".") or not shown[0].isupper() or len(shown.split()) > _LONGEST:
        return None
    return None if is_sentence(shown) else Span(first.start, first.end - 1)


def labelled(subject: str | None, label: str | None) -> str | None:
    """A subject with the label over it, where it names nothing by itself."""
    if label is None or (subject and FOLLOWING.search(subject)):
        return subject
    if subject is None:
        return label
    bare = _BARE.fullmatch(subject) is not None or is_generic(subject)
    return f"{subject} ({label})" if bare and subject.lower() not in label.lower() else subject
