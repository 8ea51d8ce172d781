"""Refusals, as RFC 9457 problem details: a status and one clear sentence."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import NotOnFile

_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method; the Allow header names those it takes.",
    500: "Something went wrong on our side; please send it again.",
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
    """Starlette's exception handler for `Problem`, `NotOnFile`, its own `HTTPException`, and all that is left."""
    if isinstance(problem, Problem):
        return problem_response(problem)
    if isinstance(problem, NotOnFile):
        return problem_response(Problem(404, str(problem)))
    status, headers = 500, None
    if isinstance(problem, HTTPException):
        status, headers = problem.status_code, problem.headers
    sentence = _SENTENCES.get(status, HTTPStatus(status).phrase + ".")
    return problem_response(Problem(status, sentence, headers))
