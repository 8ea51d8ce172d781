"""`bot test` against a server: exit codes, what is printed, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from bot.cli import bot, run

from .served import server

CASES = """
- name: the position
  tags: [smoke]
  turns:
    - say: is work hardening covered?
      determination: not_medically_necessary
    - press: Why?
      topics: reason
- name: a wish
  turns:
    - say: is work hardening covered?
      determination: medically_necessary
"""


__all__ = ["server"]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "cases.yml").write_text(CASES, encoding="utf-8")
    return tmp_path


def invoke(*args: object) -> Result:
    return CliRunner().invoke(bot, [str(arg) for arg in args], standalone_mode=False)


def test_what_holds(cases: Path, server: str) -> None:
    result = invoke("test", cases, "--url", server, "--tags", "smoke")
    assert result.return_value == 0
    assert result.output == "1 conversation: all that was expected held.\n"


def test_what_does_not(cases: Path, server: str) -> None:
    result = invoke("test", cases / "cases.yml", "--url", server)
    assert result.return_value == 1
    assert "cases.yml:9: a wish\n  provider: is work hardening covered?" in result.output
    assert "  expected determination: medically_necessary\n    but came: not_med" in result.output
    assert result.output.endswith("\n2 conversations, 1 failed.\n")


def test_what_is_known_to_be_missed(cases: Path, server: str) -> None:
    asked = "- {name: back, turns: [{say: hm, kind: answer}]}\n- {name: no, turns: [{say: hm}]}"
    (cases / "asked.yml").write_text(asked, encoding="utf-8")
    (cases / "missed.txt").write_text("asked.yml: back\nasked.yml: no\n", encoding="utf-8")
    done = invoke("test", cases / "asked.yml", "--url", server, "--junit", cases / "r.xml")
    assert done.return_value == 0
    assert done.output == (
        "2 conversations: 1 held.\n"
        "1 missed with care, as missed.txt says (--html shows them).\n"
        "In missed.txt, but held: no.\n"
    )
    root = ElementTree.parse(cases / "r.xml").getroot()
    assert (root.get("failures"), root.get("skipped")) == ("0", "1")


def test_a_choice_by_name(cases: Path, server: str) -> None:
    assert invoke("test", cases, "--url", server, "-k", "POSITION").return_value == 0


def test_results_in_files(cases: Path, server: str, tmp_path: Path) -> None:
    junit, page = tmp_path / "r.xml", tmp_path / "r.html"
    done = invoke("test", cases, "--url", server, "--junit", junit, "--html", page)
    assert done.return_value == 1
    assert ElementTree.parse(junit).getroot().get("failures") == "1"
    assert "1 of 2 conversations held" in page.read_text(encoding="utf-8")


def test_in_several_processes_the_results_keep_their_order(cases: Path, server: str) -> None:
    found = json.loads(invoke("test", cases, "--url", server, "--json", "-n", 2).output)
    assert [one["name"] for one in found] == ["the position", "a wish"]


def test_what_a_server_cannot_do_is_left_out(cases: Path, server: str) -> None:
    (cases / "staged.yml").write_text("- {name: then, date: 2025-01-31, turns: [{say: x}]}")
    done = invoke("test", cases, "--url", server)
    assert "1 left out: they change the date or what is on file." in done.output
    assert "2 conversations, 1 failed." in done.output


def test_a_server_has_one_store(cases: Path, server: str) -> None:
    (cases / "demo.yml").write_text("- {name: there, store: demo, turns: [{say: x}]}")
    done = invoke("test", cases, "--url", server)
    assert "1 left out: they are for the other store (--store)." in done.output
    assert "2 conversations, 1 failed." in done.output
    done = invoke("test", cases, "--url", server, "--store", "demo")
    assert done.output == "1 conversation: all that was expected held.\n"


def test_variants_of_what_holds(cases: Path, server: str) -> None:
    done = invoke("test", cases, "--url", server, "--tags", "smoke", "--mutate", 3, "--seed", 5)
    assert "3 variants (seed 5): 0 held, 3 brittle, 0 wrong." in done.output
    assert done.return_value == 0


def test_variants_for_programs(cases: Path, server: str) -> None:
    done = invoke("test", cases, "--url", server, "--tags", "smoke", "--mutate", 2, "--json")
    whole, *found = json.loads(done.output)
    assert whole["name"] == "the position"
    assert [(one["variant"], one["of"]) for one in found] == [
        ("typo", "the position"),
        ("politeness", "the position"),
    ]


def test_results_for_programs(cases: Path, server: str) -> None:
    found = json.loads(invoke("test", cases, "--url", server, "--json").output)
    assert [(one["name"], one["passed"]) for one in found] == [
        ("the position", True),
        ("a wish", False),
    ]
    assert found[0]["turns"][1]["press"] == "Why?"
    assert found[1]["faults"] == [
        {
            "what": "determination",
            "expected": "medically_necessary",
            "came": "not_medically_necessary",
        }
    ]


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (["-k", "nobody"], "No conversation fits", 1),
        (["--url", "ftp://x"], "is no address", 1),
        (["--url", "http://127.0.0.1:9", "--coverage"], "is measured here", 2),
        (["--url", "http://127.0.0.1:9"], "does not answer", 1),
    ],
)
def test_what_cannot_be_run(
    cases: Path, args: list[str], said: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["test", str(cases), *args]
    assert run(lambda: bot.main(command, prog_name="bot", standalone_mode=False)) == code
    assert said in capsys.readouterr().err


def test_a_folder_without_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["test", str(tmp_path)]
    assert run(lambda: bot.main(command, prog_name="bot", standalone_mode=False)) == 1
    assert "holds no conversation tests" in capsys.readouterr().err
