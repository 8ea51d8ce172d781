"""The widget as a person meets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

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
        buttons = widget.ask(QUESTION).get_by_role("group").get_by_role("button")
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
    def test_without_a_network_it_can_be_tried_again(self, widget: Any, page: Page) -> None:
        page.context.set_offline(True)
        widget.box.fill(QUESTION)
        widget.box.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("No connection")
        page.context.set_offline(False)
        widget.reply(0)
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(widget.said).to_have_count(1)

    def test_a_lost_reply_is_fetched_and_nothing_sent_twice(self, widget: Any, page: Page) -> None:
        widget.ask(QUESTION)

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route(MESSAGES, lose, times=1)
        widget.box.fill("why?")
        widget.box.press("Enter")
        page.get_by_role("button", name="Try again").click()
        expect(widget.replies).to_have_count(2)
        page.reload()
        expect(widget.replies).to_have_count(2)
        expect(widget.said).to_have_count(2)

    def test_a_page_left_while_waiting_gets_the_reply_when_it_is_opened_again(
        self, widget: Any, page: Page
    ) -> None:
        widget.ask(QUESTION)

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route(MESSAGES, lose, times=1)
        widget.box.fill("why?")
        widget.box.press("Enter")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.reload()
        expect(widget.replies).to_have_count(2)
        expect(widget.said).to_have_count(2)

    def test_a_server_that_is_starting_is_waited_for(self, widget: Any, page: Page) -> None:
        page.route(
            "**/api/v1/conversations",
            lambda route: route.fulfill(
                status=503, headers={"Retry-After": "1"}, json={"detail": "Starting."}
            ),
            times=1,
        )
        widget.box.fill(QUESTION)
        widget.box.press("Enter")
        expect(page.get_by_text("is not ready yet and is asked again")).to_be_visible()
        widget.reply(0)
        expect(page.get_by_text("is not ready yet and is asked again")).to_have_count(0)

    @pytest.mark.parametrize(
        ("status", "said", "again"),
        [
            (429, "try again in 7 seconds", True),
            (500, "Something went wrong on our side", True),
            (422, "The sentence of the server.", False),
        ],
    )
    def test_a_refusal_is_said(
        self, widget: Any, page: Page, status: int, said: str, again: bool
    ) -> None:
        page.route(
            MESSAGES,
            lambda route: route.fulfill(
                status=status,
                headers={"Retry-After": "7"},
                json={"detail": "The sentence of the server."},
            ),
            times=1,
        )
        widget.box.fill(QUESTION)
        widget.box.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(said)
        if again:
            page.get_by_role("button", name="Try again").click()
            widget.reply(0)
        else:
            expect(widget.box).to_have_value(QUESTION)

    def test_a_conversation_that_is_gone_gives_way_to_a_new_one(
        self, widget: Any, page: Page
    ) -> None:
        widget.ask(QUESTION)
        page.evaluate(
            """() => {
              const key = Object.keys(localStorage).find((key) => key.endsWith("conversation"));
              const kept = JSON.parse(localStorage.getItem(key));
              localStorage.setItem(key, JSON.stringify({ ...kept, id: "gone" }));
            }"""
        )
        page.reload()
        expect(page.get_by_text("no longer on file")).to_be_visible()
        widget.ask(QUESTION)
        expect(widget.said).to_have_count(1)


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
