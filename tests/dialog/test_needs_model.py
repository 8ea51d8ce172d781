"""The classifier on needs of its own: what it learns, that it knows its bounds, and that it keeps."""

from pathlib import Path

import pytest

from bot.dialog.encoder import SentenceEncoder
from bot.dialog.needs_model import NeedsModel

GARAGE = {
    "price": """
        how much is a new tyre
        what does an oil change cost
        price of four winter tyres
        what do you charge for brakes
        how much for a car wash
        what would new wipers cost me
        is the inspection expensive
        cost of a battery
    """,
    "hours": """
        when do you open
        are you open on saturday
        what time do you close
        until when can I pick up the car
        opening hours please
        are you there at lunch time
        when do you close on friday
        can I come before eight
    """,
    "place": """
        where is the garage
        what is your address
        how do I get to you
        which street are you on
        are you near the station
        is there parking at your place
        where do I leave the car
        directions to the workshop
    """,
    "price+hours": """
        how much is a car wash and when are you open
        cost of tyres and opening hours
        what do brakes cost and when can I come
        price of a battery, and are you open on saturday
    """,
}


@pytest.fixture(scope="module")
def model(encoder: SentenceEncoder) -> NeedsModel:
    examples = [
        (text.strip(), label)
        for label, block in GARAGE.items()
        for text in block.strip().split("\n")
    ]
    return NeedsModel.train(
        encoder, [text for text, _ in examples], [label.split("+") for _, label in examples]
    )


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("what would a tyre cost", "price"),
        ("how expensive is an oil change", "price"),
        ("are you open on sunday", "hours"),
        ("when do you close today", "hours"),
        ("where is your workshop", "place"),
    ],
)
def test_it_reads_what_it_never_saw(model: NeedsModel, text: str, need: str) -> None:
    needs = model.predict([text])[0].needs
    assert max(needs, key=needs.__getitem__) == need


def test_a_text_may_show_two_needs(model: NeedsModel) -> None:
    needs = model.predict(["how much are wipers and when are you open on friday"])[0].needs
    assert set(sorted(needs, key=needs.__getitem__)[-2:]) == {"price", "hours"}


def test_what_is_like_nothing_in_training_is_less_familiar(model: NeedsModel) -> None:
    known, strange = model.predict(["price of a tyre", "the mitochondria of a frog"])
    assert known.familiar > 0.5 > strange.familiar


def test_a_text_reads_the_same_alone_and_among_others(model: NeedsModel) -> None:
    alone = model.predict(["when do you open"])[0]
    among = model.predict(["a much longer text about nothing in particular", "when do you open"])[1]
    assert alone.needs == pytest.approx(among.needs, abs=1e-5)
    assert alone.familiar == pytest.approx(among.familiar, abs=1e-5)


def test_a_model_kept_on_disk_reads_alike(
    model: NeedsModel, encoder: SentenceEncoder, tmp_path: Path
) -> None:
    model.save(tmp_path)
    kept = NeedsModel.load(encoder, tmp_path)
    for text in ("how much is a tyre", "where are you", "", "🚗"):
        before, after = model.predict([text])[0], kept.predict([text])[0]
        assert after.needs == pytest.approx(before.needs, abs=0.02)
        assert after.familiar == pytest.approx(before.familiar, abs=0.02)


def test_training_again_gives_the_same_model(model: NeedsModel, encoder: SentenceEncoder) -> None:
    again = [
        (t.strip(), label) for label, block in GARAGE.items() for t in block.strip().split("\n")
    ]
    twin = NeedsModel.train(
        encoder, [t for t, _ in again], [label.split("+") for _, label in again]
    )
    text = "what time can I come"
    assert twin.predict([text])[0].needs == pytest.approx(model.predict([text])[0].needs, abs=1e-4)
