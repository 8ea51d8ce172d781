"""A turn of a conversation: what the provider said goes to the agent, and both go on record.

The collaborators are named here by what a turn asks of them. Calls to the store run in threads, so that
a slow disk does not hold up the other conversations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool

from bot.web.body import Pressed, Typed
from bot.web.order import Order
from bot.web.problems import Problem

Json = Mapping[str, Any]


class Result(Protocol):
    """What the agent made of a turn: the replies, and the thread to give back at the next one."""

    @property
    def replies(self) -> Sequence[Json]: ...
    @property
    def thread(self) -> Json: ...
    @property
    def understood(self) -> Json: ...


class Agent(Protocol):
    async def respond(self, conversation_id: str, text: str, thread: Json | None) -> Result: ...
    async def press(self, conversation_id: str, payload: str, thread: Json | None) -> Result: ...


class Before(Protocol):
    """What a turn starts from; `recorded` are its messages if this client_id had its turn already."""

    @property
    def thread(self) -> Json | None: ...
    @property
    def recorded(self) -> Sequence[Json] | None: ...


class Conversations(Protocol):
    def start(self) -> tuple[str, str]: ...
    def holds(self, conversation_id: str, token: str) -> bool: ...
    def before_turn(self, conversation_id: str, client_id: str | None) -> Before: ...
    def offered(self, conversation_id: str, payload: str) -> str | None: ...
    def record_turn(
        self, conversation_id: str, said: str, result: Result, client_id: str | None
    ) -> Sequence[Json]: ...
    def messages(self, conversation_id: str) -> Sequence[Json]: ...


@dataclass(frozen=True, slots=True)
class Turns:
    conversations: Conversations
    agent: Agent
    redact: Callable[[str], str]
    order: Order

    async def take(self, conversation_id: str, said: Typed | Pressed) -> Sequence[Json]:
        """The messages of this turn, the provider's first; the same ones for the same client_id.

        Raises `Problem` 422 for a button that was not offered.
        """
        store = self.conversations
        async with self.order.turn(conversation_id):
            before = await run_in_threadpool(store.before_turn, conversation_id, said.client_id)
            if before.recorded is not None:
                return before.recorded
            if isinstance(said, Pressed):
                title = await run_in_threadpool(store.offered, conversation_id, said.payload)
                if title is None:
                    raise Problem(422, "This payload was not offered in this conversation.")
                words = title
                result = await self.agent.press(conversation_id, said.payload, before.thread)
            else:
                words = await run_in_threadpool(self.redact, said.text)
                result = await self.agent.respond(conversation_id, words, before.thread)
            return await run_in_threadpool(
                store.record_turn, conversation_id, words, result, said.client_id
            )
