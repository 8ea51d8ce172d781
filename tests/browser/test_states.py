"""Every state of the widget: for everybody (axe-core), at every width, light and dark. Each leaves a screenshot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RUN = """async (rules) => (await axe.run(document, { runOnly: rules })).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`)"""
# What is wider than the log that holds it, tables aside: these may be scrolled.
TOO_WIDE = """() => {
  const root = document.querySelector("policy-assistant").shadowRoot;
  const { right } = root.querySelector(".panel").getBoundingClientRect();
  return [...root.querySelectorAll(".panel *")]
    .filter((e) => !e.closest(".table, .unseen") && e.getBoundingClientRect().right > right + 0.5)
    .map((e) => e.outerHTML.slice(0, 120));
}"""

VIEWS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark-phone": {
        "color_scheme": "dark",
        "viewport": {"width": 320, "height": 640},
        "has_touch": True,
        "is_mobile": True,
    },
    # 1280 by 900 enlarged to 200 %, in the colours of the system.
    "enlarged-forced": {
        "viewport": {"width": 640, "height": 450},
        "device_scale_factor": 2,
        "forced_colors": "active",
    },
}

Look = Callable[[str], None]


@pytest.fixture(params=list(VIEWS))
def seen(request: Any, on_stage: Any, tmp_path_factory: Any) -> tuple[Any, Look]:
    widget = on_stage(**VIEWS[request.param])
    page = widget.page
    screens = tmp_path_factory.getbasetemp() / "screens"
    screens.mkdir(exist_ok=True)
    page.evaluate(AXE)

    def look(state: str) -> None:
        page.screenshot(path=screens / f"{state}-{request.param}.png")
        assert page.evaluate(RUN, RULES) == [], state
        assert page.evaluate(TOO_WIDE) == [], state
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state

    return widget, look


def test_answers(seen: Any) -> None:
    widget, look = seen
    look("welcome")
    for question in ("hello", "criteria", "codes", "investigational", "not necessary"):
        widget.ask(question)
        look(question.replace(" ", "-"))
    for question in ("excluded", "undetermined", "which"):
        widget.ask(question)
    look("clarification")
    widget.button("Show all 23 codes").click()
    look("all-codes")
    widget.button("Open in the policy").last.click()
    expect(widget.page.locator("mark")).to_be_in_viewport()
    look("policy")


def test_feedback(seen: Any) -> None:
    widget, look = seen
    widget.ask("criteria")
    widget.button("No, this did not help").click()
    expect(widget.page.get_by_role("radio").first).to_be_focused()
    look("feedback")
    widget.page.get_by_label("Something is missing").check()
    widget.button("Send").first.click()
    expect(widget.log).to_contain_text("Thank you.")
    look("rated")


def test_circumstances(seen: Any) -> None:
    widget, look = seen
    widget.page.get_by_role("button", name="Member and date").click()
    look("circumstances")
    widget.page.get_by_label("The member belongs to").select_option("other_blue_plan")
    widget.page.get_by_label("Date of service", exact=True).fill("2026-02-03")
    widget.button("Use these").click()
    look("circumstances-kept")


def test_a_person(seen: Any, stage: Any) -> None:
    widget, look = seen
    widget.ask("criteria")
    widget.button("Talk to a person").click()
    look("ask-for-person")
    widget.button("Ask for a person").click()
    expect(widget.standing).to_contain_text("Waiting for a person")
    look("waiting")
    stage.act(widget.page, take=True, say="Hello, I read your question.\n\n- first\n- second")
    expect(widget.persons).to_have_count(1)
    look("with-person")
    stage.act(widget.page, close="answered")
    expect(widget.standing).to_contain_text("has ended")
    look("closed")


@pytest.mark.usefixtures("closed")
def test_nobody_is_there(seen: Any) -> None:
    widget, look = seen
    widget.ask("criteria")
    widget.button("Talk to a person").click()
    look("nobody")
    widget.button("Ask for a call").click()
    look("wrong-number")
    widget.page.get_by_label("Phone number").fill("1 800 555 0100 ext. 7")
    widget.button("Ask for a call").click()
    expect(widget.standing).to_contain_text("You will be called back")
    look("call-back")


def test_trouble(seen: Any) -> None:
    widget, look = seen
    widget.ask("criteria")
    widget.page.context.set_offline(True)
    expect(widget.status).to_contain_text("Reconnecting")
    look("reconnecting")
    widget.box.fill("codes")
    widget.box.press("Enter")
    expect(widget.log.locator(".pending")).to_be_visible()
    look("unsent")
    widget.page.context.set_offline(False)
    expect(widget.replies).to_have_count(2)
    widget.page.route(
        "**/messages", lambda route: route.fulfill(status=500, json={"detail": "A fault."}), times=1
    )
    widget.box.fill("codes")
    widget.box.press("Enter")
    expect(widget.page.get_by_role("alert")).to_contain_text("Something went wrong on our side")
    look("refused")
