"""`bot serve` as a process: what it says when it cannot start. Its work is tested with the browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import CannotListen
from bot.prepare import demo_settings
from bot.settings import Settings
from bot.web.server import address, listen


def bot(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = bot("serve", "--port", str(port), BOT_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert str(port) in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--port", "99999"), 2),
        (("--port", "eighty"), 2),
        (("--host", "no.such.host.invalid"), 1),
        (("--hots", "127.0.0.1"), 2),
    ],
)
def test_a_wrong_use_is_one_clear_line(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = bot("serve", *arguments, BOT_HOME=str(tmp_path))
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("BOT_RATE_LIMIT", "maybe"), ("BOT_DATABASE_URL", "mysql://nowhere/bot")],
)
def test_a_bad_setting_is_one_clear_line(tmp_path: Path, name: str, value: str) -> None:
    done = bot("serve", "--port", "0", BOT_HOME=str(tmp_path), **{name: value})
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert name in done.stderr


def test_a_port_that_is_taken_is_refused() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(CannotListen, match="choose another"):
        listen("127.0.0.1", listener.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],
)
def test_an_address_of_version_6_stands_in_brackets(host: str, shown: str) -> None:
    assert address(host, 8000) == shown


def test_the_demo_has_a_store_of_its_own(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"BOT_HOME": str(tmp_path), "BOT_DATABASE_URL": "sqlite:////real.db"}
    )
    demo = demo_settings(settings)
    assert demo.home == tmp_path / "demo"
    assert demo.database_url == f"sqlite:///{tmp_path / 'demo' / 'bot.db'}"
