"""The vocabulary of a folder with what staff changed beside it, as a running assistant has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer.edits import Edit
from bot.answer.vocabulary import Vocabulary
from bot.assembly import VocabularyFolder
from bot.errors import BadVocabulary
from bot.store import Store, open_store
from bot.store.audit import Actor

KIM = Actor("u1", "Kim")
FILE = "- service: cold laser\n  also_called: [LLLT]\n- service: dry needling\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "vocabulary"
    made.mkdir()
    (made / "services.yml").write_text(FILE)
    return made


def change(store: Store, word: str, of: str = "cold laser", adds: bool = True) -> None:
    store.wordings.change(Edit("also_called", of, word, adds, "here"), KIM)


def names(vocabulary: Vocabulary) -> tuple[str, ...]:
    return vocabulary.services[0].also_called


def test_a_change_counts_from_the_next_call_on_in_every_process(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    words = VocabularyFolder(folder, other.wordings)
    change(store, "red light")
    assert names(words()) == ("LLLT", "red light")
    change(store, "LLLT", adds=False)
    assert names(words()) == ("red light",)
    (folder / "services.yml").write_text(FILE + "- service: cupping\n")
    assert (names(words()), len(words().services)) == (("red light",), 3)
    other.close()


def test_what_would_be_is_not_kept(store: Store, folder: Path) -> None:
    words = VocabularyFolder(folder, store.wordings)
    tried = words.edited(Edit("also_called", "cold laser", "red light", True, "here"))
    assert (names(tried), names(words())) == (("LLLT", "red light"), ("LLLT",))
    with pytest.raises(BadVocabulary):
        words.edited(Edit("also_called", "dry needling", "LLLT", True, "here"))


def test_a_change_that_a_file_has_overtaken_is_left_out(store: Store, folder: Path) -> None:
    change(store, "red light")
    change(store, "blue light")
    (folder / "services.yml").write_text(FILE + "  also_called: [red light]\n")
    assert names(VocabularyFolder(folder, store.wordings)()) == ("LLLT", "blue light")


def test_a_mistake_in_a_file_changes_nothing_until_it_is_mended(store: Store, folder: Path) -> None:
    words = VocabularyFolder(folder, store.wordings)
    (folder / "services.yml").write_text(f"{FILE}- nonsense\n")
    change(store, "red light")
    assert names(words()) == ("LLLT",)
    (folder / "services.yml").write_text(FILE)
    assert names(words()) == ("LLLT", "red light")
    (folder / "services.yml").write_text(f"{FILE}- nonsense\n")
    with pytest.raises(BadVocabulary):
        VocabularyFolder(folder, store.wordings)


def test_who_changed_what_is_told_and_in_the_audit_log(store: Store) -> None:
    change(store, "red light")
    change(store, "red light", adds=False)
    told = [(c.edit.word, c.edit.adds, c.name) for c in store.wordings.latest()]
    assert told == [("red light", False, "Kim"), ("red light", True, "Kim")]
    log = [(e.action, e.name, e.detail["word"]) for e in store.audit.read()]
    assert log == [("word_added", "Kim", "red light"), ("word_taken_out", "Kim", "red light")]
