"""The statements of a policy: sentences that make a determination about a subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.policy import criteria as criteria_of
from bot.policy import headed
from bot.policy.blocks import Block, blocks_of, sentences
from bot.policy.lines import Line
from bot.policy.model import Determination, Finding, Span, Statement
from bot.policy.paragraphs import FAR, Paragraphs
from bot.policy.questions import Asked, answer


@dataclass(frozen=True, slots=True)
class Reading:
    """The statements of a section; `over` is for each of them the heading inside the section, if any."""

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    over: tuple[str | None, ...]


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
    reader = _Section(flat, text, about, firm)
    blocks = blocks_of(flat, lines, heads)
    if asked and blocks and reader.answers(blocks, asked):
        return reader.reading()
    if not implied or not blocks:
        reader.run(blocks)
        return reader.reading()
    first = headed.first(flat, blocks)
    reader.run(blocks[:first])
    if not reader.statements and first:
        reader.imply(blocks[:first], heading, implied)
    else:
        reader.left_over(blocks[:first], heading, implied)
    reader.run(blocks[first:])
    return reader.reading()


class _Section(Paragraphs):
    """Goes through the blocks of a section once, and through what its headings determine."""

    def reading(self) -> Reading:
        return Reading(tuple(self.statements), tuple(self.findings), tuple(self.over))

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
                self._since = FAR
                at += 1
            else:
                at += 1 + self._block(block, blocks[at + 1 : at + 1 + FAR])

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
        """The items under a heading about services which stand in none of its statements."""
        held = [statement.span for statement in self.statements]
        if determination == "medically_necessary" and not headed.names_services(heading):
            return
        for run in headed.left_over(self.flat, blocks, held):
            self._about_all(determination, heading, Span(run[0].span.start, run[-1].span.end), run)

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

    def _heading(self, blocks: Sequence[Block], at: int) -> Determination | None:
        """The determination of a heading inside the section ("Not Medically Necessary:")."""
        return headed.determination_of(self.flat, blocks[at]) if at + 1 < len(blocks) else None

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
