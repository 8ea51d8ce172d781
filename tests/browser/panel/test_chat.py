"""A provider in the chat: queue, takeover, suggestion, notes, transfer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.panel.house import NARROW, House, Open, Provider, row, take


class TestChat:
    def test_comes_and_goes_live_in_every_panel(self, enter: Open, waiting: Provider) -> None:
        name = "comes_and_goes"
        dana, robin = enter("Dana R.", "/panel/chats"), enter("Robin T.", "/panel/chats", NARROW)
        for panel in (dana, robin):
            expect(row(panel, name)).to_contain_text("sked for a person")
        take(dana, name)
        expect(row(robin, name, "others")).to_contain_text("with Dana R.")
        expect(waiting.standing).to_contain_text("You are talking with Dana R.")
        dana.get_by_label("Write to the provider").fill("Good morning.")
        dana.keyboard.press("Enter")
        expect(waiting.log.locator(".message.agent")).to_contain_text("Good morning.")
        dana.get_by_role("button", name="To the bot").click()
        expect(row(robin, name, "others")).to_have_count(0)
        expect(waiting.standing).to_be_hidden()
        waiting.say("codes")
        expect(waiting.log.locator(".message.bot:not(.typing)")).to_have_count(2)

    @pytest.mark.usefixtures("waiting")
    def test_is_taken_by_one_of_two_at_once(self, enter: Open) -> None:
        name = "taken_by_one"
        panels = [enter(who, "/panel/chats") for who in ("Dana R.", "Robin T.")]
        for panel in panels:
            row(panel, name).click()
            expect(panel.get_by_role("button", name="Take over")).to_be_visible()
        # Both press before either hears of the other.
        for panel in panels:
            panel.evaluate("document.querySelector('#deeds .strong').click()")
        states = [panel.locator("#chat-state") for panel in panels]
        either = re.compile(r"You have this chat|(Dana R\.|Robin T\.) has this chat")
        for state in states:
            expect(state).to_have_text(either)
        mine = [state.inner_text() == "You have this chat" for state in states]
        assert sorted(mine) == [False, True]
        loser = panels[mine.index(False)]
        expect(loser.get_by_label("Write to the provider")).to_be_hidden()

    def test_a_suggested_reply_is_sent_edited_or_discarded(
        self, enter: Open, waiting: Provider
    ) -> None:
        name = "suggested_reply"
        dana = enter("Dana R.", "/panel/chats")
        take(dana, name)
        suggestion = dana.locator("#suggestion")
        waiting.say("which codes are there?")
        expect(suggestion).to_contain_text("Policy CAM 66601 lists these codes.")
        expect(waiting.log.locator(".message.bot:not(.typing)")).to_have_count(1)
        suggestion.get_by_text("Proof:").click()
        expect(suggestion.locator(".verdict")).to_have_text("Medically necessary")
        suggestion.get_by_role("button", name="Send it").click()
        expect(waiting.log.locator(".message.agent")).to_have_text(re.compile("lists these codes"))
        expect(suggestion).to_be_hidden()
        waiting.say("is it excluded?")
        suggestion.get_by_role("button", name="Edit").click()
        expect(dana.get_by_label("Write to the provider")).to_have_value(re.compile("not covered"))
        waiting.say("is it investigational?")
        suggestion.get_by_role("button", name="Discard").click()
        expect(suggestion).to_be_hidden()
        expect(waiting.log.locator(".message.agent")).to_have_count(1)

    def test_notes_are_for_staff_alone(self, enter: Open, waiting: Provider) -> None:
        name = "notes_are"
        dana, robin = enter("Dana R.", "/panel/chats"), enter("Robin T.", "/panel/chats")
        take(dana, name)
        row(robin, name, "others").click()
        expect(dana.locator("#viewers")).to_contain_text("Also looking: Robin T.")
        dana.get_by_label("A private note").fill("Third call about 123-45-6789.")
        dana.get_by_role("button", name="Add the note").click()
        expect(robin.locator("#notes")).to_contain_text("Third call about [SSN].")
        expect(waiting.page.locator("body")).not_to_contain_text("Third call")

    def test_is_transferred_with_a_note(self, enter: Open, waiting: Provider) -> None:
        name = "is_transferred"
        dana, robin = enter("Dana R.", "/panel/chats"), enter("Robin T.", "/panel/chats")
        take(dana, name)
        expect(dana.locator("#people")).to_contain_text("Robin T.")
        dana.get_by_role("button", name="Transfer", exact=True).click()
        dialog = dana.get_by_role("dialog")
        dialog.get_by_label("To", exact=True).select_option(label="Robin T.")
        dialog.get_by_label("Note").fill("Knows this office.")
        dialog.get_by_role("button", name="Transfer").click()
        row(robin, name, "mine").click()
        expect(robin.locator("#chat-state")).to_have_text("You have this chat")
        expect(robin.locator("#notes")).to_contain_text("Knows this office.")
        expect(waiting.standing).to_contain_text("You are talking with Robin T.")

    def test_is_closed_with_an_outcome(self, enter: Open, waiting: Provider) -> None:
        dana = enter("Dana R.", "/panel/chats")
        take(dana, "is_closed")
        dana.get_by_role("button", name="Close", exact=True).click()
        dana.get_by_role("dialog").get_by_label("Referred").check()
        dana.get_by_role("dialog").get_by_role("button", name="Close the chat").click()
        expect(dana.locator("#chat-state")).to_have_text("Closed: referred")
        expect(waiting.standing).to_contain_text("It was passed on to another desk.")

    def test_goes_back_to_the_queue_when_who_has_it_disconnects(
        self, enter: Open, waiting: Provider
    ) -> None:
        name = "goes_back"
        dana, robin = enter("Dana R.", "/panel/chats"), enter("Robin T.", "/panel/chats")
        take(dana, name)
        expect(row(robin, name, "others")).to_be_visible()
        dana.context.close()
        expect(row(robin, name)).to_be_visible()
        expect(waiting.standing).to_contain_text("Waiting for a person")

    def test_goes_back_to_the_queue_when_nobody_is_left(
        self, enter: Open, waiting: Provider
    ) -> None:
        dana = enter("Dana R.", "/panel/chats")
        take(dana, "nobody_is_left")
        expect(waiting.standing).to_contain_text("You are talking with Dana R.")
        dana.context.close()
        expect(waiting.standing).to_contain_text("Waiting for a person")

    def test_stays_through_a_reload(self, enter: Open, waiting: Provider) -> None:
        name = "stays_through"
        dana = enter("Dana R.", "/panel/chats")
        take(dana, name)
        dana.reload()
        expect(row(dana, name, "mine")).to_be_visible()
        expect(waiting.standing).to_contain_text("You are talking with Dana R.")

    def test_the_members_identity_goes_nowhere(
        self, enter: Open, waiting: Provider, house: House
    ) -> None:
        name = "identity_goes"
        dana, robin = enter("Dana R.", "/panel/chats"), enter("Robin T.", "/panel/chats")
        sent: list[str] = []
        dana.on("request", lambda request: sent.append(request.post_data or ""))
        take(dana, name)
        identity = dana.get_by_label("Member’s identity")
        identity.fill("Yolanda Quimby QZX7731")
        row(robin, name, "others").click()
        expect(robin.locator("#chat-state")).to_have_text("Dana R. has this chat")
        expect(robin.get_by_label("Member’s identity")).to_be_hidden()
        for place in ("Policies", "Phone", "Chats"):
            dana.get_by_role("link", name=place).click()
            expect(dana).to_have_title(re.compile(place))
        expect(identity).to_have_value("Yolanda Quimby QZX7731")
        dana.get_by_label("Write to the provider").fill("I see QZX7731 here.")
        dana.keyboard.press("Enter")
        expect(dana.locator("#told")).to_contain_text("It is not sent.")
        dana.get_by_label("Write to the provider").fill("I have it.")
        dana.keyboard.press("Enter")
        expect(waiting.log.locator(".message.agent")).to_contain_text("I have it.")
        dana.get_by_role("button", name="To the bot").click()
        expect(identity).to_be_hidden()
        assert identity.input_value() == ""
        assert any("I have it." in body for body in sent)
        assert not any("QZX7731" in body or "Quimby" in body for body in sent)
        kept = b"".join(path.read_bytes() for path in house.home.glob("panel.db*"))
        assert b"I have it." in kept
        assert b"QZX7731" not in kept
        assert b"Quimby" not in kept
        assert dana.evaluate("JSON.stringify([localStorage, sessionStorage])") == "[{},{}]"

    @pytest.mark.usefixtures("waiting")
    def test_canned_replies_are_filled_in(self, enter: Open) -> None:
        sam = enter("Sam V.", "/panel/chats")
        sam.get_by_text("Canned replies", exact=True).first.click()
        sam.get_by_label("Title", exact=True).fill("Greeting")
        sam.get_by_label("Text", exact=True).fill("This is {name}, about policy {policy}.")
        sam.get_by_role("button", name="Keep it ready").click()
        expect(sam.locator("#canned option")).to_have_count(2)
        take(sam, "canned_replies")
        sam.locator("#canned").select_option(label="Greeting")
        expect(sam.get_by_label("Write to the provider")).to_have_value(
            "This is Sam V., about policy CAM 66601."
        )

    def test_a_session_that_an_admin_ends_leaves_nothing_on_the_screen(
        self, enter: Open, waiting: Provider, faults: list[str]
    ) -> None:
        gus, lee = enter("Gus M.", "/panel/chats"), enter("Lee A.", "/panel/people")
        take(gus, "session_that")
        gus.get_by_label("Member’s identity").fill("Yolanda Quimby QZX7731")
        lee.on("dialog", lambda dialog: dialog.accept())
        lee.get_by_role("button", name="End the sessions of Gus M.").click()
        expect(lee.get_by_role("button", name="End the sessions of Gus M.")).to_have_count(0)
        expect(gus).to_have_title(re.compile("Sign in"))
        expect(gus.locator("body")).not_to_contain_text("session_that")
        expect(waiting.standing).to_contain_text("Waiting for a person")
        faults[:] = [fault for fault in faults if "status of 401" not in fault]
