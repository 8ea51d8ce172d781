"""The assistants that a run talks to: one for each store, started when a case first asks for it."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from bot.conversations.assistant import Assistant
from bot.conversations.case import Case, Store
from bot.conversations.remote import RemoteAssistant


class Start(Protocol):
    def __call__(self, store: Store) -> Assistant: ...


class Assistants:
    """A context manager: what was started is closed at its end."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._running: dict[Store, Assistant] = {}
        self._broken: dict[Store, Exception] = {}

    def __call__(self, case: Case) -> Assistant:
        if case.store not in self._running:
            if case.store in self._broken:
                raise self._broken[case.store]
            try:
                self._running[case.store] = self._start(case.store)
            except Exception as error:  # starting takes long: what fails once is not tried again
                self._broken[case.store] = error
                raise
        return self._running[case.store]

    def close(self) -> None:
        for assistant in self._running.values():
            assistant.close()
        self._running.clear()

    def __enter__(self) -> Assistants:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def at(url: str) -> Assistants:
    """A running server, whatever store it has: the choice of cases is the caller's."""
    return Assistants(lambda store: RemoteAssistant(url))  # noqa: ARG005


def here() -> Assistants:
    """The assistant in this process, with stores of its own that vanish with it."""
    from bot.conversations.embedded import start

    return Assistants(start)
