"""Prior authorization: what the payer's list says, and what the policy states instead."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answer.catalogue import PriorAuthorization
from bot.answer.evidence import Evidence
from bot.answer.model import Citation
from bot.answer.passages import matching
from bot.answer.topics.piece import Piece, told
from bot.answer.topics.position import holds, position_of, proof_of
from bot.answer.wording import NO_PROMISE, day, listed, reach

# The names by which policies speak of a prior authorization.
_SPEAKS_OF_IT = re.compile(
    r"\bprior\s+(?:authori[sz]ation|approval|review)|\bpre-?\s?(?:authori[sz]|certif|determin|service\s+review)|"
    r"\bauthori[sz]ation\s+(?:is|in\s+advance)|\bprecert\b",
    re.I,
)


def prior_auth(evidence: Evidence) -> Piece:
    policy = evidence.version.policy
    held = evidence.held
    position = position_of(held) if held.statements else None
    proof = proof_of(evidence, held)
    ask = f"Ask {reach(evidence.payer.contact('prior_authorization'))} whether one is needed."
    if evidence.authorizations and evidence.list_date:
        rows = evidence.authorizations
        listed_rows = [_row(row) for row in rows]
        return Piece(
            f"The prior-authorization list of {day(evidence.list_date.isoformat())} says: "
            + "; ".join(listed_rows)
            + ".",
            position=position,
            citations=(
                *(Citation("prior_auth_list", row.row, section=_list_name(row)) for row in rows),
                *proof,
            ),
            caveats=(NO_PROMISE,),
        )
    spoken = matching(evidence.version, _SPEAKS_OF_IT)
    if spoken:
        said = told(evidence.version, spoken)
        return replace(
            said, position=position, citations=(*said.citations, *proof), caveats=(NO_PROMISE,)
        )
    say = f"Policy {policy.number} does not state whether a prior authorization is required"
    if evidence.list_date:
        named = [c.code for c in evidence.question.circumstances.codes]
        what = f"for {listed(named)}" if named else "for its codes"
        say += f", and the prior-authorization list of {day(evidence.list_date.isoformat())} has no row {what}"
    else:
        say += ", and no prior-authorization list is on file"
    if held.statements and len(held.statements) == 1 and not held.statements[0].criteria:
        say += f". What it does state: it {holds(policy, held)}"
    return Piece(
        f"{say}.",
        stated=False,
        position=position,
        citations=proof,
        caveats=(NO_PROMISE,),
        next_steps=(ask,),
    )


def _row(row: PriorAuthorization) -> str:
    code = f"{row.code}–{row.code_end}" if row.code_end else row.code
    requirement = {
        "required": "prior authorization required",
        "not_required": "prior authorization not required",
        "conditional": "prior authorization conditional",
    }[row.requirement]
    extra = [x for x in (row.condition, row.reviewer and f"reviewed by {row.reviewer}",
                         row.line_of_business) if x]  # fmt: skip
    return f"{row.system} {code}: {requirement}{f' ({listed(extra)})' if extra else ''}"


def _list_name(row: PriorAuthorization) -> str:
    return f"Prior-authorization list of {row.list_date.isoformat()}"
