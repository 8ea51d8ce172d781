"""The assistant that a run talks to: near or far, and in how many processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from multiprocessing import get_context
from multiprocessing.util import Finalize

from bot.conversations.assistant import Assistant
from bot.conversations.case import Case
from bot.conversations.remote import RemoteAssistant
from bot.conversations.runner import Result, play
from bot.policy.model import Policy

Play = Callable[[Iterable[Case]], Iterator[Result]]


def opened(url: str | None = None) -> Assistant:
    """A running server, whatever store it has; without an address the assistant in this process.

    The latter has stores of its own that vanish with it, and starts when the first case needs it.
    """
    if url:
        return RemoteAssistant(url)
    from bot.conversations.embedded import EmbeddedAssistant

    return EmbeddedAssistant()


def here() -> AbstractContextManager[Assistant]:
    return closing(opened())


@contextmanager
def players(url: str | None = None, workers: int = 1) -> Iterator[Play]:
    """What plays cases, and gives their results in the order of the cases.

    Each worker of several is a process with an assistant of its own, which takes some seconds to load.
    """
    if workers == 1:
        with closing(opened(url)) as assistant:
            yield lambda cases: (play(case, assistant) for case in cases)
        return
    # A model that is loaded does not outlive a fork.
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (url,)) as pool:
        yield lambda cases: pool.map(_play, cases)


def policies_of(cases: Sequence[Case]) -> list[Policy]:
    """The policies on file where these conversations take place; no model is loaded for it."""
    from bot.conversations.embedded import EmbeddedAssistant

    with closing(EmbeddedAssistant()) as assistant:
        stores = [assistant.world(name).store for name in sorted({case.store for case in cases})]
        return [
            store.policies.by_id(summary.version).policy
            for store in stores
            for summary in store.policies.listed()
        ]


_ASSISTANTS: list[Assistant] = []


def _begin(url: str | None) -> None:
    assistant = opened(url)
    _ASSISTANTS.append(assistant)
    Finalize(None, assistant.close, exitpriority=10)


def _play(case: Case) -> Result:
    return play(case, _ASSISTANTS[0])
