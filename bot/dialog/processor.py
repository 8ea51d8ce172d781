"""One turn through Rasa, in this process and without anything that outlives the turn.

Imports Rasa, which takes some seconds: only `bot.dialog.agent` imports this, and only when it loads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    DefinePrevUserUtteredFeaturization,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.io import read_json_file
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Action as CustomAction
from rasa_sdk.executor import ActionExecutor

from bot.dialog.components import NAMED
from bot.policy.model import Span

THREAD = "thread"


class InProcessActions(EndpointConfig):
    """The action server as Rasa calls it, without a server: rasa_sdk's own executor, here."""

    def __init__(self, actions: Sequence[CustomAction]) -> None:
        # Without this Rasa would send the whole domain along with every call.
        super().__init__(enable_selective_domain=True)
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_action(action)

    async def request(self, *_: Any, json: dict[str, Any], **__: Any) -> Any:
        return await self._executor.run(json)


class InProcessAction(RemoteAction):
    """Rasa checks the format of each response, which takes longer than many an answer; this one crossed no wire."""

    def _validate_action_result(self, result: dict[str, Any]) -> bool:  # noqa: ARG002
        return True


class TurnStore(TrackerStore):
    """Gives each turn a tracker that knows the thread and nothing else, and keeps no tracker.

    So a turn costs the same at any length of conversation; the record of it is kept elsewhere.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self.thread: Mapping[str, Any] = {}
        self.events: tuple[str, ...] = ()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        tracker = self.init_tracker(sender_id)
        for event in (
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            SlotSet(THREAD, dict(self.thread)),
            ActionExecuted(ACTION_LISTEN_NAME),
        ):
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        self.thread = tracker.get_slot(THREAD) or {}
        self.events = tuple(_followed(tracker))


def _followed(tracker: DialogueStateTracker) -> Iterator[str]:
    """The events after the message, by Rasa's names: an action by its own, a slot as `slot thread`."""
    events = list(tracker.events)
    said = max(place for place, event in enumerate(events) if isinstance(event, UserUttered))
    for event in events[said + 1 :]:
        if isinstance(event, ActionExecuted):
            yield event.action_name
        elif isinstance(event, SlotSet):
            yield f"slot {event.key}"
        elif not isinstance(event, DefinePrevUserUtteredFeaturization):
            yield event.type_name


class Replies(OutputChannel):
    """Takes each response whole; Rasa's own collecting channel splits a text at its blank lines."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "gateway"

    async def send_response(self, _recipient_id: str, message: dict[str, Any]) -> None:
        self.responses.append(
            {
                "text": message.get("text") or "",
                "buttons": message.get("buttons") or [],
                "answer": message.get("custom") or None,
            }
        )


class AnsweringStorage(LocalModelStorage):
    """A model without its plan for training, whose every class Rasa would import, TensorFlow with them."""

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        stored = read_json_file(directory / MODEL_ARCHIVE_METADATA_FILE)
        return ModelMetadata.from_dict({**stored, "train_schema": {"nodes": {}}})


class TurnProcessor(MessageProcessor):
    """Rasa's processor, but typed text is never a command and an action's error ends the turn."""

    def __init__(self, model_path: str, actions: Sequence[CustomAction]) -> None:
        store = TurnStore()
        super().__init__(
            model_path=model_path,
            tracker_store=store,
            lock_store=InMemoryLockStore(),
            generator=TemplatedNaturalLanguageGenerator({}),
            action_endpoint=InProcessActions(actions),
        )
        store.domain = self.domain
        self._threads = store
        # The graph ends in a node that takes a text beginning with "/" for an intent. We stop before it.
        schema = self.model_metadata.predict_schema.nodes
        self._reads = schema[self.model_metadata.nlu_target].needs["messages"]

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        model = Path(model_path)
        with TemporaryDirectory() as folder:
            metadata, runner = load_predict_graph_runner(
                Path(folder), model, AnsweringStorage, DaskGraphRunner
            )
        return model.name, metadata, runner

    async def turn(
        self,
        conversation_id: str,
        text: str,
        thread: Mapping[str, Any],
        parsed: dict[str, Any] | None = None,
        named: Sequence[Span] = (),
    ) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any], tuple[str, ...]]:
        """The replies, the new thread, what was understood, and the names of the events that followed."""
        self._threads.thread = thread
        channel = Replies()
        parsed = parsed or self.parse(text, named)
        await self.handle_message(
            UserMessage(text, channel, sender_id=conversation_id, parse_data=parsed)
        )
        return channel.responses, dict(self._threads.thread), parsed, self._threads.events

    def parse(self, text: str, named: Sequence[Span] = ()) -> dict[str, Any]:
        """What the model makes of a text; `named` are its stretches that name what is on file."""
        read = UserMessage(text, metadata={NAMED: [(span.start, span.end) for span in named]})
        message = self.graph_runner.run(
            inputs={"__message__": [read], "__tracker__": None}, targets=[self._reads]
        )[self._reads][0]
        return {"text": text, "entities": [], **message.as_dict(only_output_properties=True)}

    def predict_next_with_tracker_if_should(
        self, tracker: DialogueStateTracker
    ) -> tuple[Action, PolicyPrediction]:
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        if isinstance(action, RemoteAction):
            action = InProcessAction(action.name(), self.action_endpoint)
        return action, prediction

    @staticmethod
    def should_predict_another_action(action_name: str) -> bool:  # noqa: ARG004
        """Every rule has one action, and a tracker that ends with the turn need not wait for the next message."""
        return False

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: TemplatedNaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        # Rasa's own logs an action's error and goes on, which would leave a provider without a reply.
        events = await action.run(output_channel, nlg, tracker, self.domain)
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self.execute_side_effects(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))


def pressed(payload: str) -> dict[str, Any]:
    """A button's payload, `/need{"policy": "CAM 80306"}`, as the result of parsing it."""
    need, brace, values = payload.removeprefix("/").partition("{")
    chosen = json.loads(brace + values) if brace else {}
    return {
        "text": payload,
        "intent": {"name": need, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in chosen.items()],
    }
