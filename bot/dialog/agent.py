"""The trained assistant as a library: Rasa on a thread of its own, behind a bounded queue.

`handle_message` never yields, so on the web server's loop one turn would hold up all others. The order
of a conversation's turns is the caller's business: a turn knows only what it is given.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from bot.answer.desk import Desk
from bot.dialog.light import light
from bot.dialog.quiet import quiet
from bot.errors import Overloaded

if TYPE_CHECKING:
    from bot.dialog.processor import TurnProcessor

WAITING = 256  # turns that may wait; at some 20 ms each, the last one waits about five seconds


@dataclass(frozen=True, slots=True)
class TurnResult:
    """`replies` hold "text", "buttons" and "answer" (its JSON); `thread` is given back next turn.

    `events` names what Rasa did after the message, in its order: action_reply, bot, slot thread, ...
    """

    replies: tuple[Mapping[str, Any], ...]
    thread: Mapping[str, Any]
    understood: Mapping[str, Any]
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    conversation_id: str
    text: str
    thread: Mapping[str, Any]
    pressed: bool
    result: Future[TurnResult]


class EmbeddedAgent:
    """Safe to call from any loop or thread. Close it, or use it as a context manager."""

    def __init__(self, model: Path, desk: Desk) -> None:
        """Loads the model, which takes several seconds; raises what Rasa raises for a broken one."""
        self._queue: queue.Queue[_Job | None] = queue.Queue(WAITING)
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._work, args=(model, desk, ready), name="dialog", daemon=True
        )
        self._thread.start()
        ready.result()

    async def respond(
        self, conversation_id: str, text: str, thread: Mapping[str, Any] | None = None
    ) -> TurnResult:
        """The assistant's turn after a typed text, whatever it begins with.

        `thread` is what the last turn returned. Raises `Overloaded` when too many turns wait, and what
        an action raised.
        """
        return await asyncio.wrap_future(self._submit(conversation_id, text, thread, pressed=False))

    async def press(
        self, conversation_id: str, payload: str, thread: Mapping[str, Any] | None = None
    ) -> TurnResult:
        """The assistant's turn after a button. The caller has seen that it was offered."""
        return await asyncio.wrap_future(
            self._submit(conversation_id, payload, thread, pressed=True)
        )

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def __enter__(self) -> EmbeddedAgent:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submit(
        self, conversation_id: str, text: str, thread: Mapping[str, Any] | None, pressed: bool
    ) -> Future[TurnResult]:
        job = _Job(conversation_id, text, thread or {}, pressed, Future())
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            raise Overloaded("Too many messages are waiting: try again in a few seconds.") from None
        return job.result

    def _work(self, model: Path, desk: Desk, ready: Future[None]) -> None:
        with closing(asyncio.new_event_loop()) as loop:
            asyncio.set_event_loop(loop)
            try:
                with quiet(), light():
                    processor = _load(model, desk)
                # As the encoder: what a turn multiplies is small.
                threadpool_limits(1, user_api="blas")
            except BaseException as error:
                ready.set_exception(error)
                return
            ready.set_result(None)
            while (job := self._queue.get()) is not None:
                if job.result.set_running_or_notify_cancel():
                    try:
                        job.result.set_result(loop.run_until_complete(_turn(processor, desk, job)))
                    except Exception as error:
                        job.result.set_exception(error)


def _load(model: Path, desk: Desk) -> TurnProcessor:
    from actions.hand_over import ActionHandOver
    from actions.reply import ActionReply
    from bot.dialog.processor import TurnProcessor

    actions: Sequence[Any] = (ActionReply(desk), ActionHandOver(desk))
    return TurnProcessor(str(model), actions)


async def _turn(processor: TurnProcessor, desk: Desk, job: _Job) -> TurnResult:
    from bot.dialog.processor import pressed

    text, named = (job.text, ()) if job.pressed else desk.named(job.text)
    parsed = pressed(job.text) if job.pressed else None
    replies, thread, understood, events = await processor.turn(
        job.conversation_id, text, job.thread, parsed, named
    )
    return TurnResult(tuple(replies), thread, understood, events)
