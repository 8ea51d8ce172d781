"""A turn of a conversation: what the provider said goes to the agent, and both go on record.

Calls to the store run in threads, so that a slow disk does not hold up the other conversations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from starlette.concurrency import run_in_threadpool

from bot.errors import Overloaded, Overtaken
from bot.store.conversations import Circumstances, Conversations, Kept, Start
from bot.store.standing import Standing
from bot.web.body import Pressed, Typed
from bot.web.notices import with_notices
from bot.web.order import Order
from bot.web.problems import Problem
from bot.web.wish import wanted

Json = Mapping[str, Any]

# Turns under way at once, those that wait for an earlier one of their conversation among them.
MOST_TURNS: Final = 512

# A turn that was overtaken in another process is taken again; each time at least one other got through.
MOST_TRIES: Final = 20

# What the vocabulary calls the program of a member of this kind; of "not_sure" nothing follows.
_PROGRAM: Final[Mapping[str | None, str]] = {
    "ours": "our own member",
    "other_blue_plan": "BlueCard",
    "federal_program": "Federal Employee Program",
    "medicare_advantage": "Medicare Advantage",
}


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


@dataclass(frozen=True, slots=True)
class Turns:
    """`redact` takes out what must not be kept, before the agent or the store sees a text.

    `is_open` says whether people are there: None where that is not known. Nobody is put into the queue while
    it is closed, but for a complaint, which waits until somebody comes. `into_queue` is false where a person is
    there anyway. `pinned` gives what the staff wants said with answers from a policy of that number, or from none.
    So many turns as `most` may be under way or wait.
    """

    conversations: Conversations
    agent: Agent
    redact: Callable[[str], str]
    model_id: str
    is_open: Callable[[], bool | None] = lambda: None
    order: Order = field(default_factory=Order)
    into_queue: bool = True
    pinned: Callable[[str | None], Sequence[str]] = lambda _: ()
    most: int = MOST_TURNS

    async def take(self, conversation_id: str, said: Typed | Pressed) -> Kept:
        """The turn, or the replies that this client_id had before.

        Raises `Problem` 422 for a button that was not offered, `Overloaded` when too many turns wait,
        `NotOnFile` for a conversation that is gone.
        """
        if self.order.waiting >= self.most:
            raise Overloaded("Too many messages are waiting: try again in a few seconds.")
        async with self.order.turn(conversation_id):
            for _ in range(MOST_TRIES):
                with suppress(Overtaken):
                    return await self._turn(conversation_id, said)
        raise Overloaded(
            "Too much happens in this conversation at once: try again in a few seconds."
        )

    async def _turn(self, conversation_id: str, said: Typed | Pressed) -> Kept:
        """Raises `Overtaken` where another process has taken a turn of this conversation meanwhile."""
        words, start = await run_in_threadpool(self._begun, conversation_id, said)
        if start.earlier is not None:
            return start.earlier
        if isinstance(said, Pressed):
            result = await self.agent.press(conversation_id, said.payload, start.thread)
        else:
            result = await self.agent.respond(conversation_id, words, start.thread)
        return await run_in_threadpool(self._kept, conversation_id, said, words, start, result)

    def _begun(self, conversation_id: str, said: Typed | Pressed) -> tuple[str, Start]:
        """The words that may be kept, and where the conversation stands."""
        store = self.conversations
        if isinstance(said, Typed):
            words = self.redact(said.text)
        else:
            title = store.offered(conversation_id, said.payload)
            if title is None:
                raise Problem(422, "This payload was not offered in this conversation.")
            words = title
        return words, store.before_turn(conversation_id, said.client_id)

    def _kept(
        self, conversation_id: str, said: Typed | Pressed, words: str, start: Start, result: Result
    ) -> Kept:
        reason = wanted(result.replies, result.understood, start.thread)
        if not self.into_queue or (reason != "complaint" and self.is_open() is False):
            reason = None
        return self.conversations.record_turn(
            conversation_id,
            said.client_id,
            words,
            with_notices(result.replies, self.pinned),
            result.thread,
            self.model_id,
            result.understood,
            reason,
            start.last_event,
        )

    async def set_circumstances(self, conversation_id: str, changed: Circumstances) -> Standing:
        """Keeps them, and lets the agent know of them from the next turn on."""
        thread: dict[str, str | None] = {}
        if "member_kind" in changed:
            thread["program"] = _PROGRAM.get(changed["member_kind"])
        if "date_of_service" in changed:
            day = changed["date_of_service"]
            thread["date_of_service"] = day.isoformat() if day else None
        async with self.order.turn(conversation_id):
            return await run_in_threadpool(
                self.conversations.set_circumstances, conversation_id, changed, thread
            )
