"""Turns of a conversation come one after the other, those of different ones side by side."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.store import Store
from bot.web.body import Typed
from bot.web.order import Order
from bot.web.turns import Turns


def test_in_the_order_of_arrival() -> None:
    order, log = Order(), []

    async def turn(name: str) -> None:
        async with order.turn("a"):
            log.append(f"{name} begins")
            await asyncio.sleep(0)
            log.append(f"{name} ends")

    async def all_at_once() -> None:
        await asyncio.gather(*(turn(name) for name in "123"))

    asyncio.run(all_at_once())
    assert log == [f"{name} {what}" for name in "123" for what in ("begins", "ends")]


def test_another_conversation_does_not_wait() -> None:
    async def both() -> None:
        order = Order()
        async with order.turn("a"), order.turn("b"):
            assert len(order) == 2
        assert len(order) == 0

    asyncio.run(both())


def test_nothing_is_left_of_a_turn_that_failed_or_was_given_up() -> None:
    async def run() -> None:
        order = Order()
        held, waiting = asyncio.Event(), asyncio.Event()

        async def holder() -> None:
            async with order.turn("a"):
                held.set()
                await asyncio.Event().wait()

        async def waiter() -> None:
            waiting.set()
            async with order.turn("a"):
                raise AssertionError("its turn never came")

        tasks = [asyncio.create_task(holder())]
        await held.wait()
        tasks.append(asyncio.create_task(waiter()))
        await waiting.wait()
        for task in reversed(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert len(order) == 0

    asyncio.run(run())


def test_the_same_client_id_twice_at_once_has_one_turn(
    turns: Turns, store: Store, agent: Any
) -> None:
    conversation, _ = store.conversations.start()

    async def both() -> list[Any]:
        said = Typed("hello", client_id="a1")
        return await asyncio.gather(*(turns.take(conversation, said) for _ in range(2)))

    one, other = asyncio.run(both())
    assert agent.heard == ["hello"]
    assert list(one.replies) == list(other.replies)
    assert len(store.conversations.messages(conversation)) == 2


def test_turns_at_once_each_know_the_one_before(turns: Turns, store: Store) -> None:
    conversation, _ = store.conversations.start()

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(
            *(turns.take(conversation, Typed(word)) for word in ("a", "b", "c"))
        )

    taken = asyncio.run(all_at_once())
    assert [turn.replies[0]["text"] for turn in taken] == ["1: a", "2: b", "3: c"]
