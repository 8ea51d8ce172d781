"""Rasa's REST channel: `{"sender", "message"}` in, a list of messages out."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.body import read_object
from bot.web.entrance import Entrance
from bot.web.problems import Problem
from bot.web.rasa import buttons, conversation_of, session_of, take
from bot.web.routes import route

# What Rasa's clients send beside sender and message; nothing here is for a client to say.
_PASSED_OVER = ("metadata", "input_channel")


class RasaRest:
    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    def routes(self) -> list[Route]:
        return [
            route("/webhooks/rest/", GET=self.health),
            route("/webhooks/rest/webhook", POST=self.webhook),
        ]

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse({"status": "ok"})

    async def webhook(self, request: Request) -> Response:
        service = self._entrance.admit(request)
        body = {k: v for k, v in (await read_object(request)).items() if k not in _PASSED_OVER}
        sender = body.pop("sender", None)
        session = sender
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and isinstance(sender, str) and "." not in sender:
            session = session_of(sender, token.strip())
        conversation = await conversation_of(self._entrance, service, session)
        if conversation is None:
            raise Problem(
                401,
                "The sender must be CONVERSATION.TOKEN, or CONVERSATION with the token as Authorization: Bearer"
                " TOKEN: begin with POST /api/v1/conversations.",
                {"WWW-Authenticate": "Bearer"},
            )
        if set(body) - {"message"}:
            raise Problem(422, "Send only sender and message.")
        taken = await take(self._entrance, service, conversation, body)
        return JSONResponse([_reply(sender, message) for message in taken.replies])


def _reply(sender: object, message: Any) -> dict[str, Any]:
    reply = {"recipient_id": sender, "text": message["text"]}
    offered = buttons(message)
    return reply | {"buttons": offered} if offered else reply
