"""What a run gives out: XML for build servers, a page, coverage."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bot.conversations import coverage
from bot.conversations.format import parse
from bot.conversations.junit import to_xml
from bot.conversations.page import render, results_page
from bot.conversations.runner import Result, play
from bot.policy.parser import parse as parse_policy

from .scripted import DOCUMENT, SAID, Scripted, covered

SCRIPT = {
    "is it covered": covered(),
    "<b>lie</b> \x0b": covered(f"{SAID} Bill 97110."),
    '/need{"topics": "reason"}': covered(topics=["reason"]),
}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    cases = parse(
        """
- name: held
  turns:
    - {say: is it covered, determination: not_medically_necessary}
    - {press: Why}
- name: missed with care
  why: it would be nice
  turns:
    - {say: is it covered}
    - {say: hm, kind: handoff}
- name: wrong
  turns:
    - {say: "<b>lie</b> \\v"}
""",
        "what_people_do.yml",
    )
    return [play(case, Scripted(SCRIPT)) for case in cases]


def test_xml_for_build_servers(results: list[Result]) -> None:
    root = ElementTree.fromstring(to_xml(results).encode())
    assert root.attrib == {"tests": "3", "failures": "2", "skipped": "0", "errors": "0"}
    (suite,) = root
    assert [case.get("name") for case in suite] == ["held", "missed with care", "wrong"]
    failure = suite[1].find("failure")
    assert failure is not None
    assert failure.get("message") == "expected kind: handoff, but came: clarification"
    assert "provider: hm" in (failure.text or "")


def test_a_page_of_one_file_that_runs_nothing_said(results: list[Result]) -> None:
    page = results_page(results)
    assert "1 of 3 conversations held" in page
    assert "&lt;b&gt;lie" in page
    assert "<b>lie" not in page
    for state in ("held", "careful", "wrong"):
        assert f'class="square {state}"' in page
    assert "http" not in page.replace(SAID, "")
    assert "it would be nice" in page


def test_what_was_exercised_and_what_never_was(results: list[Result]) -> None:
    areas = {a.name: a for a in coverage.measure(results, [parse_policy(DOCUMENT)])}
    assert areas["topics"].counts["coverage"] == 4
    assert "criteria" in areas["topics"].never
    assert areas["kinds"].reached == 2
    assert areas["policies"].share == 100
    assert areas["statements"].never == ()
    assert areas["actions"].never == ("action_hand_over",)
    assert areas["buttons"].counts == {"need": 1}
    assert areas["code rows"].counts["CAM 80306: CPT none_listed"] == 4
    assert "CAM 80306: HCPCS none_listed" in areas["code rows"].never
    text = coverage.to_text([*areas.values()])
    assert "policies       1 of 1     100 %" in text
    assert "never: CAM 80306: HCPCS none_listed" in text
    page = render("coverage", areas=[*areas.values()], share=50.0)
    assert "HCPCS none_listed" in page


def test_nothing_to_exercise_is_no_gap() -> None:
    assert coverage.Area("policies", {}).share == 100
