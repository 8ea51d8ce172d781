"""The real thing: `bot serve` as a process of its own, looked at with Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BOT = (sys.executable, "-m", "bot")
READY = re.compile(r"Chat widget\s+(http://\S+)/")
# The first start may train the model.
START_S = 600

# Markup in every place from which a policy's words reach the screen.
HOSTILE = """CAM 66601

<img src=x onerror="document.title='taken'"> Echo Therapy

Category:Therapy   Last Reviewed:March 2021
Department(s):Medical Affairs   Next Review:March 2022
Original Date:March 2001

Description:
Echo therapy <script>document.title='taken'</script> repeats sounds.

Policy:
Echo therapy is considered INVESTIGATIONAL, as <svg onload="document.title='taken'"> its benefit is not shown 𝔊.

Coding Section

Codes Number Description
CPT 97139 <b onmouseover="document.title='taken'">Unlisted procedure</b>
"""

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(slots=True)
class Served:
    """A running `bot serve`; `stop` and `start` keep its port and its store."""

    home: Path
    address: str = ""
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with (self.home / "stderr.txt").open("w") as errors:
            self.process = subprocess.Popen(
                [*BOT, "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout
        watchdog = threading.Timer(START_S, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                if found := READY.search(line):
                    self.address = found[1]
                    self.port = int(self.address.rpartition(":")[2])
                    return
        finally:
            watchdog.cancel()
        raise AssertionError((self.home / "stderr.txt").read_text())

    def stop(self) -> int:
        """The exit code of a server that was asked to end."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate()
        return self.process.returncode

    @property
    def environment(self) -> dict[str, str]:
        own = {"BOT_HOME": str(self.home), "BOT_RATE_LIMIT": "off"}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
        return inherited | own


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("served"))
    hostile = served.home / "hostile.txt"
    hostile.write_text(HOSTILE, encoding="utf-8")
    subprocess.run(
        [*BOT, "policies", "import", "data/policies", str(hostile)],
        cwd=ROOT,
        env=served.environment,
        check=True,
        capture_output=True,
        timeout=START_S,
    )
    served.start()
    yield served
    assert served.stop() == 0


# Playwright keeps an event loop running in this thread: it must be gone before the tests of other rooms.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("Chromium is not installed")
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


class Widget:
    """The page with the widget, and what a person does with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.get_by_role("textbox", name="Your question")
        self.log = page.get_by_role("log")
        self.said = self.log.locator(".message.provider")
        self.replies = self.log.locator(".message.bot:not(.typing)")
        self.cards = self.log.get_by_role("article")

    def ask(self, text: str) -> Any:
        """Types and sends a question; the reply to it."""
        before = self.replies.count()
        self.box.fill(text)
        self.box.press("Enter")
        return self.reply(before)

    def reply(self, number: int) -> Any:
        reply = self.replies.nth(number)
        expect(reply).to_be_visible()
        return reply


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained of, or what a script of another made it do."""
    return []


@pytest.fixture
def page(browser: Browser, served: Served, faults: list[str]) -> Iterator[Page]:
    context = browser.new_context(
        base_url=served.address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto("/")
    yield page
    context.close()


@pytest.fixture
def widget(page: Page) -> Widget:
    return Widget(page)
