"""Codes, dates and numbers keep their form and lose what they say."""

import pytest

from bot.dialog.shape import shape_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("is 97545 ok", "is 20974 ok"),
        ("is 97545-59 ok", "is 20974-26 ok"),
        ("0232T?", "4011F?"),
        ("E0747 payable", "a4595 payable"),
        ("dx M54.50", "dx g89.4"),
        ("dx M54", "dx z47"),
        ("0SG00A0", "0rg10k0"),
        ("on 11/01/2016", "on 3/4/19"),
        ("on 2016-11-01", "on 2019-03-04"),
        ("in 2016", "in 2009"),
        ("policy 2.01.44", "policy 7.3"),
        ("CAM 80306", "CAM 10101"),
        ("is [name] eligible", "is [member id] eligible"),
    ],
)
def test_the_same_form_reads_the_same(one: str, other: str) -> None:
    assert shape_of(one).casefold() == shape_of(other).casefold()
    assert shape_of(one) != one


@pytest.mark.parametrize(
    "text", ["how many of the 12 visits in 6 weeks", "phase 2", "level L4-L5", "two codes", ""]
)
def test_what_is_no_code_stays(text: str) -> None:
    assert shape_of(text) == text


def test_forms_of_different_kinds_stay_apart() -> None:
    forms = ["97545", "E0747", "M54.50", "0SG00A0", "11/01/2016", "2016", "2.01.44"]
    assert len({shape_of(form) for form in forms}) == len(forms)
