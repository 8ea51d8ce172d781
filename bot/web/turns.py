"""A turn of a conversation: what the provider said goes to the agent, and both go on record.

The collaborators are named here by what a turn asks of them. Calls to the store run in threads, so that
a slow disk does not hold up the other conversations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool

from bot.web.body import Pressed, Typed
from bot.web.order import Order
from bot.web.problems import Problem

Json = Mapping[str, Any]


class Result(Protocol):
    """What the agent made of a turn: the replies, and the thread to give back at the next one."""

    @property
    def replies(self) -> Sequence[Any]: ...
    @property
    def thread(self) -> Json: ...
    @property
    def understood(self) -> Json: ...


class Agent(Protocol):
    async def respond(self, conversation_id: str, text: str, thread: Json | None) -> Result: ...
    async def press(self, conversation_id: str, payload: str, thread: Json | None) -> Result: ...


class Start(Protocol):
    """What a turn begins with; `earlier` are its replies if this client_id had its turn already."""

    @property
    def thread(self) -> Json | None: ...
    @property
    def earlier(self) -> Sequence[Any] | None: ...


class Conversations(Protocol):
    def start(self) -> tuple[str, str]: ...
    def holds(self, conversation: str, token: str) -> bool: ...
    def messages(self, conversation: str) -> Sequence[Any]: ...
    def before_turn(self, conversation: str, client_id: str | None) -> Start: ...
    def offered(self, conversation: str, payload: str) -> str | None: ...
    def record_turn(
        self,
        conversation: str,
        client_id: str | None,
        provider_text: str,
        replies: Sequence[Any],
        thread: Json | None,
        model_id: str,
        understood: Json | None = None,
    ) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """`received` is what was kept of the provider's words, `replies` are the messages that answer them."""

    received: str
    replies: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Turns:
    """`redact` takes out what must not be kept, before the agent or the store sees a text."""

    conversations: Conversations
    agent: Agent
    redact: Callable[[str], str]
    model_id: str
    order: Order = field(default_factory=Order)

    async def take(self, conversation_id: str, said: Typed | Pressed) -> Taken:
        """The turn, or the replies that this client_id had before.

        Raises `Problem` 422 for a button that was not offered, `Overloaded` when too many turns wait,
        `NotOnFile` for a conversation that is gone.
        """
        store = self.conversations
        async with self.order.turn(conversation_id):
            words = await self._words(conversation_id, said)
            start = await run_in_threadpool(store.before_turn, conversation_id, said.client_id)
            if start.earlier is not None:
                return Taken(words, start.earlier)
            if isinstance(said, Pressed):
                result = await self.agent.press(conversation_id, said.payload, start.thread)
            else:
                result = await self.agent.respond(conversation_id, words, start.thread)
            replies = await run_in_threadpool(
                store.record_turn,
                conversation_id,
                said.client_id,
                words,
                result.replies,
                result.thread,
                self.model_id,
                result.understood,
            )
            return Taken(words, replies)

    async def _words(self, conversation_id: str, said: Typed | Pressed) -> str:
        if isinstance(said, Typed):
            return await run_in_threadpool(self.redact, said.text)
        title = await run_in_threadpool(self.conversations.offered, conversation_id, said.payload)
        if title is None:
            raise Problem(422, "This payload was not offered in this conversation.")
        return title
