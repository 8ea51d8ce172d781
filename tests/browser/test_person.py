"""Talking to a person: asking, waiting, the chat, the end; and what is told about a conversation once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.fixture(autouse=True)
def _without_faults(faults: list[str]) -> Any:
    yield
    assert [fault for fault in faults if "Failed to load resource" not in fault] == []


def asked(widget: Any, about: str = "") -> None:
    widget.button("Talk to a person").click()
    if about:
        widget.page.get_by_label("What is it about?").fill(about)
    widget.button("Ask for a person").click()
    expect(widget.standing).to_contain_text("Waiting for a person")


class TestPerson:
    def test_can_be_asked_for_before_anything_was_said(self, scene: Any) -> None:
        asked(scene, "Three requests were returned")
        expect(scene.box).to_be_focused()
        expect(scene.button("Talk to a person")).to_be_hidden()

    def test_says_the_place_in_the_queue_and_the_bot_goes_on(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        stage.act(scene.page, queue=2)
        asked(scene)
        place = stage.act(scene.page)
        assert place > 2
        expect(scene.standing).to_contain_text(f"You are number {place} in the queue")
        scene.ask("codes")
        expect(scene.replies).to_have_count(2)

    def test_joins_in_the_same_chat_and_leaves_it(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        asked(scene)
        stage.act(scene.page, take=True, name="Robin T.")
        expect(scene.standing).to_contain_text("You are talking with Robin T.")
        expect(scene.box).to_have_attribute("placeholder", "Write to Robin T.")
        scene.box.fill("Is a test of last year enough?")
        scene.box.press("Enter")
        expect(scene.said).to_have_count(2)
        expect(scene.log.locator(".typing")).to_have_count(0)
        stage.act(scene.page, name="Robin T.", say="It is, with the chart.")
        expect(scene.persons).to_have_text(re.compile("Robin T.:It is, with the chart."))
        stage.act(scene.page, give_back=True)
        expect(scene.standing).to_be_hidden()
        scene.ask("codes")
        expect(scene.replies).to_have_count(2)
        notices = ["Robin T. joined", "Robin T. left. The assistant answers again."]
        expect(scene.log.locator(".notice")).to_have_text(notices)
        scene.page.reload()
        expect(scene.log.locator(".notice")).to_have_text(notices)

    def test_is_there_after_a_reload(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        stage.act(scene.page, take=True, say="Hello.")
        expect(scene.persons).to_have_count(1)
        before = scene.log.inner_text()
        scene.page.reload()
        expect(scene.standing).to_contain_text("You are talking with Dana R.")
        expect(scene.persons).to_have_count(1)
        assert scene.log.inner_text() == before

    def test_ends_the_chat_with_an_outcome(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        stage.act(scene.page, take=True)
        stage.act(scene.page, close="referred")
        expect(scene.standing).to_contain_text("It was passed on to another desk.")
        scene.ask("codes")
        expect(scene.standing).to_be_hidden()

    def test_can_be_parted_from(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        stage.act(scene.page, take=True)
        scene.button("End the chat").click()
        expect(scene.standing).to_contain_text("The chat with a person has ended")
        expect(scene.box).to_be_focused()

    def test_need_not_be_waited_for(self, scene: Any) -> None:
        asked(scene)
        scene.button("Leave the queue").click()
        expect(scene.standing).to_be_hidden()
        expect(scene.button("Talk to a person")).to_be_visible()

    def test_can_call_back_instead(self, scene: Any) -> None:
        asked(scene)
        scene.button("Call me back instead").click()
        dialog = scene.page.get_by_role("dialog", name="Ask to be called back")
        dialog.get_by_label("Phone number").fill("555-0100-22 ext. 7")
        dialog.get_by_role("button", name="Ask for a call").click()
        expect(scene.standing).to_contain_text("You will be called back")
        scene.button("Cancel the call").click()
        expect(scene.standing).to_be_hidden()

    @pytest.mark.usefixtures("closed")
    @pytest.mark.parametrize("number", ["", "soon", "12345", "call me at noon 555 01"])
    def test_nobody_there_and_no_number(self, scene: Any, number: str) -> None:
        scene.button("Talk to a person").click()
        dialog = scene.page.get_by_role("dialog", name="Nobody is here right now")
        expect(dialog).to_contain_text("Monday to Friday, 8 a.m. to 5 p.m. Central Time")
        phone = dialog.get_by_role("link", name="1-800-555-0100")
        expect(phone).to_have_attribute("href", "tel:18005550100")
        field = dialog.get_by_label("Phone number")
        field.fill(number)
        dialog.get_by_role("button", name="Ask for a call").click()
        expect(dialog.get_by_role("alert")).to_contain_text("Please enter a phone number")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")

    @pytest.mark.usefixtures("closed")
    def test_nobody_there_when_it_is_asked_for_in_words(self, scene: Any) -> None:
        scene.ask("I want a person").get_by_role("button", name="Ask to be called back").click()
        dialog = scene.page.get_by_role("dialog", name="Nobody is here right now")
        dialog.get_by_label("Phone number").fill("(555) 010-0022")
        dialog.get_by_role("button", name="Ask for a call").click()
        expect(scene.standing).to_contain_text("You will be called back")

    def test_asked_for_in_words(self, scene: Any) -> None:
        scene.ask("I want a person")
        expect(scene.standing).to_contain_text("Waiting for a person")

    def test_writes_markup_that_stays_text(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        markup = "<img src=x onerror=\"document.title='taken'\">"
        stage.act(scene.page, take=True, name=markup, say=markup)
        expect(scene.persons).to_contain_text(markup)
        expect(scene.standing).to_contain_text(markup)
        assert scene.page.title() != "taken"

    def test_is_heard_of_when_the_widget_is_closed(self, scene: Any, stage: Any) -> None:
        page = scene.page
        docked = """<!doctype html><html lang="en"><title>A portal</title><h1>Claims</h1>
        <script type="module" src="/static/policy-assistant.js"></script>
        <policy-assistant open></policy-assistant>"""
        page.route("**/claims", lambda route: route.fulfill(body=docked, content_type="text/html"))
        page.goto("/claims")
        asked(scene)
        scene.button("Close the policy assistant").click()
        stage.act(page, take=True, say="Are you there?")
        launcher = page.get_by_role("button", name="Ask about a medical policy 1 new")
        launcher.click()
        expect(scene.persons).to_have_count(1)
        expect(page.get_by_text("1 new")).to_be_hidden()


class TestCircumstances:
    def give(self, widget: Any, kind: str, day: str) -> None:
        widget.page.get_by_role("button", name="Member and date").click()
        widget.page.get_by_label("The member belongs to").select_option(kind)
        widget.page.get_by_label("Date of service", exact=True).fill(day)
        widget.button("Use these").click()

    @pytest.mark.parametrize("first", ["fields", "question"])
    def test_are_kept_for_the_conversation(self, scene: Any, first: str) -> None:
        if first == "question":
            scene.ask("criteria")
        self.give(scene, "Another Blue plan", "2026-02-03")
        told = scene.page.get_by_role("button", name="Another Blue plan · February 3, 2026")
        expect(told).to_be_focused()
        if first == "fields":
            scene.ask("criteria")
        scene.page.reload()
        expect(told).to_be_visible()
        told.click()
        expect(scene.page.get_by_label("The member belongs to")).to_have_value("other_blue_plan")

    def test_given_without_a_network_are_told_later(self, scene: Any) -> None:
        scene.ask("criteria")
        scene.page.context.set_offline(True)
        self.give(scene, "Medicare Advantage", "")
        scene.page.context.set_offline(False)
        scene.ask("codes")
        scene.page.evaluate("sessionStorage.clear()")
        scene.page.reload()
        expect(scene.page.get_by_role("button", name="Medicare Advantage")).to_be_visible()

    def test_escape_leaves_them_as_they_were(self, scene: Any) -> None:
        toggle = scene.page.get_by_role("button", name="Member and date")
        toggle.click()
        expect(scene.page.get_by_label("The member belongs to")).to_be_focused()
        scene.page.keyboard.press("Escape")
        expect(toggle).to_be_focused()
        expect(toggle).to_have_attribute("aria-expanded", "false")

    def test_a_new_conversation_has_its_own(self, scene: Any) -> None:
        scene.ask("criteria")
        self.give(scene, "This plan", "2026-02-03")
        scene.button("New conversation").click()
        dialog = scene.page.get_by_role("dialog", name="Start a new conversation?")
        dialog.get_by_role("button", name="New conversation").click()
        expect(scene.page.get_by_role("button", name="Member and date")).to_be_visible()


class TestFeedback:
    def test_is_there_after_a_reload_and_can_be_changed(self, scene: Any) -> None:
        scene.ask("criteria")
        scene.button("Yes, this helped").click()
        expect(scene.log).to_contain_text("Thank you.")
        scene.page.reload()
        expect(scene.button("Yes, this helped")).to_have_attribute("aria-pressed", "true")
        scene.button("No, this did not help").click()
        expect(scene.button("No, this did not help")).to_have_attribute("aria-pressed", "true")
        expect(scene.button("Yes, this helped")).to_have_attribute("aria-pressed", "false")

    def test_can_call_a_person(self, scene: Any) -> None:
        scene.ask("criteria")
        scene.button("No, this did not help").click()
        scene.page.get_by_label("Something is wrong").check()
        scene.page.get_by_label("Tell us more").fill("The second test is not in the policy.")
        scene.page.get_by_label("Have a person look at it").check()
        scene.log.get_by_role("button", name="Send", exact=True).click()
        expect(scene.button("No, this did not help")).to_be_focused()
        expect(scene.standing).to_contain_text("Waiting for a person")

    def test_greetings_are_not_rated(self, scene: Any) -> None:
        scene.ask("hello")
        expect(scene.button("Yes, this helped")).to_have_count(0)
