"""What a change of the vocabulary would do is said before it is made."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answer.edits import Edit, Role
from bot.answer.linking import Linking
from bot.policy.parser import parse
from bot.settings import ROOT
from bot.web.panel.wordcheck import Checked, check
from tests.answer.shelf import Shelf
from tests.vocabularies import Fixed

TODAY = date(2026, 11, 23)
ASKED = ("is a fusion covered", "sled pushing ok?", "sled pushing ok?", "what is the weather")
POLICIES = ("cam_80306_work_hardening.txt", "demo/jv_131_lumbar_fusion.txt")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    shelf = Shelf()
    for name in POLICIES:
        text = (ROOT / "data" / "policies" / name).read_text(encoding="utf-8")
        shelf.put(parse(text), text)
    return shelf


@pytest.fixture(scope="module")
def linking(shelf: Shelf) -> Linking:
    folder = ROOT / "data" / "vocabulary"
    return Linking(shelf, Fixed({p.name: p.read_text("utf-8") for p in folder.glob("*.yml")}))


def tried(shelf: Shelf, linking: Linking, role: Role, of: str, word: str, adds: bool) -> Checked:
    edit = Edit(role, of, word, adds, "this change")
    return check(edit, shelf, linking(), linking.edited(edit), ASKED, TODAY)


@pytest.mark.parametrize(
    ("role", "of", "word", "adds", "said"),
    [
        ("also_called", "work hardening", "fusion", True, "take its questions"),
        ("also_called", "work hardening", "WHP", True, "already"),
        ("also_called", "work hardening", "BlueCard", True, "stands for BlueCard already"),
        ("diagnosis", "M54.50", "work hardening", True, "stands for work hardening already"),
        ("also_called", "work hardening", "the program", True, "names nothing by itself"),
        ("also_called", "work hardening", "sled", False, "does not stand for"),
    ],
)
def test_is_refused(
    shelf: Shelf, linking: Linking, role: Role, of: str, word: str, adds: bool, said: str
) -> None:
    assert any(said in each for each in tried(shelf, linking, role, of, word, adds).refusals)


@pytest.mark.parametrize(
    ("role", "of", "word", "said"),
    [
        ("also_called", "cupping", "ventosa", "leads nowhere"),
        ("also_called", "work hardening", "wk", "is short"),
        ("cpt", "work hardening", "22612", "is about JV 131, also after the change"),
    ],
)
def test_is_warned_of(
    shelf: Shelf, linking: Linking, role: Role, of: str, word: str, said: str
) -> None:
    found = tried(shelf, linking, role, of, word, True)
    assert not found.refusals
    assert any(said in each for each in found.warnings)


def test_the_questions_that_it_would_change_are_told_once(shelf: Shelf, linking: Linking) -> None:
    found = tried(shelf, linking, "also_called", "work hardening", "sled pushing", True)
    assert (found.refusals, found.warnings) == ([], [])
    assert [(s.text, s.before, s.after) for s in found.shifts] == [
        ("sled pushing ok?", [], ["CAM 80306"])
    ]


def test_what_is_taken_out_changes_questions_back(shelf: Shelf) -> None:
    words = Fixed({"services.yml": "- service: work hardening\n  also_called: [sled pushing]\n"})
    found = tried(
        shelf, Linking(shelf, words), "also_called", "work hardening", "sled pushing", False
    )
    assert not found.refusals
    assert [(s.before, s.after) for s in found.shifts] == [(["CAM 80306"], [])]
