"""The dialog model's one component in Rasa's pipeline: it adapts `NeedsModel` and holds no logic."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialog.encoder import shared_encoder
from bot.dialog.needs_model import NeedsModel
from bot.dialog.reading import leading, read, to_json
from bot.dialog.sources import digest
from bot.errors import ModelMissing
from bot.policy.model import Span

UNDERSTANDING = "understanding"
# Message metadata: where the text names what is on file, as pairs of offsets.
NAMED = "named"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NeedsClassifier(GraphComponent, IntentClassifier):
    """Sets a message's intent, its ranking, and `understanding`: the needs of it and of its clauses.

    An example teaches its intent and whatever needs its metadata name under `also`.
    """

    def __init__(
        self, storage: ModelStorage, resource: Resource, model: NeedsModel | None = None
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NeedsClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NeedsClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, NeedsModel.load(shared_encoder(), folder))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa hashes this class's source only; the model depends on more."""
        return digest()

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        texts = [example.get(TEXT) for example in examples]
        model = NeedsModel.train(shared_encoder(), texts, [_needs(example) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if self._model is None:
            raise ModelMissing("The dialog model was never trained: run `rasa train`.")
        for message in messages:
            named = (message.get(METADATA) or {}).get(NAMED, ())
            understanding = read(
                message.get(TEXT) or "", self._model, [Span(start, end) for start, end in named]
            )
            intent, confidence = leading(understanding)
            ranking = [{"name": intent, "confidence": confidence}]
            ranking += [
                {"name": need, "confidence": probability}
                for need, probability in understanding.whole.needs.items()
                if need != intent
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(UNDERSTANDING, to_json(understanding), add_to_output=True)
        return messages


def _needs(example: Message) -> tuple[str, ...]:
    also = (example.get(METADATA) or {}).get(INTENT) or {}
    return (example.get(INTENT), *also.get("also", ()))
