"""`bot decisions` and `bot privacy`, on a store with a conversation in it."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.store import open_store
from tests.cli.conftest import Bot
from tests.store.test_conversations import decided, reply, turn


@pytest.fixture
def decision(home: Path) -> str:  # noqa: ARG001
    """A decision of a hundred days ago."""
    long_ago = datetime.now(timezone.utc) - timedelta(days=100)
    store = open_store(Settings.from_environment().database_url, lambda: long_ago)
    conversation, _ = store.conversations.start()
    turn(store, conversation, reply("It is.\nReally.", decided("D-1")), text="is it covered?")
    store.close()
    return "D-1"


def test_a_decision_is_shown_as_it_was_given(bot: Bot, decision: str) -> None:
    done = bot("decisions", "show", decision)
    assert (done.code, done.err) == (0, "")
    for line in (
        "Reference number  D-1",
        "Policy version    abc-101-x",
        "Model             model-1",
    ):
        assert line in done.out.splitlines()
    assert done.out.endswith("provider:\n  is it covered?\nbot:\n  It is.\n  Really.\n")

    shown = bot("decisions", "show", decision, "--json").json()
    assert shown["answer"] == decided("D-1")
    assert shown["question"] == "is it covered?"
    assert [said["sender"] for said in shown["turn"]] == ["provider", "bot"]


def test_a_decision_that_is_not_on_record(bot: Bot) -> None:
    done = bot("decisions", "show", "D-9")
    assert (done.code, done.err) == (1, "bot: No decision D-9 is on file.\n")


@pytest.mark.usefixtures("decision")
def test_a_verification_seals_and_gives_the_head(bot: Bot) -> None:
    first = bot("decisions", "verify")
    assert (first.code, first.err) == (0, "")
    assert "1 were not sealed yet, and are now." in first.out
    head = first.out.splitlines()[-1].removeprefix("Head ")
    again = bot("decisions", "verify", "--head", head)
    assert (again.code, again.out.splitlines()[0]) == (0, "1 decisions on record, under 1 seals.")
    assert bot("decisions", "verify", "--json").json()["head"] == head
    other = bot("decisions", "verify", "--head", "0" * 64)
    assert (other.code, other.err.count("\n")) == (1, 1)


@pytest.mark.usefixtures("decision")
def test_a_verification_names_what_was_changed(bot: Bot, home: Path) -> None:
    bot("decisions", "verify")
    connection = sqlite3.connect(home / "bot.db")
    connection.execute("UPDATE decisions SET question = 'something else'")
    connection.commit()
    connection.close()
    done = bot("decisions", "verify")
    assert done.code == 1
    assert done.err == (
        "Decision D-1 (seal 1) was changed after it was sealed: its question or its answer is another.\n"
    )
    assert bot("decisions", "verify", "--json").json()["faults"] == [done.err.strip()]


def test_a_purge_by_hand(bot: Bot, decision: str) -> None:
    would = bot("privacy", "purge", "--older-than", "90d", "--dry-run")
    assert would.out.startswith("Would take the texts of 2 messages and 1 decisions")
    done = bot("privacy", "purge", "--older-than", "90d")
    assert done.out == would.out.replace("Would take", "Took")
    assert bot("decisions", "verify").code == 0
    assert "was taken away" in bot("decisions", "show", decision).out
    assert bot("privacy", "purge", "--older-than", "90d").out.startswith("Took the texts of 0")


@pytest.mark.parametrize("age", ["90", "0d", "-1d", "3 months", ""])
def test_an_age_that_is_none(bot: Bot, age: str) -> None:
    done = bot("privacy", "purge", "--older-than", age)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "write it as 90d" in done.err


@pytest.mark.parametrize(("text", "days"), [("90d", 90), (" 1d ", 1), ("", None)])
def test_the_setting(text: str, days: int | None) -> None:
    expected = None if days is None else timedelta(days=days)
    assert Settings.from_environment({"BOT_RETENTION": text}).retention == expected


def test_a_setting_that_cannot_be_used(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_RETENTION", "soon")
    done = bot("decisions", "verify")
    assert (done.code, done.err) == (
        1,
        "bot: BOT_RETENTION is 'soon': write a number of days, as 90d.\n",
    )


@pytest.mark.usefixtures("decision")
def test_a_backup_is_made_and_put_in_place(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "made.backup"
    done = bot("backup", path)
    holds = "0 versions of policies, 0 lists, 1 conversations and 1 decisions"
    assert (done.code, done.out) == (0, f"{path} holds {holds}.\n")
    refused = bot("restore", path)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    bot("privacy", "purge", "--older-than", "1d")
    put = bot("restore", path, "--replace")
    assert (put.code, put.out) == (0, f"The store holds {holds} again.\n")
    assert bot("decisions", "show", "D-1", "--json").json()["question"] == "is it covered?"
