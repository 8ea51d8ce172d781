"""Conversations that took place: recorded as tests, and replayed against a candidate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import bot, run
from bot.conversations.assistant import Message, NoReply
from bot.conversations.format import parse
from bot.conversations.past import conversation, since
from bot.conversations.recording import to_yaml
from bot.conversations.replay import Replayed, differences, replay, to_html, to_json, to_text
from bot.conversations.runner import play
from bot.errors import NotOnFile
from bot.store import Store, open_store

from .scripted import ASKED, SAID, Scripted, covered
from .served import server

__all__ = ["server"]

WHY = '/need{"topics": "reason"}'
SCRIPT = {
    "is work hardening covered?": covered(),
    WHY: covered("It says why.", topics=["reason"]),
    "hm": Message("Which service?", ASKED),
}


def kept(message: Message) -> dict[str, Any]:
    return asdict(message) | {"buttons": [asdict(button) for button in message.buttons]}


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BOT_HOME", str(tmp_path))
    monkeypatch.delenv("BOT_DATABASE_URL", raising=False)
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = open_store(database)
    yield store
    store.close()


@pytest.fixture
def spoken(store: Store) -> str:
    """A conversation of three turns, of which the second was a press."""
    number, _ = store.conversations.start()
    for words, understood, key in (
        ("is work hardening covered?", {"text": "...", "understanding": {}}, None),
        ("Why?", {"text": WHY, "intent": {"name": "need"}}, WHY),
        ("hm", {"text": "hm", "understanding": {}}, None),
    ):
        replies = [kept(SCRIPT[key or words])]
        if replies[0]["answer"].get("decision_id"):
            replies[0]["answer"]["decision_id"] = f"D-{words}"
        store.conversations.record_turn(number, None, words, replies, {}, "m", understood)
    return number


def test_a_conversation_becomes_a_test_that_holds(store: Store, spoken: str) -> None:
    text = to_yaml(conversation(store, spoken), "as it was")
    (case,) = parse(text, "f.yml")
    assert [(turn.words, turn.pressed) for turn in case.turns] == [
        ("is work hardening covered?", False),
        ("Why?", True),
        ("hm", False),
    ]
    assert case.turns[0].whole.determination == ("not_medically_necessary",)
    assert case.turns[2].whole.policy == ("none",)
    assert play(case, Scripted(SCRIPT)).passed
    assert not play(case, Scripted({})).passed


def test_a_conversation_that_is_not_on_file(store: Store) -> None:
    with pytest.raises(NotOnFile, match="No conversation c-9"):
        conversation(store, "c-9")


def test_conversations_since_a_moment(store: Store, spoken: str) -> None:
    now = datetime.now(timezone.utc)
    assert [past.id for past in since(store, now - timedelta(days=1))] == [spoken]
    assert [*since(store, now + timedelta(days=1))] == []


def replayed(store: Store, spoken: str, **changes: Message) -> Replayed:
    script = SCRIPT | {key.replace("_", " "): message for key, message in changes.items()}
    return replay(conversation(store, spoken), Scripted(script))


def test_the_same_candidate_changes_nothing(store: Store, spoken: str) -> None:
    assert replayed(store, spoken) == Replayed(3, ())


@pytest.mark.parametrize(
    ("now", "what"),
    [
        (covered(determination={"status": "investigational"}), ("determination",)),
        (covered(policy={"number": "CAM 1"}), ("policy",)),
        (Message("?", ASKED), ("determination", "policy", "kind", "topics", "facts", "wording")),
        (covered("In other words."), ("wording",)),
        (covered(reasoning="else"), ("facts",)),
        (covered(decision_id="D-9", as_of="2031-01-01"), ()),
    ],
)
def test_what_changed(now: Message, what: tuple[str, ...]) -> None:
    assert differences([covered()], [now]) == what


def test_a_turn_that_fails_ends_its_conversation(store: Store, spoken: str) -> None:
    class Broken(Scripted):
        def press(self, payload: str) -> Any:
            raise NoReply(f"{payload} was not offered")

    found = replay(conversation(store, spoken), Broken(SCRIPT))
    assert found.turns == 2
    (changed,) = found.changed
    assert (changed.what, changed.place) == (("failed",), 2)


@pytest.mark.parametrize(
    ("now", "gist"),
    [
        (covered(reasoning="else"), "1  reasoning"),
        (covered(reasoning="else", codes=[]), "1  codes, reasoning"),
        (covered(f"{SAID} More."), "1  “” → “More.”"),
        (covered(SAID.replace("on October 1, 2021", "lately")), "1  “on October 1, 2021. Last"),
        (covered(f"{SAID}\n"), "1  spaces and line breaks"),
    ],
)
def test_what_changed_alike_is_counted(store: Store, spoken: str, now: Message, gist: str) -> None:
    script = SCRIPT | {"is work hardening covered?": now}
    assert gist in to_text(replay(conversation(store, spoken), Scripted(script)))


def test_both_sides_as_text_json_and_page(store: Store, spoken: str) -> None:
    found = replayed(store, spoken, hm=covered("<i>So</i>."))
    assert "3 turns replayed: 2 as before, 1 otherwise." in to_text(found)
    assert "determination: 1\n      1  none → not_medically_necessary" in to_text(found)
    (change,) = to_json(found)["changes"]
    assert (change["before"][0]["text"], change["now"][0]["text"]) == (
        "Which service?",
        "<i>So</i>.",
    )
    assert "&lt;i&gt;So" in to_html(found)
    assert "Every turn came out as before" in to_html(Replayed(3, ()))


def invoke(*args: object) -> Any:
    return CliRunner().invoke(bot, [str(arg) for arg in args], standalone_mode=False)


def test_the_command_records_into_a_file(spoken: str, tmp_path: Path) -> None:
    path = tmp_path / "new.yml"
    done = invoke("test", "record", spoken, "-o", path, "--name", "as it was")
    assert done.output == f"3 turns written to {path}.\n"
    assert parse(path.read_text(encoding="utf-8"), "new.yml")[0].name == "as it was"


def test_the_command_replays_against_a_server(spoken: str, server: str, tmp_path: Path) -> None:
    page = tmp_path / "changed.html"
    done = invoke("replay", "--against", server, "--json", "--html", page)
    assert done.return_value == 0
    assert json.loads(done.output)["turns"] == 3
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    done = invoke("replay", "--against", server, "--fail-on", "wording", "--since", "2020-01-01")
    assert done.return_value == 1
    assert "wording only: 2" in done.output
    assert spoken in done.output
    assert invoke("replay", "--against", server, "-n", 2).output.startswith("3 turns replayed")


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (["--against", "nobody"], "nobody is no candidate", 1),
        (["--against", "none.tar.gz"], "There is no model none.tar.gz", 1),
        (["--against", "http://127.0.0.1:9"], "does not answer", 1),
        (["--against", "x", "--since", "lately"], "is no span", 2),
        ([], "Missing option '--against'", 2),
    ],
)
@pytest.mark.usefixtures("spoken")
def test_what_cannot_be_replayed(
    args: list[str], said: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["replay", *args]
    assert run(lambda: bot.main(command, prog_name="bot", standalone_mode=False)) == code
    assert said in capsys.readouterr().err
