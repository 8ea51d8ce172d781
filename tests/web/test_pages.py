"""The pages and what every response carries."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from bot.web.api import Gateway
from bot.web.entrance import Service
from bot.web.settings import WebSettings

PATHS = [
    "/",
    "/panel",
    "/healthz",
    "/nothing",
    "/api/v1/decisions/1",
    "/static/policy-assistant.js",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_guarded(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


def test_a_fault_is_guarded_too(conversation) -> None:  # type: ignore[no-untyped-def]
    assert "content-security-policy" in conversation.send(text="fault").headers


def test_conversations_are_kept_by_no_cache(conversation) -> None:  # type: ignore[no-untyped-def]
    assert conversation.send(text="hi").headers["cache-control"] == "no-store"


def test_the_page_embeds_the_widget_by_one_script_tag(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "<policy-assistant" in page.text
    assert re.findall(r"<script[^>]*>", page.text) == [
        '<script type="module" src="/static/policy-assistant.js">'
    ]


def test_the_page_offers_the_questions_of_the_settings(
    service: Service, connect: Callable[[Gateway], httpx.Client]
) -> None:
    gateway = Gateway(None, WebSettings(examples='Is "<b>" covered? | And codes?'))
    gateway.service = service
    page = connect(gateway).get("/").text
    assert 'examples="Is &quot;&lt;b&gt;&quot; covered? | And codes?"' in page


def test_the_panel_sends_strangers_to_sign_in(client: httpx.Client) -> None:
    panel = client.get("/panel")
    assert (panel.status_code, panel.headers["location"]) == (302, "/sign-in?next=/panel")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-in/link/none"])
def test_no_page_has_anything_inline_or_from_elsewhere(client: httpx.Client, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_a_module_is_asked_for_anew_only_when_it_changed(client: httpx.Client) -> None:
    first = client.get("/static/policy-assistant.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(
        "/static/policy-assistant.js", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
