"""Made-up policies: as many as are wanted, many with nearly the same title, a hundred code rows each."""

from __future__ import annotations

import random
from typing import Final

KINDS: Final = (
    "Stimulation",
    "Ablation",
    "Infusion",
    "Monitoring",
    "Imaging",
    "Rehabilitation",
    "Graft",
)
ORGANS: Final = (
    "Sacral Nerve",
    "Vagus Nerve",
    "Knee",
    "Lumbar Spine",
    "Bladder",
    "Retina",
    "Heart",
    "Skin",
)
USES: Final = (
    "Urinary Incontinence",
    "Chronic Pain",
    "Epilepsy",
    "Arthritis",
    "Wounds",
    "Depression",
)
POSITIONS: Final = (
    "is considered INVESTIGATIONAL",
    "is considered NOT MEDICALLY NECESSARY",
    "is considered MEDICALLY NECESSARY when all of the following criteria are met:\n"
    "  1. Symptoms have lasted for six months; and\n"
    "  2. Conservative treatment has failed.\n",
)
_TALK: Final = """
    evidence review trial patient outcome function treatment months symptom study risk benefit device
    randomized control measure quality life pain score baseline improvement safety follow therapy clinical
    guideline surgery failure response chronic acute severe moderate mild group placebo sham report
"""
WORDS: Final = _TALK.split()


def service_of(number: int) -> tuple[str, str]:
    """The service that a policy is about, and for what it is used."""
    chance = random.Random(number)
    return f"{chance.choice(ORGANS)} {chance.choice(KINDS)}", chance.choice(USES)


def document(number: int) -> str:
    """The text of a policy: the same number gives the same text."""
    service, use = service_of(number)
    chance = random.Random(f"text of {number}")
    first = chance.randrange(10000, 90000)
    rows = "\n".join(f" {first + step} {service}, part {step}" for step in range(61))
    dx = chance.choice("ACDEFGHIJKLMNPRST")
    diagnoses = "\n".join(
        f" {dx}{chance.randrange(10, 99)}.{chance.randrange(10)} {use}" for _ in range(38)
    )
    paragraphs = "\n\n".join(
        " ".join(chance.choices(WORDS, k=120)).capitalize() + "." for _ in range(8)
    )
    return f"""CAM {number:06}

{service} for {use} in Setting {number % 40}

Category:Therapy   Last Reviewed:November 2019
Department(s):Medical Affairs   Next Review:November 2020
Original Date:November 1996

Description:
{service} is used for {use.lower()}.

Policy:
{service} {chance.choice(POSITIONS)} for {use.lower()}.

Rationale:
{paragraphs}

Coding Section
Codes Number Description
CPT {rows.strip()}
HCPCS E{first % 9000 + 100:04}-E{first % 9000 + 140:04} {service}
ICD-10-CM {diagnoses.strip()}

History From 2013 Forward

11/20/2019
Annual review, no change to policy intent.
"""
