"""What the store's commands print: readable lines, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.policy import wire

if TYPE_CHECKING:
    from bot.answer.catalogue import Version
    from bot.policy.model import Code, Criteria, Finding, Policy
    from bot.store.changes import Change
    from bot.store.decisions import Decision, Said
    from bot.store.finding import Hit
    from bot.store.policies import Summary
    from bot.store.verification import Verdict

Json = dict[str, Any]

_GONE: Final = "(its text was taken away)"

_FACTS: Final = (
    ("Category", "category"),
    ("Departments", "departments"),
    ("Lines of business", "lines_of_business"),
    ("Original date", "original_date"),
    ("Last reviewed", "last_reviewed"),
    ("Next review", "next_review"),
    ("Effective from", "effective_from"),
    ("Effective to", "effective_to"),
    ("Type of service", "type_of_service"),
    ("Place of service", "place_of_service"),
    ("Source", "source_url"),
)


def version(version: Version) -> Iterator[str]:
    """A stored version: when it held, then the policy."""
    until = f" until {_moment(version.on_file_to)}" if version.on_file_to else ""
    retired = ", retired" if version.retired else ""
    yield f"Version {_edition(version)}, on file from {_moment(version.on_file_from)}{until}{retired}"
    yield ""
    yield from policy(version.policy)
    yield from warnings(version.policy.warnings)


def version_json(version: Version) -> Json:
    return {
        **wire.to_json(version.policy),
        "version": version.id,
        "on_file_from": version.on_file_from.isoformat(),
        "on_file_to": version.on_file_to.isoformat() if version.on_file_to else None,
        "retired": version.retired,
        "text": version.text,
    }


def policy(policy: Policy) -> Iterator[str]:
    """The facts of a policy, in the order in which people ask for them."""
    yield f"{policy.number}  {policy.title}"
    for label, name in _FACTS:
        value = getattr(policy, name)
        if value:
            said = ", ".join(value) if isinstance(value, tuple) else value
            placeholder = name == "next_review" and policy.no_further_review
            yield f"  {label}: {said}{' (no further review)' if placeholder else ''}"
    for statement in policy.statements:
        yield ""
        yield f"  {_words(statement.determination)}: {statement.subject or policy.title}"
        yield f"    {_one_line(statement.text if statement.criteria is None else statement.wording)}"
        if statement.criteria is not None:
            yield from _criteria(statement.criteria, "    ")
    if not policy.statements:
        yield "  No determination was found in this document."
    if policy.codes:
        yield ""
        yield from (f"  {_code(code)}" for code in policy.codes)
    for entry in policy.history:
        yield f"  {entry.date}: {_one_line(entry.text)}"


def warnings(found: Iterable[Finding]) -> Iterator[str]:
    for warning in found:
        where = f"line {warning.line}: " if warning.line is not None else ""
        yield f"           warning: {where}{warning.message}"


def summaries(found: Sequence[Summary]) -> Iterator[str]:
    wide = max(len(one.number) for one in found)
    for one in found:
        lines = f"  [{', '.join(one.lines_of_business)}]" if one.lines_of_business else ""
        yield f"{one.number:<{wide}}  {one.title}{lines}{'  (retired)' if one.retired else ''}"


def summary_json(one: Summary) -> Json:
    return {
        "number": one.number,
        "title": one.title,
        "version": one.version,
        "lines_of_business": list(one.lines_of_business),
        "on_file_from": one.on_file_from.isoformat(),
        "retired": one.retired,
    }


def changes(number: str, old: Version, new: Version, found: Sequence[Change]) -> Iterator[str]:
    yield f"{number}: {_edition(old)} → {_edition(new)}"
    for change in found:
        yield ""
        yield f"{change.what}: {change.name}"
        yield from (f"  - {line}" for line in (change.before or "").splitlines())
        yield from (f"  + {line}" for line in (change.after or "").splitlines())
    if not found:
        yield "Nothing of what was read changed."


def _edition(version: Version) -> str:
    lines = ", ".join(version.policy.lines_of_business)
    return f"{version.id} [{lines}]" if lines else version.id


def changes_json(number: str, old: Version, new: Version, found: Sequence[Change]) -> Json:
    return {
        "number": number,
        "from": old.id,
        "to": new.id,
        "changes": [
            {
                "what": change.what,
                "name": change.name,
                "before": change.before,
                "after": change.after,
            }
            for change in found
        ],
    }


def decisions(found: Iterable[Decision]) -> Iterator[str]:
    for one in found:
        yield f"{_moment(one.at)}  {one.id}  conversation {one.conversation}  {one.version}"
        yield f"  {_one_line(one.question or _GONE)}"


def decision(one: Decision, turn: Sequence[Said]) -> Iterator[str]:
    """One decision with the turn in which it was given."""
    yield f"Reference number  {one.id}"
    yield f"Given             {_moment(one.at)}"
    yield f"Conversation      {one.conversation}"
    yield f"Policy version    {one.version or 'none'}"
    yield f"Model             {one.model}"
    yield f"Sealed            {'not yet' if one.seal is None else f'in seal {one.seal}'}"
    yield ""
    if one.purged is not None:
        yield f"Its text was taken away on {_moment(one.purged)} (retention)."
    for said in turn:
        yield f"{said.sender}:"
        yield from (f"  {line}" for line in said.text.splitlines())


def decision_json(one: Decision) -> Json:
    return {
        "decision_id": one.id,
        "conversation_id": one.conversation,
        "version": one.version,
        "question": one.question,
        "answer": one.answer,
        "model": one.model,
        "at": one.at.isoformat(),
        "seal": one.seal,
        "purged": one.purged.isoformat() if one.purged else None,
    }


def verdict(found: Verdict, newly_sealed: int, head: str | None) -> Iterator[str]:
    """What a verification came to; the faults themselves are told apart."""
    gone = f", {found.purged} of them without their text" if found.purged else ""
    yield f"{found.decisions} decisions on record{gone}, under {found.seals} seals."
    for seal in found.purges[-1:]:
        if seal.purged_before is not None:
            yield f"Texts from before {_moment(seal.purged_before)} were purged on {_moment(seal.at)}."
    if found.unsealed:
        now = "and are now" if newly_sealed else "and were left so"
        yield f"{found.unsealed} were not sealed yet, {now}."
    if found.faults:
        yield f"The record is not as it was given: {len(found.faults)} faults."
    else:
        yield "The record is as it was given."
    yield f"Head {head or 'none yet'}"


def verdict_json(found: Verdict, newly_sealed: int, head: str | None) -> Json:
    return {
        "faults": list(found.faults),
        "decisions": found.decisions,
        "purged": found.purged,
        "unsealed": found.unsealed,
        "newly_sealed": newly_sealed,
        "seals": found.seals,
        "head": head,
    }


def hits(found: Sequence[Hit]) -> Iterator[str]:
    wide = max(len(one.number) for one in found)
    for one in found:
        yield f"{one.number:<{wide}}  {one.title}"
        yield f"{'':<{wide}}  {'; '.join(one.reasons)}"


def hit_json(one: Hit) -> Json:
    return {
        "number": one.number,
        "title": one.title,
        "score": one.score,
        "reasons": list(one.reasons),
    }


def _criteria(criteria: Criteria, indent: str) -> Iterator[str]:
    yield f"{indent}{criteria.logic} of:"
    for item in criteria.items:
        yield f"{indent}- {_one_line(item.text)}"
        if item.criteria is not None:
            yield from _criteria(item.criteria, indent + "  ")


def _code(code: Code) -> str:
    held = code.code or _words(code.status)
    held += f"–{code.code_end}" if code.code_end else ""
    said = [_words(code.determination)] if code.determination else []
    said += [_one_line(code.description)] if code.description else []
    return "  ".join([code.system, held, *said])


def _words(name: str) -> str:
    return name.replace("_", " ")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
