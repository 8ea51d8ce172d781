"""The side panel in Chromium: a provider's widget and the panels of several of the staff at once."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.settings import ROOT

STAGE = Path(__file__).with_name("panel_stage.py")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 380, "height": 800}
WIDE = {"width": 1280, "height": 800}


@dataclass(frozen=True, slots=True)
class House:
    """The server, and the sessions of its staff by their names."""

    address: str
    sessions: dict[str, str]
    home: Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("panel")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = subprocess.Popen(
            [sys.executable, str(STAGE), str(home), str(listener.fileno())],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            pass_fds=[listener.fileno()],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        sessions = json.loads(process.stdout.readline())
        yield House(f"http://127.0.0.1:{listener.getsockname()[1]}", sessions, home)
    process.kill()
    process.communicate()


Open = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, house: House, faults: list[str]) -> Iterator[Open]:
    """Opens a page as one of the staff, or as a provider; the browser may complain of nothing."""
    contexts = []

    def enter(who: str | None, path: str, size: Any = WIDE, **options: Any) -> Page:
        context = browser.new_context(
            base_url=house.address, viewport=size, reduced_motion="reduce", **options
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        if who:
            cookie = {"name": "staff", "value": house.sessions[who], "url": house.address}
            context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def _without_faults(faults: list[str]) -> Iterator[None]:
    yield
    # A refusal is shown in the page; the browser tells of it besides.
    assert [fault for fault in faults if "status of 409" not in fault] == []


class Provider:
    """The widget, in which a person was asked for."""

    def __init__(self, page: Page, first: str) -> None:
        self.page = page
        self.log = page.get_by_role("log")
        self.standing = page.locator(".standing")
        self.say(first)
        expect(self.log.locator(".message.bot:not(.typing)")).to_have_count(1)

    def say(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Your question")
        box.fill(text)
        box.press("Enter")

    def ask_for_person(self) -> None:
        self.page.get_by_role("button", name="Talk to a person").click()
        self.page.get_by_role("button", name="Ask for a person").click()
        expect(self.standing).to_contain_text("Waiting for a person")


@pytest.fixture
def waiting(enter: Open, request: pytest.FixtureRequest) -> Provider:
    """A provider in the queue; what was said is told apart by the test's name."""
    provider = Provider(enter(None, "/"), f"criteria {request.node.name}")
    provider.ask_for_person()
    return provider


def row(panel: Page, name: str, part: str = "waiting") -> Any:
    return panel.locator(f"#{part} .row").filter(has_text=name)


def take(panel: Page, name: str) -> None:
    row(panel, name).click()
    panel.get_by_role("button", name="Take over").click()
    expect(panel.locator("#chat-state")).to_have_text("You have this chat")


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


class TestDesk:
    def test_a_document_is_read_compared_and_approved(self, enter: Open) -> None:
        kim = enter("Kim E.", "/panel/desk")
        text = (ROOT / "data/policies/cam_80306_work_hardening.txt").read_text("utf-8")
        changed = text.replace("NOT MEDICALLY NECESSARY", "INVESTIGATIONAL")
        document = {"name": "new.txt", "mimeType": "text/plain", "buffer": changed.encode()}
        kim.locator("#document").set_input_files([document])
        kim.get_by_role("button", name="Read it").click()
        expect(kim.get_by_role("heading", level=1)).to_contain_text("CAM 80306")
        expect(kim.get_by_label("Against the version on file")).to_contain_text("Determination")
        kim.get_by_role("button", name="Approve").click()
        expect(kim.locator("main")).to_contain_text("approved by Kim E.")
        reader = enter("Alex B.", "/panel/policies/CAM 80306/compare")
        expect(reader.locator(".after").first).to_contain_text("INVESTIGATIONAL")
        expect(enter("Alex B.", "/panel/changes").locator(".box")).to_contain_text(
            ["Determination"]
        )

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("empty.txt", b"", "empty"),
            ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "picture.png"),
            ("broken.pdf", b"%PDF-1.7 but nothing more", "broken.pdf"),
            ("broken.docx", b"PK\x03\x04 but no archive", "broken.docx"),
        ],
    )
    def test_a_bad_document_is_refused(
        self, enter: Open, name: str, content: bytes, said: str, faults: list[str]
    ) -> None:
        kim = enter("Kim E.", "/panel/desk")
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        kim.locator("#document").set_input_files([file])
        kim.get_by_role("button", name="Read it").click()
        expect(kim.locator("#told.trouble")).to_contain_text(said)
        faults[:] = [fault for fault in faults if "status of 422" not in fault]

    def test_a_pinned_notice_is_said_with_answers(self, enter: Open) -> None:
        sam = enter("Sam V.", "/panel/desk")
        sam.get_by_label("Notice", exact=True).fill("The portal is down until noon.")
        sam.get_by_role("button", name="Pin it").click()
        expect(sam.locator(".notices")).to_contain_text("The portal is down until noon.")
        provider = Provider(enter(None, "/"), "codes")
        expect(provider.log).to_contain_text("The portal is down until noon.")
        sam.get_by_role("button", name="Take down").click()
        expect(sam.locator(".notices")).to_have_count(0)
        provider.say("excluded")
        expect(provider.log.get_by_role("article")).to_have_count(2)
        expect(provider.log.get_by_role("article").last).not_to_contain_text("portal is down")


class TestLookingBack:
    def test_a_wrong_answer_becomes_a_test(self, enter: Open) -> None:
        provider = Provider(enter(None, "/"), "criteria for a zither")
        expect(provider.log.get_by_role("article")).to_have_count(1)
        dana = enter("Dana R.", "/panel/conversations")
        dana.get_by_label("Words").fill("zither")
        dana.get_by_role("button", name="Search").click()
        dana.get_by_role("link", name="criteria for a zither").click()
        dana.get_by_text("This is wrong").click()
        dana.get_by_label("What would have been right?").fill("No policy names a zither.")
        dana.get_by_role("button", name="Put it on the review list").click()
        expect(dana.locator(".notices")).to_contain_text("Marked as wrong by Dana R.")
        dana.goto("/panel/reviews")
        item = dana.locator(".list > li").filter(has_text="zither")
        with dana.expect_download() as download:
            item.get_by_role("link", name="Make a regression test").click()
        written = Path(download.value.path()).read_text("utf-8")
        assert "No policy names a zither." in written
        assert "- say: criteria for a zither" in written
        item.get_by_role("button", name="Dealt with").click()
        expect(item).to_have_count(0)

    def test_a_call_is_found_by_its_number(self, enter: Open) -> None:
        page = enter("Dana R.", "/panel/phone")
        page.keyboard.type("codes")
        page.keyboard.press("Enter")
        expect(page.locator(".card")).to_be_visible()
        reference = page.locator("#reference").inner_text()
        spoken = reference.lower().replace("-", " ")
        auditor = enter("Alex B.", "/panel/conversations")
        auditor.get_by_label("Reference or call no.").fill(spoken)
        auditor.get_by_role("button", name="Search").click()
        expect(auditor.locator(".list > li")).to_have_count(1)
        expect(auditor.locator(".list")).to_contain_text(f"call {reference} by Dana R.")


SCREENS = {
    "phone": ("Dana R.", "/panel/phone"),
    "chats": ("Dana R.", "/panel/chats"),
    "policies": ("Dana R.", "/panel/policies?q=work"),
    "policy": ("Dana R.", "/panel/policies/CAM 80306"),
    "changes": ("Dana R.", "/panel/changes"),
    "conversations": ("Dana R.", "/panel/conversations"),
    "figures": ("Dana R.", "/panel/figures"),
    "reviews": ("Dana R.", "/panel/reviews"),
    "desk": ("Kim E.", "/panel/desk"),
    "notices": ("Sam V.", "/panel/desk"),
}


# No color depends on the width, and no place on the colors.
@pytest.mark.parametrize(
    ("size", "scheme"), [(NARROW, "dark"), (WIDE, "light")], ids=["narrow", "wide"]
)
class TestAccess:
    @pytest.mark.parametrize("screen", SCREENS)
    def test_screens(
        self, enter: Open, faults: list[str], screen: str, size: Any, scheme: Any
    ) -> None:
        page = enter(*SCREENS[screen], size, color_scheme=scheme)
        if screen == "phone":
            page.keyboard.type("codes")
            page.keyboard.press("Enter")
            expect(page.locator(".card")).to_be_visible()
        check(page, faults)

    def test_an_open_chat(
        self, enter: Open, faults: list[str], waiting: Provider, size: Any, scheme: Any
    ) -> None:
        page = enter("Dana R.", "/panel/chats", size, color_scheme=scheme)
        take(page, "an_open_chat")
        waiting.say("codes")
        expect(page.locator("#suggestion")).to_be_visible()
        check(page, faults)
        page.get_by_role("button", name="To the bot").click()


def check(page: Page, faults: list[str]) -> None:
    """No violation, and nothing that has to be moved to the side to be read."""
    assert faults == []
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # What axe tries by itself, the page's policy refuses.
    faults.clear()


@pytest.mark.parametrize("path", ["/panel/phone", "/panel/chats", "/panel/desk"])
def test_strangers_are_sent_to_sign_in(house: House, path: str) -> None:
    answer = httpx.get(f"{house.address}{path}")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/sign-in")
