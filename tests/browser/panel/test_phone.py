"""A caller on the phone: asking, the proof, codes, the note."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.panel.house import NARROW, Open


class TestPhone:
    def test_an_answer_takes_no_hand_off_the_keyboard(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone", NARROW)
        expect(page.get_by_role("textbox", name="What the caller asks")).to_be_focused()
        page.keyboard.type("criteria for echo")
        page.keyboard.press("Enter")
        answer = page.locator(".answer").first
        expect(answer.locator(".say-aloud")).to_contain_text("Policy CAM 66601")
        expect(answer.locator(".verdict")).to_have_text("Depends on criteria")
        page.keyboard.press("ArrowDown")
        expect(answer).to_be_focused()
        page.keyboard.press("Enter")
        proof = page.get_by_role("dialog")
        expect(proof.locator("mark")).to_be_in_viewport()
        page.keyboard.press("Escape")
        page.keyboard.press("2")
        expect(page.locator(".answer")).to_have_count(2)
        expect(page.locator(".answer").first.locator(".say-aloud")).to_contain_text("codes")
        expect(page.get_by_role("textbox", name="What the caller asks")).to_be_focused()

    def test_arrow_keys_walk_the_answers(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone")
        for question in ("criteria", "codes", "excluded"):
            page.keyboard.type(question)
            page.keyboard.press("Enter")
        answers = page.locator(".answer:not(.pending)")
        expect(answers).to_have_count(3)
        for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
            page.keyboard.press(key)
            expect(answers.nth(place)).to_be_focused()
        page.keyboard.type("w")
        expect(page.locator("#question")).to_have_value("w")

    def test_one_key_copies_a_note_without_what_identifies(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone")
        page.keyboard.type("criteria for 123-45-6789")
        page.keyboard.press("Enter")
        expect(page.locator(".card")).to_be_visible()
        page.keyboard.press("F2")
        expect(page.locator("#told")).to_have_text("The note is copied.")
        note = page.evaluate("navigator.clipboard.readText()")
        reference = page.locator("#reference").inner_text()
        assert re.fullmatch(r"[FHKMRWXY34679]{3}-[FHKMRWXY34679]{3}", reference)
        assert note.startswith(f"Call {reference} · ")
        assert "Asked: criteria for [SSN]" in note
        assert re.search(r"Answered: Policy CAM 66601 .* \(reference [0-9A-F-]{14}\)", note)
        assert "6789" not in note

    def test_a_new_call_has_a_number_of_its_own(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone")
        numbers = set()
        for _ in range(2):
            page.keyboard.type("codes")
            page.keyboard.press("Enter")
            expect(page.locator(".answer .card")).to_have_count(1)
            numbers.add(page.locator("#reference").inner_text())
            page.keyboard.press("F4")
            expect(page.locator(".answer")).to_have_count(0)
        assert len(numbers) == 2

    def test_pasted_codes_become_a_table(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone", NARROW)
        codes = ["97545", "97546", "97110", "97112", "97530", "99213", "G0283", "M54.50", "64490"]
        page.locator("#question").fill("\n".join([*codes, "E0720"]))
        page.keyboard.press("Enter")
        rows = page.locator(".codes tbody tr")
        expect(rows).to_have_count(10)
        for code in [*codes, "E0720"]:
            expect(rows.filter(has_text=code)).to_have_count(1)
        page.get_by_role("button", name="97545").click()
        expect(page.locator(".opened")).not_to_be_empty()

    def test_the_codes_are_spelled(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone")
        page.keyboard.type("codes")
        page.keyboard.press("Enter")
        page.get_by_text("Spell the 21 codes").click()
        expect(page.locator(".spelling dd").nth(1)).to_have_text("H (Hotel) nine zero point zero")

    def test_a_call_goes_on_while_a_policy_is_looked_up(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone", NARROW)
        page.keyboard.type("codes")
        page.keyboard.press("Enter")
        expect(page.locator(".answer .card")).to_have_count(1)
        reference = page.locator("#reference").inner_text()
        page.get_by_role("link", name="Policies").click()
        page.get_by_label("Number, code or words").fill("work hardening")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("q=work"))
        page.get_by_role("link", name="CAM 80306").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("CAM 80306")
        page.go_back()
        expect(page.get_by_label("Number, code or words")).to_have_value("work hardening")
        page.get_by_role("link", name="Phone").click()
        expect(page.locator("#reference")).to_have_text(reference)
        expect(page.locator(".answer .card")).to_have_count(1)
        page.keyboard.type("excluded")
        page.keyboard.press("Enter")
        expect(page.locator(".answer .card")).to_have_count(2)
        expect(page.locator("#reference")).to_have_text(reference)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The policy's stated reason: “it is not proven”.", None),
        (
            "Policy A considers it medically necessary.\n\nIts caveat.",
            "Policy A considers it medically necessary.",
        ),
        (
            "Policy A considers it medically necessary when all of these must be met:",
            "Policy A considers it medically necessary when all of its criteria are met.",
        ),
        (
            "Policy A takes more than one position:\n"
            "- It considers a trial medically necessary when any one of these must be met:\n"
            "  - pain\n"
            "- It lists a spare as “not covered”: “A spare is not covered.”",
            "Policy A takes more than one position: it considers a trial medically necessary when"
            " one of its criteria is met; it lists a spare as “not covered”.",
        ),
        (
            "The history of policy A:\n- May 2009: “New policy.”\n- 2010: “Reviewed.”",
            "The history of policy A: May 2009: “New policy.”; 2010: “Reviewed.”.",
        ),
    ],
)
def test_what_is_said_and_noted_of_an_answer(enter: Open, text: str, said: str | None) -> None:
    page = enter("Dana R.", "/panel/phone")
    sentence = page.evaluate(
        "text => import('/static/panel/answers.js').then(m => m.sentenceOf({ text, answer: null }))",
        text,
    )
    assert sentence == (said or text)
