"""Whether unknown words name a service, a condition or a detail, on words that are in no example."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import things
from bot.answer.things import Thing, Things
from bot.dialog.encoder import SentenceEncoder
from bot.errors import BadVocabulary

EXAMPLES = Path(__file__).parents[2] / "data" / "things.yml"


@pytest.fixture(scope="module")
def learned(encoder: SentenceEncoder) -> Things:
    examples = things.load(EXAMPLES)
    weights = things.fit(examples, encoder)
    return Things(examples, lambda: weights, lambda: encoder)


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("bunionectomy", "service"),
        ("rhinoplasty", "service"),
        ("pectus bar", "service"),
        ("bone scan", "service"),
        ("platelet count", "service"),
        ("wedge osteotomy", "service"),
        ("gastric pacing device", "service"),
        ("cold sores", "condition"),
        ("heel spurs", "condition"),
        ("gynecomastia", "condition"),
        ("swollen ankles", "condition"),
        ("kidney infection", "condition"),
        ("third visit", "detail"),
        ("my cousin", "detail"),
        ("yesterday", "detail"),
    ],
)
def test_what_unseen_words_name(learned: Things, words: str, thing: Thing) -> None:
    assert words not in EXAMPLES.read_text(encoding="utf-8").splitlines()
    assert learned.of(words) == thing


@pytest.mark.parametrize("trade_name", ["vns", "Zepbound", "qlx-7", "orthovisc"])
def test_a_word_that_nobody_knows_is_no_mere_detail(learned: Things, trade_name: str) -> None:
    assert learned.of(trade_name) != "detail"


def test_an_example_is_known_by_heart(learned: Things) -> None:
    assert learned.of("Gym membership") == "service"


@pytest.mark.parametrize(
    "written", ["", "service: [a]\ncondition: [b]\n", "service: [a]\ncondition: [b]\ndetail: [1]\n"]
)
def test_examples_that_lack_a_thing_are_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "things.yml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(
        BadVocabulary, match=r"things\.yml needs a list of examples under 'detail:'|'service:'"
    ):
        things.load(path)
