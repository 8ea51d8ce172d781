"""The policy in data/policies/ is read completely."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy.model import Policy
from bot.policy.parser import parse, placed

SEED = Path(__file__).parents[2] / "data" / "policies" / "cam_80306_work_hardening.txt"


@pytest.fixture(scope="module")
def text() -> str:
    return SEED.read_text("utf-8")


@pytest.fixture(scope="module")
def policy(text: str) -> Policy:
    return parse(text)


def test_header(policy: Policy) -> None:
    assert (policy.number, policy.title) == ("CAM 80306", "Work Hardening Programs")
    assert (policy.category, policy.departments) == ("Therapy", ("Medical Affairs",))
    assert policy.original_date == "1996-11"
    assert policy.last_reviewed == "2019-11"
    assert policy.next_review == "2999-11"
    assert policy.no_further_review
    assert policy.effective_from is None
    assert policy.effective_to is None
    assert policy.lines_of_business == ()
    assert policy.source_url is None


def test_sections_leave_headings_and_debris_out(policy: Policy) -> None:
    assert [s.name for s in policy.sections] == [
        "Description",
        "Policy",
        "Benefit Application",
        "References",
        "Coding Section",
        "History From 2013 Forward",
    ]
    assert policy.sections[0].text.startswith("Work hardening is a highly")
    assert not any("Go Back" in s.text for s in policy.sections)


def test_the_one_statement(policy: Policy) -> None:
    (statement,) = policy.statements
    assert statement.determination == "not_medically_necessary"
    assert "NOT MEDICALLY NECESSARY" in statement.wording
    assert statement.subject == "Work hardening programs"
    assert statement.criteria is None
    assert statement.reason == (
        "they are for the purpose of conditioning for a return to work"
        " and not for the treatment of a medical condition"
    )


def test_coding_section(policy: Policy) -> None:
    rows = [(c.system, c.status, c.code, c.determination) for c in policy.codes]
    assert rows == [
        ("CPT", "none_listed", None, None),
        ("ICD-9-PROC", "none_listed", None, None),
        ("ICD-9-DX", "all_diagnoses", None, "not_medically_necessary"),
        ("HCPCS", "none_listed", None, None),
        ("ICD-10-CM", "all_diagnoses", None, "not_medically_necessary"),
        ("ICD-10-PCS", "not_applicable", None, None),
    ]
    assert policy.type_of_service == "Rehabilitation Therapy"
    assert policy.place_of_service == ("Outpatient",)
    assert policy.code_note is not None
    assert "may not be all-inclusive" in policy.code_note


def test_history_spans_begin_at_their_dates(policy: Policy, text: str) -> None:
    assert policy.history[0].span.of(text).startswith("11/20/2019")
    assert policy.history[0].span.of(text).endswith(policy.history[0].text)


def test_lists(policy: Policy) -> None:
    assert [r.number for r in policy.references] == [1, 2, 3, 4]
    (note,) = policy.benefit_application
    assert note.heading == "BlueCard®/National Account Issues"
    assert [h.date for h in policy.history] == [
        "2019-11-20",
        "2018-11-27",
        "2017-11-15",
        "2016-11-01",
        "2015-10-29",
        "2014-11-06",
        "2013-11-01",
    ]
    assert [h.changes_intent for h in policy.history] == [False] * 6 + [None]


def test_nothing_is_left_open(policy: Policy, text: str) -> None:
    assert policy.warnings == ()
    assert placed(policy, text) > 0.9


CHANGES = {
    "CAM 80306": "CAM 115HB",
    "Work Hardening Programs": "Light Box Programs",
    "Work hardening programs are considered NOT MEDICALLY NECESSARY, as they are for the purpose of"
    " conditioning for a return to work and not for the treatment of a medical condition.": (
        "Light box programs are considered INVESTIGATIONAL because no study has followed them for a year."
    ),
    "Category:Therapy": "Category: Behavioral Health",
    "Last Reviewed:November 2019": "Last Reviewed:June 15, 2021",
    "Next Review:November 2999": "Next Review:June 2022",
    "Place of Service Outpatient": "Place of Service Inpatient, Outpatient",
    "CPT No Code": "CPT 97545-97546 Program\n 97799 Other",
    "11/20/2019": "06/15/2021",
}


def test_a_changed_document_is_read_as_it_is_now(text: str) -> None:
    changed = text
    for old, new in CHANGES.items():
        assert old in changed
        changed = changed.replace(old, new, 1)
    policy = parse(changed)
    assert (policy.number, policy.title) == ("CAM 115HB", "Light Box Programs")
    assert policy.category == "Behavioral Health"
    assert (policy.last_reviewed, policy.next_review) == ("2021-06-15", "2022-06")
    assert not policy.no_further_review
    assert policy.place_of_service == ("Inpatient", "Outpatient")
    (statement,) = policy.statements
    assert statement.determination == "investigational"
    assert statement.subject == "Light box programs"
    assert statement.reason == "no study has followed them for a year"
    listed = [(c.code, c.code_end) for c in policy.codes if c.status == "listed"]
    assert listed == [("97545", "97546"), ("97799", None)]
    assert policy.history[0].date == "2021-06-15"
