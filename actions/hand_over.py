"""Answers a wish for a person, or a complaint."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import shared_desk
from actions.turn import deliver, thread_of, understanding_of
from bot.answer.desk import Desk


class ActionHandOver(Action):
    """Without a desk (under `rasa run actions`) it works with the one that the settings describe."""

    def __init__(self, desk: Desk | None = None) -> None:
        self._desk = desk or shared_desk()

    def name(self) -> str:
        return "action_hand_over"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = self._desk.hand_over(understanding_of(tracker), thread_of(tracker))
        return deliver(turn, dispatcher)
