"""The panel in a process of its own, and doors into it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.settings import ROOT
from tests.browser.panel.house import WIDE, House, Open, Provider

STAGE = Path(__file__).with_name("panel_stage.py")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("panel")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = subprocess.Popen(
            [sys.executable, str(STAGE), str(home), str(listener.fileno())],
            env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{STAGE.parent.parent}"},
            pass_fds=[listener.fileno()],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        sessions = json.loads(process.stdout.readline())
        yield House(f"http://127.0.0.1:{listener.getsockname()[1]}", sessions, home)
    process.kill()
    process.communicate()


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


@pytest.fixture
def waiting(enter: Open, request: pytest.FixtureRequest) -> Provider:
    """A provider in the queue; what was said is told apart by the test's name."""
    provider = Provider(enter(None, "/"), f"criteria {request.node.name}")
    provider.ask_for_person()
    return provider
