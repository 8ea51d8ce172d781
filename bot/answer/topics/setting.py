"""Where and under which contract: place of service, type of service, benefit application."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answer.evidence import Evidence
from bot.answer.model import Citation
from bot.answer.naming import SMALL
from bot.answer.passages import passages
from bot.answer.tokens import stems
from bot.answer.topics.piece import Piece, cite, cite_field, told
from bot.answer.topics.position import holds, position_of, proof_of
from bot.answer.vocabulary import Place
from bot.answer.wording import listed, quoted, reach
from bot.policy.model import Policy


def place_of_service(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    held = evidence.held
    position = position_of(held) if held.statements else None
    proof = proof_of(evidence, held) if held.statements else ()
    asked = evidence.question.circumstances.place
    notes = [row for row in policy.codes if row.status == "not_applicable"]
    cited = (*cite_field(evidence.version, "place_of_service"),
             *(cite(evidence.version, row.span) for row in notes))  # fmt: skip
    spoken = passages(evidence.version, _words_of_place(asked))
    if not policy.place_of_service and spoken:
        piece = told(evidence.version, spoken)
        return replace(piece, position=position, citations=(*piece.citations, *proof))
    if not policy.place_of_service:
        return Piece(
            f"Policy {policy.number} does not state a place of service.",
            stated=False,
            position=position,
            citations=proof,
        )
    stated = listed([quoted(place) for place in policy.place_of_service])
    said = [f"Policy {policy.number} gives as its place of service: {stated}."]
    if asked:
        said.append(_about_place(policy, asked))
        if asked.code:
            cited = (*cited, Citation("code_set", f"Place of service {asked.quote}"))
    said += [f"It adds: {quoted(row.description)}" for row in notes if row.description]
    if len(held.statements) == 1 and held.status != "conditional":
        said.append(f"Its position for the service: it {holds(policy, held)}.")
    return Piece(" ".join(said), position=position, citations=(*cited, *proof))


def _words_of_place(asked: Place | None) -> tuple[str, ...]:
    """The words (stems) by which a policy's text may speak of a place."""
    if asked is None:
        return ("inpatient", "outpatient")
    named = tuple(w for w in stems(asked.name) if w not in SMALL)
    return (asked.setting,) if asked.setting != "other" else named


def _about_place(policy: Policy, asked: Place) -> str:
    """Whether the place that was asked about is among those stated, and no more than that."""
    stated = [place.casefold() for place in policy.place_of_service]
    name = f"{asked.name} (place of service {asked.code})" if asked.code else asked.name
    if any(asked.name.casefold() in place or place in asked.name.casefold() for place in stated):
        return f"So {name} is a place that it names."
    if asked.setting != "other" and any(re.search(rf"\b{asked.setting}\b", p) for p in stated):
        return f"{name[0].upper()}{name[1:]} is an {asked.setting} setting."
    which = (
        f"{asked.setting} services"
        if asked.setting != "other"
        else f"services in this place ({name})"
    )
    return f"It does not say that {which} are covered."


def type_of_service(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    if not policy.type_of_service:
        return Piece(f"Policy {policy.number} does not state a type of service.", stated=False)
    return Piece(
        f"Policy {policy.number} files it under type of service {quoted(policy.type_of_service)}.",
        citations=cite_field(evidence.version, "type_of_service"),
    )


def benefit_application(evidence: Evidence) -> Piece:
    """Both cases, our member and another plan's, unless it was said whose member it is."""
    policy = evidence.version.policy
    held = evidence.held
    programs = evidence.question.circumstances.programs
    theirs = any(p.whose == "another_blue_plan" for p in programs)
    notes = policy.benefit_application
    home = (
        "For another Blue plan's member, that (home) plan's policies and authorization rules apply, "
        "so ask that plan."
    )
    if notes:
        words = " ".join(quoted(f"{n.text}") for n in notes)
        ours = (
            f"For our member, policy {policy.number} says: {words} "
            "Whether this member's contract does so is not something we can see."
        )
    else:
        ours = (
            f"For our member, policy {policy.number} has no section on benefit application; "
            "the member's contract governs benefits, which we cannot see."
        )
    other = [p.name for p in programs if p.whose in ("federal", "state", "another_payer")]
    said = [home, ours] if theirs else [ours, home]
    if other:
        said.append(f"It does not speak of {listed(other, 'or')}.")
    return Piece(
        " ".join(said),
        stated=bool(notes),
        position=position_of(held) if held.statements else None,
        citations=(*(cite(evidence.version, n.span) for n in notes), *proof_of(evidence, held)),
        next_steps=(
            f"Benefits of a member's contract: ask {reach(evidence.payer.contact('eligibility'))}.",
        ),
    )
