"""Coverage, reason, criteria and diagnoses: what the policy holds, and why."""

from __future__ import annotations

from dataclasses import replace

from bot.answer.coded import CodeMention
from bot.answer.evidence import Evidence
from bot.answer.model import Citation, Position
from bot.answer.passages import passages
from bot.answer.periods import Period
from bot.answer.stand import Stand, described, rows_of
from bot.answer.topics.piece import Piece, cite, told
from bot.answer.wording import (
    NO_DECISION,
    bullets,
    considers,
    day,
    how_many,
    listed,
    lower_first,
    quoted,
)
from bot.policy.codeset import icd10cm
from bot.policy.model import Criteria, Policy, Statement


def coverage(evidence: Evidence) -> Piece:
    held = evidence.held
    if not held.statements:
        return _none_stated(evidence, held)
    said = [_position(evidence.version.policy, held)]
    if evidence.question.insists:
        said.insert(0, "The policy's position stays as it is written.")
    codes, citations = _codes(evidence)
    reason = _reason(held)
    return Piece(
        say="\n\n".join([*said, *codes]),
        position=position_of(held),
        reasoning=reason,
        criteria=criteria_of(held),
        citations=(*proof_of(evidence, held), *citations),
        caveats=(NO_DECISION, *_archived(evidence)),
    )


def _archived(evidence: Evidence) -> tuple[str, ...]:
    policy = evidence.version.policy
    if policy.no_further_review and not policy.next_review:
        return (f"Policy {policy.number} is archived or retired: it is reviewed no further.",)
    return ()


def reason(evidence: Evidence) -> Piece:
    held = evidence.held
    if not held.statements:
        return _none_stated(evidence, held)
    grounds = _reason(held)
    reasons = [s for s in held.statements if s.reason]
    if grounds:
        say = f"The policy's stated reason: {quoted(grounds)}."
    elif reasons:
        each = [f"- It {_reasoned(evidence.version.policy, s)}" for s in reasons]
        say = "\n".join(["The policy's stated reasons, each with its position:", *each])
    elif any(s.criteria for s in held.statements):
        say = "The policy gives no reason beside its criteria: the position depends on whether they are met."
    else:
        say = "The policy states its position without naming a reason."
    return Piece(
        say=say,
        position=position_of(held),
        reasoning=grounds,
        criteria=criteria_of(held),
        citations=proof_of(evidence, held),
    )


def criteria(evidence: Evidence) -> Piece:
    """What must be met; first of all what the policy says of the one thing that was asked about."""
    spans = passages(evidence.version, evidence.question.sought)
    piece = _criteria(evidence)
    if not spans:
        return piece
    said = told(evidence.version, spans)
    return replace(
        piece,
        say=f"{said.say}\n\n{piece.say}",
        stated=True,
        citations=(*said.citations, *piece.citations),
    )


def _criteria(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    held = evidence.held
    if not held.statements:
        return _none_stated(evidence, held)
    if any(s.criteria for s in held.statements):
        return Piece(
            say=_position(policy, held),
            position=position_of(held),
            criteria=criteria_of(held),
            citations=proof_of(evidence, held),
        )
    if any(s.determination == "medically_necessary" for s in held.statements):
        say = "The policy names no further criteria for this."
    else:
        say = f"The policy lists no criteria that could be met: it {holds(policy, held)}."
        if any(row.status == "all_diagnoses" for row in policy.codes):
            say = say.rstrip(".") + ", for all diagnoses."
    return Piece(say=say, position=position_of(held), citations=proof_of(evidence, held))


def diagnoses(evidence: Evidence) -> Piece:
    """Which diagnoses the policy lists, or what it says of the one that was named."""
    policy = evidence.version.policy
    held = evidence.held
    named, citations = _codes(evidence)
    position = position_of(held) if held.statements else None
    if named:
        said = [_position(policy, held)] if held.statements else []
        return Piece(
            "\n\n".join([*said, *named]),
            position=position,
            reasoning=_reason(held),
            criteria=criteria_of(held),
            citations=(*citations, *proof_of(evidence, held)),
        )
    rows = [row for row in policy.codes if row.system in ("ICD-10-CM", "ICD-9-DX")]
    every = [row for row in rows if row.status == "all_diagnoses"]
    single = [row for row in rows if row.status == "listed"]
    if every:
        words = quoted(every[0].description or cite(evidence.version, every[0].span).quote)
        say = f"The policy makes no exception for any diagnosis: its coding section says {words}."
    elif single:
        shown = [f"{r.code}–{r.code_end}" if r.code_end else str(r.code) for r in single]
        more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
        say = f"The policy lists these diagnosis codes: {', '.join(shown[:12])}{more}."
    else:
        say = "The policy lists no diagnosis codes."
        return Piece(say, stated=bool(held.statements), position=position,
                     citations=proof_of(evidence, held))  # fmt: skip
    shown_rows = tuple(every or single)
    return Piece(
        say,
        position=position,
        codes=shown_rows,
        citations=(
            *(cite(evidence.version, r.span) for r in shown_rows[:6]),
            *proof_of(evidence, held),
        ),
    )


def _none_stated(evidence: Evidence, held: Stand) -> Piece:
    policy = evidence.version.policy
    return Piece(
        f"Policy {policy.number} is on file, but states no position on whether "
        f"{lower_first(policy.title)} is medically necessary.",
        stated=False,
        position=Position(held.status),
    )


def position_of(held: Stand) -> Position:
    one = held.statements[0] if len({s.determination for s in held.statements}) == 1 else None
    return Position(held.status, one.wording if one else None)


def _reason(held: Stand) -> str | None:
    """The reason that all of the statements give: that of one is not said for another."""
    grounds = {s.reason for s in held.statements}
    return grounds.pop() if len(grounds) == 1 else None


def _reasoned(policy: Policy, statement: Statement) -> str:
    position = considers(statement.determination, _subject(policy, statement), statement.wording)
    return f"{position}: {quoted(statement.reason or statement.text)}."


def criteria_of(held: Stand) -> Criteria | None:
    """The criteria that decide: of the only statement with any, else of the only one that grants."""
    found = [s for s in held.statements if s.criteria]
    grants = [s for s in found if s.determination == "medically_necessary"]
    only = found if len(found) == 1 else grants
    return only[0].criteria if len(only) == 1 else None


def proof_of(evidence: Evidence, held: Stand) -> tuple[Citation, ...]:
    return tuple(cite(evidence.version, s.span) for s in held.statements)


def _subject(policy: Policy, statement: Statement) -> str:
    return lower_first(statement.subject or policy.title)


def holds(policy: Policy, held: Stand) -> str:
    return listed(
        [considers(s.determination, _subject(policy, s), s.wording) for s in held.statements]
    )


def _position(policy: Policy, held: Stand) -> str:
    """The position in sentences; with several statements, each in the policy's own words."""
    who = f"Policy {policy.number} ({policy.title})"
    if len(held.statements) == 1:
        return _single(who, policy, held)
    if held.settled:
        lead = f"{who} says of this:"
    else:
        lead = f"{who} takes more than one position; which one applies depends on the case:"
    return "\n".join([lead, *(f"- {_in_short(policy, s)}" for s in held.statements)])


def _single(who: str, policy: Policy, held: Stand) -> str:
    statement = held.statements[0]
    say = f"{who} {considers(statement.determination, _subject(policy, statement), statement.wording)}"
    if statement.criteria:
        verb = "when" if statement.determination == "medically_necessary" else "where"
        return f"{say} {verb} {how_many(statement.criteria)}:\n{bullets(statement.criteria)}"
    if statement.reason:
        return f"{say}. Its stated reason: {quoted(statement.reason)}."
    return f"{say}: {quoted(statement.text)}"


def _in_short(policy: Policy, statement: Statement) -> str:
    holds = considers(statement.determination, _subject(policy, statement), statement.wording)
    if statement.criteria:
        return f"It {holds} when {how_many(statement.criteria)}:\n{bullets(statement.criteria, 1)}"
    return f"It {holds}: {quoted(statement.text)}"


def _codes(evidence: Evidence) -> tuple[list[str], list[Citation]]:
    """What is known of each code that was named: of the code itself, and of the policy's row for it."""
    say: list[str] = []
    citations: list[Citation] = []
    for code in evidence.question.circumstances.codes:
        if code.system == "ICD-10-CM":
            sentence, cited = _diagnosis_itself(code, evidence.question.circumstances.period)
            say.append(sentence)
            citations += cited
        if code.system == "ICD-10-CM" and not code.valid:
            continue
        sentence, cited = _row_sentence(evidence, code)
        if say and code.system == "ICD-10-CM":
            say[-1] = f"{say[-1]} {sentence}"
        else:
            say.append(sentence)
        citations += cited
    return say, citations


def _diagnosis_itself(code: CodeMention, period: Period | None) -> tuple[str, list[Citation]]:
    known = icd10cm()
    if not code.valid:
        say = f"{code.code} is not a code in {known.edition}. Please check it."
        return say, [Citation("code_set", say)]
    description = described(code.code)
    quote = f"{code.code} {description} ({known.edition})"
    taken = f"I took “{code.named}” for {code.code} ({description}). " if code.named else ""
    change = known.changes(code.code)
    if code.billable:
        say = f"{taken}{code.code} is a valid, billable code in {known.edition}."
    elif change:
        new = listed(change.replaced_by)
        say = (
            f"{taken}{code.code} is not billable for dates of service from {day(change.on.isoformat())}"
            f"{f' ({new} took its place)' if new else ''}."
        )
        quote = f"{quote}; from {change.on.isoformat()}: {new or 'deleted'} ({change.source})"
    else:
        say = f"{taken}{code.code} is a valid category, but not billable by itself: it needs more characters."
    then = _billable_then(code, period)
    if period and then is not None and then != code.billable:
        verb = "was" if then else "was not"
        say += f" For {day(period.iso)} it {verb} billable."
        quote += f"; {verb} billable for {period.iso}"
    return say, [Citation("code_set", quote)]


def _billable_then(code: CodeMention, period: Period | None) -> bool | None:
    """Whether a code could be billed all through a period; None where no record tells, or it changed."""
    if period is None:
        return None
    first, last = (icd10cm().billable_on(code.code, on) for on in (period.first, period.last))
    return first if first == last else None


def _row_sentence(evidence: Evidence, code: CodeMention) -> tuple[str, list[Citation]]:
    policy = evidence.version.policy
    rows = rows_of(policy, code.system, code.code)
    cited = [cite(evidence.version, row.span) for row in rows[:3]]
    if any(row.status == "all_diagnoses" for row in rows):
        return "The policy's position is the same for all diagnoses.", cited
    if rows:
        row = rows[0]
        where = (
            f"in the range {row.code}–{row.code_end}" if row.code_end else "in its coding section"
        )
        under = (
            f", under {quoted(row.determination.replace('_', ' '))}" if row.determination else ""
        )
        return f"The policy lists {code.code} {where}{under}.", cited
    tied = [s for s in evidence.services if code.code in s.codes.get(code.system, ())]
    none = [r for r in policy.codes if r.system == code.system and r.status == "none_listed"]
    what = f"no {code.system} code" if none else f"no entry for {code.code}"
    cited += [cite(evidence.version, row.span) for row in none]
    if tied:
        cited.append(Citation("vocabulary", tied[0].quote()))
        return (
            f"The policy itself lists {what}; our vocabulary, not the policy, ties {code.code} to "
            f"{tied[0].name}.",
            cited,
        )
    if any(r.system == code.system for r in policy.codes):
        return f"The policy lists {what}.", cited
    return (
        f"The policy lists no {code.system} codes, so it says nothing of {code.code} by itself.",
        cited,
    )
