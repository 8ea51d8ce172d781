"""The assistant without its dialog model: a cue word stands for what is meant, and all else is the real thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.answer import wire
from bot.answer.thread import Thread
from bot.answer.understanding import Clause, Understanding
from bot.conversations.embedded import EmbeddedAssistant, World
from bot.dialog.agent import TurnResult

CUES = {
    "covered": "coverage",
    "why": "reason",
    "codes": "codes",
    "criteria": "criteria",
    "reviewed": "review_dates",
}


class Quick(EmbeddedAssistant):
    def turn(
        self,
        world: World,
        conversation: str,  # noqa: ARG002
        words: str,
        thread: Mapping[str, Any],
        pressed: bool,  # noqa: ARG002
    ) -> TurnResult:
        text, _ = world.desk.named(words)
        need = next((need for cue, need in CUES.items() if cue in text), "inform")
        clause = Clause(text, 0, len(text), {need: 0.95})
        done = world.desk.reply(Understanding(text, clause, (clause,)), Thread.from_json(thread))
        replies = [
            {
                "text": reply.text,
                "buttons": [{"title": b.title, "payload": b.payload} for b in reply.buttons],
                "answer": wire.to_json(reply.answer),
            }
            for reply in done.replies
        ]
        understood = {"intent": {"name": need}, "text": text}
        return TurnResult(tuple(replies), done.thread.to_json(), understood)
