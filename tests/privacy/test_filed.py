"""What is on file keeps its name, though a person could have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer.linking import Linking
from bot.policy.model import Policy
from bot.privacy import Filed, redact
from bot.redactor import Redactor
from bot.store import Store, open_store
from tests.vocabularies import Fixed

FILED = Filed.of(["Warfel Kowalski Procedure", "Lindqvist-Okoro Brace", "Trevino Micrography"])


@pytest.mark.parametrize(
    "text",
    [
        "Is Warfel covered?",
        "is warfel covered",
        "coverage for Warfel",
        "checking on Warfel for pectus",
        "criteria for warfel",
        "Does Kowalski need auth?",
        "about warfel kowalski",
        "is Lindqvist-Okoro a benefit for knees?",
        "What about Trevino?",
        "Trevino micrography for Trevino",
    ],
)
def test_a_word_of_a_title_stays(text: str) -> None:
    assert redact(text, FILED).text == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("pt Warfel needs a repair", "pt [name] needs a repair"),
        ("Mr. Kowalski called", "Mr. [name] called"),
        ("Jan Kowalski needs it", "[name] needs it"),
        ("Warfel, Jan 4/1/1960", "[name] [date of birth]"),
        ("spoke with Trevino", "spoke with [name]"),
        ("is Warfel Kowalski right for Jan Kowalski?", "is Warfel Kowalski right for [name]?"),
        ("Is Brzezinski covered?", "Is [name] covered?"),
    ],
)
def test_a_person_of_that_name_does_not(text: str, left: str) -> None:
    assert redact(text, FILED).text == left


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'bot.db'}")


def test_what_is_imported_meanwhile_counts(store: Store) -> None:
    clean = Redactor(store.policies, Linking(store.policies, Fixed()))
    assert clean("Is Warfel covered?") == "Is [name] covered?"
    filing = store.policies.filing()
    filing.stage(Policy("CAM 70101", "Warfel Procedure"), "CAM 70101\nWarfel Procedure\n", "w.txt")
    filing.publish()
    assert clean("Is Warfel covered?") == "Is Warfel covered?"
    store.policies.retire("CAM 70101")
    assert clean("Is Warfel covered?") == "Is [name] covered?"
    store.close()
