"""The names of what is on file, as policies come, change and go."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.answer.catalogue import Title
from bot.answer.names import Names
from bot.answer.tokens import Speller, tokenize
from bot.answer.vocabulary import Vocabulary, load, parse

ROOT = Path(__file__).parents[2]
ORGANS = ("Sacral Nerve", "Knee", "Retina", "Vagus Nerve", "Lumbar Spine")
KINDS = ("Stimulation", "Ablation", "Imaging", "Bracing", "Work Hardening")
USES = ("Incontinence", "Chronic Pain", "Wounds")
MESSAGES = (
    "is sacral nerve stimulation covered for incontinence",
    "knee imaging",
    "knee bracing for wounds and lumbar spine ablation",
    "vagus nerv stimulater",
    "retina",
    "workhardening for pain",
    "can he get a TENS unit",
    "home oxygen",
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load(ROOT / "data" / "vocabulary")


def made_up(chance: random.Random, number: int) -> Title:
    service = f"{chance.choice(ORGANS)} {chance.choice(KINDS)}"
    title = chance.choice((f"{service} for {chance.choice(USES)}", service, "Home Oxygen"))
    subjects = chance.sample([f"{o} {k}" for o in ORGANS for k in KINDS], chance.randrange(3))
    return Title(f"ABC {number:03}", title, tuple(subjects))


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_index_is_the_same_as_one_made_anew(seed: int, vocabulary: Vocabulary) -> None:
    chance = random.Random(seed)
    on_file = {number: made_up(chance, number) for number in range(25)}
    names = Names(on_file.values(), vocabulary)
    for _ in range(8):
        for number in chance.sample(range(40), 4):
            if number in on_file and chance.random() < 0.5:
                del on_file[number]
            else:
                on_file[number] = made_up(chance, number)
        now = [on_file[number] for number in sorted(on_file)]
        names = Names(now, vocabulary, before=names)
        anew = Names(now, vocabulary)
        assert names.titles == anew.titles
        for service in vocabulary.services:
            assert names.policies_of(service.name) == anew.policies_of(service.name)
        for message in MESSAGES:
            tokens = tokenize(message)
            frame = frozenset(("is", "covered", "can", "he", "get"))
            assert names.mentions(tokens, frame) == anew.mentions(tokens, frame)
            assert names.near(message) == anew.near(message)
            assert names.holding(message) == anew.holding(message)


def test_an_index_stays_as_it_was_when_another_is_made_from_it(vocabulary: Vocabulary) -> None:
    before = Names([Title("A 1", "Knee Bracing"), Title("A 2", "Home Oxygen")], vocabulary)
    after = Names([Title("A 2", "Home Oxygen"), Title("A 3", "Wigs")], vocabulary, before=before)
    assert [m.numbers for m in before.mentions(tokenize("knee bracing"), frozenset())] == [("A 1",)]
    assert before.mentions(tokenize("wigs"), frozenset()) == ()
    assert after.mentions(tokenize("knee bracing"), frozenset()) == ()
    assert [m.numbers for m in after.mentions(tokenize("wigs"), frozenset())] == [("A 3",)]


def test_two_editions_under_one_number_are_found_by_either_title() -> None:
    titles = [Title("A 1", "Acupuncture"), Title("A 1", "Needle Treatment of the Elderly")]
    names = Names(titles, parse({}))
    for said in ("acupuncture", "needle treatment of the elderly"):
        assert [m.numbers for m in names.mentions(tokenize(said), frozenset())] == [("A 1",)]


def test_a_speller_forgets_and_learns() -> None:
    speller = Speller(["bracing", "imaging"]).changed(gone=["bracing"], come=["ablation", "ct"])
    assert [speller.nearest(word) for word in ("bracng", "imagng", "ablaton")] == [
        None,
        "imaging",
        "ablation",
    ]
