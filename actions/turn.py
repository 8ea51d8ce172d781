"""What the actions have in common: a message in Rasa's form to the desk, the desk's turn back into it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.answer import wire
from bot.answer.desk import Turn
from bot.answer.thread import Thread
from bot.answer.understanding import Clause, Understanding

THREAD = "thread"


def understanding_of(tracker: Tracker) -> Understanding:
    """What the dialog model made of the message, or the choice that a pressed button stands for."""
    message = tracker.latest_message
    if "understanding" not in message:
        return _pressed(message)
    read = message["understanding"]
    return Understanding(
        read["text"], Clause(**read["whole"]), tuple(Clause(**piece) for piece in read["clauses"])
    )


def thread_of(tracker: Tracker) -> Thread:
    return Thread.from_json(tracker.get_slot(THREAD))


def deliver(turn: Turn, dispatcher: CollectingDispatcher) -> list[dict[str, Any]]:
    """Utters the replies and returns the event that keeps the thread."""
    for reply in turn.replies:
        dispatcher.utter_message(
            text=reply.text,
            buttons=[
                {"title": button.title, "payload": button.payload} for button in reply.buttons
            ],
            json_message=wire.to_json(reply.answer),
        )
    return [SlotSet(THREAD, turn.thread.to_json())]


def _pressed(message: dict[str, Any]) -> Understanding:
    need = message["intent"]["name"]
    choice = {entity["entity"]: str(entity["value"]) for entity in message["entities"]}
    whole = Clause(text="", start=0, end=0, needs={need: 1.0})
    return Understanding("", whole, (whole,), choice)
