"""The list under a sentence that makes a determination: what must be met, or what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.policy import clauses, conditions, scopes, subjects
from bot.policy import criteria as criteria_of
from bot.policy.blocks import Block
from bot.policy.items import Node, items_of
from bot.policy.model import Criteria, Criterion, Span
from bot.policy.patterns import phrase
from bot.policy.verbs import Predicate

_OPEN_LIST: Final = phrase(
    r"\b(?:includ(?:es?|ing)|such as|e\.g\.|not limited to|examples?)\b[^:]*:?$", re.I
)
_EXPLAINS: Final = phrase(
    r"\b(?:means?|is defined as|are defined as|must|criteri(?:a|on)|requirements?|met|apply|applies|following)\b",
    re.I,
)
_OF_PAPERS: Final = phrase(
    r"\b(?:document\w*|records?|charts?|requests?|submit\w*|notes?|includes?)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Listed:
    """The list under a sentence: where it stands, the blocks it fills, and the criteria if it holds such.

    `doubtful` tells that what joins the criteria was left to be guessed, `whole` that a list without
    criteria names all that is determined, and not some of it.
    """

    span: Span
    used: int
    criteria: Criteria | None
    doubtful: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list of subjects: where it stands, what it names, and when it holds."""

    span: Span
    subject: Span
    criteria: Criteria | None


def under(
    flat: str,
    span: Span,
    predicate: Predicate,
    rest: Sequence[Block],
    block: Block,
    stops: Callable[[Block], bool],
) -> Listed:
    """What stands under a sentence that announces a list; nothing is used where none does."""
    intro = clauses.before_reason(flat, span, predicate)
    made, used, doubtful = criteria_of.from_list(flat, intro, rest, stops, block)
    if not used or made is None:
        return Listed(span, 0, None)
    tail = Span(predicate.words.end, span.end)
    whole = Span(rest[0].span.start, rest[used - 1].span.end)
    some = _OPEN_LIST.search(flat, tail.start, tail.end) or scopes.is_open_ended(flat, tail)
    if some or _names_subjects(flat, span, predicate):
        return Listed(whole, used, None, whole=not some)
    return Listed(whole, used, made, doubtful)


def _names_subjects(flat: str, span: Span, predicate: Predicate) -> bool:
    """Whether the list under a sentence says what is determined, and not when."""
    tail = Span(predicate.words.end, span.end)
    about = predicate.object or Span(span.start, predicate.whole.start)
    subject = flat[about.start : about.end]
    conditional = (
        scopes.holds_condition(flat, tail)
        or clauses.must_be_met(subject)
        or clauses.required_for(flat, predicate, span) is not None
        or scopes.USES.search(flat, tail.start, tail.end) is not None
    )
    leads = scopes.holds_condition(flat, about) and "," in subject
    if conditional or leads:
        of_subjects = vague = False
    else:
        of_subjects = subjects.FOLLOWING.search(subject) is not None
        vague = predicate.determination != "medically_necessary"
    return of_subjects or vague


def needed(
    flat: str,
    clause: Span,
    predicate: Predicate,
    tail: Span,
    whom: clauses.Whom | None,
    lead: Span | None,
    under: Listed | None,
) -> Criteria | None:
    """What must be met for a determination: in the list under its sentence, or in the clause's own words.

    `tail` is what is left of the clause behind the determination, `lead` the condition before its subject.
    """
    positive = predicate.determination == "medically_necessary"
    made = under.criteria if under else None
    if made is not None and positive:
        made = with_condition(flat, Span(predicate.words.end, clause.end), made)
    demanded = clauses.required_for(flat, predicate, clause)
    condition = demanded[1] if demanded else scopes.condition_of(flat, tail, positive)
    if whom and whom.case:
        condition = whom.span
    used = under is not None and under.used > 0
    if made is None and not used and condition:
        made = conditions.from_prose(flat, condition)
    if lead is None or (used and scopes.announces_list(flat, lead)):
        return made
    return conditions.joined(conditions.from_prose(flat, lead), made)


def announces(flat: str, span: Span, predicate: Predicate, block: Block, below: Block) -> bool:
    """Whether a sentence announces the list below it: by its colon, by "the following", or by an open end."""
    if flat[span.end - 1] == ":":
        return True
    if below.marker is None or below.head:
        return False
    tail = Span(predicate.words.end, span.end)
    if subjects.FOLLOWING.search(flat, tail.start, tail.end):
        return True
    if flat[span.end - 1] in ".;!?)":
        return False
    return scopes.holds_condition(flat, tail) or below.indent > block.indent or not below.gap


def explains(flat: str, span: Span, below: Block) -> bool:
    """Whether a sentence behind a determination announces what must be met for it ("High risk means one of:")."""
    if below.marker is None or below.head:
        return False
    shown = flat[span.start : span.end]
    if not (shown.endswith(":") or subjects.FOLLOWING.search(shown)) or _OF_PAPERS.search(shown):
        return False
    return criteria_of.quantifier(flat, span) is not None or _EXPLAINS.search(shown) is not None


def with_condition(flat: str, span: Span, made: Criteria) -> Criteria:
    """The criteria of a list with what its sentence asks for besides ("when A is met and one of these: ...")."""
    before = conditions.before_list(flat, span)
    if before is None:
        return made
    first, last = before
    own = conditions.as_all(conditions.from_prose(flat, first))
    if made.logic == "all" and conditions.is_only_announced(flat, last):
        return Criteria("all", (*own, *made.items))
    return Criteria("all", (*own, Criterion(flat[last.start : last.end], last, made)))


def explained(flat: str, made: Criteria | None, span: Span, listed: Criteria) -> Criteria:
    """The criteria of a statement with a list that a sentence behind it announces."""
    if made is None:
        return listed
    end = span.end - 1 if flat[span.end - 1] == ":" else span.end
    own = Criterion(flat[span.start : end], Span(span.start, end), listed)
    return Criteria("all", (*conditions.as_all(made), own))


def items_apart(flat: str, blocks: Sequence[Block], positive: bool) -> list[Item]:
    """The items of a list of subjects one by one; what is denied is denied without conditions."""
    nodes, _ = items_of(flat, blocks, lambda _: False, blocks[0])
    return [_item(flat, node) if positive else _plain(node) for node in nodes]


def _plain(node: Node) -> Item:
    return Item(Span(node.span.start, _deepest(node)), node.text_span, None)


def _item(flat: str, node: Node) -> Item:
    text = node.text_span
    whole = Span(node.span.start, max(node.span.end, _deepest(node)))
    condition = scopes.condition_of(flat, text)
    made: Criteria | None = None
    subject = text
    if node.children:
        made, _ = criteria_of.of_nodes(flat, text, node.children)
        subject = scopes.before_condition(flat, text)
        if condition and not scopes.announces_list(flat, condition) and flat[text.end - 1] != ":":
            made = conditions.joined(conditions.from_prose(flat, condition), made)
    elif condition:
        subject = scopes.before_condition(flat, text)
        made = conditions.from_prose(flat, condition)
    if len(flat[subject.start : subject.end].split()) == 0:
        subject = text
    return Item(whole, subject, made)


def _deepest(node: Node) -> int:
    return _deepest(node.children[-1]) if node.children else node.span.end
