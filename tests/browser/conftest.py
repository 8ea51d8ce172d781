"""The real thing, looked at with Chromium: `bot serve`, and for all that needs no Rasa the stage (stage.py)."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BOT = (sys.executable, "-m", "bot")
STAGE = Path(__file__).with_name("stage.py")
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

# A server that was killed has to start, and is tried again at growing intervals.
expect.set_options(timeout=30_000)

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


@dataclass(slots=True)
class Stage:
    """A running stage.py. `kill` ends it as a crash would; `start` begins anew with the same port and store."""

    home: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # It listens from the first moment: nobody has to wait until it is there.
        with socket.create_server(("127.0.0.1", self.port)) as listener:
            self.port = listener.getsockname()[1]
            self.process = subprocess.Popen(
                [sys.executable, str(STAGE), str(self.home), str(listener.fileno()), self.origin],
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                pass_fds=[listener.fileno()],
            )

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """Another one, whose pages may embed the widget."""
        return f"http://localhost:{self.port}"

    def act(self, page: Page, **deed: Any) -> int:
        """What a person of the plan does in the conversation of a page; how many wait then."""
        conversation = page.evaluate(
            """() => {
              const key = Object.keys(localStorage).find((key) => key.endsWith("conversation"));
              return JSON.parse(localStorage.getItem(key)).id;
            }"""
        )
        answer = httpx.post(f"{self.address}/stage/{conversation}", json=deed, timeout=START_S)
        answer.raise_for_status()
        return int(answer.json()["waiting"])


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("stage"))
    stage.start()
    yield stage
    stage.kill()


@pytest.fixture
def closed(stage: Stage) -> Iterator[None]:
    """Nobody is there to talk to."""
    sign = stage.home / "closed"
    sign.touch()
    yield
    sign.unlink()


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
        self.persons = self.log.locator(".message.agent")
        self.standing = page.locator(".standing")
        self.status = page.locator("p.status")

    def ask(self, text: str) -> Any:
        """Types and sends a question; the reply to it."""
        before = self.replies.count()
        self.box.fill(text)
        self.box.press("Enter")
        return self.reply(before)

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def reply(self, number: int) -> Any:
        reply = self.replies.nth(number)
        expect(reply).to_be_visible()
        return reply


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained of, or what a script of another made it do."""
    return []


def opened(browser: Browser, address: str, faults: list[str], **options: Any) -> Page:
    """The portal's page in a browser of its own."""
    settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    context = browser.new_context(base_url=address, **(settings | options))
    context.set_default_timeout(10_000)
    context.set_default_navigation_timeout(120_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto("/")
    return page


@pytest.fixture
def page(browser: Browser, served: Served, faults: list[str]) -> Iterator[Page]:
    page = opened(browser, served.address, faults)
    yield page
    page.context.close()


@pytest.fixture
def widget(page: Page) -> Widget:
    return Widget(page)


@pytest.fixture
def scene(browser: Browser, stage: Stage, faults: list[str]) -> Iterator[Widget]:
    """The widget on the stage."""
    page = opened(browser, stage.address, faults)
    yield Widget(page)
    page.context.close()


@pytest.fixture
def on_stage(browser: Browser, stage: Stage, faults: list[str]) -> Iterator[Callable[..., Widget]]:
    """Opens the widget with options of the browser, such as its size."""
    pages: list[Page] = []

    def open_it(**options: Any) -> Widget:
        pages.append(opened(browser, stage.address, faults, **options))
        return Widget(pages[-1])

    yield open_it
    for page in pages:
        page.context.close()
