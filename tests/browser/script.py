"""What the stage's bot says: one reply for each state that a card can be in, by a word of the question.

The policy is made up, its title, text and codes hold markup, and its letters take two units in a browser's strings.
"""

from __future__ import annotations

import secrets
from textwrap import wrap
from typing import Any

EVIL = "<img src=x onerror=\"document.title='taken'\">"
TITLE = f"Echo Therapy {EVIL}"
POSITION = "Echo therapy 𝔊 is considered medically necessary when all of the following are met:"
REASON = "repeated sound has shown a benefit in two controlled trials"
LIMIT = f"All other uses {EVIL} are considered INVESTIGATIONAL, as their benefit is not shown."
TEXT = f"""CAM 66601

{TITLE}

Category:Therapy   Last Reviewed:March 2021

Description:
Echo therapy repeats sounds <script>document.title='taken'</script>, 𝔊𝔊 as often as it is needed.

Policy:
{POSITION}
  1. A hearing test of the last twelve months is on file; and
  2. Any one of the following:
     a. the loss is 40 dB or more; or
     b. speech is not understood in noise.
{LIMIT}
This is so because {REASON}.

References:
  1. A reference <svg onload="document.title='taken'">.

{"A further paragraph of the same policy. " * 60}
"""
POLICY = {"number": "CAM 66601", "title": TITLE, "version": "echo-1", "last_reviewed": "2021-03"}
STORED = {
    "number": POLICY["number"],
    "title": TITLE,
    "sections": [
        {
            "name": "Policy",
            "text": "",
            "start": TEXT.index(POSITION),
            "end": TEXT.index("References"),
        }
    ],
    "statements": [],
    "codes": [],
    "warnings": [],
    "text": TEXT,
}
BUTTONS = [
    {"title": "Why?", "payload": '/need{"topics": "reason"}'},
    {"title": "Codes", "payload": '/need{"topics": "codes"}'},
    {"title": "Place of service", "payload": '/need{"topics": "place_of_service"}'},
]
CAVEAT = (
    "That is the policy's position, not a decision about a member. "
    "The member's contract governs benefits."
)


def citation(quote: str, section: str = "Policy") -> dict[str, Any]:
    start = TEXT.index(quote)
    return {
        "source": "policy",
        "section": section,
        "quote": quote,
        "start": start,
        "end": start + len(quote),
    }


def answer(status: str, wording: str, quote: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "answer",
        "topics": ["coverage"],
        "as_of": "2026-11-23",
        "policy": POLICY,
        "determination": {"status": status, "wording": wording},
        "citations": [citation(quote)],
        "caveats": [CAVEAT],
        **more,
    }


CRITERIA = {
    "logic": "all",
    "items": [
        "A hearing test of the last twelve months is on file",
        {
            "text": "At least one sign of a loss that matters in daily life",
            "criteria": {
                "logic": "any",
                "items": [
                    "the loss is 40 dB or more",
                    {
                        "text": "speech is not understood in noise, shown by",
                        "criteria": {
                            "logic": "all",
                            "items": ["a sentence test", "a second test on another day"],
                        },
                    },
                ],
            },
        },
        "Treatment is ordered by a physician who has seen the patient",
    ],
}
CODES = [
    {"system": "CPT", "code": "97139", "status": "listed", "description": f"{EVIL} Unlisted"},
    {"system": "HCPCS", "code": None, "status": "none_listed"},
    *(
        {
            "system": "ICD-10-CM",
            "code": f"H90.{number}",
            "status": "listed",
            "description": f"A loss of hearing of kind {number}",
            "determination": "medically_necessary",
        }
        for number in range(20)
    ),
    {"system": "ICD-10-PCS", "code": None, "status": "not_applicable"},
]

REPLIES: dict[str, tuple[str, dict[str, Any]]] = {
    "criteria": (
        "Policy CAM 66601 considers echo therapy medically necessary when its criteria are met.",
        answer(
            "conditional",
            "considered medically necessary when all of the following are met",
            POSITION,
            criteria=CRITERIA,
            next_steps=["Send the hearing test with the request."],
            applies_to={"date_of_service": "2026-11-03", "line_of_business": "commercial"},
        ),
    ),
    "codes": (
        "Policy CAM 66601 lists these codes.",
        answer("medically_necessary", "considered medically necessary", POSITION, codes=CODES),
    ),
    "investigational": (
        f"Policy CAM 66601 considers other uses of echo therapy investigational. {EVIL}",
        answer("investigational", "considered INVESTIGATIONAL", LIMIT, reasoning=REASON),
    ),
    "not necessary": (
        "Policy CAM 66601 considers this not medically necessary.",
        answer("not_medically_necessary", "NOT MEDICALLY NECESSARY", LIMIT, reasoning=REASON),
    ),
    "excluded": (
        "Policy CAM 66601 uses the words “not covered”.",
        answer("not_covered", "not covered", LIMIT),
    ),
    "undetermined": (
        "Policy CAM 66601 states no position on this.",
        answer("no_determination", "", POSITION),
    ),
    "which": (
        "Several policies speak of this. Which one is meant?",
        {"kind": "clarification", "topics": ["coverage"]},
    ),
    "person": (
        "A person from the plan has been asked to join.",
        {"kind": "handoff", "topics": []},
    ),
}
HELLO = ("Hello. Ask about a service, a code or a policy.", {"kind": "conversation", "topics": []})


def reply(text: str) -> dict[str, Any]:
    """The reply to a text, or to a payload."""
    found = next((said for word, said in REPLIES.items() if word in text.lower()), HELLO)
    words, answered = found
    if answered["kind"] == "answer":
        number = secrets.token_hex(6).upper()
        answered = {**answered, "decision_id": "-".join(wrap(number, 4))}
    offered = BUTTONS if answered["kind"] in ("answer", "clarification") else []
    return {"text": words, "buttons": offered, "answer": answered}
