"""Faults, without a server: what is sent, and what is logged."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from bot.web.faults import Faults


def sent_by(error: Exception, *, after: tuple[dict[str, Any], ...] = ()) -> list[dict[str, Any]]:
    """What goes out when an application sends `after` and then fails with `error`."""
    sent: list[Any] = []

    async def failing(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in after:
            await send(message)
        raise error

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Faults(failing)({"type": "http"}, receive, send))
    return sent


def test_a_fault_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    start, *_ = sent_by(ValueError("the member is Jane"))
    assert start["status"] == 500
    assert "ValueError" in caplog.text
    assert "Jane" not in caplog.text


def test_a_fault_in_mid_answer_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    begun = {"type": "http.response.start", "status": 200, "headers": []}
    assert sent_by(ValueError(), after=(begun,)) == [begun]
    assert "ValueError" in caplog.text


def test_a_client_that_left_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    assert sent_by(ClientDisconnect()) == []
    assert caplog.text == ""
