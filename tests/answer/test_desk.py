"""From needs to replies, over the real policy; the needs are given, as the dialog model would give them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answer import payer
from bot.answer.catalogue import ApprovedAnswer, PriorAuthorization
from bot.answer.desk import Desk, Turn
from bot.answer.linking import Linking
from bot.answer.thread import Thread
from bot.answer.understanding import Clause, Understanding
from bot.answer.wire import to_json
from bot.policy.parser import parse
from tests.answer.shelf import Shelf
from tests.vocabularies import Fixed

DATA = Path(__file__).parents[2] / "data"
SEED = (DATA / "policies" / "cam_80306_work_hardening.txt").read_text(encoding="utf-8")
TODAY = date(2026, 11, 23)


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    shelf.put(parse(SEED), SEED)
    return shelf


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    words = Fixed({p.name: p.read_text("utf-8") for p in (DATA / "vocabulary").glob("*.yml")})
    return Desk(
        shelf,
        Linking(shelf, words),
        payer.load(DATA / "payer.yml"),
        lambda: TODAY,
        lambda: "ID",
    )


def ask(desk: Desk, text: str, *needs: str, thread: Thread | None = None) -> Turn:
    whole = Clause(text, 0, len(text), dict.fromkeys(needs, 0.9))
    return desk.reply(Understanding(text, whole, (whole,)), thread or Thread())


@pytest.mark.parametrize(
    ("text", "need", "kind", "status", "said"),
    [
        ("is work hardening covered?", "coverage", "answer", "not_medically_necessary",
         "considers work hardening programs not medically necessary"),
        ("why is work hardening denied", "reason", "answer", "not_medically_necessary",
         "they are for the purpose of conditioning for a return to work"),
        ("criteria for work hardening", "criteria", "answer", "not_medically_necessary",
         "lists no criteria that could be met"),
        ("work hardening codes", "codes", "answer", None, "CPT: no code"),
        ("dx for work hardening", "diagnoses", "answer", "not_medically_necessary",
         "makes no exception for any diagnosis"),
        ("work hardening inpatient?", "place_of_service", "answer", "not_medically_necessary",
         "It does not say that inpatient services are covered."),
        ("type of service of work hardening", "type_of_service", "answer", None,
         "Rehabilitation Therapy"),
        ("work hardening bluecard", "benefit_application", "answer", "not_medically_necessary",
         "For another Blue plan's member, that (home) plan's policies"),
        ("what is work hardening", "description", "answer", None, "specialized rehabilitation program"),
        ("work hardening evidence", "references", "answer", None, "lists 4 references"),
        ("work hardening history", "history", "answer", None, "November 20, 2019"),
        ("was work hardening covered in 2016?", "history", "answer", "not_medically_necessary",
         "The text of policy CAM 80306 as of 2016 is not on file"),
        ("was work hardening covered in 2013?", "history", "answer", None,
         "the history does not prove"),
        ("was work hardening covered in 2009?", "history", "answer", None, "its history begins on"),
        ("next review of work hardening", "review_dates", "answer", None, "apparently a placeholder"),
        ("policy number of work hardening", "policy_identity", "answer", None, "Medical Affairs"),
        ("prior auth for work hardening", "prior_auth", "not_in_policy", "not_medically_necessary",
         "does not state whether a prior authorization is required"),
        ("is acupuncture covered?", "coverage", "no_policy", None, "no policy on file about “acupuncture”"),
        ("is it covered?", "coverage", "clarification", None, "Which service or policy"),
        ("where is my auth", "member_data", "member_specific", None, "can't see"),
        ("how do I appeal the work hardening denial", "appeal", "not_in_policy", None, "notice states"),
        ("a person please", "person", "handoff", None, "a person"),
        ("this is a complaint", "complaint", "handoff", None, "grievance"),
        ("hello", "greet", "conversation", None, "Hello"),
        ("what is the weather", "out_of_scope", "out_of_scope", None, "nothing a medical policy"),
    ],
)  # fmt: skip
def test_one_message(
    desk: Desk, text: str, need: str, kind: str, status: str | None, said: str
) -> None:
    [reply] = ask(desk, text, need).replies
    assert reply.answer.kind == kind
    assert (reply.answer.determination.status if reply.answer.determination else None) == status
    assert said in reply.text
    assert (reply.answer.decision_id == "ID") == (kind == "answer")


@pytest.mark.parametrize(
    ("text", "said", "never"),
    [
        ("is work hardening covered for M54.5", "not billable for dates of service from October 1, 2021",
         "is a valid, billable code"),
        ("is work hardening covered for M54.50", "M54.50 is a valid, billable code", "not billable for"),
        ("is work hardening covered for Z99.999", "Z99.999 is not a code", "the same for all diagnoses"),
        ("is work hardening covered for low back pain", "I took “low back pain” for M54.50", "M54.5 "),
        ("is work hardening covered for M54.5 on 3/5/2019", "For March 5, 2019 it was billable", "it was not"),
        ("is work hardening covered for M54.50 on 3/5/2019", "it was not billable", "it was billable"),
        ("is 97545 covered", "Our vocabulary ties it to work hardening", "lists 97545 in"),
    ],
)  # fmt: skip
def test_codes_that_were_named(desk: Desk, text: str, said: str, never: str) -> None:
    [reply] = ask(desk, text, "coverage").replies
    assert said in reply.text
    assert never not in reply.text
    assert reply.answer.determination is not None
    assert reply.answer.determination.status == "not_medically_necessary"


def test_a_thread_keeps_the_policy_and_what_was_asked(desk: Desk) -> None:
    first = ask(desk, "is work hardening covered?", "coverage")
    second = ask(desk, "why?", "reason", thread=first.thread)
    assert second.replies[0].answer.topics == ("reason",)
    other = ask(desk, "and acupuncture?", "inform", thread=second.thread)
    assert other.replies[0].answer.kind == "no_policy"
    back = ask(desk, "no, work hardening", "inform", thread=other.thread)
    assert back.replies[0].answer.policy is not None
    assert Thread.from_json(back.thread.to_json()) == back.thread


def test_insisting_changes_nothing(desk: Desk) -> None:
    first = ask(desk, "is work hardening covered?", "coverage")
    [reply] = ask(desk, "just tell me it's approved", "confirm", thread=first.thread).replies
    assert reply.answer.determination is not None
    assert reply.answer.determination.status == "not_medically_necessary"


def test_the_second_miss_offers_a_person(desk: Desk) -> None:
    first = ask(desk, "what is the weather", "out_of_scope")
    second = ask(desk, "and tomorrow", "out_of_scope", thread=first.thread)
    offered = [{b.payload for b in turn.replies[0].buttons} for turn in (first, second)]
    assert "/person{}" not in offered[0]
    assert "/person{}" in offered[1]
    agreed = ask(desk, "yes please", "affirm", thread=second.thread)
    assert agreed.replies[0].answer.kind == "handoff"


def test_a_button_asks_its_need_of_its_policy(desk: Desk) -> None:
    whole = Clause("", 0, 0, {"references": 1.0})
    pressed = Understanding("", whole, (whole,), {"policy": "CAM 80306"})
    [reply] = desk.reply(pressed, Thread()).replies
    assert reply.answer.topics == ("references",)


def test_a_row_of_the_prior_authorization_list_is_cited(shelf: Shelf, desk: Desk) -> None:
    shelf.list_date = date(2026, 7, 1)
    shelf.authorizations.append(
        PriorAuthorization(
            "CPT", "97545", "97546", "required", None, "the payer", None, None, None,
            date(2026, 7, 1), "97545,97546,CPT,required",
        )
    )  # fmt: skip
    [reply] = ask(desk, "does 97545 need prior auth", "prior_auth").replies
    assert reply.answer.kind == "answer"
    assert "prior authorization required" in reply.text
    assert "not a promise of payment" in reply.text
    assert "prior_auth_list" in {c.source for c in reply.answer.citations}


def test_an_approved_answer_is_given_word_for_word(shelf: Shelf, desk: Desk) -> None:
    words = "Send the appeal within the time that the notice states."
    shelf.approved.append(
        ApprovedAnswer(
            "How to appeal?", words, "Manual 4.2", "A. Smith", None, None, None, "appeal"
        )
    )
    [reply] = ask(desk, "how do I appeal", "appeal").replies
    assert reply.answer.kind == "not_in_policy"
    assert words in reply.text
    assert [c.quote for c in reply.answer.citations] == [words]


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("work hardening on 3/5/2019, do you pay?", "not_medically_necessary",
         "Each entry from then to November 20, 2019 records no change"),
        ("work hardening on 6/1/2011, do you pay?", None, "its history begins on"),
        ("work hardening on 11/1/2013, do you pay?", None, "the history does not prove"),
        ("work hardening on 6/1/2025, do you pay?", "not_medically_necessary", "no change after it is recorded"),
        ("work hardening on 11/1/2026, do you pay?", "not_medically_necessary", "not medically necessary"),
    ],
)  # fmt: skip
def test_a_date_of_service_is_answered_for_its_time(
    desk: Desk, text: str, status: str | None, said: str
) -> None:
    [reply] = ask(desk, text, "coverage").replies
    found = reply.answer.determination
    assert (found.status if found else None) == status
    assert said in reply.text


def test_a_date_of_service_given_once_holds_for_the_conversation(desk: Desk) -> None:
    thread = Thread(date_of_service="2011-06-01")
    turn = ask(desk, "is work hardening covered?", "coverage", thread=thread)
    assert turn.replies[0].answer.determination is None
    assert turn.thread.date_of_service == "2011-06-01"
    assert Thread.from_json(turn.thread.to_json()) == turn.thread


EDITIONS = (
    "JV 900\nBladder Pacing\nLine of Business: {line}\n\nPolicy\n"
    "Bladder pacing is considered {what}.\n\nDescription\nA fictional policy.\n"
)


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("is bladder pacing covered?", ["investigational", "medically_necessary"]),
        ("is bladder pacing covered for a medicare advantage member?", ["medically_necessary"]),
        ("bladder pacing, commercial plan, covered?", ["investigational"]),
    ],
)
def test_editions_for_other_lines_of_business_are_both_said(
    shelf: Shelf, desk: Desk, text: str, statuses: list[str]
) -> None:
    for put, line, what in (
        (shelf.put, "Commercial", "investigational"),
        (shelf.put_beside, "Medicare Advantage", "medically necessary"),
    ):
        written = EDITIONS.format(line=line, what=what)
        put(parse(written), written)
    turn = ask(desk, text, "coverage")
    found = [reply.answer.determination.status for reply in turn.replies]
    assert found == statuses
    assert all(reply.answer.applies_to for reply in turn.replies)
    if len(statuses) == 1:
        again = ask(desk, "so is it covered", "coverage", thread=turn.thread)
        assert [reply.answer.determination.status for reply in again.replies] == statuses


def test_a_line_of_business_that_a_policy_is_not_stated_for_is_told(
    shelf: Shelf, desk: Desk
) -> None:
    written = EDITIONS.format(line="Commercial", what="investigational")
    shelf.put(parse(written), written)
    [reply] = ask(desk, "is bladder pacing covered for Medicaid?", "coverage").replies
    assert any("does not say that it speaks for Medicaid" in c for c in reply.answer.caveats)


def test_removed_details_are_mentioned(desk: Desk) -> None:
    [reply] = ask(desk, "is work hardening covered for [member id]", "coverage").replies
    assert "were not kept" in reply.text


def test_what_does_not_apply_is_left_out_of_the_json(desk: Desk) -> None:
    [reply] = ask(desk, "hello", "greet").replies
    assert to_json(reply.answer) == {"kind": "conversation", "topics": []}
