"""`bot users` and `bot audit`, and the secret and the first link of a new home."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import BadSetting
from bot.settings import Settings
from bot.store import open_store
from bot.web.staff.secret import secret
from bot.web.staff.settings import Provider, StaffSettings
from tests.cli.conftest import Bot

PASSWORD = "four words of a river"


def test_an_account_with_a_link(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    done = bot("users", "add", "Dana", "--role", "agent", "--link")
    assert (done.code, done.err) == (0, "")
    said = done.out.splitlines()
    assert said[:2] == ["Dana can sign in as agent.", "This link works once, within 24 hours:"]
    address, _, token = said[2].rpartition("/")
    assert address == "http://127.0.0.1:8000/sign-in/link"
    monkeypatch.setenv("BOT_PUBLIC_URL", "https://bot.example/")
    again = bot("users", "link", "dana").out.splitlines()[-1]
    assert again.startswith("https://bot.example/sign-in/link/")
    assert not again.endswith(token)
    assert bot("users", "list").out == "Dana  agent          has not used the link yet\n"


def test_a_password_is_asked_for_on_the_terminal_and_not_shown(home: Path) -> None:
    command = [sys.executable, "-m", "bot", "users", "add", "dana", "--role", "admin"]
    ours, theirs = pty.openpty()
    environment = os.environ | {"BOT_HOME": str(home)}
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    for asked in (b"Password: ", b"Repeat for confirmation: "):
        while not shown.endswith(asked):
            shown += os.read(ours, 1000)
        os.write(ours, PASSWORD.encode() + b"\n")
    while b"can sign in" not in shown:
        shown += os.read(ours, 1000)
    assert process.wait(60) == 0
    os.close(ours)
    assert PASSWORD.encode() not in shown
    store = open_store(Settings.from_environment().database_url)
    assert store.accounts.check("dana", PASSWORD) is not None
    store.close()


def test_the_life_of_an_account(bot: Bot) -> None:
    assert bot("users", "list").out.startswith("There are no accounts yet")
    bot("users", "add", "Dana Ortiz", "--role", "agent", "--link")
    bot("users", "add", "kim", "--role", "policy_editor", "--link")
    for words, said in (
        (("role", "dana ortiz", "supervisor"), "Dana Ortiz is supervisor now.\n"),
        (("sessions", "end", "kim"), "0 sessions of kim have ended.\n"),
        (("disable", "kim"), "kim can no longer sign in, and all sessions have ended.\n"),
    ):
        done = bot("users", *words)
        assert (done.code, done.out, done.err) == (0, said, "")
    dana, kim = bot("users", "list", "--json").json()
    assert (dana["name"], dana["role"], dana["disabled"]) == ("Dana Ortiz", "supervisor", None)
    assert (kim["role"], bool(kim["disabled"]), kim["sessions"]) == ("policy_editor", True, 0)
    assert "disabled since" in bot("users", "list").out
    assert bot("users", "enable", "kim").out == "kim can sign in as policy editor again.\n"

    log = bot("audit", "--json").json()
    assert [entry["action"] for entry in log] == [
        *("account_added", "link_made") * 2,
        "role_changed",
        "sessions_ended",
        "account_disabled",
        "account_enabled",
    ]
    assert all(entry["name"].endswith("at the command line") for entry in log)
    lines = bot("audit").out.splitlines()
    assert len(lines) == len(log)
    assert lines[4].endswith(f"role_changed  account {dana['id']}  from=agent  to=supervisor")


def test_the_log_of_one_user_and_of_a_time(bot: Bot) -> None:
    bot("users", "add", "dana", "--role", "agent", "--link")
    store = open_store(Settings.from_environment().database_url)
    store.sessions.begin(store.accounts.called("dana"))
    store.close()
    assert [e["action"] for e in bot("audit", "--user", "DANA", "--json").json()] == ["signed_in"]
    for since in ("1d", "12h", "2000-01-01", "2000-01-01T00:00"):
        assert len(bot("audit", "--since", since, "--json").json()) == 3
    assert bot("audit", "--since", "2999-01-01", "--json").json() == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("users", "add", "dana", "--role", "boss", "--link"), 2, "'boss' is not one of"),
        (("users", "add", "dana", "--link"), 2, "Missing option '--role'"),
        (("users", "add", "", "--role", "agent", "--link"), 1, "A name has 1 to 64"),
        (("users", "role", "nobody", "agent"), 1, "There is no account nobody"),
        (("users", "disable", "nobody"), 1, "There is no account nobody"),
        (("users", "sessions", "end", "nobody"), 1, "There is no account nobody"),
        (("users", "link", "nobody"), 1, "There is no account nobody"),
        (("audit", "--user", "nobody"), 1, "There is no account nobody"),
        (("audit", "--since", "yesterday"), 2, "'yesterday' is no time"),
        (("audit", "--since", "2025-02-30"), 2, "'2025-02-30' is no time"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    bot: Bot, words: tuple[str, ...], code: int, says: str
) -> None:
    done = bot(*words)
    assert (done.code, done.err.count("\n"), done.out) == (code, 1, "")
    assert says in done.err


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    made = secret(home)
    assert len(made) == 32
    assert secret(home) == made
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("mode", "content", "says"), [(0o640, b"x" * 32, "read by others"), (0o600, b"x", "too short")]
)
def test_a_secret_that_is_none(tmp_path: Path, mode: int, content: bytes, says: str) -> None:
    (tmp_path / "secret").write_bytes(content)
    (tmp_path / "secret").chmod(mode)
    with pytest.raises(BadSetting, match=says):
        secret(tmp_path)


def test_a_home_that_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="set BOT_HOME"):
        secret(tmp_path / "file")


def test_a_start_without_accounts_says_how_to_make_the_first(tmp_path: Path) -> None:
    from bot.cli.serve import first_link

    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    said = first_link(store, StaffSettings(), "http://127.0.0.1:8000")
    assert said
    token = said.rstrip().rpartition("http://127.0.0.1:8000/sign-in/link/")[2]
    provided = StaffSettings(provider=Provider("https://id.example", "client", "secret"))
    assert first_link(store, provided, "http://x") is None
    store.accounts.accept(token, PASSWORD, "root")
    assert first_link(store, StaffSettings(), "http://x") is None
    store.close()
