"""Reading what a client sent: the JSON object of a request, and what a provider said in it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn, get_args

from starlette.requests import Request

from bot.store.conversations import Circumstances
from bot.store.standing import MemberKind
from bot.web.problems import Problem

MAX_BODY = 64 * 1024
BODY_S = 30.0
MAX_TEXT = 4_000
MAX_PAYLOAD = 4_000
MAX_CLIENT_ID = 200
MAX_REASON = 500
MAX_OPINION = 1_000
MAX_ID = 128

# What people write of a number, an extension too, but no words beside it.
PHONE = r"^[0-9+()./#*, -]{7,}( ?(x|ext\.?|extension) ?[0-9]{1,8})?$"
MAX_PHONE = 40
_FEWEST_DIGITS = 7
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


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish for a person: why, and the number to call where a call is wanted."""

    reason: str | None = None
    call_back: str | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a provider says of a reply."""

    message_id: str
    helpful: bool
    reason: str | None = None
    person: bool = False


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the request; `{}` for an empty body.

    Raises `Problem` as `read_body` does, 415 for another content type, 400 for what is no JSON, 422 for JSON
    that is no object.
    """
    raw = await read_body(request)
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


async def read_body(request: Request) -> bytes:
    """What came with the request. Raises `Problem`: 408 when it takes too long, 413 over `MAX_BODY`."""
    too_large = Problem(413, f"The body is larger than {MAX_BODY // 1024} KiB.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BODY:
        raise too_large

    async def whole() -> bytes:
        raw = b""
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > MAX_BODY:
                raise too_large
        return raw

    try:
        return await asyncio.wait_for(whole(), BODY_S)
    except asyncio.TimeoutError:
        raise Problem(408, "The body came too late.", {"Connection": "close"}) from None


def what_was_said(body: dict[str, Any]) -> Typed | Pressed:
    """The message in a request's object. Raises `Problem` 422 for any other shape."""
    _only(body, ("text", "payload", "client_id"))
    if "text" in body and "payload" in body:
        raise Problem(422, "Send either text or payload, not both.")
    client_id = _string(body, "client_id", MAX_CLIENT_ID) if "client_id" in body else None
    if "payload" in body:
        return Pressed(_string(body, "payload", MAX_PAYLOAD), client_id)
    return Typed(_string(body, "text", MAX_TEXT), client_id)


def what_was_typed(body: Mapping[str, Any], field: str) -> Typed:
    """The text in a field of an object. Raises `Problem` 422 where it is none that is taken."""
    return Typed(_string(body, field, MAX_TEXT))


def what_is_wished(body: dict[str, Any]) -> Wish:
    """The wish in a request's object. Raises `Problem` 422 for any other shape."""
    _only(body, ("reason", "call_back"))
    number = _optional(body, "call_back", MAX_PHONE)
    if number is not None:
        number = number.strip()
        digits = sum(letter.isdigit() for letter in number)
        if not re.fullmatch(PHONE, number) or digits < _FEWEST_DIGITS:
            raise Problem(422, "The field call_back must be a phone number of 7 digits or more.")
    return Wish(_optional(body, "reason", MAX_REASON), number)


def what_is_thought(body: dict[str, Any]) -> Opinion:
    """The opinion of a reply in a request's object. Raises `Problem` 422 for any other shape."""
    _only(body, ("message_id", "helpful", "reason", "person"))
    return Opinion(
        _string(body, "message_id", MAX_ID),
        _truth(body, "helpful"),
        _optional(body, "reason", MAX_OPINION),
        _truth(body, "person", False),
    )


def what_changed(body: dict[str, Any]) -> Circumstances:
    """The circumstances in a request's object. Raises `Problem` 422 for any other shape."""
    _only(body, ("member_kind", "date_of_service"))
    changed = Circumstances()
    if "member_kind" in body:
        changed["member_kind"] = _kind(body["member_kind"])
    if "date_of_service" in body:
        changed["date_of_service"] = _day(body["date_of_service"])
    return changed


def _kind(value: object) -> MemberKind | None:
    kinds = get_args(MemberKind)
    if value is not None and value not in kinds:
        raise Problem(422, f"The field member_kind must be null or one of {', '.join(kinds)}.")
    return value  # type: ignore[return-value]


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Problem(422, "The field date_of_service must be null or a date such as 2026-02-03.")


def _only(body: dict[str, Any], known: Collection[str]) -> None:
    if any(key not in known for key in body):
        raise Problem(422, f"Send only {', '.join(known)}; no other field is taken.")


def _truth(body: dict[str, Any], field: str, default: bool | None = None) -> bool:
    value = body.get(field, default)
    if not isinstance(value, bool):
        raise Problem(422, f"The field {field} must be true or false.")
    return value


def _optional(body: dict[str, Any], field: str, limit: int) -> str | None:
    return _string(body, field, limit) if body.get(field) is not None else None


def _string(body: Mapping[str, Any], field: str, limit: int) -> str:
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
