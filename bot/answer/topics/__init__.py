"""What a policy says on each topic: evidence in, one piece of an answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.answer.evidence import Evidence
from bot.answer.topics import authorization, coding, position, record, setting
from bot.answer.topics.piece import Piece

PIECES: Mapping[str, Callable[[Evidence], Piece]] = MappingProxyType(
    {
        "coverage": position.coverage,
        "reason": position.reason,
        "criteria": position.criteria,
        "diagnoses": position.diagnoses,
        "codes": coding.codes,
        "place_of_service": setting.place_of_service,
        "type_of_service": setting.type_of_service,
        "benefit_application": setting.benefit_application,
        "description": record.description,
        "references": record.references,
        "history": record.history,
        "review_dates": record.review_dates,
        "policy_identity": record.policy_identity,
        "prior_auth": authorization.prior_auth,
    }
)
