"""All that an answer may rest on, gathered before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.answer.catalogue import PriorAuthorization, Version
from bot.answer.parts import Question
from bot.answer.payer import Payer
from bot.answer.stand import Stand
from bot.answer.vocabulary import Service


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is on file for one question about a policy.

    `version` is the one that speaks for the question's date, and `held` where it stands; `services` are the vocabulary's entries for the
    policy's service; `list_date` is that of the prior-authorization list, None where there is none;
    `left_out` names the programs that were asked about and are not among those that the version is stated for.
    """

    question: Question
    version: Version
    held: Stand
    today: date
    payer: Payer
    services: tuple[Service, ...] = ()
    authorizations: tuple[PriorAuthorization, ...] = ()
    list_date: date | None = None
    left_out: tuple[str, ...] = ()
