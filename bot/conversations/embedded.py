"""The assistant in this process: the trained model over stores that are made anew and then thrown away.

The model is loaded once, whatever the number of stores: it knows no policy.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import warnings
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time, timezone
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import uuid4

from bot.answer.desk import Desk
from bot.assembly import open_desk
from bot.conversations.assistant import Message, NoReply, Reply, Stored
from bot.conversations.case import Case, Change
from bot.conversations.case import Store as StoreName
from bot.dialog.agent import EmbeddedAgent, TurnResult
from bot.dialog.training import ensure_model
from bot.errors import BotError, NotOnFile
from bot.prepare import demo_settings, prepare_store
from bot.redactor import Redactor
from bot.settings import Settings
from bot.store import Store
from bot.store.importing import Refused, Stated, import_documents

# The conversation, the words or the payload, the thread, and whether it was pressed.
Take = Callable[[str, str, Mapping[str, Any], bool], TurnResult]


class World:
    """A store, the desk over it, and the day that it is there: today, unless it is set."""

    def __init__(self, settings: Settings, demo: bool, day: str | None = None) -> None:
        self.settings = settings
        self.day = day
        self.store: Store = prepare_store(settings, _report, demo, self._now)
        self.desk = open_desk(settings, self.store, self._today)
        self.redact = Redactor(self.store.policies, self.desk.linking)

    def change(self, change: Change) -> None:
        try:
            if change.what == "date":
                self.day = change.value
            elif change.what == "retire":
                self.store.policies.retire(change.value)
            else:
                filing = self.store.policies.filing()
                (outcome,) = import_documents(filing, [Path(change.value)], Stated())
                if isinstance(outcome, Refused):
                    raise NoReply(f"{change.value} was refused: {outcome.reason}")
        except BotError as error:
            raise NoReply(str(error)) from error

    def document(self, version: str) -> Stored | None:
        try:
            found = self.store.policies.by_id(version)
        except NotOnFile:
            return None
        times = (found.on_file_from, found.on_file_to)
        return Stored(found.text, tuple(time.date().isoformat() for time in times if time))

    def _today(self) -> date:
        return date.fromisoformat(self.day) if self.day else date.today()

    def _now(self) -> datetime:
        now = datetime.now(timezone.utc)
        if not self.day:
            return now
        return datetime.combine(date.fromisoformat(self.day), time(12), timezone.utc)


class _Standing:
    """The desk of whichever world a turn is taken in: the agent knows one desk only."""

    desk: Desk

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)


class EmbeddedAssistant:
    """Loads at the first turn, which takes some seconds, or a training run where no model fits.

    The settings of the environment hold, save for where the store is. What loading raises is raised
    again by each later turn: it takes long, and is not tried twice.
    """

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="bot-test-")
        self._worlds: dict[StoreName, World] = {}
        self._standing = _Standing()
        self._loop = asyncio.new_event_loop()
        self._agent: EmbeddedAgent | Exception | None = None

    def scene(self, case: Case) -> EmbeddedScene:
        if not case.staged:
            return EmbeddedScene(self, self.world(case.store))
        return EmbeddedScene(self, self._own_world(case), own=True)

    def world(self, store: StoreName) -> World:
        """The one that all cases share which change nothing."""
        if store not in self._worlds:
            self._worlds[store] = World(self._settings(store, store), store == "demo")
        return self._worlds[store]

    def close(self) -> None:
        self._loop.close()
        if isinstance(self._agent, EmbeddedAgent):
            self._agent.close()
        for world in self._worlds.values():
            world.store.close()
        self._folder.cleanup()

    def turn(
        self, world: World, conversation: str, words: str, thread: Mapping[str, Any], pressed: bool
    ) -> TurnResult:
        agent = self._loaded()
        self._standing.desk = world.desk
        take = agent.press if pressed else agent.respond
        return self._wait(take(conversation, words, thread))

    def _own_world(self, case: Case) -> World:
        settings = self._settings(case.store, uuid4().hex)
        if case.date is None:
            # A copy is quicker than reading the documents once more.
            common = self.world(case.store).settings
            settings.home.mkdir(parents=True)
            with (
                closing(sqlite3.connect(common.home / "bot.db")) as old,
                closing(sqlite3.connect(settings.home / "bot.db")) as new,
            ):
                old.backup(new)
        return World(settings, case.store == "demo", case.date)

    def _settings(self, store: StoreName, folder: str) -> Settings:
        settings = Settings.from_environment()
        if store == "demo":
            settings = demo_settings(settings)
        home = Path(self._folder.name) / folder
        return replace(settings, home=home, database_url=f"sqlite:///{home / 'bot.db'}")

    def _loaded(self) -> EmbeddedAgent:
        if self._agent is None:
            try:
                self._agent = self._load()
            except Exception as error:
                self._agent = error
        if isinstance(self._agent, Exception):
            raise self._agent
        return self._agent

    def _load(self) -> EmbeddedAgent:
        from bot.cli.logs import log_to_stderr

        log_to_stderr()
        # Rasa warns of its own parts as it loads; where warnings are errors, it would not load.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = ensure_model(Settings.from_environment().models, _report)
            return EmbeddedAgent(model, cast("Desk", self._standing))

    def _wait(self, turn: Coroutine[Any, Any, TurnResult]) -> TurnResult:
        try:
            return self._loop.run_until_complete(turn)
        except Exception as error:  # whatever failed, it is this conversation's failure
            raise NoReply(f"{type(error).__name__}: {error}") from error


class EmbeddedScene:
    def __init__(self, assistant: EmbeddedAssistant, world: World, own: bool = False) -> None:
        self._assistant = assistant
        self._world = world
        self._own = own
        self.change = world.change
        self.document = world.document

    def conversation(self) -> EmbeddedConversation:
        return EmbeddedConversation(partial(self._assistant.turn, self._world), self._world.redact)

    def close(self) -> None:
        if self._own:
            self._world.store.close()


class EmbeddedConversation:
    """Goes the way of a conversation at the gateway: redaction first, and the thread given back."""

    def __init__(self, take: Take, redact: Callable[[str], str]) -> None:
        self._take = take
        self._redact = redact
        self._id = uuid4().hex
        self._thread: Mapping[str, Any] = {}

    def send(self, text: str) -> Reply:
        return self._turn(self._redact(text), pressed=False)

    def press(self, payload: str) -> Reply:
        return self._turn(payload, pressed=True)

    def _turn(self, words: str, pressed: bool) -> Reply:
        result = self._take(self._id, words, self._thread, pressed)
        self._thread = result.thread
        messages = tuple(Message.of(reply) for reply in result.replies)
        return Reply(messages, result.understood, result.thread, result.events)


def _report(line: str) -> None:
    print(line, file=sys.stderr)
