"""Reading what a client sent: the JSON object of a request, and what a provider said in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import Request

from bot.web.problems import Problem

MAX_BODY = 64 * 1024
MAX_TEXT = 4_000
MAX_PAYLOAD = 4_000
MAX_CLIENT_ID = 200

_FIELDS = ("text", "payload", "client_id")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that the provider typed."""

    text: str
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """The payload of a button; whether it was offered is for the conversation to say."""

    payload: str
    client_id: str | None = None


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the request; `{}` for an empty body.

    Raises `Problem`: 413 over `MAX_BODY`, 415 for another content type, 400 for what is no JSON,
    422 for JSON that is no object.
    """
    raw = await _read(request)
    if not raw:
        return {}
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Problem(415, "Send JSON, with the header Content-Type: application/json.")
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    # A number of thousands of digits is a ValueError too, and deep nesting a RecursionError.
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not valid JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise Problem(422, 'Send a JSON object, such as {"text": "..."}.')
    return value


def what_was_said(body: dict[str, Any]) -> Typed | Pressed:
    """The message in a request's object. Raises `Problem` 422 for any other shape."""
    unknown = next((key for key in body if key not in _FIELDS), None)
    if unknown is not None:
        raise Problem(422, "Send only text or payload, and client_id; no other field is taken.")
    if "text" in body and "payload" in body:
        raise Problem(422, "Send either text or payload, not both.")
    client_id = _string(body, "client_id", MAX_CLIENT_ID) if "client_id" in body else None
    if "payload" in body:
        return Pressed(_string(body, "payload", MAX_PAYLOAD), client_id)
    return Typed(_string(body, "text", MAX_TEXT), client_id)


def _string(body: dict[str, Any], field: str, limit: int) -> str:
    value = body.get(field)
    if value is None:
        raise Problem(422, f"The field {field} is missing.")
    if not isinstance(value, str):
        raise Problem(422, f"The field {field} must be a string.")
    if _SURROGATE.search(value) or "\0" in value:
        raise Problem(422, f"The field {field} holds a NUL or half of a surrogate pair.")
    if not value.strip():
        raise Problem(422, f"The field {field} is blank.")
    if len(value) > limit:
        raise Problem(
            422, f"The field {field} is longer than {limit:,} characters; please shorten it."
        )
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


async def _read(request: Request) -> bytes:
    too_large = Problem(413, f"The body is larger than {MAX_BODY // 1024} KiB.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BODY:
        raise too_large
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise too_large
    return raw
