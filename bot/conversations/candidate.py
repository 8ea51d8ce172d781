"""What past conversations are replayed against: another model, another store, another release."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import islice
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, Protocol

from bot.assembly import open_desk
from bot.cli.logs import log_to_stderr
from bot.conversations.assistant import Conversation, NoReply
from bot.conversations.embedded import EmbeddedConversation
from bot.conversations.past import Past
from bot.conversations.remote import RemoteAssistant
from bot.conversations.replay import Replayed, replay
from bot.dialog.agent import EmbeddedAgent, TurnResult
from bot.dialog.training import find_model
from bot.errors import BadSetting, ModelMissing
from bot.redactor import Redactor
from bot.settings import Settings
from bot.store import open_store

_BATCH = 64  # conversations handed to a worker at a time


class Candidate(Protocol):
    def begin(self) -> Conversation: ...

    def close(self) -> None: ...


def opened(against: str) -> Candidate:
    """By its address (http://...), its model's file (.tar.gz) or its database's address.

    A model answers from the store of the settings, and a store is answered from by the model that fits.
    Raises `BadSetting`, `ModelMissing`, `StoreUnavailable`, `Unreachable`.
    """
    if against.startswith(("http://", "https://")):
        return RemoteAssistant(against)
    settings = Settings.from_environment()
    if against.endswith(".tar.gz"):
        if not Path(against).is_file():
            raise BadSetting(f"There is no model {against}.")
        return LocalCandidate(Path(against), settings, settings.database_url)
    if "://" in against:
        model = find_model(settings.models)
        if model is None:
            raise ModelMissing("No trained model fits the training data: train one with bot serve.")
        return LocalCandidate(model, settings, against)
    raise BadSetting(
        f"{against} is no candidate: give a server's address, a model's .tar.gz or a database's address."
    )


class LocalCandidate:
    """The model and the store in this process; nothing of what is asked is kept."""

    def __init__(self, model: Path, settings: Settings, database: str) -> None:
        log_to_stderr()
        self._store = open_store(database)
        self._loop = asyncio.new_event_loop()
        # Rasa warns of its own parts as it loads.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            desk = open_desk(settings, self._store)
            self._agent = EmbeddedAgent(model, desk)
        self._redact = Redactor(self._store.policies, desk.linking)

    def begin(self) -> EmbeddedConversation:
        return EmbeddedConversation(self._take, self._redact)

    def close(self) -> None:
        self._agent.close()
        self._loop.close()
        self._store.close()

    def _take(
        self, conversation: str, words: str, thread: Mapping[str, Any], pressed: bool
    ) -> TurnResult:
        take = self._agent.press if pressed else self._agent.respond
        try:
            return self._loop.run_until_complete(take(conversation, words, thread))
        except Exception as error:  # whatever failed, it is this turn's failure
            raise NoReply(f"{type(error).__name__}: {error}") from error


def replay_all(pasts: Iterable[Past], against: str, workers: int = 1) -> Replayed:
    """All of them; each worker of several is a process with a candidate of its own."""
    if workers == 1:
        with closing(opened(against)) as candidate:
            return _sum(replay(past, candidate.begin()) for past in pasts)
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (against,)) as pool:
        return _sum(pool.map(_replay, _batches(pasts)))


def _batches(pasts: Iterable[Past]) -> Iterator[list[Past]]:
    left = iter(pasts)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _sum(each: Iterable[Replayed]) -> Replayed:
    found = list(each)
    return Replayed(sum(r.turns for r in found), tuple(c for r in found for c in r.changed))


_CANDIDATES: list[Candidate] = []


def _begin(against: str) -> None:
    candidate = opened(against)
    _CANDIDATES.append(candidate)
    Finalize(None, candidate.close, exitpriority=10)


def _replay(pasts: list[Past]) -> Replayed:
    return _sum(replay(past, _CANDIDATES[0].begin()) for past in pasts)
