"""The needs a message can show: one word for each thing that a provider may want.

A need is also an intent of the dialog model. The topics are what a provider wants to know of a policy;
the matters are what providers ask that no policy says; the acts move the conversation along.
"""

from __future__ import annotations

from typing import Final

TOPICS: Final = (
    "coverage",  # is it covered, medically necessary, approved, payable
    "reason",  # why, on what grounds
    "codes",  # which codes, of any system or one named
    "diagnoses",  # does a diagnosis qualify, which diagnoses
    "place_of_service",  # where; inpatient or outpatient
    "type_of_service",  # what kind of service it is filed under
    "benefit_application",  # BlueCard, national accounts, what the member's contract changes
    "criteria",  # what has to be met
    "description",  # what the service is, who gives it, what it is for
    "references",  # what evidence or literature
    "history",  # what changed, when, was it the same in a given year
    "review_dates",  # last, next and first review
    "policy_identity",  # number, title, category, department, the document itself
    "prior_auth",  # is an authorization needed
)

# Needs member or claim data: status of an authorization or a claim, eligibility, visits used.
MEMBER_DATA: Final = "member_data"

# What providers ask that a medical policy does not say.
MATTERS: Final = (
    "appeal",  # how to appeal, by when, what goes in it
    "peer_to_peer",  # may my doctor talk to your doctor
    "submission",  # where and how to send a request, which form, which records
    "turnaround",  # how long a review takes
    "visit_limits",  # how many visits, shared limits
    "fees",  # what is paid, fee schedules, copays
    "member_liability",  # may the member be billed
    "payment_guarantee",  # does an authorization promise payment
    "retro_authorization",  # an authorization after the service
    "other_coverage",  # work injury, workers' compensation, auto, Medicare first
    "claim_denial",  # my claim was denied, why
    "definition",  # what does "investigational" mean
    "administration",  # network, credentialing, portal, contact data, other office matters
)

ACTS: Final = (
    "greet",
    "thank",
    "goodbye",
    "help",  # what can you do
    "affirm",
    "deny",
    "confirm",  # so that's a no then; are you sure; just tell me it's approved
    "inform",  # names a service, policy or code, or corrects one, and asks nothing
    "context",  # part of a story that asks nothing
    "person",  # wants to talk to a person
    "complaint",  # a dispute, a complaint, "expedite"
    "out_of_scope",
)

NEEDS: Final = (*TOPICS, MEMBER_DATA, *MATTERS, *ACTS)
