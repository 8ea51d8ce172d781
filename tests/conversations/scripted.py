"""A small assistant that knows the real document, and answers as each test writes down."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from bot.conversations.assistant import Button, Message, Reply, Stored
from bot.conversations.case import Case, Change

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "data" / "policies" / "cam_80306_work_hardening.txt").read_text(encoding="utf-8")
STATEMENT = (
    "Work hardening programs are considered NOT MEDICALLY NECESSARY, as they are for the purpose of"
    " conditioning for a return to work and not for the treatment of a medical condition."
)


def citation(quote: str, section: str) -> dict[str, Any]:
    start = DOCUMENT.index(quote)
    return {
        "source": "policy",
        "quote": quote,
        "section": section,
        "start": start,
        "end": start + len(quote),
    }


COVERED = {
    "kind": "answer",
    "topics": ["coverage", "codes"],
    "decision_id": "D-1",
    "as_of": "2026-11-23",
    "policy": {
        "number": "CAM 80306",
        "title": "Work Hardening Programs",
        "version": "v1",
        "last_reviewed": "2019-11",
    },
    "about": {
        "service": "work hardening",
        "codes": [{"system": "ICD-10-CM", "code": "M54.5", "valid": True, "billable": False}],
    },
    "determination": {
        "status": "not_medically_necessary",
        "wording": "considered NOT MEDICALLY NECESSARY",
    },
    "reasoning": "they are for the purpose of conditioning for a return to work",
    "codes": [
        {"system": "CPT", "status": "none_listed", "code": None},
        {
            "system": "ICD-10-CM",
            "status": "all_diagnoses",
            "determination": "not_medically_necessary",
        },
    ],
    "citations": [
        citation(STATEMENT, "Policy"),
        {
            "source": "code_set",
            "quote": "M54.5 is not billable since 10/1/2021: M54.50 took its place.",
        },
    ],
}
SAID = (
    "Policy CAM 80306 considers work hardening programs “NOT MEDICALLY NECESSARY, as they are for the"
    " purpose of conditioning … and not for the treatment of a medical condition”. M54.5 was replaced by"
    " M54.50 on October 1, 2021. Last reviewed November 2019; reviewed without change on 11/01/2016."
)
ASKED = {"kind": "clarification", "topics": ["coverage"]}
ASKING = Message("Which service is it about?", ASKED)


def covered(text: str = SAID, **changes: Any) -> Message:
    """A true answer, with some of its keys changed."""
    return Message(
        text, deepcopy(COVERED) | changes, (Button("Why?", '/need{"topics": "reason"}'),)
    )


class Scripted:
    """Gives the reply that stands beside the text or payload, and clarifies all else."""

    def __init__(
        self,
        script: Mapping[str, Message],
        default: Message = ASKING,
    ) -> None:
        self._script = script
        self._default = default
        self.begun = 0
        self.changes: list[Change] = []

    def scene(self, _case: Case) -> Scripted:
        return self

    def conversation(self) -> Scripted:
        self.begun += 1
        return self

    def change(self, change: Change) -> None:
        self.changes.append(change)

    def send(self, text: str) -> Reply:
        found = self._script.get(text, self._default)
        part = {"text": text, "needs": {"coverage": 0.9}, "familiar": 0.75}
        understood = {
            "text": text,
            "intent": {"name": "coverage"},
            "understanding": {"whole": part, "clauses": [part]},
        }
        kept = {"policy": "CAM 80306", "pending": {"asks": "person"}}
        return Reply((found,), understood, kept, ("action_reply", "bot", "slot thread"))

    press = send

    def document(self, version: str) -> Stored | None:
        return Stored(DOCUMENT, ("2024-01-10",)) if version == "v1" else None

    def close(self) -> None:
        pass
