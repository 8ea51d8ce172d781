"""Words put into the vocabulary and taken out of it, beside what its files say."""

from __future__ import annotations

import pytest

from bot.answer import vocabulary
from bot.answer.edits import Edit, Role
from bot.answer.vocabulary import Vocabulary
from bot.errors import BadVocabulary

FILES = {
    "services.yml": """\
- service: cold laser
  also_called: [LLLT]
  codes: {CPT: ["97037"]}
- service: dry needling
""",
    "diagnoses.yml": "M54.50: [low back pain]\n",
    "places.yml": "- {name: Office, setting: outpatient}\n",
    "programs.yml": "- {program: BlueCard, also_called: [out of area], whose: another_blue_plan}\n",
}


def edit(role: Role, of: str, word: str, adds: bool = True) -> Edit:
    return Edit(role, of, word, adds, "side panel, change 7")


def said(words: Vocabulary, role: Role, of: str) -> tuple[str, ...]:
    if role == "diagnosis":
        return next((d.names for d in words.diagnoses.values() if d.code == of), ())
    if role in ("place", "program"):
        named = words.places if role == "place" else words.programs
        return next(each.also_called for each in named if each.name == of)
    service = next(each for each in words.services if each.name == of)
    held = {"cpt": service.codes.get("CPT", ()), "hcpcs": service.codes.get("HCPCS", ())}
    return held[role] if role in held else getattr(service, role)


@pytest.mark.parametrize(
    ("role", "of", "word", "then"),
    [
        ("also_called", "cold laser", "low-level laser", ("LLLT", "low-level laser")),
        ("also_called", "dry needling", "trigger needling", ("trigger needling",)),
        ("taken_for", "cold laser", "high power laser", ("high power laser",)),
        ("described_as", "cold laser", "the red light", ("the red light",)),
        ("cpt", "cold laser", "0552T", ("97037", "0552T")),
        ("hcpcs", "cold laser", "S8948", ("S8948",)),
        ("also_called", "cupping", "hijama", ("hijama",)),
        ("diagnosis", "M54.50", "lumbago", ("low back pain", "lumbago")),
        ("diagnosis", "M26.601", "TMJ pain", ("TMJ pain",)),
        ("place", "Office", "private room", ("private room",)),
        ("program", "BlueCard", "home plan", ("out of area", "home plan")),
    ],
)
def test_a_word_is_put_in_and_taken_out(
    role: Role, of: str, word: str, then: tuple[str, ...]
) -> None:
    put = edit(role, of, word)
    assert said(vocabulary.parse(FILES, [put]), role, of) == then
    assert said(vocabulary.parse(FILES, [put, put]), role, of) == then
    again = vocabulary.parse(FILES, [put, edit(role, of, word.upper(), adds=False)])
    if of in ("cupping",):
        assert said(again, role, of) == ()
    else:
        assert said(again, role, of) == then[:-1]


def test_what_a_file_says_can_be_taken_out() -> None:
    words = vocabulary.parse(FILES, [edit("also_called", "Cold  Laser", "lllt", adds=False)])
    assert said(words, "also_called", "cold laser") == ()
    assert words.digest != vocabulary.parse(FILES).digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (edit("also_called", "dry needling", "LLLT"), "already stands at services.yml, line 1"),
        (edit("also_called", "cupping", "LLLT"), "side panel, change 7: 'lllt' already stands"),
        (edit("cpt", "cold laser", "9703"), "has not the shape of a CPT code"),
        (edit("place", "Moon", "up there"), "names no place 'Moon'"),
        (edit("diagnosis", "back", "sore back"), "not an ICD-10-CM code"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: Edit, message: str) -> None:
    with pytest.raises(BadVocabulary, match=message):
        vocabulary.parse(FILES, [change])


def test_a_new_entry_says_where_it_was_made() -> None:
    words = vocabulary.parse(FILES, [edit("also_called", "cupping", "hijama")])
    assert words.services[-1].source == "side panel, change 7"
