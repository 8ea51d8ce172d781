"""Every screen can be used by everybody, and by nobody who has not signed in."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.panel.house import NARROW, WIDE, House, Open, Provider, take

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

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
    "vocabulary": ("Kim E.", "/panel/desk/words?role=also_called&of=work+hardening&word=sled"),
    "people": ("Lee A.", "/panel/people"),
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
