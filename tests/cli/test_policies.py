"""`bot policies`, `bot prior-auth` and `bot answers`, from a fresh folder on."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.settings import Settings
from bot.store import open_store
from tests.cli.conftest import Bot

SEED = Path(__file__).parents[2] / "data" / "policies"
PUMPS = """CAM 100

Pneumatic Pumps

Policy:
Pneumatic pumps are considered INVESTIGATIONAL for lymphedema.

Coding Section
Codes Number Description
HCPCS E0650-E0673 Pumps
"""


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    path = tmp_path / "pumps.txt"
    path.write_text(PUMPS, encoding="utf-8")
    return path


def test_the_report_of_an_import(bot: Bot, tmp_path: Path, pumps: Path) -> None:
    (tmp_path / "empty.txt").touch()
    done = bot("policies", "import", SEED, tmp_path)
    assert done.code == 1
    assert re.search(r"^new +CAM 80306  Work Hardening Programs", done.out, re.M)
    assert done.out.endswith("2 new, 1 refused.\n")
    assert re.fullmatch(r"refused +\S+empty\.txt: [^\n]+\.\n", done.err)

    again = bot("policies", "import", pumps)
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("unchanged")

    pumps.write_text(PUMPS.replace("INVESTIGATIONAL", "not medically necessary"))
    assert bot("policies", "import", pumps).out.endswith("1 changed.\n")


def test_the_report_as_json(bot: Bot, tmp_path: Path, pumps: Path) -> None:
    (tmp_path / "letter.txt").write_text("A letter about nothing.")
    done = bot("policies", "import", tmp_path, "--json")
    assert done.code == 1
    refused, new = done.json()
    assert (refused["outcome"], refused["path"]) == ("refused", str(tmp_path / "letter.txt"))
    assert (new["outcome"], new["number"], new["path"]) == ("new", "CAM 100", str(pumps))
    assert 0 < new["in_known_sections"] <= 1


def test_a_dry_run_prints_what_was_read_and_touches_nothing(bot: Bot, home: Path) -> None:
    done = bot("policies", "import", SEED, "--dry-run", "--json")
    assert (done.code, done.err) == (0, "")
    (policy,) = done.json()
    schema = json.loads(resources.files("bot.schemas").joinpath("policy.schema.json").read_text())
    Draft202012Validator(schema).validate(policy)
    assert policy["number"] == "CAM 80306"
    readable = bot("policies", "import", SEED, "--dry-run")
    assert "CAM 80306  Work Hardening Programs" in readable.out
    assert not home.exists()


def test_a_dry_run_refuses_too(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    done = bot("policies", "import", tmp_path, "--dry-run", "--json")
    assert (done.code, done.json()) == (1, [])
    assert done.err.startswith("refused")


def test_a_folder_without_documents_is_said(bot: Bot, tmp_path: Path) -> None:
    done = bot("policies", "import", tmp_path)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("bot: No documents are in ")


def test_what_is_on_file_is_listed(bot: Bot, pumps: Path) -> None:
    assert bot("policies", "list", "--json").json() == []
    bot("policies", "import", SEED, pumps, "--line-of-business", "Commercial")
    assert bot("policies", "list").out.splitlines() == [
        "CAM 100    Pneumatic Pumps  [commercial]",
        "CAM 80306  Work Hardening Programs  [commercial]",
    ]
    bot("policies", "retire", "100")
    assert [(p["number"], p["retired"]) for p in bot("policies", "list", "--json").json()] == [
        ("CAM 100", True),
        ("CAM 80306", False),
    ]


@pytest.mark.parametrize("number", ["CAM 80306", "cam80306", "CAM # 80306", "80306"])
def test_a_policy_is_shown(bot: Bot, number: str) -> None:
    bot("policies", "import", SEED)
    shown = bot("policies", "show", number)
    assert shown.code == 0
    assert "not medically necessary: Work hardening programs" in shown.out
    data = bot("policies", "show", number, "--json").json()
    assert data["number"] == "CAM 80306"
    assert data["version"] in shown.out
    for section in data["sections"]:
        assert data["text"][section["start"] : section["end"]] == section["text"]


def test_a_policy_that_is_not_on_file_is_one_line(bot: Bot) -> None:
    done = bot("policies", "show", "CAM 1", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err == "bot: No policy CAM 1 is on file: see bot policies list.\n"


def test_the_version_of_a_day(bot: Bot, pumps: Path) -> None:
    bot("policies", "import", pumps, "--effective-from", "2020-05")
    assert bot("policies", "show", "100", "--as-of", "2020-05-01", "--json").code == 0
    done = bot("policies", "show", "100", "--as-of", "2020-04-30")
    assert done.code == 1
    assert done.err == "bot: No version of CAM 100 that held on 2020-04-30 is on file.\n"


def test_editions_for_two_lines_of_business_are_both_shown(bot: Bot, pumps: Path) -> None:
    bot("policies", "import", pumps, "--line-of-business", "Commercial")
    bot("policies", "import", pumps, "--line-of-business", "Medicare Advantage")
    shown = bot("policies", "show", "100").out
    assert "Lines of business: Commercial" in shown
    assert "Lines of business: Medicare Advantage" in shown
    data = bot("policies", "show", "100", "--json").json()
    assert len(data["other_editions"]) == 1


def test_what_changed_is_shown(bot: Bot, pumps: Path) -> None:
    bot("policies", "import", pumps)
    assert "Only one version of CAM 100 is on file" in bot("policies", "diff", "100").err
    pumps.write_text(
        PUMPS.replace("INVESTIGATIONAL", "not medically necessary").replace("E0673", "E0670")
    )
    bot("policies", "import", pumps)
    out = bot("policies", "diff", "100").out
    assert "  - considered INVESTIGATIONAL" in out
    assert "  + considered not medically necessary" in out
    data = bot("policies", "diff", "100", "--json").json()
    assert {change["what"] for change in data["changes"]} >= {"determination", "code"}
    back = bot("policies", "diff", "100", "--from", data["to"], "--to", data["from"], "--json")
    assert back.json()["from"] == data["to"]
    wrong = bot("policies", "diff", "100", "--from", "cam-100-0")
    assert wrong.err.startswith("bot: CAM 100 has no version cam-100-0")


def test_a_policy_is_retired_and_restored(bot: Bot, pumps: Path) -> None:
    bot("policies", "import", pumps)
    assert bot("policies", "retire", "100").out == "CAM 100 is retired.\n"
    assert bot("policies", "retire", "100").err == "bot: CAM 100 is retired already.\n"
    assert "It stays retired" in bot("policies", "import", pumps).out
    assert bot("policies", "restore", "100").out == "CAM 100 is on file again.\n"


def test_who_received_answers_from_a_version(bot: Bot, pumps: Path) -> None:
    bot("policies", "import", pumps)
    version = bot("policies", "show", "100", "--json").json()["version"]
    assert bot("policies", "received", "100").out == "No answer was given from CAM 100.\n"
    store = open_store(Settings.from_environment().database_url)
    conversation, _ = store.conversations.start()
    policy = {"number": "CAM 100", "title": "Pneumatic Pumps", "version": version}
    answer = {"kind": "answer", "topics": ["coverage"], "decision_id": "4KDM", "policy": policy}
    reply = {"text": "It is.", "buttons": [], "answer": answer}
    store.conversations.record_turn(conversation, None, "are pumps covered?", [reply], {}, "m")
    store.close()
    out = bot("policies", "received", "100", "--version", version).out
    assert "4KDM" in out
    assert conversation in out
    assert "are pumps covered?" in out
    (entry,) = bot("policies", "received", "100", "--json").json()
    assert (entry["decision_id"], entry["conversation_id"], entry["answer"]) == (
        "4KDM",
        conversation,
        answer,
    )


@pytest.mark.parametrize(
    ("words", "number", "reason"),
    [
        ("80306", "CAM 80306", "its number"),
        ("cam # 100", "CAM 100", "its number"),
        ("E0655", "CAM 100", "lists HCPCS E0650–E0673"),
        ("97545", "CAM 80306", "CPT 97545 is tied to work hardening by the vocabulary"),
        ("pneumatic pumps", "CAM 100", "the title: Pneumatic Pumps"),
        ("pnuematic pmups", "CAM 100", "the title: Pneumatic Pumps (misspelt)"),
        ("work conditioning", "CAM 80306", "the vocabulary (taken for it): work conditioning"),
        (
            "simulated work to get strong for the job again",
            "CAM 80306",
            "words of its names",
        ),
        ("rebuild self-confidence", "CAM 80306", "its text has rebuild, self, confidence"),
    ],
)
def test_a_search_says_why_it_found_what_it_found(
    bot: Bot, pumps: Path, words: str, number: str, reason: str
) -> None:
    bot("policies", "import", SEED, pumps)
    best = bot("policies", "search", *words.split(), "--json").json()[0]
    assert best["number"] == number
    assert reason in best["reasons"]
    assert reason in bot("policies", "search", words).out


def test_a_search_that_finds_nothing_says_so(bot: Bot) -> None:
    bot("policies", "import", SEED)
    assert bot("policies", "search", "acupuncture").out == "No policy on file fits.\n"
    assert bot("policies", "search", "acupuncture", "--json").json() == []


def test_lists_are_imported(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    header = (
        "code,code_end,system,requirement,condition,reviewer,line_of_business,valid_from,valid_to"
    )
    path.write_text(f"{header}\n95811,,CPT,required,,,,,\n")
    done = bot("prior-auth", "import", path, "--date", "2026-01-31")
    assert done.out == "The prior-authorization list of 2026-01-31 is on file: 1 row.\n"
    again = bot("prior-auth", "import", path, "--date", "2026-01-31")
    assert again.out.endswith("1 row, nothing changed.\n")
    path.write_text(f"{header}\n9581,,CPT,required,,,,,\n")
    refused = bot("prior-auth", "import", path)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "bot: list.csv was not imported: line 2: 9581 is no CPT code.\n"


def test_approved_answers_are_imported(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    header = "question,text,matter,line_of_business,source,valid_from,valid_to,approved_by"
    path.write_text(f"{header}\nHow do I appeal?,Write to us.,appeal,,Manual,,,A. Example\n")
    done = bot("answers", "import", path, "--date", "2026-01-31")
    assert done.out == "The list of approved answers of 2026-01-31 is on file: 1 row.\n"
