"""Which codes the policy lists, in each system, and what it says instead of codes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.evidence import Evidence
from bot.answer.model import Citation
from bot.answer.topics.piece import Piece, cite, cite_field
from bot.answer.wording import LABELS, NO_BILLING_ADVICE, listed, quoted
from bot.policy.model import Code, CodeSystem

_SHOWN = 12
_SAID: dict[str, str] = {
    "CPT": "CPT",
    "HCPCS": "HCPCS",
    "ICD-10-CM": "ICD-10-CM diagnoses",
    "ICD-10-PCS": "ICD-10-PCS",
    "ICD-9-DX": "ICD-9 diagnoses",
    "ICD-9-PROC": "ICD-9 procedures",
}
_PROCEDURES: tuple[CodeSystem, ...] = ("CPT", "HCPCS")


def codes(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    asked = evidence.question.circumstances.systems
    rows = [row for row in policy.codes if not asked or row.system in asked]
    systems = list(dict.fromkeys(row.system for row in rows))
    missing = [system for system in asked if system not in systems]
    lines = [_line([r for r in rows if r.system == system], system) for system in systems]
    if missing:
        lines.append(f"It has no entry for {listed([_SAID[m] for m in missing], 'or')} codes.")
    citations = [cite(evidence.version, row.span) for row in rows[:_SHOWN]]
    tied, cited = _vocabulary(evidence, asked or _PROCEDURES, rows)
    caveats = list(cite_note(evidence))
    if any(system in (asked or _PROCEDURES) for system in _PROCEDURES):
        caveats.append(NO_BILLING_ADVICE)
    if not policy.codes:
        return Piece(
            f"Policy {policy.number} lists no codes.{f' {tied}' if tied else ''}",
            stated=bool(tied),
            citations=cited,
            caveats=(NO_BILLING_ADVICE,),
        )
    say = f"What policy {policy.number} ({policy.title}) lists:\n" + "\n".join(
        f"- {x}" for x in lines
    )
    return Piece(
        f"{say}\n{tied}" if tied else say,
        codes=tuple(rows),
        citations=(*citations, *cite_field(evidence.version, "code_note"), *cited),
        caveats=tuple(caveats),
    )


def cite_note(evidence: Evidence) -> tuple[str, ...]:
    note = evidence.version.policy.code_note
    return (f"The policy's note on its codes: {quoted(note)}",) if note else ()


def _line(rows: Sequence[Code], system: CodeSystem) -> str:
    said = []
    if any(row.status == "none_listed" for row in rows):
        said.append("no code")
    said += [f"for all diagnoses: {quoted(r.description)}" if r.description else "all diagnoses"
             for r in rows if r.status == "all_diagnoses"]  # fmt: skip
    said += [f"not applicable: {quoted(r.description)}" if r.description else "not applicable"
             for r in rows if r.status == "not_applicable"]  # fmt: skip
    held = dict.fromkeys(row.determination for row in rows if row.status == "listed")
    for determination in held:
        of_it = [r for r in rows if r.status == "listed" and r.determination == determination]
        shown = [f"{r.code}–{r.code_end}" if r.code_end else str(r.code) for r in of_it]
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        under = f"listed as {LABELS[determination]}: " if determination else ""
        said.append(f"{under}{', '.join(shown[:_SHOWN])}{more}")
    return f"{_SAID[system]}: {'; '.join(said)}"


def _vocabulary(
    evidence: Evidence, systems: Sequence[CodeSystem], rows: Sequence[Code]
) -> tuple[str, tuple[Citation, ...]]:
    """The codes that the payer's vocabulary ties to the service, where the policy lists none."""
    listing = {row.system for row in rows if row.status == "listed"}
    sentences, citations = [], []
    for service in evidence.services:
        for system in systems:
            tied = service.codes.get(system, ())
            if tied and system not in listing:
                sentences.append(
                    f"Our vocabulary, not the policy, ties {system} {listed(tied)} to {service.name}."
                )
                citations.append(Citation("vocabulary", service.quote()))
    return " ".join(sentences), tuple(citations)
