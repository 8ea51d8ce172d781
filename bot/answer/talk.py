"""Greetings, thanks, help, handing over, and what is said when a message was not understood."""

from __future__ import annotations

from bot.answer.model import Answer, Button, Kind, Reply
from bot.answer.payer import Payer
from bot.answer.wording import reach

_CAN = (
    "I answer what the medical policies on file say: the policy's position and its reason, criteria, codes, "
    "place of service, benefits, history and more, each with the policy's own words."
)
_SAID = {
    "greet": f"Hello. {_CAN} Which service, code or policy is it about?",
    "thank": "You're welcome. Is there anything else about a policy?",
    "goodbye": "Goodbye.",
    "help": (
        f"{_CAN} Name a service, a code or a policy number, for example: is it medically necessary, why, "
        "which codes, does it need an authorization? For anything else, or at any time, you can talk to a "
        "person."
    ),
    "affirm": "All right. What else would you like to know? You can name a service, a code or a policy number.",
    "deny": "All right. Is there anything else about a policy?",
}
HELP = Button("What can I ask?", "/help{}")
PERSON = Button("Talk to a person", "/person{}")


def act_reply(act: str, payer: Payer) -> Reply:
    """The reply to a move of the conversation; a wish for a person and a complaint hand over."""
    if act in ("person", "complaint"):
        return _handed_over(act, payer)
    buttons = (PERSON,) if act == "help" else ()
    return Reply(_SAID.get(act, _SAID["help"]), Answer("conversation"), buttons)


def _handed_over(act: str, payer: Payer) -> Reply:
    text = "A person should take it from here."
    if act == "complaint":
        text = "This may be a grievance, an appeal or an urgent request, so a person should take it at once."
    step = f"Please turn to {reach(payer.contact('person'))}."
    return Reply(f"{text}\n\n{step}", Answer("handoff", next_steps=(step,)))


def not_understood(off_topic: bool, misses: int, payer: Payer) -> Reply:
    """What is said to a message that asks nothing we know; from the second in a row on it offers a person."""
    if off_topic:
        text = "That is nothing a medical policy speaks of. I can answer questions about the payer's policies."
    else:
        text = (
            "I'm not sure what you would like to know. You can name a service, a code or a policy number and "
            "ask, for example, whether it is medically necessary, why, or which codes it lists."
        )
    kind: Kind = "out_of_scope" if off_topic else "clarification"
    if not misses:
        return Reply(text, Answer(kind), () if off_topic else (HELP, PERSON))
    step = f"A person can help: {reach(payer.contact('person'))}."
    return Reply(f"{text}\n\n{step}", Answer(kind, next_steps=(step,)), (PERSON,))
