"""The statements of a policy: sentences that make a determination about a subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy import clauses, conditions, rows, scopes, subjects
from bot.policy import criteria as criteria_of
from bot.policy.blocks import Block, blocks_of, sentences
from bot.policy.determinations import determination_in, determining_heading
from bot.policy.lines import Line
from bot.policy.model import Criteria, Criterion, Determination, Finding, Span, Statement
from bot.policy.patterns import phrase
from bot.policy.predicates import all_predicates, denied_like, predicates
from bot.policy.standing import standing
from bot.policy.verbs import Predicate

_OPEN_LIST: Final = phrase(
    r"\b(?:includ(?:es?|ing)|such as|e\.g\.|not limited to|examples?)\b[^:]*:?$", re.I
)
# "For children it is considered ...": the pronoun with what narrows it.
_SCOPED: Final = phrase(r"((?:for|in|under|during) (?!whom|which).{2,100}?),? (?:it|they)", re.I)
_LONGEST_LIST: Final = 500  # blocks under one sentence


@dataclass(frozen=True, slots=True)
class Reading:
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]


def read(
    flat: str,
    text: str,
    lines: Sequence[Line],
    heading: str = "",
    implied: Determination | None = None,
    about: str | None = None,
) -> Reading:
    """The statements in the lines of one section.

    `implied` is the determination that the section's heading makes ("When X is not covered"); it holds
    where the section has text but no sentence that makes one. `about` is what the heading names, for
    sentences that name nothing themselves ("Approve for 6 months if ...").
    """
    reader = _Reader(flat, text, about)
    blocks = blocks_of(flat, lines)
    reader.run(blocks)
    if implied and not reader.statements and blocks:
        reader.imply(blocks, heading, implied)
    return Reading(tuple(reader.statements), tuple(reader.findings))


class _Reader:
    """Goes through the blocks of a section once; what it has found so far lends later ones a subject."""

    def __init__(self, flat: str, text: str, about: str | None) -> None:
        self.flat = flat
        self.text = text
        self._about = about
        self.statements: list[Statement] = []
        self.findings: list[Finding] = []
        self._named: str | None = None
        self._column: int | None = None  # of the table that is open, where it answers yes or no

    def run(self, blocks: Sequence[Block]) -> None:
        at = 0
        while at < len(blocks):
            heading = self._heading(blocks, at)
            if heading is not None:
                at += self._under_heading(blocks, at, heading)
            else:
                at += 1 + self._block(blocks[at], blocks[at + 1 : at + 1 + _LONGEST_LIST])

    def imply(self, blocks: Sequence[Block], heading: str, determination: Determination) -> None:
        """One statement for a section whose heading alone determines."""
        span = Span(blocks[0].span.start, blocks[-1].span.end)
        intro = self.flat[blocks[0].span.end - 1] == ":" and len(blocks) > 1
        listed = blocks[1:] if intro else blocks
        made: Criteria | None = None
        if determination == "medically_necessary" and (intro or listed[0].marker):
            before = blocks[0].span if intro else Span(span.start, span.start)
            made, _, _ = criteria_of.from_list(
                self.flat, before, listed, lambda _: False, blocks[0]
            )
            self._doubt(blocks[0])
        subject = None if made else subjects.items(self.text, listed)
        self._add(determination, heading, span, subject, made, None)

    def _block(self, block: Block, rest: Sequence[Block]) -> int:
        """Reads the sentences of a block; returns how many of the blocks behind it belong to them."""
        if (column := rows.asks(self.flat, block.body)) is not None:
            self._column = column
            return 0
        if not rows.is_row(block.body.of(self.flat)):
            self._column = None
        row = rows.determined(self.flat, block.body)
        if row is None and self._column:
            row = rows.answered(self.flat, block.body, self._column)
        if row:
            self._row(row)
            return 0
        spans = list(sentences(self.flat, block.body))
        used = 0
        above: Predicate | None = None
        for place, span in enumerate(spans):
            found = self._standing(span)
            if above and not found and self._denied_alike(span, above):
                continue
            above = found[-1] if found else None
            if found:
                last = place == len(spans) - 1
                following = None if last else spans[place + 1]
                used = self._sentence(span, found, following, rest if last else (), block)
            elif named := self._named_in(span):
                self._named = named
        return used

    def _named_in(self, span: Span) -> str | None:
        """What a sentence names that speaks of a determination and makes none."""
        spoken = predicates(self.flat, span)
        if spoken and spoken[0].object is not None:
            return spoken[0].object.of(self.flat)
        return clauses.first_subject(self.flat, span)

    def _denied_alike(self, span: Span, above: Predicate) -> bool:
        """Reads "Y is not." behind a sentence that says of X that it is necessary or covered."""
        denied = denied_like(self.flat, above)
        other = clauses.denied_alike(self.flat, span) if denied else None
        if denied is None or other is None:
            return False
        self._add(denied, other[1].of(self.text), span, other[0], None, None)
        return True

    def _row(self, row: rows.Row) -> None:
        """A row or a label that names a service, with its determination in a cell or behind a colon."""
        words = row.predicate.words
        positive = row.predicate.determination == "medically_necessary"
        behind = Span(words.end, row.beside.start if row.beside else row.span.end)
        condition = scopes.condition_of(self.flat, behind, positive)
        if positive and condition is None:
            condition = rows.criteria_behind(self.flat, behind) or row.beside
        why = row.beside.of(self.text) if row.beside and not positive else None
        made = conditions.from_prose(self.flat, condition) if condition else None
        subject = (
            row.subject.of(self.text).replace("\t", ", ").replace(" | ", ", ")
            if row.subject
            else None
        )
        scope = scopes.scope_of(self.flat, behind, people=positive)
        if rows.criteria_behind(self.flat, behind):
            scope = None
        if scope and scope not in (subject or ""):
            subject = f"{subject} {scope}" if subject else scope
        subject = subjects.less(
            self.flat, self.text, subject, row.span.start, row.predicate, behind.end, ()
        )
        self._add(row.predicate.determination, words.of(self.text), row.span, subject, made, why)

    def _sentence(
        self,
        span: Span,
        found: Sequence[Predicate],
        following: Span | None,
        rest: Sequence[Block],
        block: Block,
    ) -> int:
        used = 0
        start = span.start
        for place, predicate in enumerate(found):
            after = found[place + 1] if place + 1 < len(found) else None
            end = clauses.clause_end(self.flat, predicate, after, span)
            begin, start = start, end
            while begin < predicate.whole.start and self.flat[begin] in " ;,":
                begin += 1
            whom = clauses.for_whom(self.flat, span.start, begin, predicate)
            if whom is None:
                subject = self._subject(begin, predicate, end)
            elif whom.case:
                subject = self._named
            else:
                shown = f"for {whom.span.of(self.flat)}"
                subject = f"{self._named} {shown}" if self._named else shown
            if self._says_nothing_new(predicate, subject, begin):
                continue
            reached = predicate.words.end
            if predicate.object is not None:
                reached = max(reached, predicate.object.end)
            reason, tail = clauses.reason_of(self.flat, begin, predicate, Span(reached, end))
            if predicate.whole.end < predicate.words.end:
                # "Not covered for X because it is investigational": the scope stands within its words.
                tail = Span(predicate.whole.end, predicate.words.end)
            positive = predicate.determination == "medically_necessary"
            lead = scopes.leading_condition(self.flat, begin, predicate)
            if lead and determination_in(self.flat[lead.start : lead.end]):
                continue
            whole = span
            made: Criteria | None = None
            if after is None and rest and self._announces(span, predicate, rest[0]):
                listed, used, made = self._list(span, predicate, rest, block)
                if used:
                    whole = Span(span.start, listed.end)
                    if made is None:
                        subject = subjects.with_items(self.text, subject, rest[:used])
            needed = clauses.required_for(self.flat, predicate, Span(begin, end))
            condition = needed[1] if needed else scopes.condition_of(self.flat, tail, positive)
            if whom and whom.case:
                condition = whom.span
            if made is None and not used and condition:
                made = conditions.from_prose(self.flat, condition)
            if lead and used and scopes.announces_list(self.flat, lead):
                lead = None
            if lead is not None:
                made = conditions.joined(conditions.from_prose(self.flat, lead), made)
            scope = scopes.scope_of(self.flat, tail, over_list=bool(used and made), people=positive)
            if subject is None and scope and scope.startswith("to "):
                subject = scope[3:]  # "it is considered investigational to use X"
            elif subject and scope and scope not in subject and ": " not in subject:
                subject = f"{subject} {scope}"
            subject = subjects.less(
                self.flat, self.text, subject, begin, predicate, end, rest[:used] if used else ()
            )
            apart = clauses.exception_behind(self.flat, following) if following else None
            if apart and subject and after is None:
                shown = apart.of(self.flat)
                subject = f"{subject} ({shown[0].lower()}{shown[1:]})"
                whole = Span(whole.start, max(whole.end, apart.end))
            elif reason is None and after is None and following and not self._standing(following):
                reason = clauses.reason_behind(self.flat, following)
                if reason:
                    whole = Span(whole.start, max(whole.end, following.end))
            if not used and (subject is None or subjects.is_generic(subject)):
                subject = clauses.behind_colon(self.flat, predicate, end) or subject
            wording = predicate.words.of(self.text)
            why = reason.of(self.text) if reason else None
            self._add(predicate.determination, wording, whole, subject, made, why)
        return used

    def _standing(self, span: Span) -> list[Predicate]:
        return standing(self.flat, all_predicates(self.flat, span), span)

    def _announces(self, span: Span, predicate: Predicate, below: Block) -> bool:
        """Whether a sentence announces the list below it: by its colon, by "the following", or by an open end."""
        if self.flat[span.end - 1] == ":":
            return True
        tail = Span(predicate.words.end, span.end)
        unfinished = tail.end > tail.start and self.flat[tail.end - 1] not in ".;!?)"
        return below.marker is not None and (
            subjects.FOLLOWING.search(self.flat, tail.start, tail.end) is not None
            or (unfinished and scopes.holds_condition(self.flat, tail))
        )

    def _subject(self, start: int, predicate: Predicate, end: int) -> str | None:
        shown, back = clauses.subject_of(self.flat, start, predicate)
        if needed := clauses.required_for(self.flat, predicate, Span(start, end)):
            shown, back = needed[0].of(self.flat), False
        if scoped := _SCOPED.fullmatch(shown):
            return f"{self._named} {scoped[1]}" if self._named else shown
        if not shown and self._about:
            return self._about
        if back and (self._named or " " not in shown):
            return self._named
        self._named = shown if len(shown) <= subjects.LONGEST else None
        return self._named

    def _says_nothing_new(self, predicate: Predicate, subject: str | None, start: int) -> bool:
        """Boilerplate ("investigational services are not covered"), or the last statement once more."""
        if subject is None:
            return False
        last = self.statements[-1] if self.statements else None
        again = last is not None and clauses.points_back(self.flat, start, predicate)
        covers = predicate.determination == "not_covered" or (
            predicate.object is not None or "cover" in predicate.words.of(self.text)
        )
        return clauses.is_boilerplate(subject, covers) or bool(
            again and last and last.determination == predicate.determination
        )

    def _list(
        self, span: Span, predicate: Predicate, rest: Sequence[Block], block: Block
    ) -> tuple[Span, int, Criteria | None]:
        """The list under a sentence: its span, the blocks it fills, and the criteria if it holds such."""
        intro = clauses.before_reason(self.flat, span, predicate)
        made, used, doubtful = criteria_of.from_list(
            self.flat, intro, rest, self._makes_statement, block
        )
        if not used or made is None:
            return span, 0, None
        whole = Span(rest[0].span.start, rest[used - 1].span.end)
        tail = Span(predicate.words.end, span.end)
        about = predicate.object or Span(span.start, predicate.whole.start)
        subject = self.flat[about.start : about.end]
        conditional = (
            scopes.holds_condition(self.flat, tail)
            or clauses.must_be_met(subject)
            or clauses.required_for(self.flat, predicate, span) is not None
            or scopes.USES.search(self.flat, tail.start, tail.end) is not None
        )
        leads = scopes.holds_condition(self.flat, about) and "," in subject
        of_subjects = (
            subjects.FOLLOWING.search(subject) is not None and not conditional and not leads
        )
        vague = predicate.determination != "medically_necessary" and not conditional and not leads
        if (
            of_subjects
            or vague
            or _OPEN_LIST.search(self.flat, tail.start, tail.end)
            or scopes.is_open_ended(self.flat, tail)
        ):
            return whole, used, None
        if doubtful:
            self._doubt(rest[0])
        return whole, used, made

    def _makes_statement(self, block: Block) -> bool:
        if determining_heading(self.flat[block.body.start : block.body.end]):
            return True
        if rows.determined(self.flat, block.body):
            return True
        first = next(sentences(self.flat, block.body), None)
        return first is not None and bool(standing(self.flat, predicates(self.flat, first), first))

    def _heading(self, blocks: Sequence[Block], at: int) -> Determination | None:
        """The determination of a heading inside the section ("Not Medically Necessary:")."""
        if at + 1 >= len(blocks):
            return None
        return determining_heading(self.flat[blocks[at].body.start : blocks[at].body.end])

    def _under_heading(self, blocks: Sequence[Block], at: int, determination: Determination) -> int:
        """Reads what stands under such a heading; text without a determination takes the heading's."""
        end = at + 1
        while end < len(blocks) and self._heading(blocks, end) is None:
            end += 1
        before = len(self.statements)
        inner = blocks[at + 1 : end]
        self.run(inner)
        if len(self.statements) == before and inner:
            span = Span(blocks[at].body.start, inner[-1].span.end)
            wording = blocks[at].body.of(self.text).rstrip(" :")
            subject, made = subjects.items(self.text, inner), None
            if self.flat[inner[0].span.end - 1] == ":" and len(inner) > 1:
                listed, used, doubtful = criteria_of.from_list(
                    self.flat, inner[0].span, inner[1:], lambda _: False, inner[0]
                )
                if used and criteria_of.quantifier(self.flat, inner[0].span):
                    made, subject = listed, inner[0].body.of(self.text).rstrip(" :")
                    if doubtful:
                        self._doubt(inner[1])
            self._add(determination, wording, span, subject, made, None)
        return end - at

    def _add(
        self,
        determination: Determination,
        wording: str,
        span: Span,
        subject: str | None,
        made: Criteria | None,
        reason: str | None,
    ) -> None:
        self.statements.append(
            Statement(
                determination,
                wording,
                span.of(self.text),
                span,
                " ".join(subject.split()) if subject else None,
                _verbatim(made, self.text) if made else None,
                reason,
            )
        )

    def _doubt(self, block: Block) -> None:
        self.findings.append(
            Finding(
                block.line,
                "How these criteria belong together (all or any of them) is not plain from the document.",
            )
        )


def _verbatim(made: Criteria, text: str) -> Criteria:
    """The criteria with the document's own white space."""
    return replace(
        made,
        items=tuple(
            Criterion(i.span.of(text), i.span, _verbatim(i.criteria, text) if i.criteria else None)
            for i in made.items
        ),
    )
