"""Playing conversations: what is judged, and how a failure reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversations import report
from bot.conversations.assistant import Message, Reply
from bot.conversations.case import Change
from bot.conversations.format import parse
from bot.conversations.judge import judge
from bot.conversations.runner import Result, play

from .scripted import SAID, Scripted, covered

SCRIPT = {
    "is it covered": covered(),
    '/need{"topics": "reason"}': covered(topics=["reason"]),
    "thanks": Message("You are welcome.", {"kind": "conversation", "topics": []}),
    "lie": covered(f"{SAID} Bill 97110."),
    "nothing on file": Message("No policy.", {"kind": "no_policy", "topics": ["coverage"]}),
}


def run(turns: str) -> Result:
    (case,) = parse(f"- name: a\n  turns:\n{turns}", "f.yml")
    return play(case, Scripted(SCRIPT))


def expecting(expectation: str, say: str = "is it covered") -> Result:
    return run(f"    - say: {say}\n      {expectation}")


@pytest.mark.parametrize(
    "expectation",
    [
        "kind: answer",
        "kind: [no_policy, answer]",
        "topics: [coverage, codes]",
        "topics: [codes or history]",
        "policy: CAM 80306",
        "policy: [CAM 80306, none]",
        "determination: not_medically_necessary",
        "determination: [none, not_medically_necessary]",
        "codes: {present: [CPT none listed, ICD-10-CM all diagnoses], absent: 97545}",
        "about: [M54.5, m54.5 valid, M54.5 not billable]",
        "citation: policy",
        "citation: [Nowhere, code_set]",
        "text: {contains: last REVIEWED november 2019, absent: approved, matches: '11/\\d+/2016'}",
        "buttons: Why",
        "buttons: some",
        "criteria: none",
        "decision: true",
        "messages: [{kind: answer}]",
        "handed_over: false",
        "intent: [reason, coverage]",
        "slots: {policy: CAM 80306, pending: person, program: none}",
        "events: [action_reply, slot thread]",
        "any: [{kind: handoff}, {kind: answer, policy: CAM 80306}]",
    ],
)
def test_an_expectation_that_holds(expectation: str) -> None:
    assert expecting(expectation).faults == ()


@pytest.mark.parametrize(
    ("expectation", "what"),
    [
        ("kind: handoff", "kind"),
        ("topics: reason", "topics"),
        ("topics: []", "topics"),
        ("policy: CAM 1", "policy"),
        ("policy: none", "policy"),
        ("determination: investigational", "determination"),
        ("determination: none", "determination"),
        ("codes: {present: '97545'}", "codes"),
        ("codes: {present: HCPCS none listed}", "codes"),
        ("codes: {absent: CPT none listed}", "codes"),
        ("about: M54.5 billable", "about"),
        ("about: M54.50", "about"),
        ("citation: References", "citation"),
        ("text: {contains: approved}", "text contains"),
        ("text: {absent: last reviewed}", "text absent"),
        ("text: {matches: 2020|2022}", "text matches"),
        ("buttons: Codes", "buttons"),
        ("buttons: none", "buttons"),
        ("criteria: some", "criteria"),
        ("criteria: eight weeks", "criteria"),
        ("decision: false", "decision"),
        ("messages: [{kind: answer}, {kind: no_policy}]", "message 2"),
        ("messages: [{policy: CAM 1}]", "message 1, policy"),
        ("handed_over: true", "handed over"),
        ("intent: reason", "intent"),
        ("slots: {policy: CAM 1}", "slot policy"),
        ("slots: {policy: none}", "slot policy"),
        ("slots: {program: BlueCard}", "slot program"),
        ("events: action_hand_over", "events"),
        ("events: [slot thread, action_reply]", "events"),
        ("any: [{kind: handoff}, {kind: answer, policy: CAM 1}]", "any of 2, kind"),
    ],
)
def test_an_expectation_that_does_not(expectation: str, what: str) -> None:
    assert [fault.what for fault in expecting(expectation).faults] == [what]


def test_a_clarification_among_several_right_kinds_need_not_name_the_rest() -> None:
    rest = "\n      topics: reason\n      policy: CAM 80306\n      determination: investigational"
    assert expecting("kind: [answer, clarification]" + rest, say="hm").passed
    assert not expecting("kind: clarification" + rest, say="hm").passed


def test_a_button_is_pressed_by_its_title() -> None:
    assert run("    - say: is it covered\n    - press: why\n      topics: reason").passed


def test_each_provider_has_a_conversation_of_their_own() -> None:
    assistant = Scripted(SCRIPT)
    turns = "\n".join(
        f"    - {{say: {words}, provider: {who}}}"
        for words, who in [("is it covered", "a"), ("thanks", "b"), ("thanks", "a")]
    )
    (case,) = parse(f"- name: a\n  turns:\n{turns}", "f.yml")
    assert play(case, assistant).passed
    assert assistant.begun == 2
    (fault,) = run(
        "    - {say: is it covered, provider: a}\n    - {press: Why, provider: b}"
    ).faults
    assert (fault.what, fault.came) == ("button", "no buttons")


def test_several_messages_before_a_reply_are_judged_together() -> None:
    result = run(
        "    - say: [is it covered, thanks]\n      messages: [{kind: conversation}, {kind: answer}]"
    )
    assert result.passed
    assert "provider: is it covered\n  provider: thanks" in report.failure(result)


def test_what_happens_before_a_turn(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("X 1", encoding="utf-8")
    text = "- {name: a, turns: [{say: thanks, import: d.txt}, {say: thanks, retire: X 1}]}"
    (case,) = parse(text, str(tmp_path / "f.yml"))
    assistant = Scripted(SCRIPT)
    assert play(case, assistant).passed
    assert assistant.changes == [Change("import", str(tmp_path / "d.txt")), Change("retire", "X 1")]


@pytest.mark.parametrize("secret", ["Ada Lovelace", "conditioning for a return"])
def test_a_secret_that_comes_back(secret: str) -> None:
    (case,) = parse(f"- {{name: a, secret: {secret}, turns: [{{say: is it covered}}]}}", "f.yml")
    faults = play(
        case, Scripted(SCRIPT | {"is it covered": covered(f"{SAID} ada lovelace")})
    ).faults
    assert [fault.what for fault in faults] == ["secret"]


@pytest.mark.parametrize(
    ("expectation", "careful"),
    [
        ("determination: investigational", False),
        ("policy: CAM 1", False),
        ("text: {absent: last reviewed}", False),
        ("kind: handoff", False),
        ("kind: [no_policy, out_of_scope]", False),
        ("kind: not_in_policy", True),
        ("topics: reason", True),
    ],
)
def test_what_is_missed_carefully(expectation: str, careful: bool) -> None:
    assert expecting(expectation).careful is careful


def test_a_button_that_was_not_offered() -> None:
    (fault,) = run("    - say: is it covered\n    - press: Codes").faults
    assert (fault.what, fault.came) == ("button", "Why?")


def test_what_no_record_says_fails_without_being_expected() -> None:
    (fault,) = run("    - say: lie\n    - say: thanks").faults
    assert fault.what == "proof"
    assert "97110" in fault.came


def test_each_message_is_met_by_one_of_its_own() -> None:
    (case,) = parse(
        "- name: a\n  turns:\n    - say: x\n      messages: [{kind: answer}, {kind: answer}]",
        "f.yml",
    )
    one, other = covered(), SCRIPT["nothing on file"]
    assert not judge(case.turns[0], Reply((one, other)))[0].came.startswith("answer")
    assert judge(case.turns[0], Reply((one, one))) == ()


def test_a_failure_shows_the_conversation_and_what_was_understood() -> None:
    result = run(
        "    - say: thanks\n    - say: is it covered\n      kind: no_policy\n    - say: never sent"
    )
    assert report.failure(result).split("\n") == [
        "f.yml:1: a",
        "  provider: thanks",
        "  bot (conversation): You are welcome.",
        "  provider: is it covered",
        "  bot (answer; coverage, codes; CAM 80306; not_medically_necessary):",
        "      Policy CAM 80306 considers work hardening programs “NOT MEDICALLY NECESSARY, as they are",
        "      for the purpose of conditioning … and not for the treatment of a medical condition”. M54.5",
        "      was replaced by M54.50 on October 1, 2021. Last reviewed November 2019; reviewed without",
        "      change on 11/01/2016.",
        "    buttons: Why?",
        "  expected kind: no_policy",
        "    but came: answer",
        "  understood “is it covered”: coverage 0.90; familiar 0.75",
        "  linked: work hardening, M54.5",
    ]
