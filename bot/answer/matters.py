"""What providers ask that no medical policy says: an approved answer, or what is missing and who knows."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.catalogue import ApprovedAnswer, Version
from bot.answer.model import Answer, Citation, PolicyRef, Reply
from bot.answer.payer import Payer
from bot.answer.wording import NO_PROMISE, lower_first, reach

# What is said where no approved answer is on file; {what} is the policy, or "The policies on file".
_MISSING: dict[str, str] = {
    "appeal": (
        "{what} {do} not say how to appeal. A policy's position is not a denial that could be appealed; "
        "after a denial, its notice states the rights and the time."
    ),
    "peer_to_peer": "{what} {do} not say how a peer-to-peer review is arranged.",
    "submission": "{what} {do} not say where or how to send a request, or which records to send with it.",
    "turnaround": "{what} {do} not say how long a review takes.",
    "visit_limits": (
        "{what} {do} not state a limit of visits. Limits are set by the member's contract, which we cannot see."
    ),
    "fees": "{what} {do} not state fees, rates or cost shares.",
    "member_liability": (
        "{what} {do} not say whether the member may be billed. It depends on the provider's agreement, the "
        "member's contract and any advance notice it asks for."
    ),
    "payment_guarantee": "{what} {do} not say what an authorization promises. " + NO_PROMISE,
    "retro_authorization": "{what} {do} not say whether an authorization can be had after the service.",
    "other_coverage": (
        "{what} {do} not speak of other coverage. After a work injury, workers' compensation may be primary."
    ),
    "other_payer": (
        "I only know this payer's policies. {what} {do} not say what another payer holds."
    ),
    "definition": "{what} {do} not define that term.",
    "administration": "{what} {do} not say anything about that.",
}


def matter_reply(
    matter: str,
    version: Version | None,
    payer: Payer,
    approved: Sequence[ApprovedAnswer],
) -> Reply:
    """A reply of kind `not_in_policy`; approved answers are given word for word, each with its source and
    the line of business that it is for.
    """
    ref = None
    what, do = "The policies on file", "do"
    if version:
        policy = version.policy
        ref = PolicyRef(policy.number, policy.title, version.id, policy.last_reviewed)
        what, do = f"Policy {policy.number} ({policy.title})", "does"
    contact = payer.contact_for(matter)
    step = "Ask that payer." if matter == "other_payer" else f"Ask {reach(contact)}."
    said = [a for a in approved if a.matter == matter]
    citations: tuple[Citation, ...] = ()
    if said:
        told = [f"The payer's approved answer{_for_line(a)}: {a.text}" for a in said]
        sources = list(dict.fromkeys(f"{a.source}, approved by {a.approved_by}" for a in said))
        text = "\n\n".join([f"{what} {do} not say this.", *told, f"Source: {'; '.join(sources)}."])
        citations = tuple(Citation("approved_answer", a.text, section=a.source) for a in said)
    else:
        text = _MISSING.get(matter, _MISSING["administration"]).format(what=what, do=do)
    result = Answer("not_in_policy", policy=ref, citations=citations, next_steps=(step,))
    return Reply(f"{text}\n\n{step}", result)


def _for_line(answer: ApprovedAnswer) -> str:
    return f" for {answer.line_of_business}" if answer.line_of_business else ""


def member_reply(payer: Payer) -> Reply:
    """For what needs the data of a member or a claim, which no policy holds."""
    contact = payer.contact_for("member_data")
    step = f"{lower_first(contact.role)[:1].upper()}{contact.role[1:]} can look it up"
    reach_them = reach(contact)[len(contact.role) :].strip()
    step = f"{step}{f' {reach_them}' if reach_them else ''}."
    text = (
        "That needs a member's or a claim's data, which I can't see: I only know what medical policies say. "
        "Please don't send member details here."
    )
    return Reply(f"{text}\n\n{step}", Answer("member_specific", next_steps=(step,)))
