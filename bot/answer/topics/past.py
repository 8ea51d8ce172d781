"""A question about a past time: what was on file then, or what the history proves of it, or neither."""

from __future__ import annotations

from datetime import date

from bot.answer.evidence import Evidence
from bot.answer.periods import Period, bounds
from bot.answer.topics.piece import Piece, cite, cite_field
from bot.answer.topics.position import position_of, proof_of
from bot.answer.wording import day, listed, quoted
from bot.policy.model import HistoryEntry, Policy


def at(evidence: Evidence, period: Period) -> Piece:
    """What can be said of the policy in a period that began before today."""
    version, policy = evidence.version, evidence.version.policy
    on_file = version.on_file_from.date()
    if _in_effect(policy, period) and policy.effective_from:
        return _by_version(
            evidence, period, f"states {day(policy.effective_from)} as its effective date"
        )
    if on_file <= period.first:
        return _by_version(evidence, period, f"has been on file since {day(on_file.isoformat())}")
    if not policy.history:
        return Piece(f"{_not_on_file(policy, period)}, and it has no history.", stated=False)
    if period.last < min(bounds(e.date)[0] for e in policy.history):
        return _before_the_history(evidence, period)
    return _by_history(evidence, period)


def _not_on_file(policy: Policy, period: Period) -> str:
    return f"The text of policy {policy.number} as of {day(period.iso)} is not on file"


def _by_version(evidence: Evidence, period: Period, ground: str) -> Piece:
    version = evidence.version
    held = evidence.held
    return Piece(
        f"For {day(period.iso)}, the version on file speaks: it {ground}.",
        position=position_of(held) if held.statements else None,
        citations=(*cite_field(version, "effective_from", "number"), *proof_of(evidence, held)),
    )


def _before_the_history(evidence: Evidence, period: Period) -> Piece:
    version, policy = evidence.version, evidence.version.policy
    oldest = min(policy.history, key=lambda e: bounds(e.date)[0])
    say = (
        f"{_not_on_file(policy, period)}, and its history begins on {day(oldest.date)} "
        f"({quoted(oldest.text)}), so it does not show what the policy said then."
    )
    if policy.original_date:
        say += f" The document gives {day(policy.original_date)} as its original date."
    return Piece(say, citations=(cite(version, oldest.span), *cite_field(version, "original_date")))


def _by_history(evidence: Evidence, period: Period) -> Piece:
    """The entries of the period, and whether all from then on leave the policy's intent as it was."""
    version, policy = evidence.version, evidence.version.policy
    held = evidence.held
    within = [e for e in policy.history if _touches(e, period)]
    since = [*within, *(e for e in policy.history if bounds(e.date)[0] > period.last)]
    citations = tuple(cite(version, e.span) for e in since)
    say = _not_on_file(policy, period)
    if within:
        told = listed([f"{day(e.date)} ({quoted(e.text)})" for e in within])
        say += f". Its history records for that time: {told}."
    else:
        say += ", and its history has no entry for that time."
    if not since:
        newest = max(policy.history, key=lambda e: bounds(e.date)[0])
        say += (
            f" The latest entry is of {day(newest.date)} ({quoted(newest.text)}); no change after it is "
            "recorded, so the position was the one that stands now."
        )
        return Piece(
            say,
            position=position_of(held) if held.statements else None,
            citations=(cite(version, newest.span), *proof_of(evidence, held)),
        )
    unsure = [e for e in since if e.changes_intent is not False]
    if unsure:
        told = listed([f"{day(e.date)} says {quoted(e.text)}" for e in unsure[:3]])
        say += f" Whether the position was the same then, the history does not prove: {told}."
        return Piece(say, citations=citations)
    newest = max(since, key=lambda e: bounds(e.date)[0])
    say += f" Each entry from then to {day(newest.date)} records no change to policy intent"
    if not held.statements:
        return Piece(f"{say}.", citations=citations)
    say += ", so the position was the one that stands now"
    if len(held.statements) == 1:
        say += f": {quoted(held.statements[0].text)}"
    return Piece(
        say if say.endswith("”") else f"{say}.",
        position=position_of(held),
        citations=(*citations, *proof_of(evidence, held)),
    )


def _touches(entry: HistoryEntry, period: Period) -> bool:
    first, last = bounds(entry.date)
    return first <= period.last and last >= period.first


def _in_effect(policy: Policy, period: Period) -> bool:
    if not policy.effective_from:
        return False
    until = bounds(policy.effective_to)[1] if policy.effective_to else date.max
    return bounds(policy.effective_from)[0] <= period.first and period.last <= until
