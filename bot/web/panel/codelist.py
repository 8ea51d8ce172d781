"""Several codes at once, as they are pasted from a chart: each is asked about by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from bot.answer.coded import CodeMention
from bot.web.notices import with_notices
from bot.web.panel.office import Office

_LIKE_A_CODE: Final = re.compile(r"\b[A-Za-z]?\d[\dA-Za-z.]{2,7}\b")
_WORD: Final = re.compile(r"[a-z]{2,}")
# Words beside codes that do not make a question of their own.
_BESIDE: Final = frozenset(
    [
        "and",
        "are",
        "check",
        "code",
        "codes",
        "covered",
        "cpt",
        "cpts",
        "do",
        "does",
        "dx",
        "for",
        "hcpcs",
        "icd",
        "is",
        "list",
        "look",
        "me",
        "need",
        "or",
        "ok",
        "pa",
        "please",
        "prior",
        "auth",
        "procedure",
        "procedures",
        "the",
        "these",
        "those",
        "up",
        "we",
    ]
)
_FEWEST: Final = 2
_MOST: Final = 40


def pasted(office: Office, text: str) -> Sequence[CodeMention]:
    """The codes of a text that is a list of codes; empty for any other text."""
    if len(_LIKE_A_CODE.findall(text)) < _FEWEST:
        return ()
    links = office.linking().link(" , ".join(text.split()), date.today())
    codes = {(code.system, code.code): code for code in links.codes if not code.named}
    rest = _WORD.findall(_LIKE_A_CODE.sub(" ", text).lower())
    if len(codes) < _FEWEST or any(word not in _BESIDE for word in rest):
        return ()
    return list(codes.values())[:_MOST]


async def table(
    office: Office, conversation: str, codes: Sequence[CodeMention]
) -> list[dict[str, Any]]:
    """A row of each code: what the assistant says of it, and what the prior-authorization list says.

    Each is a turn on record; the call goes on afterwards where it was before.
    """
    turns, store = office.phone, office.store
    rows = []
    async with turns.order.turn(conversation):
        thread = (
            await run_in_threadpool(store.conversations.before_turn, conversation, None)
        ).thread
        for code in codes:
            asked = f"Is {code.code} covered?"
            result = await turns.agent.respond(conversation, asked, None)
            told = await run_in_threadpool(with_notices, result.replies, turns.pinned)
            kept = await run_in_threadpool(
                store.conversations.record_turn,
                conversation,
                None,
                asked,
                told,
                thread,
                turns.model_id,
                result.understood,
            )
            row = {
                "system": code.system,
                "code": code.code,
                "asked": asked,
                "messages": kept.replies,
            }
            listed = await run_in_threadpool(prior_authorization, office, code, date.today())
            rows.append(row | {"prior_auth": listed, "billable": code.billable})
    return rows


def prior_authorization(office: Office, code: CodeMention, on: date) -> Mapping[str, Any]:
    """What the list says of a code on a day; with no rows where it is not on it, or there is no list."""
    policies = office.store.policies
    dated = policies.prior_authorization_list()
    rows = policies.prior_authorizations(code.system, code.code, on) if dated else ()
    return {
        "list": dated and dated.isoformat(),
        "rows": [
            {
                "requirement": row.requirement,
                "condition": row.condition,
                "line_of_business": row.line_of_business,
            }
            for row in rows
        ],
    }
