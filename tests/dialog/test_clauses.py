"""Which pieces of a message may ask something by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.clauses import MOST, split


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("?!…", []),
        ("  is it covered  ", ["is it covered"]),
        ("is it covered??", ["is it covered??"]),
        ("covered?codes?", ["covered?", "codes?"]),
        ("is it covered and what codes do I bill?", ["is it covered", "and what codes do I bill?"]),
        ("is it covered and the codes", ["is it covered and the codes"]),
        ("do PT and OT share one limit", ["do PT and OT share one limit"]),
        ("pain, what about inpatient", ["pain", "what about inpatient"]),
        ("Pt has M54.50. Is it ok? thanks", ["Pt has M54.50.", "Is it ok?", "thanks"]),
        ("policy 2.01.44 ok?", ["policy 2.01.44 ok?"]),
        ("Dr. Lee wants a brace, e.g. for home", ["Dr. Lee wants a brace, e.g. for home"]),
        ("She failed both drugs.Is a pump ok", ["She failed both drugs.", "Is a pump ok"]),
        ("braces; pumps\nscooters", ["braces", "pumps", "scooters"]),
        ("braces - is that ok", ["braces", "is that ok"]),
        ("long-term follow-up", ["long-term follow-up"]),
        ("is it covered. and also which codes", ["is it covered.", "and also which codes"]),
        ("thanks, also when was it reviewed", ["thanks", "also when was it reviewed"]),
    ],
)
def test_pieces(text: str, pieces: list[str]) -> None:
    assert [span.of(text) for span in split(text)] == pieces


def test_a_flood_of_pieces_is_bounded_and_loses_no_word() -> None:
    text = " ".join(f"is w{i} ok?" for i in range(200))
    spans = split(text)
    assert len(spans) == MOST
    assert " ".join(span.of(text) for span in spans) == text


@given(st.text(alphabet="ab .?!,;-\n\u00a0and what also", max_size=200))
def test_pieces_stand_in_order_and_hold_every_letter(text: str) -> None:
    spans = split(text)
    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start for end, span in zip(ends, spans, strict=False))
    outside = "".join(
        text[end : span.start]
        for end, span in zip(ends, [*spans, None], strict=True)
        if span is not None
    )
    assert not [letter for letter in outside if letter.isalnum()]
