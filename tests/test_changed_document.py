"""Another document in a fresh store, and every answer follows it, with the same trained model."""

from __future__ import annotations

import asyncio
import shutil
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot import prepare
from bot.settings import ROOT, Settings

CHANGES = {
    "CAM 80306": "QX 4471",
    "Work Hardening Programs": "Aquatic Balance Training",
    "Work hardening programs are considered NOT MEDICALLY NECESSARY, as they are for the purpose of "
    "conditioning for a return to work and not for the treatment of a medical condition.": (
        "Aquatic balance training is considered INVESTIGATIONAL, as its effect on falls has not been shown "
        "in controlled trials."
    ),
    "Not medically necessary for all diagnoses": "Investigational for all diagnoses",
    "Place of Service Outpatient": "Place of Service Office",
    "Last Reviewed:November 2019": "Last Reviewed:May 2023",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[prepare.Assistant]:
    home = tmp_path_factory.mktemp("changed")
    data = home / "data"
    shutil.copytree(ROOT / "data" / "vocabulary", data / "vocabulary")
    shutil.copy(ROOT / "data" / "things.yml", data)
    (data / "policies").mkdir()
    text = (ROOT / "data/policies/cam_80306_work_hardening.txt").read_text(encoding="utf-8")
    for old, new in CHANGES.items():
        assert old in text
        text = text.replace(old, new)
    (data / "policies" / "changed.txt").write_text(text, encoding="utf-8")
    settings = replace(
        Settings.from_environment(),
        home=home,
        data=data,
        database_url=f"sqlite:///{home / 'bot.db'}",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa's own, as it loads
        made = prepare.prepare(settings, print)
    yield made
    made.close()


def ask(assistant: prepare.Assistant, *messages: str) -> Mapping[str, Any]:
    thread: Mapping[str, Any] = {}
    for message in messages:
        turn = asyncio.run(assistant.agent.respond("c", message, thread))
        thread = turn.thread
    reply: Mapping[str, Any] = turn.replies[0]
    return reply


@pytest.mark.parametrize(
    ("messages", "topic", "status", "said"),
    [
        (["is aquatic balance training covered?"], "coverage", "investigational", "investigational"),
        (["aquatic ballance training cvrd??"], "coverage", "investigational", "QX 4471"),
        (["is it covered under QX4471"], "coverage", "investigational", "QX 4471"),
        (["is aquatic balance training covered?", "why?"], "reason", "investigational",
         "its effect on falls has not been shown in controlled trials"),
        (["is aquatic balance training covered for M54.50?"], "coverage", "investigational",
         "the same for all diagnoses"),
        (["aquatic balance training", "where can it be done?"], "place_of_service", "investigational",
         "Office"),
        (["when was the aquatic balance training policy last reviewed"], "review_dates", None, "May 2023"),
        (["policy number for aquatic balance training"], "policy_identity", None, "QX 4471"),
    ],
)  # fmt: skip
def test_answers_follow_the_document(
    assistant: prepare.Assistant, messages: list[str], topic: str, status: str | None, said: str
) -> None:
    reply = ask(assistant, *messages)
    answer = reply["answer"]
    assert answer["kind"] == "answer"
    assert topic in answer["topics"]
    assert answer["policy"]["number"] == "QX 4471"
    assert (answer.get("determination") or {}).get("status") == status
    assert said in reply["text"]
    assert "ork hardening" not in reply["text"]


def test_the_old_service_is_no_longer_on_file(assistant: prepare.Assistant) -> None:
    assert ask(assistant, "is work hardening covered?")["answer"]["kind"] == "no_policy"
