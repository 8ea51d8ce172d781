"""The paragraphs of a section: sentences that make a determination, with the lists under them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.policy import clauses, headed, labels, listed, rows, scopes, subjects
from bot.policy import criteria as criteria_of
from bot.policy.blocks import Block, sentences
from bot.policy.determinations import ORDER, determination_in
from bot.policy.lines import is_row
from bot.policy.model import Criteria, Determination, Finding, Span, Statement
from bot.policy.patterns import phrase
from bot.policy.predicates import all_predicates, denied_like, predicates, said_again
from bot.policy.standing import standing
from bot.policy.verbs import Predicate

# "For children it is considered ...": the pronoun with what narrows it.
_SCOPED: Final = phrase(r"((?:for|in|under|during) (?!whom|which).{2,100}?),? (?:it|they)", re.I)
FAR: Final = 500  # blocks: farther than any list reaches, and than one paragraph explains another


class Paragraphs:
    """Reads one block after the other; what it has found so far lends later ones a subject."""

    def __init__(self, flat: str, text: str, about: str | None, firm: bool) -> None:
        self.flat = flat
        self.text = text
        self.statements: list[Statement] = []
        self.over: list[str | None] = []  # what stood over each of them
        self.findings: list[Finding] = []
        self._predicates = predicates if firm else all_predicates
        self._about = about
        self._named: str | None = None
        self._column: int | None = None  # of the table that is open, where it answers yes or no
        self._since = FAR  # blocks since a statement that what follows can explain

    def _block(self, block: Block, rest: Sequence[Block]) -> int:
        """Reads the sentences of a block; returns how many of the blocks behind it belong to them."""
        if (column := rows.asks(self.flat, self.text, block.body)) is not None:
            self._column = column
            return 0
        if not is_row(block.body.of(self.text)):
            self._column = None
        row = rows.determined(self.flat, self.text, block.body)
        if row is None and self._column:
            row = rows.answered(self.flat, block.body, self._column)
        if row:
            said = rows.said(self.flat, self.text, row)
            words = row.predicate.words.of(self.text)
            meant = row.predicate.determination
            self._add(meant, words, row.span, said.subject, said.criteria, said.reason)
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
            if (
                above
                and not found
                and (self._denied_alike(span, above) or self._said_alike(span, above))
            ):
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

    def _said_alike(self, span: Span, above: Predicate) -> bool:
        """Reads "So are panels." behind a sentence that determines of something else."""
        other = clauses.said_alike(self.flat, span)
        if other is None:
            return False
        self._add(above.determination, span.of(self.text), span, other, None, None)
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
        self.statements[-1] = replace(
            self.statements[-1], criteria=criteria_of.verbatim(whole, self.text)
        )
        self._since = FAR
        if doubtful:
            self._doubt(rest[0])
        return used

    def _extend(self, end: int) -> None:
        """Lets the last statement reach on to what is said of it behind it."""
        last = self.statements[-1]
        span = Span(last.span.start, max(last.span.end, end))
        self.statements[-1] = replace(last, span=span, text=span.of(self.text))

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
            made = listed.needed(self.flat, Span(begin, end), predicate, tail, whom, lead, under)
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
            opens = scopes.opening_scope(self.flat, begin, predicate) if lead is None else None
            if subject and opens and opens not in subject and not lent:
                subject = f"{subject} {opens}"
            if not lent:
                subject = labels.labelled(subject, label or self._about)
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
            self._since = FAR if used else 0
        return used

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
        self._since = FAR
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
        if rows.determined(self.flat, self.text, block.body):
            return True
        first = next(sentences(self.flat, block.body), None)
        if first is None:
            return False
        found = standing(self.flat, predicates(self.flat, first), first)
        # "(3) for convenience" is an item: it names nothing of which it could be said.
        bare = block.marker is not None and found and found[0].words.end >= first.end - 1
        bare = bare and found[0].whole.start == first.start
        return bool(found) and not bare

    def _about_all(
        self, determination: Determination, wording: str, span: Span, blocks: Sequence[Block]
    ) -> None:
        """One statement about all that is listed, or where that is too much to name, one about each."""
        subject = subjects.items(self.text, blocks)
        positive = determination == "medically_necessary"
        if blocks[0].marker and (subject is None or (positive and headed.names_services(wording))):
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

    def _add(
        self,
        determination: Determination,
        wording: str,
        span: Span,
        subject: str | None,
        made: Criteria | None,
        reason: str | None,
    ) -> None:
        self.over.append(self._about)
        self.statements.append(
            Statement(
                determination,
                wording,
                span.of(self.text),
                span,
                " ".join(subject.split()) if subject else None,
                criteria_of.verbatim(made, self.text) if made else None,
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
