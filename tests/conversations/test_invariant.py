"""Each untruth is found, and nothing true is called one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.conversations import invariant
from bot.conversations.assistant import Button, Message, Stored
from bot.conversations.invariant import broken

from .scripted import ASKED, COVERED, DOCUMENT, SAID, Scripted, citation, covered

documents = Scripted({}).document


def found(message: Message, *said: str) -> str:
    return "\n".join(broken(message, said or ("is work hardening covered for m54.5?",), documents))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("11-14-2023", "November 14, 2023"),
        ("02/07/24", "2024-02-07"),
        ("Last Review: 5/2024", "May 2024"),
        ("Sept. 9, 2020", "09/09/2020"),
        ("14 March 2021", "March 2021"),
        ("ISSUED 4/89", "April 1989"),
    ],
)
def test_a_date_is_known_however_the_document_writes_it(written: str, shown: str) -> None:
    message = covered(f"{SAID} Since {shown}.")
    assert not broken(message, (), lambda _: Stored(f"{DOCUMENT}\n{written}"))
    assert broken(message, (), documents)


def test_what_is_true_is_left_alone() -> None:
    assert found(covered()) == ""


def test_a_question_back_needs_no_proof() -> None:
    assert found(Message("Which policy?", ASKED)) == ""


def test_a_person_may_say_anything() -> None:
    assert found(Message("Code 99999 was approved on 1/1/2031.", None)) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Bill 97110 for it.", "the code 97110"),
        ("It is listed for M99.99.", "the code M99.99"),
        ("HCPCS G0283 is listed.", "the code G0283"),
        ("It was reviewed in March 2020.", "the date 2020-03"),
        ("It was reviewed on 11/02/2016.", "the date 2016-11-02"),
        ("Effective January 5, 2021.", "the date 2021-01-05"),
        ("It has been so since 2007.", "the date 2007"),
        ("It says “work hardening is medically necessary”.", "the quoted words"),
        ("The claim will be denied.", "is a verdict or a promise"),
        ("We cover that for others.", "is a verdict or a promise"),
        ("No prior authorization is needed.", "is a verdict or a promise"),
        (f"\n{SAID}", "the reply says twice"),
        ('It says "considered to be an effective treatment".', "the quoted words"),
    ],
)
def test_words_that_stand_in_no_record(text: str, fault: str) -> None:
    assert fault in found(covered(f"{SAID}{text}" if text[0] == "\n" else f"{SAID} {text}"))


@pytest.mark.parametrize(
    "text",
    [
        "CPT 97545 is yours, not the policy's.",
        "You asked about 3/4/2025, and for 2025 nothing is on file.",
        "It speaks as of November 23, 2026.",
        "Policy CAM 80306 was reviewed in 2018.",
        "You asked “will you pay for it”; whether a request is approved is not for the policy to say.",
        "The next review is shown as November 2999.",
        "The version has been on file since January 10, 2024.",
    ],
)
def test_words_of_the_provider_and_of_the_records(text: str) -> None:
    said = "cpt 97545 on 3/4/2025 for m54.5, will you pay for it"
    assert found(covered(f"{SAID} {text}"), said) == ""


MOVED = citation("Work hardening programs", "Policy") | {"start": 3}
QUOTED = COVERED["citations"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "refusal"}, "breaks its schema"),
        ({"decision_id": ""}, "without decision_id"),
        ({"citations": []}, "without citations"),
        ({"citations": [*QUOTED, MOVED]}, "is not at 3:"),
        ({"citations": [*QUOTED, citation("Outpatient", "Dosage")]}, "no section 'Dosage'"),
        ({"policy": COVERED["policy"] | {"version": "v7"}}, "v7 cannot be read"),
        ({"policy": COVERED["policy"] | {"number": "CAM 80307"}}, "number 'CAM 80307'"),
        ({"policy": COVERED["policy"] | {"last_reviewed": "2021-11"}}, "review date 2021-11"),
        (
            {
                "determination": {
                    "status": "medically_necessary",
                    "wording": "NOT MEDICALLY NECESSARY",
                }
            },
            "does not say medically_necessary",
        ),
        (
            {"determination": {"status": "investigational", "wording": "NOT MEDICALLY NECESSARY"}},
            "does not say investigational",
        ),
        (
            {"determination": {"status": "not_covered", "wording": "considered not covered"}},
            "does not word its position",
        ),
        ({"determination": {"status": "not_medically_necessary"}}, "without the policy's words"),
        (
            {
                "determination": {
                    "status": "not_medically_necessary",
                    "wording": "Not medically necessary for all diagnoses",
                }
            },
            "is not in any quotation",
        ),
        ({"reasoning": "it is too costly"}, "does not say the reason"),
        (
            {"criteria": {"logic": "all", "items": ["eight weeks of therapy have failed"]}},
            "does not state the criterion",
        ),
        (
            {"codes": [{"system": "CPT", "status": "listed", "code": "97545"}]},
            "does not hold the code “97545”",
        ),
    ],
)
def test_facts_that_the_document_does_not_hold(changes: dict[str, Any], fault: str) -> None:
    assert fault in found(covered(**changes))


def test_numbers_that_identify_a_member_do_not_come_back() -> None:
    said = "member 078-05-1120, mail a.b@c.org, (803) 555-0100: is work hardening covered?"
    echoed = found(covered(f"{SAID} For 078-05-1120, a.b@c.org, (803) 555-0100."), said)
    assert "Social Security" in echoed
    assert "e-mail" in echoed
    assert "phone" in echoed


@pytest.mark.parametrize(
    ("said", "secret", "what"),
    [
        ("pt dob 3/4/1961, work hardening?", "3/4/1961", "a date of birth"),
        ("born on 1961-03-04, covered?", "1961-03-04", "a date of birth"),
        ("id ZGP123456789", "ZGP123456789", "a member's number"),
        ("member 123456789012", "123456789012", "a member's number"),
        ("auth for patient Ada Lovelace?", "Ada Lovelace", "a person's name"),
        ("Mrs. Grace Hopper wants work hardening", "Grace Hopper", "a person's name"),
    ],
)
def test_what_identifies_a_person_comes_back_nowhere(said: str, secret: str, what: str) -> None:
    assert f"{what} of the provider's message comes back" in found(
        covered(f"{SAID} {secret}"), said
    )
    assert what in found(covered(about={"service": f"work hardening {secret}"}), said)
    button = Button(f"For {secret}", "/affirm")
    assert what in found(replace(covered(), buttons=(button,)), said)
    assert what not in found(covered(), said)


def test_words_of_the_policy_identify_nobody() -> None:
    assert found(covered(), "policy for member Work Hardening") == ""


def test_the_check_shares_no_code_with_what_makes_the_answers() -> None:
    folder = Path(invariant.__file__).parent
    imported = {
        module
        for name in ("invariant.py", "written.py")
        for module in re.findall(r"(?m)^(?:from|import) (bot[\w.]*)", (folder / name).read_text())
    }
    assert imported == {"bot.conversations", "bot.conversations.assistant"}
