"""Who may call, embed and look: origins, site keys, frames, TLS, figures and the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bot.errors import BadSetting
from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.logs import log_as_json
from bot.web.settings import WebSettings
from tests.web.test_api import refused

PORTAL = "https://portal.example"
START = "/api/v1/conversations"
CROSS = {"Origin": PORTAL, "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def serve(
    service: Service, connect: Callable[[Gateway], httpx.Client]
) -> Callable[..., httpx.Client]:
    """A client of a server with these settings."""

    def serving(**environment: str) -> httpx.Client:
        gateway = Gateway(None, WebSettings.from_environment(environment))
        gateway.service = service
        return connect(gateway)

    return serving


class TestOrigins:
    def test_no_other_origin_may_call_by_default(self, client: httpx.Client) -> None:
        for response in (
            client.options(START, headers={**CROSS, "Access-Control-Request-Method": "POST"}),
            client.post(START, headers=CROSS),
            client.get("/static/policy-assistant.js", headers=CROSS),
        ):
            assert not [h for h in response.headers if h.startswith("access-control")]
        assert "BOT_ALLOWED_ORIGINS" in refused(client.post(START, headers=CROSS), 403)

    def test_one_that_is_allowed_may(self, serve: Callable[..., httpx.Client]) -> None:
        client = serve(BOT_ALLOWED_ORIGINS=f"https://other.example, {PORTAL}/")
        asked = {
            **CROSS,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-type,x-site-key,last-event-id",
        }
        preflight = client.options(f"{START}/x/circumstances", headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == PORTAL
        made = client.post(START, headers=CROSS)
        assert made.status_code == 201
        assert made.headers["access-control-allow-origin"] == PORTAL
        assert "access-control-allow-credentials" not in made.headers
        module = client.get("/static/policy-assistant.js", headers=CROSS)
        assert module.headers["access-control-allow-origin"] == PORTAL

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "https://portal.example.evil"]
    )
    def test_another_may_not(self, serve: Callable[..., httpx.Client], origin: str) -> None:
        client = serve(BOT_ALLOWED_ORIGINS=PORTAL)
        response = client.post(START, headers={**CROSS, "Origin": origin})
        refused(response, 403)
        assert "access-control-allow-origin" not in response.headers

    def test_the_servers_own_pages_and_programs_may(self, client: httpx.Client) -> None:
        own = {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}
        assert client.post(START, headers=own).status_code == 201
        assert client.post(START).status_code == 201


class TestSiteKeys:
    @pytest.mark.parametrize(
        ("key", "status"), [(None, 403), ("wrong-key-1", 403), ("site-one-1", 201)]
    )
    def test_a_page_of_another_origin_needs_one(
        self, serve: Callable[..., httpx.Client], key: str | None, status: int
    ) -> None:
        client = serve(BOT_ALLOWED_ORIGINS=PORTAL, BOT_SITE_KEYS="site-one-1 site-two-2")
        headers = CROSS if key is None else {**CROSS, "X-Site-Key": key}
        assert client.post(START, headers=headers).status_code == status

    def test_the_servers_own_page_needs_none(self, serve: Callable[..., httpx.Client]) -> None:
        client = serve(BOT_ALLOWED_ORIGINS=PORTAL, BOT_SITE_KEYS="site-one-1")
        assert client.post(START, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 201


class TestHeaders:
    def test_who_may_frame_is_a_setting(self, serve: Callable[..., httpx.Client]) -> None:
        headers = serve(BOT_FRAME_ANCESTORS=f"'self' {PORTAL}").get("/").headers
        assert f"frame-ancestors 'self' {PORTAL};" in headers["content-security-policy"]
        assert "x-frame-options" not in headers
        headers = serve(BOT_FRAME_ANCESTORS="'none'").get("/").headers
        assert headers["x-frame-options"] == "DENY"

    @pytest.mark.parametrize(
        ("setting", "sent", "told"),
        [
            ({}, {}, False),
            ({}, {"X-Forwarded-Proto": "https"}, True),
            ({"BOT_PUBLIC_URL": "https://bot.example"}, {}, True),
            ({"BOT_PUBLIC_URL": "http://bot.example"}, {}, False),
        ],
    )
    def test_behind_tls_browsers_are_told_to_keep_to_it(
        self, serve: Callable[..., httpx.Client], setting: Any, sent: Any, told: bool
    ) -> None:
        headers = serve(**setting).get("/healthz", headers=sent).headers
        assert ("strict-transport-security" in headers) is told


class TestFigures:
    def test_count_what_was_asked_and_say_nothing_else(self, client: httpx.Client) -> None:
        made = client.post(START).json()
        client.get("/api/v1/nothing/123-45-6789")
        client.request("PROPFIND", "/secret-path")
        figures = client.get("/metrics").text
        assert (
            'bot_requests_total{method="POST",route="/api/v1/conversations",status="201"}'
            in figures
        )
        assert 'bot_requests_total{method="other",route="other",status="404"}' in figures
        assert "bot_request_seconds_bucket" in figures
        for secret in (made["token"], made["conversation_id"], "123-45-6789", "secret-path"):
            assert secret not in figures

    def test_show_the_queue(self, client: httpx.Client, conversation: Any) -> None:
        conversation.send(text="a person")
        assert "bot_queue 1.0" in client.get("/metrics").text

    @pytest.mark.parametrize("sender", ["192.0.2.1", "127.0.0.1", ""])
    def test_are_not_for_those_behind_a_proxy(self, client: httpx.Client, sender: str) -> None:
        refused(client.get("/metrics", headers={"X-Forwarded-For": sender}), 404)

    def test_are_for_a_token_where_one_is_set(self, serve: Callable[..., httpx.Client]) -> None:
        client = serve(BOT_METRICS_TOKEN="scrape-me-1")
        refused(client.get("/metrics"), 401)
        refused(client.get("/metrics", headers={"Authorization": "Bearer é".encode()}), 401)
        good = {"Authorization": "Bearer scrape-me-1", "X-Forwarded-For": "192.0.2.1"}
        assert client.get("/metrics", headers=good).status_code == 200


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines of the log so far."""
    root = logging.getLogger()
    before, stream = list(root.handlers), io.StringIO()
    log_as_json(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers = before


class TestLog:
    def test_has_a_line_for_each_request_without_what_is_in_it(
        self, conversation: Any, log: Callable[[], list[dict[str, Any]]]
    ) -> None:
        conversation.send(text="a very private question", client_id="private-1")
        conversation.client.get("/healthz")
        (line,) = log()
        assert line.pop("ms") >= 0
        assert line.pop("at")
        assert line == {
            "event": "request",
            "level": "info",
            "logger": "bot.web.watch",
            "method": "POST",
            "route": "/api/v1/conversations/{id}/messages",
            "status": 200,
        }

    def test_of_a_fault_says_where_but_not_what(
        self, conversation: Any, log: Callable[[], list[dict[str, Any]]]
    ) -> None:
        conversation.send(text="fault")
        fault, request = log()
        assert "RuntimeError" in fault["event"]
        assert "FAULT" not in str(fault)
        assert (fault["level"], request["status"]) == ("error", 500)

    def test_names_addresses_where_it_is_set(
        self, serve: Callable[..., httpx.Client], log: Callable[[], list[dict[str, Any]]]
    ) -> None:
        serve(BOT_LOG_ADDRESSES="on").get("/", headers={"X-Forwarded-For": "192.0.2.7"})
        assert log()[0]["address"] == "192.0.2.7"

    def test_is_silent_where_it_is_set(
        self, serve: Callable[..., httpx.Client], log: Callable[[], list[dict[str, Any]]]
    ) -> None:
        serve(BOT_LOG_REQUESTS="off").get("/")
        assert log() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_ALLOWED_ORIGINS", "*"),
        ("BOT_ALLOWED_ORIGINS", "portal.example"),
        ("BOT_ALLOWED_ORIGINS", "https://portal.example/path"),
        ("BOT_SITE_KEYS", "short"),
        ("BOT_SITE_KEYS", "no spaces\tor;signs"),
        ("BOT_FRAME_ANCESTORS", "* ; script-src 'unsafe-inline'"),
        ("BOT_PUBLIC_URL", "bot.example"),
        ("BOT_PUBLIC_URL", "https://one.example https://two.example"),
        ("BOT_METRICS_TOKEN", "short"),
        ("BOT_LOG_ADDRESSES", "some"),
        ("BOT_RASA_CHANNELS", "telegram"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        WebSettings.from_environment({name: value})


def test_nothing_is_set_by_default() -> None:
    assert WebSettings.from_environment({}) == WebSettings()
    assert WebSettings.from_environment({"BOT_SITE_KEYS": " , "}) == WebSettings()
