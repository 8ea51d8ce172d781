"""A published widget for Rasa, as it comes from npm, in a page of another origin that talks to the gateway."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.settings import WebSettings

pytestmark = pytest.mark.registry

PACKAGE = "rasa-webchat@1.0.1"
PAGE = """<!doctype html><meta charset="utf-8"><title>A portal</title><body>
<script src="/widget.js"></script>
<script>
  window.heard = [];
  WebChat.default({
    socketUrl: "%s",
    title: "Policies",
    initPayload: "hello",
    embedded: false,
    params: { storage: "session" },
    customMessageDelay: () => 0,
    onSocketEvent: { connect: () => window.heard.push("connect") },
  }, null);
</script>"""


@pytest.fixture(scope="module")
def widget(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The widget's script."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("npm")
    packed = subprocess.run(
        [npm, "pack", PACKAGE, "--silent"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if packed.returncode:
        pytest.skip(f"npm cannot fetch {PACKAGE}")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        script = archive.extractfile("package/lib/index.js")
        assert script
        return script.read()


@pytest.fixture
def portal(widget: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a portal of another origin, and its page by "/"; to be filled in."""
    pages: dict[str, str] = {}

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = self.path == "/widget.js"
            body = widget if script else pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if script else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        # Another name than the gateway's is another site.
        yield f"http://localhost:{server.server_port}", pages
        server.shutdown()
        thread.join()


def test_it_talks_over_a_websocket(
    portal: tuple[str, dict[str, str]],
    service: Service,
    connect: Callable[[Gateway], httpx.Client],
) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("Chromium is not installed")
    address, pages = portal
    environment = {"BOT_RASA_CHANNELS": "socketio", "BOT_ALLOWED_ORIGINS": address}
    gateway = Gateway(None, WebSettings.from_environment(environment))
    gateway.service = service
    pages["/"] = PAGE % str(connect(gateway).base_url).rstrip("/")
    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page()
        opened: list[str] = []
        page.on("websocket", lambda found: opened.append(found.url))
        page.goto(address)
        page.locator(".rw-launcher").click()
        messages = page.locator(".rw-response")
        expect(messages.first).to_contain_text("1: hello")
        page.get_by_text("Why?").last.click()
        expect(messages.nth(1)).to_contain_text("2: pressed")
        box = page.locator(".rw-new-message")
        box.fill("is it covered?")
        box.press("Enter")
        expect(messages.nth(2)).to_contain_text("3: is it covered?")
        assert any("transport=websocket" in url for url in opened)
        browser.close()
