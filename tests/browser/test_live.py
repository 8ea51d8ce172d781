"""It is there again: after a reload, in a second tab, without a network, when the server was killed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

MESSAGES = re.compile(r"/messages$")
EVENTS = re.compile(r"/events\b")
RECONNECTING = re.compile("Reconnecting")


@pytest.fixture(autouse=True)
def _without_faults(faults: list[str]) -> Any:
    yield
    assert [fault for fault in faults if "Failed to load resource" not in fault] == []


def once(widget: Any, *said: str) -> None:
    """Each was said once, in this order, and all were answered."""
    expect(widget.said).to_have_text([re.compile(f"{re.escape(text)}$") for text in said])
    expect(widget.replies).to_have_count(len(said))


class TestServerKilled:
    def test_in_mid_conversation(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        stage.kill()
        expect(scene.status).to_have_text(RECONNECTING)
        scene.box.fill("codes")
        scene.box.press("Enter")
        expect(scene.status).to_contain_text("Your message is kept and will be sent")
        stage.start()
        once(scene, "criteria", "codes")
        expect(scene.status).not_to_contain_text("Reconnecting")
        scene.ask("investigational")
        once(scene, "criteria", "codes", "investigational")

    def test_before_its_reply_arrived(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")

        def lose(route: Route) -> None:
            route.fetch()
            stage.kill()
            route.abort()

        scene.page.route(MESSAGES, lose, times=1)
        scene.box.fill("codes")
        scene.box.press("Enter")
        expect(scene.status).to_have_text(RECONNECTING)
        stage.start()
        once(scene, "criteria", "codes")
        scene.page.reload()
        once(scene, "criteria", "codes")

    def test_and_the_page_reloaded_meanwhile(self, scene: Any) -> None:
        scene.ask("criteria")
        scene.page.route(MESSAGES, lambda route: route.abort())
        scene.box.fill("codes")
        scene.box.press("Enter")
        expect(scene.status).to_contain_text("Your message is kept")
        scene.page.unroute(MESSAGES)
        scene.page.reload()
        once(scene, "criteria", "codes")

    def test_while_a_person_writes(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        stage.act(scene.page, take=True)
        expect(scene.standing).to_contain_text("You are talking with Dana R.")
        stage.kill()
        expect(scene.status).to_have_text(RECONNECTING)
        stage.start()
        stage.act(scene.page, say="I am still here.")
        expect(scene.persons).to_have_count(1)


class TestNetworkLost:
    def test_what_was_typed_is_sent_when_it_is_back(self, scene: Any) -> None:
        scene.ask("criteria")
        scene.page.context.set_offline(True)
        expect(scene.status).to_have_text(RECONNECTING)
        for text in ("codes", "investigational"):
            scene.box.fill(text)
            scene.box.press("Enter")
        expect(scene.log.locator(".message.pending")).to_have_count(2)
        expect(scene.log.locator(".typing")).to_have_count(0)
        scene.page.context.set_offline(False)
        once(scene, "criteria", "codes", "investigational")
        expect(scene.log.locator(".message.pending")).to_have_count(0)

    def test_what_a_person_wrote_meanwhile_is_there(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        stage.act(scene.page, take=True)
        scene.page.context.set_offline(True)
        expect(scene.status).to_have_text(RECONNECTING)
        stage.act(scene.page, say="Are you there?")
        scene.page.context.set_offline(False)
        expect(scene.persons).to_have_count(1)

    def test_from_the_very_first_message(self, scene: Any) -> None:
        scene.page.context.set_offline(True)
        scene.box.fill("criteria")
        scene.box.press("Enter")
        expect(scene.status).to_contain_text("Your message is kept")
        scene.page.context.set_offline(False)
        once(scene, "criteria")


class TestNoStream:
    def test_where_streams_are_refused_it_asks_again_and_again(
        self, scene: Any, stage: Any
    ) -> None:
        page = scene.page
        page.route(EVENTS, lambda route: route.fulfill(status=429, json={"detail": "Too many."}))
        scene.ask("criteria")
        stage.act(page, take=True, say="I joined without a stream.")
        expect(scene.persons).to_have_count(1)
        expect(scene.standing).to_contain_text("You are talking with Dana R.")
        expect(scene.status).to_be_empty()


class TestTabs:
    def second(self, scene: Any) -> Any:
        tab = type(scene)(scene.page.context.new_page())
        tab.page.goto("/")
        return tab

    def test_both_show_the_same(self, scene: Any, stage: Any) -> None:
        scene.ask("criteria")
        other = self.second(scene)
        expect(other.replies).to_have_count(1)
        other.ask("codes")
        scene.ask("investigational")
        for tab in (scene, other):
            once(tab, "criteria", "codes", "investigational")
        stage.act(scene.page, take=True, say="Hello to both.")
        for tab in (scene, other):
            expect(tab.persons).to_have_count(1)
            expect(tab.standing).to_contain_text("Dana R.")
        assert scene.log.inner_text() == other.log.inner_text()

    def test_two_that_begin_begin_one_conversation(self, scene: Any) -> None:
        other = self.second(scene)
        for tab in (scene, other):
            tab.box.fill("criteria")
        for tab in (scene, other):
            tab.box.press("Enter")
        for tab in (scene, other):
            expect(tab.said).to_have_count(2)
            expect(tab.replies).to_have_count(2)

    def test_a_new_conversation_is_new_in_both(self, scene: Any) -> None:
        scene.ask("criteria")
        other = self.second(scene)
        expect(other.replies).to_have_count(1)
        scene.button("New conversation").click()
        dialog = scene.page.get_by_role("dialog", name="Start a new conversation?")
        dialog.get_by_role("button", name="New conversation").click()
        expect(
            other.page.get_by_role("heading", name="What would you like to know?")
        ).to_be_visible()
        other.ask("codes")
        once(scene, "codes")


def test_a_page_that_slept_takes_up_what_it_missed(scene: Any, stage: Any) -> None:
    scene.ask("criteria")
    scene.page.route(EVENTS, lambda route: route.abort())
    scene.page.context.set_offline(True)
    scene.page.context.set_offline(False)
    expect(scene.status).to_have_text(RECONNECTING)
    stage.act(scene.page, take=True, say="While you slept.")
    scene.page.unroute(EVENTS)
    scene.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(scene.persons).to_have_count(1)
    expect(scene.status).not_to_contain_text("Reconnecting")
