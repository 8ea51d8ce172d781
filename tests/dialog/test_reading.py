"""From a message to its needs, its clauses, and the need that leads."""

from collections.abc import Sequence

import pytest

from bot.answer.understanding import Clause, Understanding
from bot.dialog.needs_model import Prediction
from bot.dialog.reading import leading, read
from bot.policy.model import Span

WORDS = {"covered": "coverage", "codes": "codes", "person": "person", "hi": "greet"}


class Keywords:
    """Reads a need off a word: enough of a model to see what is asked of it."""

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        return [
            Prediction({need: 0.9 * (word in text) + 0.01 for word, need in WORDS.items()}, 0.8)
            for text in texts
        ]


def test_each_clause_has_its_own_needs_and_place() -> None:
    text = "is it covered and what codes?"
    understanding = read(text, Keywords())
    assert set(understanding.whole.needs) == {"coverage", "codes"}
    assert [list(clause.needs) for clause in understanding.clauses] == [["coverage"], ["codes"]]
    assert all(text[c.start : c.end] == c.text for c in understanding.clauses)


def test_one_clause_is_the_whole() -> None:
    understanding = read("covered", Keywords())
    assert understanding.clauses == (understanding.whole,)


def test_a_name_on_file_is_hidden_from_the_model() -> None:
    understanding = read("is codes therapy covered", Keywords(), [Span(3, 16)])
    assert list(understanding.whole.needs) == ["coverage"]
    assert understanding.whole.text == "is codes therapy covered"


def understood(**needs: float) -> Understanding:
    whole = Clause("", 0, 0, needs, familiar=0.1)
    return Understanding("", whole, (whole,))


@pytest.mark.parametrize(
    ("needs", "leads"),
    [
        ({"greet": 0.9, "coverage": 0.6}, "coverage"),
        ({"greet": 0.9, "appeal": 0.6}, "appeal"),
        ({"coverage": 0.9, "person": 0.6}, "person"),
        ({"coverage": 0.9, "person": 0.4}, "coverage"),
        ({"coverage": 0.4, "thank": 0.8}, "thank"),
        ({"coverage": 0.4, "thank": 0.35}, "coverage"),
        ({"coverage": 0.2, "thank": 0.1}, "out_of_scope"),
        ({}, "out_of_scope"),
    ],
)
def test_the_leading_need(needs: dict[str, float], leads: str) -> None:
    assert leading(understood(**needs))[0] == leads
