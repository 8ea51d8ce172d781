"""Variants: what they change, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from bot.conversations.format import parse
from bot.conversations.mutate import MUTATIONS, Outcome, to_text, variants
from bot.conversations.runner import play

from .scripted import Scripted, covered

(CASE,) = parse(
    "- name: a\n  turns:\n"
    "    - {say: is work hardening covered for M54.5. policy cam 80306, kind: answer}\n"
    "    - {press: Why}",
    "f.yml",
)


def test_the_same_seed_gives_the_same_variants() -> None:
    assert variants(CASE, 10, 7) == variants(CASE, 10, 7)
    elsewhere = variants(replace(CASE, source="else/where/f.yml"), 10, 7)
    assert [v.case.turns for v in elsewhere] == [v.case.turns for v in variants(CASE, 10, 7)]
    assert variants(CASE, 10, 7) != variants(CASE, 10, 8)


def test_variants_differ_and_expect_the_same() -> None:
    made = variants(CASE, 20, 1)
    words = [variant.case.turns[0].words for variant in made]
    assert len(set(words)) == len(made) == 20
    assert CASE.turns[0].words not in words
    for variant in made:
        assert variant.case.turns[0].whole == CASE.turns[0].whole
        assert variant.case.turns[1] == CASE.turns[1]


@pytest.mark.parametrize("how", MUTATIONS)
def test_codes_and_numbers_stay(how: str) -> None:
    for seed in range(30):
        made = MUTATIONS[how](CASE.turns[0].words, Random(seed)) or ""
        if made:
            assert "m54.5" in made.casefold()
            assert "80306" in made


@pytest.mark.parametrize(
    ("how", "text", "among"),
    [
        ("abbreviation", "is prior authorization needed", ["is PA needed", "is auth needed"]),
        ("synonym", "is work hardening covered", ["is WHP covered"]),
        ("order", "one thing. is it covered?", ["is it covered? one thing."]),
        ("case", "is it", ["IS IT", "Is It", "is it"]),
    ],
)
def test_a_kind_of_variant(how: str, text: str, among: list[str]) -> None:
    made = {MUTATIONS[how](text, Random(seed)) for seed in range(200)}
    assert made & set(among)


@pytest.mark.parametrize(
    ("how", "text"), [("typo", "TENS E0730?"), ("order", "is it covered"), ("synonym", "hm")]
)
def test_where_there_is_nothing_to_change(how: str, text: str) -> None:
    assert MUTATIONS[how](text, Random(1)) is None


def test_the_report_puts_what_is_wrong_first() -> None:
    assistant = Scripted({}, default=covered(determination={"status": "investigational"}))
    made = variants(CASE, 4, 1)
    outcomes = [Outcome(variant, play(variant.case, assistant)) for variant in made]
    text = to_text(outcomes, 1)
    assert "4 variants (seed 1): 0 held, 0 brittle, 4 wrong." in text
    assert "WRONG: f.yml:1: a (typo), turn 1" in text
    assert "” for “is work hardening covered for M54.5. policy cam 80306”" in text
    assert "    but came: the position investigational without the policy's words" in text
