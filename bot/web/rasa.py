"""What Rasa's channels have in common: the session is `CONVERSATION.TOKEN`, and messages have Rasa's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool

from bot.errors import Overloaded
from bot.store.conversations import Kept
from bot.store.transcript import Message
from bot.web.body import Pressed, Typed, what_was_typed
from bot.web.entrance import Entrance, Service
from bot.web.problems import Problem

_BUSY_S = 5


def session_of(conversation: str, token: str) -> str:
    return f"{conversation}.{token}"


async def conversation_of(entrance: Entrance, service: Service, session: object) -> str | None:
    """The conversation that a session is the key to; None for anything else."""
    if not isinstance(session, str):
        return None
    conversation, _, token = session.partition(".")
    return conversation if await entrance.is_key(service, conversation, token) else None


async def take(
    entrance: Entrance, service: Service, conversation: str, body: Mapping[str, Any]
) -> Kept:
    """The turn after a message in Rasa's form.

    Rasa's clients send a button's payload as if it was typed: it counts as pressed where it was offered, and
    is a text like any other where it was not. Raises `Problem` as the interface does.
    """
    entrance.spend(conversation)
    typed = what_was_typed(body, "message")
    said: Typed | Pressed = typed
    if typed.text.startswith("/"):
        store = service.turns.conversations
        if await run_in_threadpool(store.offered, conversation, typed.text) is not None:
            said = Pressed(typed.text)
    try:
        taken = await service.turns.take(conversation, said)
    except Overloaded as error:
        raise Problem(503, str(error), {"Retry-After": str(_BUSY_S)}) from None
    await service.bell.ring(conversation)
    return taken


def buttons(message: Message) -> list[dict[str, str]]:
    return [
        {"title": button["title"], "payload": button["payload"]} for button in message["buttons"]
    ]
