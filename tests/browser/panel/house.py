"""The panel with its staff, and a provider before it, as the tests handle them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

NARROW = {"width": 380, "height": 800}
WIDE = {"width": 1280, "height": 800}

Open = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class House:
    """The server, and the sessions of its staff by their names."""

    address: str
    sessions: dict[str, str]
    home: Path


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


def row(panel: Page, name: str, part: str = "waiting") -> Any:
    return panel.locator(f"#{part} .row").filter(has_text=name)


def take(panel: Page, name: str) -> None:
    row(panel, name).click()
    panel.get_by_role("button", name="Take over").click()
    expect(panel.locator("#chat-state")).to_have_text("You have this chat")
