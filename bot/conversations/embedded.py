"""The assistant in this process: the trained model over a store that is made anew and then thrown away."""

from __future__ import annotations

import asyncio
import sys
import warnings
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from bot import prepare
from bot.cli.logs import log_to_stderr
from bot.conversations.assistant import Message, NoReply, Reply
from bot.conversations.case import Store
from bot.dialog.agent import TurnResult
from bot.errors import NotOnFile
from bot.privacy import redact
from bot.settings import Settings


def start(store: Store) -> EmbeddedAssistant:
    """Prepares and loads it, which takes some seconds, or a training run where no model fits.

    The settings of the environment hold, save for where the store is. Raises what `prepare` raises.
    """
    log_to_stderr()
    folder = TemporaryDirectory(prefix="bot-test-")
    try:
        home = Path(folder.name)
        settings = replace(
            Settings.from_environment(), home=home, database_url=f"sqlite:///{home / 'bot.db'}"
        )
        demo = store == "demo"
        # Rasa warns of its own parts as it loads; where warnings are errors, it would not load.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prepared = prepare.prepare(
                prepare.demo_settings(settings) if demo else settings, _report, demo
            )
    except BaseException:
        folder.cleanup()
        raise
    return EmbeddedAssistant(prepared, folder)


def _report(line: str) -> None:
    print(line, file=sys.stderr)


class EmbeddedAssistant:
    def __init__(self, prepared: prepare.Assistant, folder: TemporaryDirectory[str]) -> None:
        self._prepared = prepared
        self._folder = folder
        self._loop = asyncio.new_event_loop()

    def begin(self) -> EmbeddedConversation:
        return EmbeddedConversation(self)

    def document(self, version: str) -> str | None:
        try:
            return self._prepared.store.policies.by_id(version).text
        except NotOnFile:
            return None

    def close(self) -> None:
        self._loop.close()
        self._prepared.close()
        self._folder.cleanup()

    def respond(self, conversation: str, text: str, thread: Mapping[str, Any]) -> TurnResult:
        return self._wait(self._prepared.agent.respond(conversation, text, thread))

    def press(self, conversation: str, payload: str, thread: Mapping[str, Any]) -> TurnResult:
        return self._wait(self._prepared.agent.press(conversation, payload, thread))

    def _wait(self, turn: Coroutine[Any, Any, TurnResult]) -> TurnResult:
        try:
            return self._loop.run_until_complete(turn)
        except Exception as error:  # whatever failed, it is this conversation's failure
            raise NoReply(f"{type(error).__name__}: {error}") from error


class EmbeddedConversation:
    """Goes the way of a conversation at the gateway: redaction first, and the thread given back."""

    def __init__(self, assistant: EmbeddedAssistant) -> None:
        self._assistant = assistant
        self._id = uuid4().hex
        self._thread: Mapping[str, Any] = {}

    def send(self, text: str) -> Reply:
        return self._taken(self._assistant.respond(self._id, redact(text).text, self._thread))

    def press(self, payload: str) -> Reply:
        return self._taken(self._assistant.press(self._id, payload, self._thread))

    def _taken(self, result: TurnResult) -> Reply:
        self._thread = result.thread
        return Reply(tuple(Message.of(reply) for reply in result.replies), result.understood)
