"""Refusals, as RFC 9457 problem details: a status and one clear sentence."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import NotOnFile, StoreUnavailable

_LOG = logging.getLogger(__name__)

_NO_STORE = "The records cannot be reached just now; please try again in a few seconds."

_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method; the Allow header names those it takes.",
}


class Problem(Exception):
    """Ends a request with a refusal. `detail` says what is wrong and what to do."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem_response(problem: Problem) -> Response:
    """The refusal as `application/problem+json`."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    return JSONResponse(
        body, problem.status, problem.headers, media_type="application/problem+json"
    )


async def refuse(_: Request, problem: Exception) -> Response:
    """Starlette's exception handler for `REFUSED`."""
    if isinstance(problem, Problem):
        return problem_response(problem)
    if isinstance(problem, NotOnFile):
        return problem_response(Problem(404, str(problem)))
    if isinstance(problem, HTTPException):
        sentence = _SENTENCES.get(problem.status_code, f"{problem.detail}.")
        return problem_response(Problem(problem.status_code, sentence, problem.headers))
    _LOG.error("%s", problem)
    return problem_response(Problem(503, _NO_STORE, {"Retry-After": "5"}))


REFUSED = (Problem, NotOnFile, StoreUnavailable, HTTPException)
