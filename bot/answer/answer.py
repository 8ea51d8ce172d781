"""From a part of a message and the evidence for it to the Answer, and the words that say it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.answer.catalogue import Title
from bot.answer.evidence import Evidence
from bot.answer.model import (
    About,
    AboutCode,
    Answer,
    AppliesTo,
    Button,
    Citation,
    PolicyRef,
    Reply,
)
from bot.answer.parts import Assumption, Circumstances, Question
from bot.answer.topics import PIECES
from bot.answer.topics.piece import Piece
from bot.answer.wording import day, listed, lower_first, reach

_BUTTONS: dict[str, str] = {
    "coverage": "Policy position",
    "reason": "Why?",
    "criteria": "Criteria",
    "codes": "Codes",
    "place_of_service": "Place of service",
    "benefit_application": "BlueCard and benefits",
    "history": "History",
    "references": "References",
    "description": "What it is",
    "prior_auth": "Prior authorization?",
}
_MOST_BUTTONS = 4
# What is answered by where the policy stands, which a past time may change.
_POSITIONS = frozenset(
    ("coverage", "reason", "criteria", "diagnoses", "place_of_service", "prior_auth")
)
# The position comes first, whatever was asked beside it.
_ORDER = ("coverage", "reason", "criteria", "diagnoses", "history", "prior_auth", "codes")


def answer(evidence: Evidence, decision_id: str) -> Reply:
    """The reply to a question about one policy, with all of its topics.

    `decision_id` names the answer for later; it is used when the policy answers what was asked.
    """
    evidence = replace(evidence, question=_dated(evidence))
    question = evidence.question
    ordered = sorted(question.topics, key=lambda t: _ORDER.index(t) if t in _ORDER else len(_ORDER))
    pieces = [PIECES[topic](evidence) for topic in ordered]
    if "history" in question.topics and question.circumstances.period:
        # The position of today says nothing of a past date that the history does not prove.
        pieces = _of_the_past(ordered, pieces, evidence)
    stated = any(piece.stated for piece in pieces)
    position = next((p.position for p in pieces if p.position), None)
    policy = evidence.version.policy
    lead = _lead(evidence)
    steps = list(dict.fromkeys(step for piece in pieces for step in piece.next_steps))
    if not stated and not steps:
        contact = evidence.payer.contact_for(question.topics[0])
        steps.append(f"For what the policy does not state, ask {reach(contact)}.")
    caveats = list(dict.fromkeys(c for piece in pieces for c in piece.caveats))
    caveats += _left_out(evidence)
    if question.denied_claim:
        caveats.append(
            "Whether this policy was the reason for a denial, the claim's notice says; we cannot see claims."
        )
        steps.append(f"About a claim, ask {reach(evidence.payer.contact('claims'))}.")
    citations = _distinct(
        [*_assumed(question.assumption), *(c for p in pieces for c in p.citations)]
    )
    result = Answer(
        kind="answer" if stated else "not_in_policy",
        topics=question.topics,
        decision_id=decision_id if stated else None,
        as_of=evidence.today.isoformat(),
        policy=_ref(evidence),
        about=about(question.circumstances, policy.title),
        determination=position,
        reasoning=next((p.reasoning for p in pieces if p.reasoning), None),
        codes=tuple(dict.fromkeys(code for piece in pieces for code in piece.codes)),
        criteria=next((p.criteria for p in pieces if p.criteria), None),
        citations=citations,
        caveats=tuple(caveats),
        next_steps=tuple(steps),
        applies_to=_applies_to(evidence),
    )
    # Two topics may say the same of a code.
    said = list(dict.fromkeys(p for piece in pieces for p in piece.say.split("\n\n")))
    source = f"Source: {policy.number}, {policy.title}"
    sections = list(
        dict.fromkeys(c.section for c in citations if c.source == "policy" and c.section)
    )
    if sections:
        source += f", section{'s' if len(sections) > 1 else ''} {', '.join(sections)}"
    if policy.last_reviewed:
        source += f"; last reviewed {day(policy.last_reviewed)}"
    if policy.lines_of_business:
        source += f"; for {listed(policy.lines_of_business)}"
    text = "\n\n".join([*([lead] if lead else []), *said, *caveats, f"{source}.", *steps])
    return Reply(text, result, _follow_ups(evidence, question))


def _dated(evidence: Evidence) -> Question:
    """The question, asking for the history too where it wants the position of a time before this version's."""
    question, period = evidence.question, evidence.question.circumstances.period
    if (
        period is None
        or period.last >= min(evidence.version.on_file_from.date(), evidence.today)
        or not _POSITIONS & set(question.topics)
    ):
        return question
    return replace(question, topics=tuple(dict.fromkeys((*question.topics, "history"))))


def _of_the_past(topics: Sequence[str], pieces: Sequence[Piece], evidence: Evidence) -> list[Piece]:
    """Only what the history proves of the position, where the question is about a past time.

    What a version says that was superseded since is of its own time, and not of today.
    """
    until = evidence.version.on_file_to
    if until is not None and until.date() <= evidence.today:
        return list(pieces)
    proven = next(p.position for t, p in zip(topics, pieces, strict=True) if t == "history")
    kept: list[Piece] = []
    for topic, piece in zip(topics, pieces, strict=True):
        if topic == "history":
            kept.insert(0, piece)
        elif topic == "coverage":
            kept.append(
                replace(piece, say=f"Today: {lower_first(piece.say)}", position=proven)
                if proven
                else replace(piece, say=f"What is on file today: {piece.say}", position=None)
            )
        else:
            kept.append(replace(piece, position=piece.position if proven else None))
    return kept


def _ref(evidence: Evidence) -> PolicyRef:
    policy = evidence.version.policy
    return PolicyRef(policy.number, policy.title, evidence.version.id, policy.last_reviewed)


def about(circumstances: Circumstances, service: str | None) -> About:
    return About(
        service=service,
        codes=tuple(AboutCode(c.system, c.code, c.valid, c.billable) for c in circumstances.codes),
        place_of_service=circumstances.place.name if circumstances.place else None,
        as_of=circumstances.period.iso if circumstances.period else None,
    )


def _applies_to(evidence: Evidence) -> AppliesTo | None:
    lines = evidence.version.policy.lines_of_business
    return AppliesTo(line_of_business=", ".join(lines)) if lines else None


def _left_out(evidence: Evidence) -> list[str]:
    if not evidence.left_out:
        return []
    policy = evidence.version.policy
    return [
        f"Policy {policy.number} is stated for {listed(policy.lines_of_business)}; it does not say that it "
        f"speaks for {listed(evidence.left_out)}."
    ]


def _lead(evidence: Evidence) -> str:
    """What was assumed, said first: the provider must be able to object."""
    assumption, policy = evidence.question.assumption, evidence.version.policy
    if assumption is None:
        return ""
    if assumption.how == "code" and assumption.service:
        return (
            f"No policy lists {assumption.written}. Our vocabulary ties it to {assumption.service.name}, "
            f"the service of policy {policy.number}."
        )
    if assumption.how == "vocabulary" and assumption.service:
        return (
            f"I took “{assumption.written}” for {assumption.service.name}, as our vocabulary does."
        )
    if assumption.how == "number":
        return (
            f"I read {assumption.written} as the policy number {policy.number}, not as a CPT code."
        )
    if assumption.how == "misspelt":
        return ""
    if assumption.how in ("offered", "likely"):
        return f"I take it that you mean policy {policy.number}, {policy.title}."
    taken = f"I took “{assumption.written}” to mean policy {policy.number}, {policy.title}"
    return f"{taken}, whose text uses that name." if assumption.how == "text" else f"{taken}."


def _assumed(assumption: Assumption | None) -> list[Citation]:
    if assumption and assumption.service:
        return [Citation("vocabulary", assumption.service.quote(assumption.written))]
    return []


def _distinct(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citations))


def _follow_ups(evidence: Evidence, question: Question) -> tuple[Button, ...]:
    """What a provider tends to ask next, of what this policy can answer."""
    policy = evidence.version.policy
    there = {
        "coverage": bool(policy.statements),
        "reason": any(s.reason for s in policy.statements),
        "criteria": any(s.criteria for s in policy.statements),
        "codes": bool(policy.codes),
        "place_of_service": bool(policy.place_of_service),
        "benefit_application": bool(policy.benefit_application),
        "history": bool(policy.history),
        "references": bool(policy.references),
        "description": bool(policy.sections),
        "prior_auth": True,
    }
    offered = [t for t in _BUTTONS if there[t] and t not in question.topics]
    return tuple(press(t, _BUTTONS[t], policy.number) for t in offered[:_MOST_BUTTONS])


def press(need: str, title: str, number: str, topics: Sequence[str] = ()) -> Button:
    """A button that asks a need of a policy, in Rasa's form."""
    values = {"policy": number} | ({"topics": ",".join(topics)} if topics else {})
    return Button(title, f"/{need}{json.dumps(values)}")


def choices(titles: Sequence[Title], topics: Sequence[str]) -> tuple[Button, ...]:
    """One button for each policy that may be meant."""
    return tuple(press("inform", f"{t.number}: {t.title}", t.number, topics) for t in titles)
