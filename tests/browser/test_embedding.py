"""In the page of another origin: one script tag, a site key, and a strict content security policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

KEYED = {"site-key": "portal-of-the-stage"}


class Portal:
    """Opens the page of another origin that embeds the widget (`claims` of stage.py)."""

    def __init__(self, browser: Browser, stage: Any, faults: list[str]) -> None:
        self.stage = stage
        self.context = browser.new_context(reduced_motion="reduce")
        self.context.set_default_timeout(10_000)
        self.context.set_default_navigation_timeout(120_000)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: faults.append(str(error)))
        self.page.on("console", lambda c: faults.append(c.text) if c.type == "error" else None)

    def open(self, origin: str | None = None, **attributes: str) -> Page:
        self.page.goto(f"{origin or self.stage.origin}/claims?{urlencode(attributes)}")
        return self.page


@pytest.fixture
def other(browser: Browser, stage: Any, faults: list[str]) -> Iterator[Portal]:
    portal = Portal(browser, stage, faults)
    yield portal
    portal.context.close()


def test_with_its_site_key(other: Portal, stage: Any, scene: Any, faults: list[str]) -> None:
    widget = type(scene)(other.open(**KEYED))
    card = widget.ask("criteria").get_by_role("article")
    card.get_by_role("button", name="Open in the policy").click()
    expect(other.page.locator("mark")).to_be_in_viewport()
    other.page.keyboard.press("Escape")
    stage.act(other.page, take=True, say="Hello over there.")
    expect(widget.persons).to_have_count(1)
    other.page.reload()
    expect(widget.persons).to_have_count(1)
    expect(widget.status).to_be_empty()
    assert faults == []


def test_printing_in_it(other: Portal, scene: Any, faults: list[str]) -> None:
    page = other.open(**KEYED)
    widget = type(scene)(page)
    widget.ask("criteria")
    widget.button("Print or save as PDF").click()
    sheet = page.frame_locator("iframe.policy-assistant-print")
    expect(sheet.get_by_text("Depends on criteria")).to_be_attached()
    expect(sheet.locator("link[rel=stylesheet]")).to_have_js_property("sheet.disabled", False)
    assert faults == []


@pytest.mark.parametrize("attributes", [{}, {"site-key": "another-site"}])
def test_without_its_site_key(other: Portal, scene: Any, attributes: Any) -> None:
    widget = type(scene)(other.open(**attributes))
    widget.box.fill("criteria")
    widget.box.press("Enter")
    expect(widget.page.get_by_role("alert")).to_contain_text("not set up for this page")


def test_a_page_that_is_not_allowed(other: Portal, faults: list[str]) -> None:
    page = other.open(f"http://stranger.localhost:{other.stage.port}", **KEYED)
    assert page.evaluate("customElements.get('policy-assistant')") is None
    assert any("CORS policy" in fault for fault in faults)


def test_the_page_chooses_its_colors_and_its_language(other: Portal, scene: Any) -> None:
    page = other.open(lang="en-GB", **KEYED)
    widget = type(scene)(page)
    widget.ask("criteria")
    expect(widget.cards).to_contain_text("3 November 2026")
    page.evaluate(
        "document.querySelector('policy-assistant')"
        ".style.setProperty('--policy-assistant-accent', 'rgb(120, 20, 90)')"
    )
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    shown = widget.said.locator(".bubble").evaluate("e => getComputedStyle(e).backgroundColor")
    assert shown == "rgb(120, 20, 90)"
    expect(page.locator("section.panel")).to_have_attribute("lang", "en-GB")


def test_a_page_that_is_always_light(other: Portal) -> None:
    page = other.page
    page.emulate_media(color_scheme="dark")

    def surface() -> str:
        return str(
            page.locator("section.panel").evaluate("e => getComputedStyle(e).backgroundColor")
        )

    other.open(**KEYED)
    expect(page.get_by_role("textbox")).to_be_visible()
    assert surface() == "rgb(17, 27, 33)"
    other.open(theme="light", **KEYED)
    expect(page.get_by_role("textbox")).to_be_visible()
    assert surface() == "rgb(255, 255, 255)"


def test_an_unknown_language_is_shown_in_english(other: Portal, scene: Any) -> None:
    page = other.open(lang="tlh", **KEYED)
    widget = type(scene)(page)
    widget.ask("criteria")
    expect(page.locator("section.panel")).to_have_attribute("lang", "en")
    expect(widget.cards).to_contain_text("November 3, 2026")
