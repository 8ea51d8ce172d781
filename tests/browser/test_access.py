"""Everybody can use it: by keyboard, by ear, on a phone, in the dark."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

QUESTION = "Is work hardening covered and which codes are listed?"

# Every visible piece of text with less contrast than WCAG 2.1 AA asks (1.4.3: 4.5, large text 3).
LOW_CONTRAST = """() => {
  const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = rgb(color).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const above = (node) => node.parentElement ?? node.getRootNode().host;
  const behind = (element) => {
    for (let at = element; at; at = above(at)) {
      const color = getComputedStyle(at).backgroundColor;
      if (rgb(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  let seen = 0;
  const visit = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.shadowRoot) visit(node.shadowRoot);
      const element = node.parentElement;
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      if (!element?.checkVisibility() || ["STYLE", "SCRIPT"].includes(element.tagName)) continue;
      const style = getComputedStyle(element);
      const [a, b] = [light(style.color), light(behind(element))].sort((x, y) => y - x);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      seen += 1;
      if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) low.push(node.data.trim().slice(0, 60));
    }
  };
  visit(document.body);
  return { low, seen };
}"""


def scene(widget: Any) -> None:
    """All that a conversation can show at once."""
    widget.ask("hi")
    widget.ask(QUESTION)
    for details in widget.log.locator("details").all():
        details.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(widget: Any, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    scene(widget)
    found = page.evaluate(LOW_CONTRAST)
    assert found["seen"] > 20
    assert found["low"] == []
    widget.log.get_by_role("button", name="Open in the policy").first.click()
    expect(page.locator("mark")).to_be_visible()
    assert page.evaluate(LOW_CONTRAST)["low"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_of_every_position(widget: Any, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    widget.ask(QUESTION)
    for status in ("medically_necessary", "investigational", "conditional", "not_covered", ""):
        widget.cards.evaluate("(card, status) => (card.dataset.status = status)", status)
        assert page.evaluate(LOW_CONTRAST)["low"] == [], status


def test_every_control_has_a_name_and_is_large_enough(widget: Any, page: Page) -> None:
    scene(widget)
    controls = page.get_by_role("button").or_(page.get_by_role("textbox")).all()
    assert len(controls) > 5
    for control in controls:
        assert control.evaluate(
            "e => (e.ariaLabel ?? e.innerText ?? '').trim() || e.labels?.[0]?.innerText"
        )
        size = control.bounding_box()
        assert size is not None
        assert size["width"] >= 44, control
        assert size["height"] >= 43.9, control


def test_headings_lead_through_the_card(widget: Any, page: Page) -> None:
    scene(widget)
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.map((h) => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_what_happens_is_announced(widget: Any, page: Page) -> None:
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_be_visible()
    assert log.get_attribute("aria-live") != "off"
    widget.ask(QUESTION)
    expect(widget.replies.first.get_by_text("Policy assistant:")).to_be_attached()
    expect(widget.said.first.get_by_text("You:")).to_be_attached()


FOCUSED = """() => {
  const e = document.activeElement.shadowRoot?.activeElement;
  return e ? (e.ariaLabel || e.labels?.[0]?.textContent || e.textContent) : "";
}"""


def tabs_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{name} cannot be reached")


def test_a_person_by_keyboard_alone(scene: Any) -> None:
    page, keys = scene.page, scene.page.keyboard
    tabs_to(page, "Talk to a person")
    keys.press("Enter")
    expect(page.get_by_label("What is it about?")).to_be_focused()
    keys.press("Escape")
    expect(scene.button("Talk to a person")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("What is it about?")).to_be_focused()
    keys.type("A third request was returned")
    tabs_to(page, "Ask for a person")
    keys.press("Enter")
    expect(scene.box).to_be_focused()
    expect(scene.standing.get_by_role("status")).to_contain_text("Waiting for a person")
    tabs_to(page, "Leave the queue")
    keys.press("Space")
    expect(scene.standing).to_be_hidden()
    expect(scene.box).to_be_focused()


def test_the_whole_card_by_keyboard_alone(scene: Any) -> None:
    page, keys = scene.page, scene.page.keyboard
    tabs_to(page, "Your question")
    keys.type("criteria")
    keys.press("Enter")
    scene.reply(0)
    scene.log.focus()
    tabs_to(page, "the loss is 40 dB or more")
    keys.press("Space")
    expect(page.get_by_label("the loss is 40 dB or more")).to_be_checked()
    tabs_to(page, "Open in the policy")
    keys.press("Enter")
    expect(page.locator("mark")).to_be_focused()
    keys.press("Escape")
    expect(scene.button("Open in the policy")).to_be_focused()
    tabs_to(page, "No, this did not help")
    keys.press("Enter")
    expect(page.get_by_role("radio").first).to_be_focused()
    keys.press("ArrowDown")
    tabs_to(page, "Skip")
    keys.press("Enter")
    expect(scene.button("No, this did not help")).to_be_focused()
    tabs_to(page, "Why?")
    keys.press("Enter")
    expect(scene.reply(1)).to_be_focused()


def test_by_keyboard_alone(widget: Any, page: Page) -> None:
    def tab_to(name: str) -> None:
        tabs_to(page, name)

    tab_to("Your question")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    widget.reply(0)
    page.keyboard.press("Shift+Tab")
    tab_to("Your question")
    widget.log.focus()
    tab_to("Open in the policy")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_be_focused()
    page.keyboard.press("Escape")
    tab_to("Copy the reference number")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy the reference number")).to_have_text("Copied")


@pytest.mark.parametrize("width", [320, 360, 375, 768])
def test_nothing_is_wider_than_the_screen(widget: Any, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    scene(widget)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert widget.log.evaluate("log => log.scrollWidth <= log.clientWidth")
    widget.log.get_by_role("button", name="Open in the policy").first.click()
    expect(page.locator("mark")).to_be_in_viewport()
    assert page.locator(".paper").evaluate("e => e.scrollWidth <= e.clientWidth")


HOST_PAGE = """<!doctype html><html lang="en"><title>A portal</title><h1>Claims</h1>
<script type="module" src="/static/policy-assistant.js"></script><policy-assistant></policy-assistant>"""


def test_docked_at_the_corner_of_another_page(page: Page) -> None:
    page.route("**/claims", lambda route: route.fulfill(body=HOST_PAGE, content_type="text/html"))
    page.goto("/claims")
    launcher = page.get_by_role("button", name="Ask about a medical policy")
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_be_hidden()
    launcher.click()
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(launcher).to_be_focused()


def test_without_reduced_motion_too(browser: Browser, served: Any, widget: Any) -> None:
    context = browser.new_context(base_url=served.address, reduced_motion="no-preference")
    page = context.new_page()
    page.goto("/")
    moving = type(widget)(page)
    moving.ask(QUESTION)
    expect(moving.replies.first.locator(".bubble")).to_be_in_viewport()
    context.close()
