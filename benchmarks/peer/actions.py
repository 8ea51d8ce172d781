"""Our actions for an assistant that Rasa trained by its defaults: `rasa run actions --actions benchmarks.peer.actions`.

Its classifier gives one intent for the whole message; what follows from that is the work of our own actions.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_over import ActionHandOver
from actions.reply import ActionReply


def understood(tracker: Tracker) -> Tracker:
    """The tracker, with its message as our own model would tell it."""
    message = tracker.latest_message
    text = message.get("text") or ""
    needs = {message["intent"]["name"]: message["intent"].get("confidence", 1.0)}
    whole = {"text": text, "start": 0, "end": len(text), "needs": needs}
    message["understanding"] = {"text": text, "whole": whole, "clauses": [whole]}
    return tracker


class PeerReply(ActionReply):
    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return super().run(dispatcher, understood(tracker), domain)


class PeerHandOver(ActionHandOver):
    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return super().run(dispatcher, understood(tracker), domain)
