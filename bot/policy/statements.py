"""The statements of a policy: sentences that make a determination about a subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.policy import clauses, conditions, headed, labels, listed, rows, scopes, subjects
from bot.policy import criteria as criteria_of
from bot.policy.blocks import Block, blocks_of, sentences
from bot.policy.determinations import ORDER, determination_in
from bot.policy.lines import Line
from bot.policy.model import Criteria, Criterion, Determination, Finding, Span, Statement
from bot.policy.patterns import phrase
from bot.policy.predicates import all_predicates, denied_like, predicates, said_again
from bot.policy.questions import Asked, answer
from bot.policy.standing import standing
from bot.policy.verbs import Predicate

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
    heads: frozenset[int] = frozenset(),
    firm: bool = False,
    asked: Asked | None = None,
) -> Reading:
    """The statements in the lines of one section.

    `implied` is the determination that the section's heading makes ("When X is not covered"); it holds
    where the section has text but no sentence that makes one. `about` is what the heading names, for
    sentences that name nothing themselves ("Approve for 6 months if ..."). `heads` are the numbers of
    lines that are headings in the section. `firm` leaves out what only a section of positions determines.
    `asked` is the question that the section answers.
    """
    reader = _Reader(flat, text, about, firm)
    blocks = blocks_of(flat, lines, heads)
    if asked and blocks and reader.answers(blocks, asked):
        return Reading(tuple(reader.statements), tuple(reader.findings))
    reader.run(blocks)
    if implied and blocks:
        if not reader.statements:
            reader.imply(blocks, heading, implied)
        else:
            reader.left_over(blocks, heading, implied)
    return Reading(tuple(reader.statements), tuple(reader.findings))


class _Reader:
    """Goes through the blocks of a section once; what it has found so far lends later ones a subject."""

    def __init__(self, flat: str, text: str, about: str | None, firm: bool) -> None:
        self.flat = flat
        self.text = text
        self._about = about
        self._predicates = predicates if firm else all_predicates
        self.statements: list[Statement] = []
        self.findings: list[Finding] = []
        self._named: str | None = None
        self._column: int | None = None  # of the table that is open, where it answers yes or no
        self._since = (
            _LONGEST_LIST  # blocks since the last statement, if what follows can explain it
        )

    def run(self, blocks: Sequence[Block]) -> None:
        at = 0
        while at < len(blocks):
            block = blocks[at]
            self._since += 1
            determination = self._heading(blocks, at)
            if determination is not None:
                at += self._under_heading(blocks, at, determination)
            elif block.head and at + 1 < len(blocks):
                self._about = " ".join(block.body.of(self.flat).rstrip(" :").split())
                self._named = None
                self._since = _LONGEST_LIST
                at += 1
            else:
                at += 1 + self._block(block, blocks[at + 1 : at + 1 + _LONGEST_LIST])

    def imply(self, blocks: Sequence[Block], heading: str, determination: Determination) -> None:
        """The statements of a section whose heading alone determines."""
        intro = self.flat[blocks[0].span.end - 1] == ":" and len(blocks) > 1
        below = blocks[1:] if intro else blocks
        span = Span(blocks[0].span.start, blocks[-1].span.end)
        positive = determination == "medically_necessary"
        if positive and headed.names_services(heading) and below[0].marker:
            self._each(determination, heading, below)
            return
        if positive and (intro or below[0].marker):
            before = blocks[0].span if intro else Span(span.start, span.start)
            made, _, _ = criteria_of.from_list(self.flat, before, below, lambda _: False, blocks[0])
            self._doubt(blocks[0])
            self._add(determination, heading, span, None, made, None)
            return
        self._about_all(determination, heading, span, below)

    def left_over(
        self, blocks: Sequence[Block], heading: str, determination: Determination
    ) -> None:
        """The items under a heading that denies which stand in none of its statements."""
        held = [statement.span for statement in self.statements]
        for run in (
            headed.left_over(self.flat, blocks, held)
            if determination != "medically_necessary"
            else ()
        ):
            self._about_all(determination, heading, Span(run[0].span.start, run[-1].span.end), run)

    def _about_all(
        self, determination: Determination, wording: str, span: Span, blocks: Sequence[Block]
    ) -> None:
        """One statement about all that is listed, or where that is too much to name, one about each."""
        subject = subjects.items(self.text, blocks)
        if subject is None and blocks[0].marker:
            self._each(determination, wording, blocks)
        else:
            self._add(determination, wording, span, subject, None, None)

    def _each(
        self,
        determination: Determination,
        wording: str,
        blocks: Sequence[Block],
        of: str | None = None,
        reason: str | None = None,
    ) -> int:
        """A statement about each item of a list; returns how many there are."""
        positive = determination == "medically_necessary"
        items = listed.items_apart(self.flat, blocks, positive)
        for item in items:
            subject = item.subject.of(self.text)
            shown = f"{of}: {subject}" if of else subject
            self._add(determination, wording, item.span, shown, item.criteria, reason)
        return len(items)

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
        return self._paragraph(block, rest)

    def _paragraph(self, block: Block, rest: Sequence[Block]) -> int:
        spans = list(sentences(self.flat, block.body))
        label = labels.run_in(self.flat, spans)
        if label:
            spans = spans[1:]
            self._named = None
        named_by = " ".join(label.of(self.flat).split()) if label else None
        used = 0
        above: Predicate | None = None
        for place, span in enumerate(spans):
            last = place == len(spans) - 1
            found = self._standing(span)
            if above and not found and self._denied_alike(span, above):
                continue
            above = found[-1] if found else None
            if found:
                following = None if last else spans[place + 1]
                start = label.start if label and place == 0 else span.start
                used = self._sentence(
                    span, found, following, rest if last else (), block, named_by, start
                )
            elif last and rest and (used := self._explained(span, rest, block)):
                pass
            elif self.statements and self._since == 0 and clauses.elaborates(self.flat, span):
                self._extend(span.end)
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

    def _explained(self, span: Span, rest: Sequence[Block], block: Block) -> int:
        """Adds to the last statement the list that a sentence behind it announces ("High risk means one of:")."""
        last = self.statements[-1] if self.statements and self._since <= 1 else None
        if last is None or last.determination != "medically_necessary":
            return 0
        if not listed.explains(self.flat, span, rest[0]):
            return 0
        made, used, doubtful = criteria_of.from_list(
            self.flat, span, rest, self._makes_statement, block
        )
        if not used or made is None:
            return 0
        whole = listed.explained(self.flat, last.criteria, span, made)
        self._extend(rest[used - 1].span.end)
        self.statements[-1] = replace(self.statements[-1], criteria=_verbatim(whole, self.text))
        self._since = _LONGEST_LIST
        if doubtful:
            self._doubt(rest[0])
        return used

    def _extend(self, end: int) -> None:
        """Lets the last statement reach on to what is said of it behind it."""
        last = self.statements[-1]
        span = Span(last.span.start, max(last.span.end, end))
        self.statements[-1] = replace(last, span=span, text=span.of(self.text))

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
        label: str | None,
        opening: int,
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
            if place == 0 and len(found) == 1 and self._refines(begin, predicate, span):
                return 0
            lent = False
            if whom is None:
                subject, lent = self._subject(begin, predicate, end, label)
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
            whole = Span(opening, span.end)
            under: listed.Listed | None = None
            if (
                after is None
                and rest
                and listed.announces(self.flat, span, predicate, block, rest[0])
            ):
                under = listed.under(self.flat, span, predicate, rest, block, self._makes_statement)
                used = under.used
            made = self._criteria(begin, end, predicate, tail, whom, lead, under)
            items = rest[:used] if used and under and under.criteria is None else ()
            if used and under:
                whole = Span(opening, under.span.end)
                if under.doubtful:
                    self._doubt(rest[0])
            scope = scopes.scope_of(self.flat, tail, over_list=bool(used and made), people=positive)
            if subject is None and scope and scope.startswith("to "):
                subject = scope[3:]  # "it is considered investigational to use X"
            elif subject and scope and scope not in subject and ": " not in subject:
                subject = f"{subject} {scope}"
            wording = predicate.words.of(self.text)
            why = reason.of(self.text) if reason else None
            if items and self._apart(predicate, subject, wording, items, why):
                continue
            if items:
                own = None if lent else subject
                whole_list = under is not None and under.whole
                subject = subjects.with_items(self.text, own, items, whole_list) or subject
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
                    why = reason.of(self.text)
            if not used:
                subject = subjects.with_colon(
                    subject, clauses.behind_colon(self.flat, predicate, end)
                )
            self._add(predicate.determination, wording, whole, subject, made, why)
            self._since = _LONGEST_LIST if used else 0
        return used

    def _criteria(
        self,
        begin: int,
        end: int,
        predicate: Predicate,
        tail: Span,
        whom: clauses.Whom | None,
        lead: Span | None,
        under: listed.Listed | None,
    ) -> Criteria | None:
        """What must be met for a determination: in the list under its sentence, or in its own words."""
        positive = predicate.determination == "medically_necessary"
        made = under.criteria if under else None
        if made is not None and positive:
            made = listed.with_condition(self.flat, Span(predicate.words.end, end), made)
        needed = clauses.required_for(self.flat, predicate, Span(begin, end))
        condition = needed[1] if needed else scopes.condition_of(self.flat, tail, positive)
        if whom and whom.case:
            condition = whom.span
        used = under is not None and under.used > 0
        if made is None and not used and condition:
            made = conditions.from_prose(self.flat, condition)
        if lead is None or (used and scopes.announces_list(self.flat, lead)):
            return made
        return conditions.joined(conditions.from_prose(self.flat, lead), made)

    def _apart(
        self,
        predicate: Predicate,
        subject: str | None,
        wording: str,
        items: Sequence[Block],
        why: str | None,
    ) -> bool:
        """Reads each item of a list of subjects by itself, where it says when it holds or all are too many."""
        if items[0].marker is None:
            return False
        positive = predicate.determination == "medically_necessary"
        each = listed.items_apart(self.flat, items, positive)
        too_long = subjects.items(self.text, items) is None
        if not too_long and not any(item.criteria for item in each):
            return False
        named = subject is not None and not subjects.is_generic(subject)
        self._each(predicate.determination, wording, items, subject if named else None, why)
        self._since = _LONGEST_LIST
        return True

    def _standing(self, span: Span) -> list[Predicate]:
        if self.flat[span.end - 1] == "?":
            return []
        found = standing(self.flat, self._predicates(self.flat, span), span)
        return said_again(self.flat, found)

    def _subject(
        self, start: int, predicate: Predicate, end: int, label: str | None
    ) -> tuple[str | None, bool]:
        """What a determination is about, and whether only what stands over the sentence names it."""
        over = label or self._about
        shown, back = clauses.subject_of(self.flat, start, predicate)
        if needed := clauses.required_for(self.flat, predicate, Span(start, end)):
            shown, back = needed[0].of(self.flat), False
        if scoped := _SCOPED.fullmatch(shown):
            named = self._named or over
            return (f"{named} {scoped[1]}" if named else shown), False
        if not shown and over:
            self._named = over
            return over, True
        if back and (self._named or over or " " not in shown):
            return self._named or over, not self._named
        self._named = shown if len(shown) <= subjects.LONGEST else None
        if self._named:
            self._named = labels.labelled(self._named, over)
        return self._named, False

    def _refines(self, start: int, predicate: Predicate, span: Span) -> bool:
        """Takes "This is considered investigational" behind a denial for the same denial, said more exactly."""
        last = self.statements[-1] if self.statements and self._since == 0 else None
        if last is None or "medically_necessary" in (last.determination, predicate.determination):
            return False
        if not clauses.points_back(self.flat, start, predicate):
            return False
        meant = min(last.determination, predicate.determination, key=ORDER.index)
        if meant == last.determination and meant == predicate.determination:
            return False
        reason, _ = clauses.reason_of(
            self.flat, start, predicate, Span(predicate.words.end, span.end)
        )
        words = last.wording if meant == last.determination else predicate.words.of(self.text)
        self._extend(span.end)
        self.statements[-1] = replace(
            self.statements[-1],
            determination=meant,
            wording=words,
            reason=last.reason or (reason.of(self.text) if reason else None),
        )
        return True

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

    def _makes_statement(self, block: Block) -> bool:
        if block.head or headed.determination_of(self.flat, block):
            return True
        if rows.determined(self.flat, block.body):
            return True
        first = next(sentences(self.flat, block.body), None)
        return first is not None and bool(standing(self.flat, predicates(self.flat, first), first))

    def _heading(self, blocks: Sequence[Block], at: int) -> Determination | None:
        """The determination of a heading inside the section ("Not Medically Necessary:")."""
        return headed.determination_of(self.flat, blocks[at]) if at + 1 < len(blocks) else None

    def answers(self, blocks: Sequence[Block], question: Asked) -> bool:
        """Reads "Yes, when ..." or "No.", where nothing under a question says more plainly what holds."""
        spans = list(sentences(self.flat, blocks[0].body))
        said = answer(self.flat, spans[0], question)
        if said is None or any(
            self._standing(span) for block in blocks for span in sentences(self.flat, block.body)
        ):
            return False
        rest = blocks[1:] if len(spans) == 1 else ()
        following = spans[1] if len(spans) > 1 else None
        start = blocks[0].span.start
        self._sentence(spans[0], [said], following, rest, blocks[0], question.subject, start)
        return True

    def _under_heading(self, blocks: Sequence[Block], at: int, determination: Determination) -> int:
        """Reads what stands under such a heading; text without a determination takes the heading's."""
        end = headed.end_of(self.flat, blocks, at)
        before = len(self.statements)
        inner = blocks[at + 1 : end]
        if not inner:
            return 1
        wording = blocks[at].body.of(self.text).rstrip(" :")
        self._about, self._named = None, None
        self.run(inner)
        if len(self.statements) > before:
            held = [statement.span for statement in self.statements[before:]]
            if determination != "medically_necessary":
                for run in headed.left_over(self.flat, inner, held):
                    span = Span(run[0].span.start, run[-1].span.end)
                    self._about_all(determination, wording, span, run)
            return end - at
        span = Span(blocks[at].body.start, inner[-1].span.end)
        if self.flat[inner[0].span.end - 1] == ":" and len(inner) > 1:
            made, used, doubtful = criteria_of.from_list(
                self.flat, inner[0].span, inner[1:], lambda _: False, inner[0]
            )
            if used and criteria_of.quantifier(self.flat, inner[0].span):
                subject = inner[0].body.of(self.text).rstrip(" :")
                if doubtful:
                    self._doubt(inner[1])
                self._add(determination, wording, span, subject, made, None)
                return end - at
        self._about_all(determination, wording, span, inner)
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
