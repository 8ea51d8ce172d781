"""The interface as an OpenAPI 3.1 document, from the same numbers and shapes that the code checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, get_args

from bot.store.standing import MemberKind, Outcome, Reason, State
from bot.web import body
from bot.web.query import MAX_NUMBER

Json = dict[str, Any]

_SCHEMAS: Final = Path(__file__).resolve().parent.parent / "schemas"
_PATH: Final = "/api/v1/conversations/{id}"
# Something else than blanks, and no NUL.
_WORDS: Final = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
# How a body can be refused.
_BODY: Final = (400, 408, 413, 415, 422)


@cache
def document() -> Json:
    """The document; the same object each time, so do not change it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Policy assistant",
            "version": version("bot"),
            "description": "Answers providers' questions about medical policies.",
        },
        "paths": {path: dict(methods) for path, methods in _paths().items()},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token that came with the conversation.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "staff",
                    "description": "The session of staff; behind TLS the cookie is __Host-staff.",
                },
            },
        },
    }


def _paths() -> Mapping[str, Mapping[str, Json]]:
    whole = _ref("Whole")
    return {
        "/api/v1/conversations": {
            "post": _call(
                "start",
                "Begins a conversation.",
                {201: ("The conversation and its only key.", _ref("Started"))},
                refused=(403, *_BODY),
                takes=_object({}),
                optional=True,
                parameters=[
                    _header("X-Site-Key", "The key of the site, for a page of another origin.")
                ],
            )
        },
        _PATH: {"get": _own("status", "How the conversation stands.", whole)},
        f"{_PATH}/messages": {
            "get": _own(
                "messages",
                "What was said, all of it or what came after a message.",
                _ref("Transcript"),
                (422,),
                parameters=[_number("after", "The seq of the last message that is known.")],
            ),
            "post": _own(
                "say",
                "Says something, and gives the replies.",
                _ref("Replies"),
                _BODY,
                takes=_ref("Said"),
            ),
        },
        f"{_PATH}/events": {
            "get": _own(
                "events",
                "The live feed: events `message`, with a Message, and `state`, with a Status.",
                None,
                (422, 503),
                parameters=[
                    _number("after", "The number of the last event that is known."),
                    _header("Last-Event-ID", "The same; counts where both are given."),
                ],
            )
        },
        f"{_PATH}/person": {
            "post": _own(
                "askForPerson",
                "Asks for a person, or to be called back.",
                whole,
                _BODY,
                takes=_ref("Wish"),
                optional=True,
            ),
            "delete": _own("leavePerson", "Leaves the queue, or the person.", whole),
        },
        f"{_PATH}/feedback": {
            "post": _own(
                "giveFeedback",
                "Says whether a reply helped.",
                whole,
                _BODY,
                takes=_ref("Opinion"),
            )
        },
        f"{_PATH}/circumstances": {
            "put": _own(
                "setCircumstances",
                "Whose member it is, and the date of service.",
                whole,
                _BODY,
                takes=_ref("Circumstances"),
                optional=True,
            )
        },
        "/api/v1/policies/{version}": {
            "get": _call(
                "policy",
                "A policy version that answers cite, with its whole text.",
                {200: ("The version.", _ref("Version"))},
                refused=(404,),
                parameters=[_in_path("version", "As an answer's `policy.version` names it.")],
            )
        },
        "/api/v1/decisions/{id}": {
            "get": _call(
                "decision",
                "An answer as it was given; for staff who have signed in.",
                {200: ("The answer.", _ref("Answer"))},
                refused=(401, 403, 404, 410),
                parameters=[_in_path("id", "The reference number.")],
            )
            | {"security": [{"session": []}]}
        },
        "/api/v1/openapi.json": {
            "get": _call(
                "interface", "This document.", {200: ("It.", {"type": "object"})}, limits=()
            )
        },
        "/healthz": {
            "get": _call(
                "health", "Whether the server is alive.", {200: ("It is.", _state())}, limits=()
            )
        },
        "/readyz": {
            "get": _call(
                "readiness",
                "Whether it is ready to answer.",
                {200: ("It is.", _state())},
                limits=(503,),
            )
        },
    }


def _call(
    name: str,
    says: str,
    answers: Mapping[int, tuple[str, Json | None]],
    refused: tuple[int, ...] = (),
    takes: Json | None = None,
    optional: bool = False,
    parameters: list[Json] | None = None,
    limits: tuple[int, ...] = (429, 503),
) -> Json:
    call: Json = {"operationId": name, "summary": says}
    if parameters:
        call["parameters"] = parameters
    if takes is not None:
        call["requestBody"] = {
            "required": not optional,
            "content": {"application/json": {"schema": takes}},
        }
    responses: Json = {
        str(status): {"description": what, "content": _content(schema)}
        for status, (what, schema) in answers.items()
    }
    for status in sorted({*refused, *limits}):
        responses[str(status)] = {
            "description": _REFUSALS[status],
            "content": {"application/problem+json": {"schema": _ref("Problem")}},
        }
    call["responses"] = responses
    return call


def _own(
    name: str,
    says: str,
    gives: Json | None,
    refused: tuple[int, ...] = (),
    takes: Json | None = None,
    optional: bool = False,
    parameters: list[Json] | None = None,
) -> Json:
    """A call of one conversation, with its token."""
    call = _call(
        name,
        says,
        {200: ("Done.", gives)},
        (401, 404, *refused),
        takes,
        optional,
        [_in_path("id", "The conversation."), *(parameters or [])],
    )
    return call | {"security": [{"token": []}]}


def _content(schema: Json | None) -> Json:
    if schema is None:
        return {"text/event-stream": {"schema": {"type": "string"}}}
    return {"application/json": {"schema": schema}}


_REFUSALS: Final[Mapping[int, str]] = {
    400: "No JSON.",
    401: "No token, or a broken one; of staff, no session.",
    403: "A page of an origin that may not call, or without its site key; of staff, another role.",
    404: "Nothing of that name, or not of this token.",
    408: "The body took too long.",
    410: "Its text was taken away, as its time was over.",
    413: "A body over 64 KiB.",
    415: "Another content type than application/json.",
    422: "Another shape than this.",
    429: "Too often, or too many at once; Retry-After says when to come again.",
    503: "Still starting, or too much to do; Retry-After says when to come again.",
}


def _schemas() -> Json:
    policy = json.loads((_SCHEMAS / "policy.schema.json").read_text(encoding="utf-8"))
    answer = json.loads((_SCHEMAS / "answer.schema.json").read_text(encoding="utf-8"))
    parts = policy.pop("$defs") | answer.pop("$defs", {})
    shared = {"Answer": answer, "Policy": policy, **parts}
    return {name: _lifted(schema) for name, schema in shared.items()} | _own_schemas()


def _lifted(schema: Any) -> Any:
    """The schema with what it refers to among the document's components."""
    if isinstance(schema, list):
        return [_lifted(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"#/components/schemas/{value.rpartition('/')[2]}"
        if name == "$ref"
        else _lifted(value)
        for name, value in schema.items()
        if name not in ("$schema", "$id")
    }


def _own_schemas() -> Json:
    reply = {"status": _ref("Status"), "last_event": _COUNT}
    messages = {"type": "array", "items": _ref("Message")}
    button = _object({"title": _TEXT, "payload": _TEXT}, ("title", "payload"))
    message = {
        "id": _TEXT,
        "seq": {"type": "integer", "minimum": 1},
        "sender": {"enum": ["provider", "bot", "agent"]},
        "text": _TEXT,
        "buttons": {"type": "array", "items": button},
        "answer": {"oneOf": [_ref("Answer"), {"type": "null"}]},
        "at": {"type": "string", "format": "date-time"},
    }
    status = {
        "state": {"enum": list(get_args(State))},
        "reason": {"enum": [*get_args(Reason), None]},
        "place": {"type": ["integer", "null"], "minimum": 1},
        "call_back": _TRUTH,
        "person": _TEXT_OR_NULL,
        "outcome": {"enum": [*get_args(Outcome), None]},
        "open": {"type": ["boolean", "null"]},
        "hours": _TEXT_OR_NULL,
        "phone": _TEXT_OR_NULL,
        "circumstances": _required(_circumstances()),
        "feedback": {"type": "object", "additionalProperties": _TRUTH},
    }
    problem = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}
    client_id = _words(body.MAX_CLIENT_ID)
    said = (("text", body.MAX_TEXT), ("payload", body.MAX_PAYLOAD))
    return {
        "Started": _required({"conversation_id": _TEXT, "token": _TEXT}),
        "Said": {
            "oneOf": [
                _object({field: _words(limit), "client_id": client_id}, (field,))
                for field, limit in said
            ]
        },
        "Wish": _object(
            {
                "reason": _words(body.MAX_REASON, or_null=True),
                "call_back": {
                    "type": ["string", "null"],
                    "maxLength": body.MAX_PHONE,
                    "pattern": body.PHONE,
                    "description": "A phone number of 7 digits or more.",
                },
            }
        ),
        "Opinion": _object(
            {
                "message_id": _words(body.MAX_ID),
                "helpful": _TRUTH,
                "reason": _words(body.MAX_OPINION, or_null=True),
                "person": _TRUTH,
            },
            ("message_id", "helpful"),
        ),
        "Circumstances": _object(_circumstances()),
        "Message": {
            **_required(message),
            "properties": {**message, "name": _TEXT, "client_id": _TEXT},
        },
        "Status": _required(status),
        "Whole": _required(reply),
        "Transcript": _required({"messages": messages, **reply}),
        "Replies": _required({"messages": messages, "received": _TEXT, **reply}),
        "Version": {
            "allOf": [_ref("Policy")],
            "type": "object",
            "required": ["text"],
            "properties": {"text": _TEXT},
        },
        "Problem": _required(problem),
    }


_TEXT: Final[Json] = {"type": "string"}
_TEXT_OR_NULL: Final[Json] = {"type": ["string", "null"]}
_TRUTH: Final[Json] = {"type": "boolean"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER}


def _circumstances() -> Json:
    return {
        "member_kind": {"enum": [*get_args(MemberKind), None]},
        "date_of_service": {"type": ["string", "null"], "format": "date"},
    }


def _words(limit: int, or_null: bool = False) -> Json:
    kind: Any = ["string", "null"] if or_null else "string"
    return {"type": kind, "minLength": 1, "maxLength": limit, "pattern": _WORDS}


def _object(properties: Json, required: tuple[str, ...] = ()) -> Json:
    made: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": list(required)} if required else {})


def _required(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _state() -> Json:
    return _required({"status": _TEXT})


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _in_path(name: str, says: str) -> Json:
    shape = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": says, "schema": shape}


def _number(name: str, says: str) -> Json:
    return {"name": name, "in": "query", "description": says, "schema": _COUNT}


def _header(name: str, says: str) -> Json:
    return {"name": name, "in": "header", "description": says, "schema": _TEXT}
