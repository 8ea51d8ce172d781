"""The statements of a policy: sentences that make a determination about a subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.policy import criteria as criteria_of
from bot.policy.blocks import Block, blocks_of, sentences
from bot.policy.determinations import Predicate, determination_in, predicates
from bot.policy.lines import Line
from bot.policy.model import Criteria, Determination, Finding, Span, Statement

_LEAD_IN: Final = re.compile(
    r"(?:it is (?:the )?(?:policy|position) (?:of [^,]{2,80}? )?that|(?:we|[\w ]{2,40}) (?:has|have) (?:determined|concluded) that|therefore|however|thus|note|in addition|additionally|accordingly|consequently|for this reason|policy statement|coverage)\b[:,]?\s+",
    re.I,
)
_OPENING: Final = re.compile(
    r"(?:when|if|in|for|unless|based on|because|as|due to|effective|except|given|since|under|with|after|once|provided|where|while|although|prior to|on or after|only|outside|other than|absent|without|beginning|to the extent|pursuant)\b",
    re.I,
)
_SUBORDINATE: Final = re.compile(
    r"\b(?:if|whether|unless|until|once|because|since|although|when(?! (?:used|performed|provided|billed|administered|given|applied|done|combined|delivered|prescribed|ordered|\w+ed\b)))\b",
    re.I,
)
_RELATIVE: Final = re.compile(r"\b(?:that|which|who|what|whether|where|as)\s+$", re.I)
_ANAPHORA: Final = re.compile(
    r"(?:it|they|this|these|this (?:service|procedure|treatment|test|device|therapy|technology)|such (?:use|services?)|the (?:service|procedure|treatment|test|therapy|device))$",
    re.I,
)
_REASON: Final = re.compile(
    r"(?:\bbecause(?: of)?|\bsince(?! \d)|\bdue to(?: the fact that)?|\bas(?=\s+(?:they|it|there|these|this|such|no|insufficient|its|their|current|evidence|the (?:evidence|available|current|clinical|safety|effectiveness|efficacy|service|services|procedure|peer|scientific|literature|program|programs|primary|purpose|[\w-]+(?: [\w-]+){0,3} (?:is|are|has|have|does|do))\b))|\bgiven that|\bon the (?:grounds|basis) (?:that|of)|\bfor the (?:following )?reasons?(?: that)?|\bin that|\bbased on (?=(?:insufficient|inadequate|lack|a lack|limited|the lack|absence)))\s+",
    re.I,
)
_NEXT_REASON: Final = re.compile(
    r"(?:(?:there (?:is|are)|there's) (?:currently |also )?(?:insufficient|inadequate|not (?:enough|sufficient|adequate)|no |limited|a lack|lack)|(?:the |current |available |published |clinical |scientific |peer-reviewed |existing )*(?:evidence|literature|data|studies)\b.{0,60}?\b(?:is|are|does|do|has|have)\b|(?:the|its|their) (?:safety|effectiveness|efficacy|clinical (?:utility|value|benefit)|long-term)|(?:these|such|they|this|it|those) (?:services?|programs?|treatments?|procedures?|tests?|devices?)?\s?(?:is|are|do|does|have|has) (?:primarily|not|intended|designed|no|for)|insufficient evidence|lack of evidence)",
    re.I,
)
_CONDITION: Final = re.compile(
    r"(?:\b(?P<when>(?:only )?(?:when|if|where|provided(?: that)?|as long as|so long as|only (?:for|in|after))\b)|\b(?P<who>(?:for (?:use )?in|for|in|to treat|as) (?=(?:[\w-]+ ){0,3}?(?:patients?|individuals?|adults?|children|members?|persons?|people|women|men|infants?|adolescents?|those|candidates|any|one|all|the following|each|either|both|selected|appropriately|newborns?|neonates|pregnant|beneficiaries|recipients)\b)))",
    re.I,
)
_EVERYTHING: Final = re.compile(
    r"(?:for|in|under) (?:any|all)(?: \w+){0,3} (?:other )?(?:indications?|situations?|conditions?|uses?|cases?|circumstances?|purposes?|diagnos[ei]s|reasons?|patients|applications?|members|individuals)\b(?! (?:with|who|when|if|that))",
    re.I,
)
_UNMET: Final = re.compile(
    r"\b(?:not (?:been )?(?:met|satisfied|fulfilled)|do(?:es)? not meet|other than|(?:all|any) other|above|do(?:es)? not satisfy|fails? to meet|outside|not (?:listed|specified|mentioned|addressed))\b",
    re.I,
)
# "Coverage is provided when it is determined to be medically necessary" leaves the question open.
_CIRCULAR: Final = re.compile(
    r"\b(?:when|if|where|provided|only|that)\b[^.;:]{0,60}\b(?:is|are|be) (?:determined |considered |deemed |found |judged )*(?:to be )?medically necessary\b",
    re.I,
)
_EXCEPT: Final = re.compile(r"\b(?:unless|except|with the exception|absent|until)\b", re.I)
_OPEN_LIST: Final = re.compile(
    r"\b(?:includ(?:es?|ing)|such as|e\.g\.|not limited to|examples?)\b[^:]*:?$", re.I
)
_FOLLOWING: Final = re.compile(
    r"\b(?:the following|these|those listed|listed below|any of the following|all of the following|below)\b",
    re.I,
)
_GENERIC_SUBJECT: Final = re.compile(
    r"(?:(?:any|all|each|one|some|both|use|uses|of|the|these|this|following|services?|procedures?|tests?|treatments?|indications?|items?|devices?|therap(?:y|ies)|interventions?|uses?|conditions?|or|and|for|in|modalities|techniques?|programs?|supplies|drugs?|list(?:ed)?|below|other|is|are|methods?|tools?|applications?|situations?|experimental|investigational|\(.*?\)|,)\s*)+:?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Reading:
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]


def read(
    flat: str, text: str, lines: Sequence[Line], implied: Determination | None = None
) -> Reading:
    """The statements in the lines of one section.

    `implied` is the determination that the section's heading makes ("When X is not covered"); it holds
    where the section has text but no sentence that makes one.
    """
    reader = _Reader(flat, text)
    blocks = blocks_of(flat, lines)
    reader.run(blocks)
    if implied and not reader.statements and blocks:
        reader.imply(blocks, implied)
    return Reading(tuple(reader.statements), tuple(reader.findings))


class _Reader:
    """Goes through the blocks of a section once; what it has found so far lends later ones a subject."""

    def __init__(self, flat: str, text: str) -> None:
        self.flat = flat
        self.text = text
        self.statements: list[Statement] = []
        self.findings: list[Finding] = []

    def run(self, blocks: Sequence[Block]) -> None:
        at = 0
        while at < len(blocks):
            block = blocks[at]
            if (heading := self._heading(blocks, at)) is not None:
                at += self._under_heading(blocks, at, heading)
                continue
            at += 1 + self._block(block, blocks[at + 1 :])

    def imply(self, blocks: Sequence[Block], determination: Determination) -> None:
        """One statement for a section whose heading alone determines."""
        span = Span(blocks[0].span.start, blocks[-1].span.end)
        listed = (
            blocks[1:] if len(blocks) > 1 and self.flat[blocks[0].span.end - 1] == ":" else blocks
        )
        made, _, doubtful = criteria_of.from_list(
            self.flat, blocks[0].span, listed, lambda _: False, blocks[0]
        )
        heading = span.of(self.text)
        self._add(
            determination,
            heading.split("\n")[0],
            span,
            None,
            made if determination == "medically_necessary" else None,
            None,
        )
        if doubtful:
            self._doubt(blocks[0])

    def _block(self, block: Block, rest: Sequence[Block]) -> int:
        """Reads the sentences of a block; returns how many of the blocks behind it belong to them."""
        spans = list(sentences(self.flat, block.body))
        used = 0
        for place, span in enumerate(spans):
            found = self._real(predicates(self.flat, span), span)
            if not found or _CIRCULAR.search(self.flat, found[0].words.end, span.end):
                continue
            last = place == len(spans) - 1
            following = spans[place + 1] if not last else None
            used = self._sentence(span, found, following, rest if last else (), block)
        return used

    def _real(self, found: Sequence[Predicate], span: Span) -> list[Predicate]:
        """Without what is said only under an if, in a relative clause, or as somebody's reason."""
        kept: list[Predicate] = []
        for predicate in found:
            start = kept[-1].whole.end if kept else span.start
            before = self.flat[start : predicate.whole.start]
            if _RELATIVE.search(before) and not _LEAD_IN.search(before):
                continue
            clause = before[_last_break(before) :]
            hit = _SUBORDINATE.search(clause)
            if hit and not (
                kept
                and kept[-1].determination == "not_covered"
                and _REASON.match(clause[hit.start() :])
            ):
                continue
            kept.append(predicate)
        if (
            len(kept) == 2
            and kept[0].determination == "not_covered"
            and _REASON.search(self.flat, kept[0].whole.end, kept[1].whole.start)
        ):
            first, second = kept
            if second.determination in ("investigational", "not_medically_necessary"):
                return [
                    Predicate(
                        second.determination,
                        first.whole,
                        Span(first.words.start, second.words.end),
                        first.object,
                    )
                ]
        return kept

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
            end = self._end_of_clause(predicate, after, span)
            subject = self._subject(start, predicate)
            lead = self._leading_condition(start, predicate)
            tail_start = (
                predicate.object.end
                if predicate.object and predicate.object.start > predicate.words.end
                else predicate.words.end
            )
            tail = Span(max(tail_start, predicate.words.end), end)
            reason, tail = self._reason(start, predicate, tail)
            whole = span
            made: Criteria | None = None
            if after is None and rest and self.flat[span.end - 1] == ":":
                listed, used, made = self._list(span, predicate, tail, lead, rest, block)
                if used:
                    whole = Span(span.start, listed.end)
                    if made is None:
                        subject = self._with_items(subject, rest[:used])
            if made is None and not used:
                made = self._prose(tail, lead)
            if (
                reason is None
                and after is None
                and following
                and _NEXT_REASON.match(self.flat, following.start)
            ):
                reason = self._words(following)
                whole = Span(whole.start, max(whole.end, following.end))
            self._add(
                predicate.determination, self._words(predicate.words), whole, subject, made, reason
            )
            start = end
        return used

    def _end_of_clause(self, predicate: Predicate, after: Predicate | None, span: Span) -> int:
        if after is None:
            return span.end
        between = self.flat[predicate.words.end : after.whole.start]
        cut = max(
            (
                m.start()
                for m in re.finditer(
                    r"[;,]\s|\s(?:and|but|while|whereas|otherwise|however)\s", between
                )
            ),
            default=-1,
        )
        return predicate.words.end + cut if cut >= 0 else after.whole.start

    def _subject(self, start: int, predicate: Predicate) -> str | None:
        """What the determination is about: the words before the verb, without a condition that opens them."""
        if predicate.object is not None:
            shown = self.flat[predicate.object.start : predicate.object.end]
        else:
            shown = self.flat[start : predicate.whole.start]
            shown = re.sub(
                r"^[\s;,:]*(?:and|but|while|whereas|otherwise|however|or)?[\s,]+",
                "",
                shown,
                flags=re.I,
            )
            for lead in _LEAD_IN.finditer(shown):
                shown = shown[lead.end() :] if lead.start() == 0 or "that" in lead[0] else shown
                break
            while (opening := _OPENING.match(shown)) and ", " in shown:
                shown = _after_opening(shown)
            shown = (
                re.sub(r"^.*?\bthat\s+(?=\S+ )", "", shown)
                if re.match(r"(?:it is|we)\b", shown, re.I)
                else shown
            )
        shown = shown.strip(" ,:;–—-•*")
        shown = re.sub(r"^(?:note|policy|coverage)\s*:\s*", "", shown, flags=re.I)
        if not shown or _ANAPHORA.fullmatch(shown):
            return self.statements[-1].subject if self.statements else (shown or None)
        return shown if len(shown) <= 400 else None

    def _leading_condition(self, start: int, predicate: Predicate) -> Span | None:
        if predicate.object is not None:
            return None
        shown = self.flat[start : predicate.whole.start]
        opening = re.match(
            r"\s*(?:when|if|once|provided(?: that)?|for (?=(?:[\w-]+ ){0,3}(?:patients|individuals|members|adults|children|women|men)\b)|in (?=(?:[\w-]+ ){0,3}(?:patients|individuals|members|adults|children|women|men)\b))\s*",
            shown,
            re.I,
        )
        if not opening or ", " not in shown:
            return None
        rest = _after_opening(shown.lstrip())
        return Span(start + opening.end(), predicate.whole.start - len(rest))

    def _reason(self, start: int, predicate: Predicate, tail: Span) -> tuple[str | None, Span]:
        """The ground that the sentence names, and what is left of the sentence behind the determination."""
        if match := _REASON.search(self.flat, tail.start, tail.end):
            end = tail.end
            while end > match.end() and self.flat[end - 1] in " .:;,":
                end -= 1
            return self._words(Span(match.end(), end)), Span(tail.start, match.start())
        lead = re.match(
            r"\s*(?:because(?: of)?|since|due to(?: the)?|given|based on|as there is)\s+(?=.*(?:evidence|lack|insufficient|not|no |data))",
            self.flat[start : predicate.whole.start],
            re.I,
        )
        if lead and predicate.object is None and ", " in self.flat[start : predicate.whole.start]:
            shown = self.flat[start + lead.end() : predicate.whole.start]
            end = start + lead.end() + shown.index(", ") if ", " in shown else 0
            if end:
                return self._words(Span(start + lead.end(), end)), tail
        return None, tail

    def _prose(self, tail: Span, lead: Span | None) -> Criteria | None:
        shown = self.flat[tail.start : tail.end]
        if _EXCEPT.search(shown) and not _CONDITION.match(shown.lstrip(" ,")):
            return None
        if _EVERYTHING.search(shown):
            return None
        condition = _CONDITION.search(self.flat, tail.start, tail.end)
        if condition is not None and condition.start() - tail.start > 120:
            condition = None
        if condition is None:
            if (
                lead is None
                or _UNMET.search(self.flat, lead.start, lead.end)
                or _EVERYTHING.search(self.flat, max(lead.start - 4, 0), lead.end)
            ):
                return None
            return criteria_of.from_prose(self.flat, _tight(self.flat, lead))
        span = _tight(self.flat, Span(condition.end(), tail.end))
        if span.end <= span.start or _UNMET.search(self.flat, span.start, span.end):
            return None
        return criteria_of.from_prose(self.flat, span)

    def _list(
        self,
        span: Span,
        predicate: Predicate,
        tail: Span,
        lead: Span | None,
        rest: Sequence[Block],
        block: Block,
    ) -> tuple[Span, int, Criteria | None]:
        """The list under a sentence: its span, the blocks it fills, and the criteria if it holds such."""
        made, used, doubtful = criteria_of.from_list(
            self.flat, span, rest, self._makes_statement, block
        )
        if not used or made is None:
            return span, 0, None
        whole = Span(rest[0].span.start, rest[used - 1].span.end)
        shown = self.flat[tail.start : tail.end]
        subject = (
            self.flat[span.start : predicate.whole.start]
            if predicate.object is None
            else self.flat[predicate.object.start : predicate.object.end]
        )
        about_list = (
            _FOLLOWING.search(subject)
            and not _CONDITION.search(shown)
            and not (lead and _FOLLOWING.search(self.flat, lead.start, lead.end))
        )
        if (
            about_list
            or _OPEN_LIST.search(shown)
            or _EXCEPT.search(shown)
            or (_UNMET.search(shown) and "following" not in shown)
            or (_EVERYTHING.search(shown) and "following" not in shown)
        ):
            return whole, used, None
        if (
            predicate.determination != "medically_necessary"
            and not _FOLLOWING.search(shown)
            and not _CONDITION.search(shown)
        ):
            return whole, used, None
        if doubtful:
            self._doubt(rest[0])
        return whole, used, made

    def _makes_statement(self, block: Block) -> bool:
        if _determining_heading(self.flat[block.body.start : block.body.end]):
            return True
        first = next(sentences(self.flat, block.body), None)
        return first is not None and bool(self._real(predicates(self.flat, first), first))

    def _heading(self, blocks: Sequence[Block], at: int) -> Determination | None:
        """The determination of a heading inside the section ("Not Medically Necessary:")."""
        block = blocks[at]
        if at + 1 >= len(blocks):
            return None
        return _determining_heading(self.flat[block.body.start : block.body.end])

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
            wording = self.flat[blocks[at].body.start : blocks[at].body.end].rstrip(" :")
            made = None
            subject: str | None = self._items(inner)
            if self.flat[inner[0].span.end - 1] == ":" and len(inner) > 1:
                listed, used, doubtful = criteria_of.from_list(
                    self.flat, inner[0].span, inner[1:], lambda _: False, inner[0]
                )
                if used and criteria_of.quantifier(self.flat, inner[0].span):
                    made, subject = listed, self._words(inner[0].body).rstrip(" :")
                    if doubtful:
                        self._doubt(inner[1])
            self._add(determination, wording, span, subject, made, None)
        return end - at

    def _with_items(self, subject: str | None, blocks: Sequence[Block]) -> str | None:
        """ "The following uses of X" with what follows; a subject that names something stays."""
        listed = self._items(blocks)
        if listed is None or subject is None or _GENERIC_SUBJECT.fullmatch(subject):
            return listed or subject
        return f"{subject}: {listed}" if _FOLLOWING.search(subject) else subject

    def _items(self, blocks: Sequence[Block]) -> str | None:
        shown = "; ".join(self._words(b.body).strip(" ;.,") for b in blocks if not b.connective)
        return shown if 0 < len(shown) <= 600 else None

    def _words(self, span: Span) -> str:
        return span.of(self.text)

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
                made,
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


_HEADING_WORDS: Final = re.compile(
    r"(?:not |un)?(?:medically|clinically) (?:un)?necessary|medical necessity|(?:reasonable and )?necessary"
    r"|experimental|investigational|unproven|proven|non-?covered|not covered|covered|cosmetic"
    r"|\b(?:and|or|considered|indications?|services?|not|when|criteria|the|are|for|other|conditions?|uses?|policy"
    r"|statement|limitations|exclusions|established|situations?)\b|[/,&()\s-]",
    re.I,
)


def _determining_heading(shown: str) -> Determination | None:
    """The determination of a heading that says nothing else ("Not Medically Necessary:")."""
    bare = shown.rstrip(" :")
    if len(bare) > 80 or not bare or shown[-1] in ".;," or not bare[0].isupper():
        return None
    return None if _HEADING_WORDS.sub("", bare) else determination_in(bare)


def _last_break(before: str) -> int:
    return max((m.end() for m in re.finditer(r"[;,]\s|[—–]\s|\s(?:and|but)\s", before)), default=0)


def _after_opening(shown: str) -> str:
    """What stands behind the clause that opens a sentence, at the comma that ends it."""
    first = shown.index(", ")
    rest = shown[first + 2 :]
    # "For pain, spasm, or weakness, X is ...": the commas of a list are not the end of the clause.
    if (
        last := re.match(r"(?:[^,]{1,60}, ){0,6}(?:and|or) [^,]{1,80}, ", rest)
    ) and last.end() < len(rest):
        return rest[last.end() :]
    return rest


def _tight(flat: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and flat[start] in " ,":
        start += 1
    while end > start and flat[end - 1] in " .,;:":
        end -= 1
    return Span(start, end)
