"""What the document is: its text, its evidence, its history and its dates."""

from __future__ import annotations

from bot.answer.evidence import Evidence
from bot.answer.topics import past
from bot.answer.topics.piece import Piece, cite, cite_field, section_named
from bot.answer.wording import day, listed, quoted
from bot.policy.model import Span

_LONGEST_QUOTE = 900


def description(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    found = section_named(evidence.version, "description", "background", "overview", "summary",
                          "introduction", "definition")  # fmt: skip
    if not found:
        return Piece(f"Policy {policy.number} has no description of the service.", stated=False)
    text, span = found
    span = Span(span.start, span.start + len(_within(text)))
    return Piece(
        f"Policy {policy.number} describes it so: {quoted(span.of(evidence.version.text))}",
        citations=(cite(evidence.version, span),),
    )


def _within(text: str) -> str:
    """The text, or its whole sentences within the length that can still be read in a chat."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    end = max(text.rfind(". ", 0, _LONGEST_QUOTE), text.rfind(".\n", 0, _LONGEST_QUOTE))
    return text[: end + 1] if end > 0 else text[:_LONGEST_QUOTE].rsplit(" ", 1)[0]


def references(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    if not policy.references:
        return Piece(f"Policy {policy.number} lists no references.", stated=False)
    lines = [f"{r.number}. {' '.join(r.text.split())}" for r in policy.references]
    count = len(lines)
    return Piece(
        f"Policy {policy.number} lists {count} reference{'s' if count > 1 else ''}:\n"
        + "\n".join(lines),
        citations=tuple(cite(evidence.version, r.span) for r in policy.references),
    )


def history(evidence: Evidence) -> Piece:
    period = evidence.question.circumstances.period
    policy = evidence.version.policy
    if period and period.first <= evidence.today:
        return past.at(evidence, period)
    if not policy.history:
        return Piece(f"Policy {policy.number} has no history on file.", stated=False)
    lines = [f"- {day(e.date)}: {quoted(e.text)}" for e in policy.history]
    return Piece(
        f"The history of policy {policy.number}, newest first:\n" + "\n".join(lines),
        citations=tuple(cite(evidence.version, e.span) for e in policy.history),
    )


def review_dates(evidence: Evidence) -> Piece:
    policy, version = evidence.version.policy, evidence.version
    said = []
    if policy.last_reviewed:
        said.append(f"was last reviewed in {day(policy.last_reviewed)}")
    if policy.original_date:
        said.append(f"has {day(policy.original_date)} as its original date")
    if policy.next_review and policy.no_further_review:
        said.append(f"shows {day(policy.next_review)} as its next review, apparently a placeholder")
    elif policy.next_review:
        said.append(f"is due for its next review in {day(policy.next_review)}")
    if policy.effective_from:
        said.append(f"states {day(policy.effective_from)} as its effective date")
    if not said:
        return Piece(f"Policy {policy.number} states no review dates.", stated=False)
    caveat = () if policy.effective_from else (
        "Review dates are not effective dates; the document states no effective date.",
    )  # fmt: skip
    return Piece(
        f"Policy {policy.number} {listed(said)}.",
        citations=cite_field(
            version, "last_reviewed", "original_date", "next_review", "effective_from"
        ),
        caveats=caveat,
    )


def policy_identity(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    said = [f"Policy {policy.number} is “{policy.title}”"]
    if policy.category:
        said.append(f"category {policy.category}")
    if policy.departments:
        said.append(f"department {listed(policy.departments)}")
    if policy.lines_of_business:
        said.append(f"for {listed(policy.lines_of_business)}")
    if policy.last_reviewed:
        said.append(f"last reviewed {day(policy.last_reviewed)}")
    citations = cite_field(
        evidence.version, "number", "title", "category", "departments", "last_reviewed"
    )
    return Piece(", ".join(said) + ".", citations=citations)
