"""Signing in with a real browser: by keyboard, in the dark, on a phone, and with what the browser itself refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.store import Store, open_store
from bot.store.accounts import Role
from bot.store.audit import Actor

TESTER = Actor(None, "the tests")
PASSWORD = "four words of a river"


@pytest.fixture
def store(stage: Any) -> Iterator[Store]:
    store = open_store(f"sqlite:///{stage.home / 'stage.db'}")
    yield store
    store.close()


@pytest.fixture
def dana(store: Store) -> str:
    name = f"Dana {len(store.accounts.all())}"
    store.accounts.add(name, Role.auditor, PASSWORD, TESTER)
    return name


@pytest.fixture
def visit(on_stage: Callable[..., Any], faults: list[str]) -> Iterator[Callable[..., Page]]:
    yield lambda **options: on_stage(**options).page
    # What the browser says of answers that are refusals.
    assert [fault for fault in faults if "status of 4" not in fault] == []


def test_by_keyboard_alone_from_the_panel_and_back_to_it(
    visit: Callable[..., Page], dana: str
) -> None:
    page = visit()
    page.goto("/panel/policies")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/panel/policies$"))
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(dana)
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    expect(page).to_have_title(re.compile("^Not signed in"))
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/panel/policies$"))
    (cookie,) = (one for one in page.context.cookies() if one["name"] == "staff")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.goto("/sign-in")
    expect(page).to_have_url(re.compile(r"/panel"))


def test_a_one_time_link(visit: Callable[..., Page], store: Store, dana: str) -> None:
    page = visit()
    link = f"/sign-in/link/{store.accounts.link(dana, TESTER)}"
    page.goto(link)
    expect(page.get_by_label("New password")).to_be_focused()
    page.keyboard.type("a row of other words")
    page.keyboard.press("Tab")
    page.keyboard.type("a row of other words")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/panel"))
    page.goto(link)
    expect(page.get_by_role("heading")).to_have_text("This link has ended")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_read_and_use_the_pages(
    visit: Callable[..., Page], store: Store, dana: str, scheme: Any, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(color_scheme=scheme, viewport={"width": width, "height": 700}, bypass_csp=True)
    link = f"/sign-in/link/{store.accounts.link(dana, TESTER)}"
    for path in ("/sign-in", "/sign-in?out", link, "/sign-in/link/none"):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
