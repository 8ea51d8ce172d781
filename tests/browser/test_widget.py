"""The widget as a person meets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

QUESTION = "Is work hardening covered for M54.50?"
SENTENCE = "Work hardening programs are considered NOT MEDICALLY NECESSARY"


@pytest.fixture(autouse=True)
def _without_faults(faults: list[str]) -> Any:
    """No test leaves an error in the console, a blocked style or script among them."""
    yield
    assert [fault for fault in faults if "Failed to load resource" not in fault] == []


class TestCard:
    def test_gives_the_position_with_its_proof(self, widget: Any) -> None:
        reply = widget.ask(QUESTION)
        card = reply.get_by_role("article")
        expect(card).to_have_accessible_name("Policy position: Not medically necessary")
        expect(card).to_contain_text(
            "CAM 80306 · Work Hardening Programs · Last reviewed November 2019"
        )
        expect(card.get_by_role("heading", name="Why")).to_be_visible()
        expect(card.locator("blockquote").filter(has_text=SENTENCE).first).to_be_visible()
        expect(card).to_contain_text(re.compile(r"Reference number \S+"))

    def test_says_nothing_twice(self, widget: Any) -> None:
        reply = widget.ask(QUESTION)
        said = reply.locator(".bubble").inner_text()
        reason = reply.get_by_text("for the purpose of conditioning").first.inner_text()
        assert reason.strip("“”") not in said
        for note in reply.get_by_role("article").locator(".part > ul:not(.quotes) > li").all():
            assert note.inner_text() not in said

    def test_a_reply_without_data_is_shown_whole(self, widget: Any) -> None:
        reply = widget.ask("hi")
        expect(reply.locator(".bubble")).to_be_visible()
        expect(reply.get_by_role("article")).to_have_count(0)

    def test_opens_the_policy_at_the_very_words(self, widget: Any, page: Page) -> None:
        quote = widget.ask(QUESTION).get_by_role("article").locator("li", has_text=SENTENCE).first
        words = quote.locator("blockquote").inner_text()
        opener = quote.get_by_role("button", name="Open in the policy")
        opener.click()
        dialog = page.get_by_role("dialog", name="CAM 80306 · Work Hardening Programs")
        mark = dialog.locator("mark")
        expect(mark).to_be_in_viewport()
        expect(mark).to_be_focused()
        assert mark.inner_text().strip() == words.strip()
        expect(dialog).to_contain_text("Current Procedural Terminology")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()

    def test_copies_the_reference_number(self, widget: Any, page: Page) -> None:
        card = widget.ask(QUESTION).get_by_role("article")
        button = card.get_by_role("button", name="Copy the reference number")
        button.click()
        expect(button).to_have_text("Copied")
        number = card.locator(".reference code").inner_text()
        assert page.evaluate("navigator.clipboard.readText()") == number

    def test_copies_the_codes_as_a_table(self, widget: Any, page: Page) -> None:
        card = widget.ask("Which codes are listed for work hardening?").get_by_role("article")
        rows = card.get_by_role("table").get_by_role("row")
        button = card.get_by_role("button", name="Copy the codes")
        button.click()
        expect(button).to_have_text("Copied")
        lines = page.evaluate("navigator.clipboard.readText()").split("\n")
        assert len(lines) == rows.count()
        assert lines[0].split("\t") == ["System", "Code", "What the policy says"]
        assert any(line.startswith("CPT\t") for line in lines)


class TestConversation:
    def test_a_pressed_button_is_what_the_provider_said(self, widget: Any) -> None:
        offered = widget.ask(QUESTION).get_by_role("group", name="You can also ask")
        buttons = offered.get_by_role("button")
        title = buttons.first.inner_text()
        buttons.first.click()
        reply = widget.reply(1)
        expect(reply).to_be_focused()
        expect(widget.said.nth(1)).to_contain_text(title)
        expect(widget.replies.first.get_by_role("button", name=title)).to_have_count(0)

    def test_an_example_is_a_question(self, widget: Any, page: Page) -> None:
        examples = page.get_by_role("group", name="Example questions").get_by_role("button")
        text = examples.first.inner_text()
        examples.first.click()
        widget.reply(0)
        expect(widget.said).to_contain_text(text)

    def test_is_there_after_a_reload(self, widget: Any, page: Page) -> None:
        widget.ask(QUESTION)
        widget.ask("why?")
        before = widget.log.inner_text()
        page.reload()
        expect(widget.replies).to_have_count(2)
        assert widget.log.inner_text() == before

    def test_is_the_same_in_a_second_tab(self, widget: Any, page: Page) -> None:
        widget.ask(QUESTION)
        other = type(widget)(page.context.new_page())
        other.page.goto("/")
        expect(other.replies).to_have_count(1)
        other.ask("why?")
        expect(widget.replies).to_have_count(2)
        widget.ask("and what codes?")
        expect(other.replies).to_have_count(3)
        expect(other.said).to_have_count(3)

    def test_a_new_one_begins_when_it_is_confirmed(self, widget: Any, page: Page) -> None:
        widget.ask(QUESTION)
        start = page.get_by_role("button", name="New conversation")
        start.click()
        page.get_by_role("button", name="Keep this one").click()
        expect(widget.replies).to_have_count(1)
        start.click()
        dialog = page.get_by_role("dialog", name="Start a new conversation?")
        dialog.get_by_role("button", name="New conversation").click()
        expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
        expect(widget.box).to_be_focused()
        page.reload()
        expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()

    def test_what_identifies_a_member_is_not_shown_again(self, widget: Any, page: Page) -> None:
        widget.ask("is work hardening covered? member SSN 219-09-9999")
        expect(widget.said).not_to_contain_text("219-09-9999")
        page.reload()
        expect(widget.said).to_be_visible()
        expect(widget.log).not_to_contain_text("219-09-9999")

    def test_a_text_that_is_too_long_is_not_cut_but_kept_back(
        self, widget: Any, page: Page
    ) -> None:
        widget.box.fill("a" * 4001)
        expect(page.get_by_text("4001 of 4000 characters")).to_be_visible()
        widget.box.press("Enter")
        expect(widget.said).to_have_count(0)
        widget.box.fill("a" * 4000)
        expect(page.get_by_role("button", name="Send")).to_have_attribute("aria-disabled", "false")

    def test_shift_enter_starts_a_new_line(self, widget: Any) -> None:
        widget.box.fill("one")
        widget.box.press("Shift+Enter")
        widget.box.press_sequentially("two")
        expect(widget.box).to_have_value("one\ntwo")
        expect(widget.said).to_have_count(0)


MESSAGES = re.compile(r"/messages$")


class TestTrouble:
    """On the stage; what ends a connection is in test_live.py."""

    def send(self, scene: Any) -> None:
        scene.box.fill("criteria")
        scene.box.press("Enter")

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (503, "is not ready yet and is asked again"),
            (502, "Your message is kept and will be sent"),
            (429, "Your message will be sent in 1 seconds"),
        ],
    )
    def test_that_passes_is_waited_for(self, scene: Any, status: int, said: str) -> None:
        scene.page.route(
            "**/api/v1/conversations",
            lambda route: route.fulfill(
                status=status, headers={"Retry-After": "1"}, json={"detail": "Later."}
            ),
            times=1,
        )
        self.send(scene)
        expect(scene.status).to_contain_text(said)
        scene.reply(0)
        expect(scene.status).not_to_contain_text(said)
        expect(scene.said).to_have_count(1)

    @pytest.mark.parametrize(
        ("status", "said", "again"),
        [
            (500, "Something went wrong on our side", True),
            (422, "The sentence of the server.", False),
        ],
    )
    def test_a_refusal_is_said(self, scene: Any, status: int, said: str, again: bool) -> None:
        scene.page.route(
            MESSAGES,
            lambda route: route.fulfill(
                status=status, json={"detail": "The sentence of the server."}
            ),
            times=1,
        )
        self.send(scene)
        expect(scene.page.get_by_role("alert")).to_contain_text(said)
        if again:
            scene.page.reload()
            scene.button("Try again").click()
            scene.reply(0)
        else:
            expect(scene.box).to_have_value("criteria")
            expect(scene.button("Try again")).to_have_count(0)
            scene.box.press("Enter")
            scene.reply(0)
        expect(scene.said).to_have_count(1)
        expect(scene.page.get_by_role("alert")).to_have_count(0)

    def test_a_conversation_that_is_gone_gives_way_to_a_new_one(self, scene: Any) -> None:
        scene.ask("criteria")
        scene.page.evaluate(
            """() => {
              const key = Object.keys(localStorage).find((key) => key.endsWith("conversation"));
              const kept = JSON.parse(localStorage.getItem(key));
              localStorage.setItem(key, JSON.stringify({ ...kept, id: "gone" }));
            }"""
        )
        scene.page.reload()
        expect(scene.page.get_by_text("no longer on file")).to_be_visible()
        scene.ask("criteria")
        expect(scene.said).to_have_count(1)


class TestPaper:
    def test_an_answer_is_printed_whole(self, scene: Any) -> None:
        card = scene.ask("codes").get_by_role("article")
        card.get_by_role("button", name="Print or save as PDF").click()
        sheet = scene.page.frame_locator("iframe.policy-assistant-print")
        expect(sheet.get_by_text("Medically necessary", exact=True)).to_be_attached()
        expect(sheet.get_by_text("H90.19")).to_be_attached()
        expect(sheet.locator("dd").first).to_have_text("codes")
        expect(sheet.locator("code")).to_have_text(card.locator(".reference code").inner_text())
        expect(sheet.locator("button, img, script")).to_have_count(0)

    def test_the_page_prints_the_conversation_whole(self, scene: Any) -> None:
        scene.ask("criteria")
        scene.ask("codes")
        scene.page.emulate_media(media="print")
        assert scene.log.evaluate("log => log.scrollHeight <= log.clientHeight")
        expect(scene.box).to_be_hidden()
        expect(scene.button("Talk to a person")).to_be_hidden()


class TestChecklist:
    def test_boxes_are_the_readers_own(self, scene: Any) -> None:
        card = scene.ask("criteria").get_by_role("article")
        boxes = card.get_by_role("checkbox")
        expect(boxes).to_have_count(7)
        card.get_by_label("the loss is 40 dB or more").check()
        scene.page.reload()
        expect(scene.page.get_by_role("checkbox", checked=True)).to_have_count(0)


class TestHostility:
    def test_markup_in_a_message_stays_text(self, widget: Any, page: Page) -> None:
        markup = "<img src=x onerror=\"document.title='taken'\"> is work hardening covered?"
        widget.ask(markup)
        expect(widget.said).to_contain_text(markup)
        assert page.title() != "taken"
        expect(widget.log.locator("img")).to_have_count(0)

    def test_markup_in_a_policy_stays_text(self, widget: Any, page: Page) -> None:
        card = widget.ask("is echo therapy covered, what is it and what codes? CAM 66601")
        for button in card.get_by_role("button", name="Open in the policy").all():
            button.click()
            mark = page.locator("mark")
            expect(mark).to_be_in_viewport()
            page.keyboard.press("Escape")
        assert page.title() != "taken"
        assert page.locator("policy-assistant").locator("img, script, b, svg[onload]").count() == 0

    def test_quotes_stand_right_after_letters_of_two_units(self, widget: Any, page: Page) -> None:
        card = widget.ask("is echo therapy covered? CAM 66601").get_by_role("article")
        quote = card.locator("li").filter(has=page.get_by_role("button", name="Open in")).first
        words = quote.locator("blockquote").inner_text()
        quote.get_by_role("button", name="Open in the policy").click()
        assert page.locator("mark").inner_text().strip() == words.strip()
