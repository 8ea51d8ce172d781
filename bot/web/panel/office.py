"""What the panel works with, once the service is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from starlette.concurrency import run_in_threadpool

from bot.answer.linking import Linking
from bot.store import Store
from bot.store.handover import Person
from bot.store.notices import Notices
from bot.web.bell import Bell, ring_queue
from bot.web.reception import Reception
from bot.web.staff.entrance import StaffEntrance
from bot.web.turns import Turns

# Letters of no script, which stand for what is left as it is.
_SPARED: Final = 0xE000


class Serving(Protocol):
    """The parts of the service that the panel needs."""

    @property
    def turns(self) -> Turns: ...
    @property
    def bell(self) -> Bell: ...
    @property
    def linking(self) -> Linking: ...
    @property
    def staff(self) -> StaffEntrance: ...
    @property
    def reception(self) -> Reception: ...


@dataclass(frozen=True, slots=True)
class Office:
    """`turns` are those of providers, `lines` the phone numbers at which the plan is reached.

    With `second_person`, who brought a document cannot approve it.
    """

    store: Store
    turns: Turns
    bell: Bell
    linking: Linking
    lines: Sequence[str] = ()
    second_person: bool = False

    @classmethod
    def of(cls, service: Serving) -> Office:
        phone = service.reception.contact.phone
        lines = [phone] if phone else []
        staff = service.staff
        second = staff.settings.second_person
        return cls(staff.store, service.turns, service.bell, service.linking, lines, second)

    @property
    def phone(self) -> Turns:
        """A person is there: nothing that is said in a call puts it into the queue."""
        return replace(self.turns, into_queue=False)

    def redact(self, text: str, by: Person) -> str:
        """What the staff writes, as it is kept: without what identifies anybody but themselves and the plan."""
        spared = [*self.lines, by.name, by.name.split()[0]]
        for place, words in enumerate(spared):
            text = text.replace(words, chr(_SPARED + place))
        text = self.turns.redact(text)
        for place, words in enumerate(spared):
            text = text.replace(chr(_SPARED + place), words)
        return text

    async def changed(self, conversation: str) -> None:
        await self.bell.ring(conversation)

    async def queue_moved(self) -> None:
        await ring_queue(self.bell, self.store.handovers)

    async def give_back(self) -> None:
        """Puts the chats of those who left back into the queue."""
        if await run_in_threadpool(self._released):
            await self.queue_moved()

    def _released(self) -> Sequence[str]:
        store = self.store
        return [c for user in store.presence.gone() for c in store.handovers.release(user)]


def pinned_by(notices: Notices) -> Callable[[str | None], Sequence[str]]:
    """What `Turns` says with answers, from what the staff pinned."""

    def said(number: str | None) -> Sequence[str]:
        return [
            f"Notice of {n.at.month}/{n.at.day}/{n.at.year}: {n.text}" for n in notices.on(number)
        ]

    return said
