"""Rows that pair a service with a determination: a table's cells, or a label and what stands behind it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy import conditions, scopes, subjects
from bot.policy.determinations import determination_in, only_determines
from bot.policy.lines import is_row, row_cells
from bot.policy.model import Criteria, Determination, Span
from bot.policy.patterns import phrase
from bot.policy.predicates import predicates
from bot.policy.scopes import tight
from bot.policy.verbs import Predicate

_LABELLED: Final = re.compile(
    r"(?P<label>[^\t:]{2,160}?)(?::|\s[-–—])\s+(?P<said>[^\t:]{5,200}?)\.?$"
)
# Labels that name the matter itself: what stands behind them is said of the policy's title.
_OF_THE_POLICY: Final = phrase(
    r"(?:(?:coverage|policy|plan|our) )?(?:position|determination|status|decision|coverage|policy|conclusion|statement|summary|note)",
    re.I,
)
_GROUND: Final = phrase(
    r"(?:because|due to|insufficient|inadequate|no (?!(?:cpt|hcpcs|codes?|prior|authorization|limit)\b)|not (?!applicable|required)|lacks?|lacking|limited|there (?:is|are)"
    r"|(?:the |current |available |published )*(?:evidence|literature|data|studies)|(?:safety|effectiveness|efficacy)|does not|do not)\b",
    re.I,
)
_GAPS: Final = re.compile(r"\s*\t\s*|\s+\|\s+|(?<=\S) {2,}(?=\S)")
_EXCEPTS: Final = phrase(r"(?:except|unless|but not|other than|excluding)\b", re.I)
_ASKS: Final = phrase(r"(?:is it )?(?:covered|coverage|medically necessary)\??", re.I)
_ANSWERS: Final = phrase(r"(?:(?P<yes>yes|y)|no|n)(?![\w-])", re.I)
_WITH_CRITERIA: Final = phrase(
    r"\W*(?:with|subject to) (?:the following )?(?:criteria|restrictions?|limits?|conditions?)\W+(?=\w)",
    re.I,
)
# Heads of columns: a row of them determines nothing.
_COLUMN_HEADS: Final = phrase(
    r"(?:(?:procedures?|services?|indications?|treatments?|conditions?|tests?|codes?|items?|devices?|drugs?|diagnos[ei]s|uses?|products?|names?|descriptions?|type|of|and|/)\s*)+",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Row:
    """`subject` is None where the label only says that a determination follows.

    `beside` is the cell behind the determination, where it says when or why it holds.
    """

    subject: Span | None
    predicate: Predicate
    span: Span
    beside: Span | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says beside its determination."""

    subject: str | None
    criteria: Criteria | None
    reason: str | None


def said(flat: str, text: str, row: Row) -> Said:
    """The subject of a row, what must be met for its determination, and the ground that it gives."""
    positive = row.predicate.determination == "medically_necessary"
    words = row.predicate.words
    beside = row.beside
    behind = Span(words.end, beside.start if beside else row.span.end)
    apart = beside if beside and _EXCEPTS.match(flat, beside.start) else None
    condition = scopes.condition_of(flat, behind, positive)
    if positive and condition is None:
        condition = criteria_behind(flat, behind) or (None if apart else beside)
    subject = row.subject.of(text) if row.subject else None
    subject = _GAPS.sub(", ", subject) if subject else None
    scope = scopes.scope_of(flat, behind, people=positive)
    if scope and scope not in (subject or "") and not criteria_behind(flat, behind):
        subject = f"{subject} {scope}" if subject else scope
    subject = subjects.less(flat, text, subject, row.span.start, row.predicate, behind.end, ())
    if apart and subject:
        subject = f"{subject} ({apart.of(flat)})"
    ground = beside.of(text) if beside and not positive and not apart else None
    return Said(subject, conditions.from_prose(flat, condition) if condition else None, ground)


def determined(flat: str, text: str, span: Span) -> Row | None:
    """What a row determines; None for a row or paragraph that says more, or nothing, of it."""
    if is_row(span.of(text)):
        return _cells(flat, span)
    match = _LABELLED.match(flat, span.start, span.end) if span.end - span.start < 360 else None
    if match is None:
        return None
    found = _stated(flat, Span(*match.span("said")))
    if found is None or found.whole.start != match.start("said"):
        return None
    if only_determines(match["label"]):
        return None
    named = None if _OF_THE_POLICY.fullmatch(match["label"].strip()) else Span(*match.span("label"))
    return Row(named, found, span)


def _cells(flat: str, span: Span) -> Row | None:
    cells = row_cells(flat, span)
    if _COLUMN_HEADS.fullmatch(flat, cells[0].start, cells[0].end):
        return None
    for place, (above, cell) in enumerate(itertools.pairwise(cells)):
        start = (
            cell.start
            + len(flat[cell.start : cell.end])
            - len(flat[cell.start : cell.end].lstrip())
        )
        found = _stated(flat, Span(start, cell.end))
        if found and found.whole.start == start:
            beside = _beside(flat, found, cells[place + 2 :])
            end = beside.end if beside else cell.end
            return Row(Span(span.start, above.end), found, Span(span.start, end), beside)
    return None


def _beside(flat: str, found: Predicate, cells: Sequence[Span]) -> Span | None:
    """The cell behind a determination: of what is necessary, the condition; of a denial, the ground."""
    if not cells:
        return None
    cell = tight(flat, Span(cells[0].start, cells[0].end))
    if len(flat[cell.start : cell.end].split()) < 3:
        return None
    if _EXCEPTS.match(flat, cell.start, cell.end):
        return cell
    if found.determination == "medically_necessary":
        return cell
    return cell if _GROUND.match(flat, cell.start, cell.end) else None


def asks(flat: str, text: str, span: Span) -> int | None:
    """Which cell of a head asks what the rows below answer with yes or no ("Procedure | Covered?")."""
    if not is_row(span.of(text)):
        return None
    cells = [cell.of(flat).strip() for cell in row_cells(flat, span)]
    found = [place for place, cell in enumerate(cells) if place and _ASKS.fullmatch(cell)]
    heads = bool(found) and (cells[found[0]].endswith("?") or _COLUMN_HEADS.fullmatch(cells[0]))
    return found[0] if heads else None


def answered(flat: str, span: Span, column: int) -> Row | None:
    """A row under such a head: what its cell answers, said of the cells before it."""
    cells = row_cells(flat, span)
    if len(cells) <= column:
        return None
    cell = tight(flat, cells[column])
    said = _ANSWERS.match(flat, cell.start, cell.end)
    if said is None:
        return None
    meant: Determination = "medically_necessary" if said["yes"] else "not_covered"
    words = Span(*said.span())
    beside = cell if cell.end > said.end() + 3 else None
    row = Row(Span(span.start, cells[column - 1].end), Predicate(meant, words, words), span)
    return row if beside is None else replace(row, beside=tight(flat, Span(said.end(), cell.end)))


def criteria_behind(flat: str, behind: Span) -> Span | None:
    """The condition of "Covered with criteria: ..."."""
    match = _WITH_CRITERIA.match(flat, behind.start, behind.end)
    return tight(flat, Span(match.end(), behind.end)) if match else None


def _stated(flat: str, span: Span) -> Predicate | None:
    shown = flat[span.start : span.end]
    if only_determines(shown) and (meant := determination_in(shown)):
        return Predicate(meant, span, span)
    return next(iter(predicates(flat, span)), None)
